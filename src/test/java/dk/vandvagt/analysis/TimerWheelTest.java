package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Deadlines in, sensors out; a scan over all deadlines is the oracle. */
class TimerWheelTest {
    private static final long NEVER = TimerWheel.NEVER;
    private static final long SECOND = 1000;
    private static final long MIN = 60 * SECOND;
    private static final long HOUR = 60 * MIN;
    private static final long YEAR = 365 * 24 * HOUR;
    private static final long T0 = 1_700_000_400_000L;

    /** What a wheel handed over, one line a deadline. */
    private final List<String> met = new ArrayList<>();

    private List<String> advance(TimerWheel wheel, long nowMs) {
        met.clear();
        wheel.advance(nowMs, (sensor, deadlineMs) -> met.add(sensor + " at " + (deadlineMs - T0)));
        return List.copyOf(met);
    }

    @Test
    void shouldMeetADeadlineAtItsMillisecondAndOnlyOnce() {
        TimerWheel wheel = new TimerWheel(3);
        advance(wheel, T0);
        wheel.schedule(1, T0 + 35 * MIN);
        assertThat(wheel.deadlineMs(1)).isEqualTo(T0 + 35 * MIN);
        assertThat(advance(wheel, T0 + 35 * MIN - 1)).isEmpty();
        assertThat(advance(wheel, T0 + 35 * MIN)).containsExactly("1 at " + 35 * MIN);
        assertThat(wheel.deadlineMs(1)).isEqualTo(NEVER);
        assertThat(advance(wheel, T0 + YEAR)).isEmpty();
    }

    @Test
    void shouldHandOverInTheOrderOfTheSensors() {
        TimerWheel wheel = new TimerWheel(10_000);
        wheel.schedule(9_999, T0 + 1);
        wheel.schedule(4_096, T0 + 3);
        wheel.schedule(7, T0 + 2);
        wheel.schedule(64, T0 + 5 * SECOND);
        assertThat(advance(wheel, T0 + 3)).containsExactly("7 at 2", "4096 at 3", "9999 at 1");
    }

    @Test
    void shouldMeetADeadlineOfThePastAtTheNextAdvance() {
        TimerWheel wheel = new TimerWheel(4);
        advance(wheel, T0);
        wheel.schedule(3, T0);
        wheel.schedule(0, T0 - YEAR);
        wheel.schedule(1, Long.MIN_VALUE);
        wheel.advance(T0, (sensor, deadlineMs) -> met.add(sensor + ""));
        assertThat(met).containsExactly("0", "1", "3");
    }

    @Test
    void shouldTakeTheDeadlineThatWasSetLast() {
        TimerWheel wheel = new TimerWheel(4);
        advance(wheel, T0);
        for (int s = 0; s < 4; s++) {
            wheel.schedule(s, T0 + 10 * MIN);
        }
        wheel.schedule(0, T0 + 20 * MIN);
        wheel.schedule(1, T0 + 5 * MIN);
        wheel.schedule(2, NEVER);
        wheel.schedule(3, T0 - 1);
        wheel.schedule(3, T0 + 15 * MIN);
        assertThat(advance(wheel, T0 + MIN)).isEmpty();
        assertThat(advance(wheel, T0 + 5 * MIN)).containsExactly("1 at " + 5 * MIN);
        assertThat(advance(wheel, T0 + 10 * MIN)).isEmpty();
        assertThat(advance(wheel, T0 + 15 * MIN)).containsExactly("3 at " + 15 * MIN);
        assertThat(advance(wheel, T0 + 20 * MIN)).containsExactly("0 at " + 20 * MIN);
        assertThat(advance(wheel, T0 + 100 * YEAR)).isEmpty();
    }

