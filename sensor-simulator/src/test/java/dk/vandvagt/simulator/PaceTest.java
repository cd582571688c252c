package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long NOW = Instant.parse("2024-01-10T12:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    @Test
    void shouldPlayAnHourPerSecondUntilItHasCaughtUpWithNow() {
        Pace pace = new Pace(3600, NOW - 96 * HOUR, NOW);
        assertThat(pace.dueAtMs(NOW - 96 * HOUR)).isEqualTo(NOW);
        assertThat(pace.dueAtMs(NOW - 48 * HOUR)).isEqualTo(NOW + 48_000);
        assertThat(pace.dueAtMs(NOW)).isEqualTo(NOW + 96_000);
    }

    @Test
    void shouldGoWithTheClockOnceItHasCaughtUp() {
        Pace pace = new Pace(3600, NOW - 96 * HOUR, NOW);
        assertThat(pace.dueAtMs(NOW + HOUR)).isEqualTo(NOW + HOUR);
        assertThat(pace.dueAtMs(NOW + 100 * HOUR)).isEqualTo(NOW + 100 * HOUR);
    }

    @Test
    void shouldKeepItsDistanceAtRealTime() {
        Pace pace = new Pace(1, NOW - HOUR, NOW);
        assertThat(pace.dueAtMs(NOW + HOUR)).isEqualTo(NOW + 2 * HOUR);
    }

    @Test
    void shouldHoldNothingBackAtMaxButTheFuture() {
        Pace pace = new Pace(Pace.MAX, NOW - 96 * HOUR, NOW);
        assertThat(pace.dueAtMs(NOW - 1)).isEqualTo(NOW);
        assertThat(pace.dueAtMs(NOW + HOUR)).isEqualTo(NOW + HOUR);
    }

    @Test
    void shouldReadSpeedsAsPeopleWriteThem() {
        assertThat(Pace.parseSpeed("3600")).isEqualTo(3600);
        assertThat(Pace.parseSpeed("x2.5")).isEqualTo(2.5);
        assertThat(Pace.parseSpeed("×60")).isEqualTo(60);
        assertThat(Pace.parseSpeed("max")).isEqualTo(Pace.MAX);
        for (String wrong : new String[] {"0", "-1", "fast", "", "1e400", "Infinity"}) {
            assertThatThrownBy(() -> Pace.parseSpeed(wrong)).hasMessageContaining("expected a number above 0");
        }
    }
}
