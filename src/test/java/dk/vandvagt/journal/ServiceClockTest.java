package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ServiceClockTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long MAX_FUTURE = 10 * MINUTE;
    private static final long NOW = 1_697_839_200_000L;

    private static ServiceClock caughtUp() {
        return ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW);
    }

    private static boolean hear(ServiceClock clock, long newestMs, int witness, long wallMs) {
        return clock.hear(newestMs, witness, 3, MAX_FUTURE, wallMs);
    }

    @Test
    void shouldFollowTheWallClockAndNotGoBackWithIt() {
        ServiceClock clock = caughtUp();
        clock.tick(NOW);
        assertThat(clock.nowMs()).isEqualTo(NOW);
        clock.tick(NOW - HOUR);
        assertThat(clock.nowMs()).isEqualTo(NOW);
        clock.tick(NOW + 1);
        assertThat(clock.nowMs()).isEqualTo(NOW + 1);
    }

    @Test
    void shouldRefuseWhatIsFurtherAheadThanAllowedAndTakeWhatIsNot() {
        ServiceClock clock = caughtUp();
        assertThat(hear(clock, NOW + MAX_FUTURE, 0, NOW)).isTrue();
        assertThat(hear(clock, NOW + MAX_FUTURE + 1, 0, NOW)).isFalse();
        assertThat(clock.nowMs()).isEqualTo(NOW);
    }

    @Test
    void shouldFollowQueuedReadingsAfterAStartUntilOneIsAboutNow() {
        ServiceClock clock = ServiceClock.wall(WallClock.Settings.USUAL, NOW - 5 * HOUR, NOW);
        clock.tick(NOW);
        assertThat(clock.nowMs()).isEqualTo(NOW - 5 * HOUR);
        clock.sourcesConnected(NOW);
        assertThat(hear(clock, NOW - 4 * HOUR, 0, NOW + 1000)).isTrue();
        assertThat(clock.nowMs()).isEqualTo(NOW - 4 * HOUR);
        assertThat(hear(clock, NOW - 2 * HOUR, 1, NOW + 10_000)).isTrue();
        assertThat(hear(clock, NOW - 3 * HOUR, 2, NOW + 11_000)).isTrue();
        clock.tick(NOW + 12_000);
        assertThat(clock.nowMs()).isEqualTo(NOW - 2 * HOUR);
        assertThat(clock.catchingUp()).isTrue();
        assertThat(hear(clock, NOW - 30_000, 1, NOW + 13_000)).isTrue();
        assertThat(clock.catchingUp()).isFalse();
        assertThat(clock.nowMs()).isEqualTo(NOW + 13_000);
    }

    @Test
    void shouldStopCatchingUpWhenNothingComesFromConnectedSources() {
        ServiceClock clock = ServiceClock.wall(WallClock.Settings.USUAL, NOW - HOUR, NOW);
        clock.tick(NOW + 60_000);
        assertThat(clock.catchingUp()).as("not connected yet").isTrue();
        clock.sourcesConnected(NOW + 60_000);
        clock.tick(NOW + 74_999);
        assertThat(clock.nowMs()).isEqualTo(NOW - HOUR);
        clock.tick(NOW + 75_000);
        assertThat(clock.nowMs()).isEqualTo(NOW + 75_000);
    }

    @Test
    void shouldNotHoldTimeStillForEverWhenTheSourcesNeverConnect() {
        ServiceClock clock = ServiceClock.wall(WallClock.Settings.USUAL, NOW - HOUR, NOW);
        clock.tick(NOW + 10 * MINUTE);
        assertThat(clock.nowMs()).isEqualTo(NOW + 10 * MINUTE);
    }

    @Test
    void shouldTakeLiveReadingsWhileCatchingUpThoughTheClockIsFarBehindThem() {
        ServiceClock clock = ServiceClock.wall(WallClock.Settings.USUAL, NOW - 5 * HOUR, NOW);
        assertThat(hear(clock, NOW - 2 * MINUTE, 0, NOW)).isTrue();
        assertThat(clock.nowMs()).isEqualTo(NOW - 2 * MINUTE);
    }

    @Test
    void shouldLetOneFutureReadingMoveTheStreamsClockByOneStepAtMost() {
        ServiceClock clock = ServiceClock.stream(0, HOUR);
        assertThat(hear(clock, NOW, 0, 0)).isTrue();
        assertThat(hear(clock, NOW + HOUR + 5 * MINUTE, 1, 0)).isTrue();
        assertThat(clock.nowMs()).isEqualTo(NOW + HOUR);
        assertThat(hear(clock, NOW + 100 * HOUR, 1, 0)).isFalse();
        assertThat(clock.nowMs()).isEqualTo(NOW + HOUR);
    }

    @Test
    void shouldMoveTheStreamsClockOverAGapOnceASecondWitnessAgrees() {
        ServiceClock clock = ServiceClock.stream(NOW, HOUR);
        assertThat(hear(clock, NOW + 30 * HOUR, 1, 0)).isFalse();
        assertThat(hear(clock, NOW + 30 * HOUR + 10 * MINUTE, 1, 0))
                .as("the same one again")
                .isFalse();
        assertThat(hear(clock, NOW + 30 * HOUR + 10 * MINUTE, 2, 0)).isTrue();
        assertThat(clock.nowMs()).isEqualTo(NOW + 30 * HOUR + 10 * MINUTE);
    }

    @Test
    void shouldBelieveTheOnlyWitnessThereIs() {
        ServiceClock clock = ServiceClock.stream(NOW, HOUR);
        assertThat(clock.hear(NOW + 30 * HOUR, 0, 1, MAX_FUTURE, 0)).isTrue();
        assertThat(clock.nowMs()).isEqualTo(NOW + 30 * HOUR);
    }

    @Test
    void shouldBelieveOneThatInsistsWhileAllOthersAreSilentButNotWhileTheyAreHeard() {
        ServiceClock silent = ServiceClock.stream(NOW, HOUR);
        assertThat(hear(silent, NOW + 30 * HOUR, 1, 0)).isFalse();
        assertThat(hear(silent, NOW + 30 * HOUR, 1, 0)).isFalse();
        assertThat(hear(silent, NOW + 30 * HOUR, 1, 0)).isTrue();
        ServiceClock heard = ServiceClock.stream(NOW, HOUR);
        for (int i = 0; i < 20; i++) {
            assertThat(hear(heard, NOW + 30 * HOUR, 1, 0)).isFalse();
            assertThat(hear(heard, NOW + i * MINUTE, 2, 0)).isTrue();
        }
        assertThat(heard.nowMs()).isEqualTo(NOW + 19 * MINUTE);
    }

    private record Heard(long aheadMs, int witness, long wallAheadMs) {}

    @Provide
    Arbitrary<List<Heard>> messages() {
        Arbitrary<Long> near = Arbitraries.longs().between(-4 * HOUR, 4 * HOUR);
        Arbitrary<Long> wild = Arbitraries.longs().between(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
        Arbitrary<Long> ahead =
                Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(9, near), net.jqwik.api.Tuple.of(1, wild));
        return Combinators.combine(
                        ahead,
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.longs().between(-HOUR, HOUR))
                .as(Heard::new)
                .list()
                .ofMaxSize(60);
    }

    @Property
    void shouldNeverGoBackWhateverIsHeard(@ForAll("messages") List<Heard> messages, @ForAll boolean stream) {
        ServiceClock clock = stream
                ? ServiceClock.stream(NOW, HOUR)
                : ServiceClock.wall(WallClock.Settings.USUAL, NOW - 3 * HOUR, NOW);
        for (Heard message : messages) {
            long before = clock.nowMs();
            boolean taken = hear(clock, NOW + message.aheadMs, message.witness, NOW + message.wallAheadMs);
            assertThat(clock.nowMs()).isGreaterThanOrEqualTo(before);
            if (stream && !taken) {
                assertThat(clock.nowMs()).isEqualTo(before);
            }
            if (!stream) {
                assertThat(clock.nowMs()).isLessThanOrEqualTo(NOW + HOUR);
            }
        }
    }

    @Property
    void shouldNotBeMovedBeyondAStepByOneFutureReadingAmongMany(
            @ForAll @IntRange(max = 49) int when, @ForAll @LongRange(min = HOUR) long aheadMs) {
        ServiceClock clock = ServiceClock.stream(NOW, HOUR);
        for (int i = 0; i < 50; i++) {
            long observedAtMs = NOW + i * 10 * MINUTE;
            if (i == when) {
                hear(clock, observedAtMs + Math.min(aheadMs, Long.MAX_VALUE / 2), 2, 0);
            }
            assertThat(hear(clock, observedAtMs, i % 2, 0)).isTrue();
            assertThat(clock.nowMs()).isBetween(observedAtMs, observedAtMs + 10 * MINUTE + HOUR);
        }
        assertThat(clock.nowMs()).isLessThanOrEqualTo(NOW + 490 * MINUTE + HOUR);
    }
}