    @Test
    void shouldPassOverYearsInOneStep() {
        TimerWheel wheel = new TimerWheel(5);
        wheel.schedule(0, -400 * YEAR);
        wheel.schedule(1, T0);
        wheel.schedule(2, T0 + 30 * YEAR);
        wheel.schedule(3, T0 + 30 * YEAR + 1);
        wheel.schedule(4, NEVER - 1);
        assertThat(advance(wheel, T0)).containsExactly("0 at " + (-400 * YEAR - T0), "1 at 0");
        assertThat(advance(wheel, T0 + 30 * YEAR)).containsExactly("2 at " + 30 * YEAR);
        assertThat(advance(wheel, T0 + 30 * YEAR + 1)).containsExactly("3 at " + (30 * YEAR + 1));
        assertThat(advance(wheel, NEVER - 2)).isEmpty();
        assertThat(advance(wheel, NEVER)).containsExactly("4 at " + (NEVER - 1 - T0));
        assertThat(wheel.visits()).isLessThanOrEqualTo(15);
    }

    @Test
    void shouldReachFromTheFirstInstantToTheLast() {
        TimerWheel wheel = new TimerWheel(3);
        wheel.schedule(0, Long.MIN_VALUE + 1);
        wheel.schedule(1, Long.MIN_VALUE + 300);
        wheel.schedule(2, NEVER - 1);
        wheel.advance(NEVER, (sensor, deadlineMs) -> met.add(sensor + ""));
        assertThat(met).containsExactly("0", "1", "2");
    }

    @Test
    void shouldLetTheHandlerScheduleItsSensorAnew() {
        TimerWheel wheel = new TimerWheel(2);
        wheel.schedule(0, T0);
        wheel.schedule(1, T0);
        List<Long> seen = new ArrayList<>();
        DeadlineHandler hourly = (sensor, deadlineMs) -> {
            seen.add(deadlineMs);
            wheel.schedule(sensor, sensor == 0 ? deadlineMs + HOUR : deadlineMs);
        };
        wheel.advance(T0, hourly);
        assertThat(seen).containsExactly(T0, T0);
        wheel.advance(T0, hourly);
        assertThat(seen).as("what is past again is met by the next advance").containsExactly(T0, T0, T0);
        wheel.schedule(1, NEVER);
        wheel.advance(T0 + HOUR - 1, hourly);
        assertThat(seen).hasSize(3);
        wheel.advance(T0 + 5 * HOUR, hourly);
        assertThat(seen).as("once an advance").hasSize(4).endsWith(T0 + HOUR);
    }

    @Test
    void shouldHeedWhatAHandlerDoesToAnotherSensor() {
        TimerWheel wheel = new TimerWheel(3);
        for (int s = 0; s < 3; s++) {
            wheel.schedule(s, T0);
        }
        wheel.advance(T0, (sensor, deadlineMs) -> {
            met.add(sensor + "");
            wheel.schedule(2, T0 + MIN);
            wheel.schedule(0, T0);
        });
        assertThat(met).containsExactly("0", "1");
        assertThat(advance(wheel, T0)).containsExactly("0 at 0");
        assertThat(advance(wheel, T0 + MIN)).containsExactly("2 at " + MIN);
    }

    @Test
    void shouldLookAtNoSensorWhileNothingIsDue() {
        int sensors = 100_000;
        TimerWheel wheel = new TimerWheel(sensors);
        long startMs = T0 - T0 % HOUR;
        advance(wheel, startMs);
        for (int s = 0; s < sensors; s++) {
            wheel.schedule(s, startMs + 12 * HOUR + s);
        }
        for (long nowMs = startMs; nowMs < startMs + 5 * MIN; nowMs += SECOND) {
            assertThat(advance(wheel, nowMs)).isEmpty();
        }
        assertThat(wheel.visits()).isZero();
        wheel.advance(startMs + YEAR, (sensor, deadlineMs) -> met.add(""));
        assertThat(met).hasSize(sensors);
        assertThat(wheel.visits()).isEqualTo(sensors);
    }

    /** Staleness of sensors that go on reporting: their slot comes due about once a deadline's length, not once a reading. */
    @Test
    void shouldSeldomLookAtASensorThatReportsAllTheTime() {
        int sensors = 1000;
        TimerWheel wheel = new TimerWheel(sensors);
        int days = 2;
        for (int minute = 0; minute < days * 24 * 60; minute++) {
            for (int s = minute % 10; s < sensors; s += 10) {
                wheel.schedule(s, T0 + minute * MIN + 35 * MIN);
            }
            for (int second = 0; second < 60; second++) {
                wheel.advance(T0 + minute * MIN + second * SECOND, (sensor, deadlineMs) -> met.add(""));
            }
        }
        assertThat(met).isEmpty();
        long deadlines = sensors * days * 24 * 60 / 35;
        assertThat(wheel.visits()).isBetween(deadlines, 2 * deadlines);
    }

