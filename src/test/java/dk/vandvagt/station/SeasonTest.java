package dk.vandvagt.station;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SeasonTest {
    @Test
    void shouldKnowTheDayOfTheYearAsTheCalendarDoes() {
        for (LocalDate day = LocalDate.of(1899, 12, 30); day.getYear() < 2101; day = day.plusDays(1)) {
            int expected = 100 * day.getMonthValue() + day.getDayOfMonth();
            long midnight = day.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
            assertThat(Season.monthDay(midnight)).as("%s", day).isEqualTo(expected);
            assertThat(Season.monthDay(midnight + 86_399_999)).as("%s", day).isEqualTo(expected);
        }
    }

    @Test
    void shouldSpanTheNewYear() {
        Season winter = new Season(1101, 331, -1.5, 2);
        assertThat(winter.has(1101)).isTrue();
        assertThat(winter.has(101)).isTrue();
        assertThat(winter.has(331)).isTrue();
        assertThat(winter.has(401)).isFalse();
        assertThat(winter.has(1031)).isFalse();
    }
}
