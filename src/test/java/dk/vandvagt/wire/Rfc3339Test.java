package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Rfc3339Test {
    @Test
    void shouldReadEveryInstantAsJavaTimeDoes() {
        Random random = Seed.random("instants");
        long from = Instant.parse("0000-01-02T00:00:00Z").toEpochMilli();
        long to = Instant.parse("9999-12-30T00:00:00Z").toEpochMilli();
        for (int i = 0; i < 300_000; i++) {
            long ms = random.nextLong(from, to);
            ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60 + 1));
            String text = Instant.ofEpochMilli(ms)
                    .plusNanos(random.nextInt(1_000_000))
                    .atOffset(offset)
                    .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            assertThat(parse(text.length() == 17 ? text.replace("Z", ":00Z") : text))
                    .as(text)
                    .isEqualTo(ms);
        }
    }

    @Test
    void shouldKnowWhichDatesExist() {
        LocalDate first = LocalDate.of(1896, 1, 1);
        for (int year = 1896; year <= 2204; year++) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    String text = String.format(Locale.ROOT, "%04d-%02d-%02dT00:00:00Z", year, month, day);
                    assertThat(parse(text)).as(text).isEqualTo(ReferenceDecoder.time(text));
                }
            }
        }
        for (int i = 0; i < 366 * 300; i++) {
            LocalDate date = first.plusDays(i);
            assertThat(parse(date + "T00:00:00Z")).isEqualTo(date.toEpochDay() * 86_400_000L);
        }
    }

    @Test
    void shouldTakeALeapSecondOnlyAtTheEndOfAUtcDay() {
        long newYear = Instant.parse("2017-01-01T00:00:00Z").toEpochMilli();
        assertThat(parse("2016-12-31T23:59:60Z")).isEqualTo(newYear);
        assertThat(parse("2016-12-31T23:59:60.999Z")).isEqualTo(newYear);
        assertThat(parse("2016-12-31T15:59:60-08:00")).isEqualTo(newYear);
        assertThat(parse("2016-12-31T23:59:60+01:00")).isEqualTo(Rfc3339.INVALID);
        assertThat(parse("2016-12-31T12:00:60Z")).isEqualTo(Rfc3339.INVALID);
    }

    private static long parse(String text) {
        byte[] bytes = ("\"" + text + "\"").getBytes(StandardCharsets.US_ASCII);
        return Rfc3339.parse(bytes, 1, bytes.length - 1);
    }
}