    @Test
    void shouldAllocateNothing() {
        int sensors = 10_000;
        TimerWheel wheel = new TimerWheel(sensors);
        long[] deadlines = {0, 0};
        DeadlineHandler count = (sensor, deadlineMs) -> deadlines[0]++;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        Random random = new Random(1);
        long before = threads.getThreadAllocatedBytes(self);
        before = threads.getThreadAllocatedBytes(self);
        for (long nowMs = T0; nowMs < T0 + 12 * HOUR; nowMs += MIN) {
            for (int i = 0; i < 1000; i++) {
                wheel.schedule(random.nextInt(sensors), nowMs + random.nextInt(60) * MIN);
            }
            wheel.advance(nowMs, count);
        }
        assertThat(threads.getThreadAllocatedBytes(self) - before).isLessThan(10_000);
        assertThat(deadlines[0]).isGreaterThan(100_000);
    }

    @Test
    void shouldRefuseMoreSensorsThanItCanNumber() {
        assertThatThrownBy(() -> new TimerWheel(1 << 26)).hasMessageContaining("sensors=67108864");
    }

    /** Deadlines near and far, past and never; the clock creeps, jumps, and now and then stands still or runs back. */
    @Property(tries = 300)
    void shouldMeetTheDeadlinesThatAScanFinds(@ForAll long seed) {
        Random random = new Random(seed);
        int sensors = 1 + random.nextInt(random.nextBoolean() ? 10 : 300);
        TimerWheel wheel = new TimerWheel(sensors);
        long[] deadlines = new long[sensors];
        Arrays.fill(deadlines, NEVER);
        long nowMs = random.nextInt(4) == 0 ? random.nextLong() >> random.nextInt(20) : T0;
        for (int step = 0; step < 200; step++) {
            for (int i = random.nextInt(2 * sensors); i > 0; i--) {
                set(wheel, deadlines, random.nextInt(sensors), nearOrFar(random, nowMs));
            }
            nowMs = random.nextInt(20) == 0 ? nowMs - random.nextInt(1000) : Math.max(nowMs, nearOrFar(random, nowMs));
            nowMs = nowMs > NEVER - 100 * YEAR ? T0 : nowMs;
            List<String> expected = new ArrayList<>();
            for (int s = 0; s < sensors; s++) {
                if (deadlines[s] <= nowMs) {
                    expected.add(s + " at " + (deadlines[s] - T0));
                    deadlines[s] = NEVER;
                }
            }
            met.clear();
            long reachedMs = nowMs;
            wheel.advance(nowMs, (sensor, deadlineMs) -> {
                met.add(sensor + " at " + (deadlineMs - T0));
                if (random.nextBoolean()) {
                    set(wheel, deadlines, sensor, nearOrFar(random, reachedMs));
                }
            });
            assertThat(met).as("seed %d, step %d", seed, step).isEqualTo(expected);
            for (int s = 0; s < sensors; s++) {
                assertThat(wheel.deadlineMs(s)).isEqualTo(deadlines[s]);
            }
        }
    }

    private static void set(TimerWheel wheel, long[] deadlines, int sensor, long deadlineMs) {
        wheel.schedule(sensor, deadlineMs);
        deadlines[sensor] = deadlineMs;
    }

    private static long nearOrFar(Random random, long nowMs) {
        return switch (random.nextInt(12)) {
            case 0 -> NEVER;
            case 1 -> nowMs - random.nextInt(1000) * SECOND;
            case 2 -> nowMs;
            case 3 -> nowMs + (random.nextLong() >>> 22 + random.nextInt(20));
            case 4, 5 -> nowMs + random.nextInt(70);
            case 6, 7, 8 -> nowMs + random.nextInt(5000);
            default -> nowMs + random.nextInt(100) * MIN;
        };
    }
}
