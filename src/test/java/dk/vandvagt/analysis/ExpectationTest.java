package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dk.vandvagt.analysis.Tide.Harmonic;
import dk.vandvagt.analysis.Tide.MeanLevel;
import dk.vandvagt.analysis.Tide.YearlyCycle;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.ForecastErrors.Lead;
import dk.vandvagt.station.Threshold.Direction;
import dk.vandvagt.station.VerticalDatum;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ExpectationTest {
    private static final long MIN = 60_000;
    private static final long HOUR = 60 * MIN;
    private static final long T0 = 1_700_000_400_000L;
    private static final double RESOLUTION = 0.01;

    private static final List<Lead> LEADS = List.of(
            new Lead(HOUR, -0.06, -0.01, 0.04),
            new Lead(2 * HOUR, -0.12, -0.02, 0.08),
            new Lead(4 * HOUR, -0.3, -0.04, 0.2));

    private static ForecastErrors table(int storms, Direction direction, double beyondM, List<Lead> leads) {
        return new ForecastErrors(3 * HOUR, 90 * MIN, direction, beyondM, leads, storms, 0, T0, "here");
    }

    private static ForecastErrors rising() {
        return table(30, Direction.RISING, 0.5, LEADS);
    }

    private static Recent recent(int readings, LongToDoubleFunction levelM) {
        Recent recent = new Recent(new int[] {64});
        for (int i = readings - 1; i >= 0; i--) {
            long atMs = T0 - i * 10 * MIN;
            recent.insert(
                    0, recent.size(0), atMs, levelM.applyAsDouble(atMs), Flag.NOT_EVALUATED, QualityTest.NONE.code());
        }
        return recent;
    }

    /** Half a metre an hour, 1.00 m now. */
    private static Recent storm() {
        return recent(25, atMs -> 1.0 + 0.5 * (atMs - T0) / HOUR);
    }

    private static Expectation made(ForecastErrors table, Recent recent) {
        Expectation expectation = new Expectation(table, RESOLUTION, null);
        assertThat(expectation.make(new Trend(), recent, 0, 0, false)).isEqualTo(Expectation.NONE);
        return expectation;
    }

    private static double damped(double hours) {
        return 1.5 * (1 - Math.exp(-hours / 1.5));
    }

    @Test
    void shouldLetTheRiseDieAwayAndSpreadTheBandByPastErrors() {
        Expectation expectation = made(rising(), storm());
        double after2h = 1.0 + 0.5 * damped(2);
        assertThat(expectation.centralM(2 * HOUR)).isCloseTo(after2h - 0.02, within(1e-9));
        assertThat(expectation.lowM(2 * HOUR)).isCloseTo(after2h - 0.12, within(1e-9));
        assertThat(expectation.highM(2 * HOUR)).isCloseTo(after2h + 0.08, within(1e-9));
        assertThat(expectation.highM(0)).isCloseTo(1.0, within(1e-9));
        assertThat(expectation.centralM(3 * HOUR))
                .as("half way between two leads")
                .isCloseTo((expectation.centralM(2 * HOUR) + expectation.centralM(4 * HOUR)) / 2, within(1e-9));
        assertThat(expectation.centralM(5 * HOUR)).as("beyond the last lead").isNaN();
    }

    @Test
    void shouldTellWhenAHeightMayBeReached() {
        Expectation expectation = made(rising(), storm());
        expectation.reach(1.2);
        // from 1.00 m straight to each line's level after an hour
        double high = 1.0 + 0.5 * damped(1) + 0.04;
        double central = 1.0 + 0.5 * damped(1) - 0.01;
        double low = 1.0 + 0.5 * damped(1) - 0.06;
        assertThat(expectation.earliestMs() - T0).isCloseTo((long) (HOUR * 0.2 / (high - 1)), within(2L));
        assertThat(expectation.centralMs() - T0).isCloseTo((long) (HOUR * 0.2 / (central - 1)), within(2L));
        assertThat(expectation.latestMs() - T0).isCloseTo((long) (HOUR * 0.2 / (low - 1)), within(2L));
    }

    @Test
    void shouldSayMayNotBeReachedWhereOnlyTheUpperEndGetsThere() {
        Expectation expectation = made(rising(), storm());
        expectation.reach(1.75);
        assertThat(expectation.earliestMs()).isBetween(T0 + 2 * HOUR, T0 + 4 * HOUR);
        assertThat(expectation.centralMs()).isZero();
        assertThat(expectation.latestMs()).isZero();
        expectation.reach(3.0);
        assertThat(expectation.earliestMs()).isZero();
    }

    @Test
    void shouldHaveReachedAlreadyWhatIsBelowTheNewestLevel() {
        Expectation expectation = made(rising(), storm());
        expectation.reach(0.9);
        assertThat(List.of(expectation.earliestMs(), expectation.centralMs(), expectation.latestMs()))
                .containsOnly(T0);
    }

    @Test
    void shouldJudgeARuleByTheHighestLevelWithinItsHorizon() {
        Expectation expectation = made(rising(), storm());
        assertThat(expectation.farthestM(2 * HOUR)).isEqualTo(expectation.centralM(2 * HOUR));
        assertThat(expectation.farthestM(90 * MIN)).isCloseTo(expectation.centralM(90 * MIN), within(1e-12));
        assertThat(expectation.farthestM(48 * HOUR)).isEqualTo(expectation.centralM(4 * HOUR));
    }

    @Test
    void shouldExpectFallingWaterByATableOfFallingWater() {
        ForecastErrors falling = table(30, Direction.FALLING, 1.5, LEADS);
        Recent ebb = recent(25, atMs -> 1.0 - 0.5 * (atMs - T0) / HOUR);
        Expectation expectation = made(falling, ebb);
        expectation.reach(0.8);
        assertThat(expectation.earliestMs()).isLessThan(expectation.centralMs()).isGreaterThan(T0);
        assertThat(expectation.latestMs()).isGreaterThan(expectation.centralMs());
        assertThat(expectation.farthestM(HOUR))
                .isEqualTo(expectation.centralM(HOUR))
                .isLessThan(1);
        assertThat(new Expectation(falling, RESOLUTION, null).make(new Trend(), storm(), 0, 0, false))
                .isEqualTo(Expectation.NOT_FALLING);
    }

    @Test
    void shouldRefuseWithTheReason() {
        Recent storm = storm();
        assertRefused(table(18, Direction.RISING, 0.5, LEADS), storm, false, Expectation.TOO_FEW_STORMS);
        assertRefused(rising(), storm, true, Expectation.STALE);
        assertRefused(table(30, Direction.RISING, 1.01, LEADS), storm, false, Expectation.CALM);
        assertRefused(rising(), recent(4, atMs -> 1.0), false, Expectation.SHORT);
        assertRefused(rising(), new Recent(new int[] {8}), false, Expectation.SHORT);
        assertRefused(rising(), recent(25, atMs -> 1.0), false, Expectation.NOT_RISING);
        assertRefused(rising(), recent(25, atMs -> 1.0 - 0.1 * (atMs - T0) / HOUR), false, Expectation.NOT_RISING);
        for (byte flag : new byte[] {Flag.SUSPECT, Flag.FAIL, Flag.MISSING}) {
            Recent doubted = storm();
            doubted.setFlag(0, doubted.size(0) - 1, flag, QualityTest.SPIKE.code());
            assertRefused(rising(), doubted, false, Expectation.SUSPECT);
        }
        Recent passed = storm();
        passed.setFlag(0, passed.size(0) - 1, Flag.PASS, QualityTest.NONE.code());
        made(rising(), passed);
    }

    private static void assertRefused(ForecastErrors table, Recent recent, boolean stale, byte why) {
        Expectation expectation = new Expectation(table, RESOLUTION, null);
        // what it said before is gone
        expectation.make(T0, 1, 0.5);
        assertThat(expectation.make(new Trend(), recent, 0, 0, stale)).isEqualTo(why);
        assertThat(expectation.refusal()).isEqualTo(why);
        assertThat(Expectation.inWords(why)).isNotEmpty();
        expectation.reach(1.01);
        assertThat(expectation.earliestMs()).isZero();
        assertThat(expectation.latestMs()).isZero();
        assertThat(expectation.centralM(HOUR)).isNaN();
    }

    @Test
    void shouldExpectNothingBeyondTheNewestLevelOfWaterThatIsCalm() {
        Expectation expectation = new Expectation(rising(), RESOLUTION, null);
        expectation.make(new Trend(), recent(25, atMs -> 0.7), 0, 0, false);
        assertThat(expectation.farthestM(HOUR)).as("so that an alert can clear").isEqualTo(0.7);
        expectation.make(new Trend(), recent(25, atMs -> 0.1), 0, 0, false);
        assertThat(expectation.farthestM(HOUR)).isEqualTo(0.1);
        expectation.make(new Trend(), recent(25, atMs -> 0.7), 0, 0, true);
        assertThat(expectation.farthestM(HOUR)).as("silence is no all-clear").isNaN();
    }

    @Test
    void shouldCountLevelsFromTheDatum() {
        Expectation expectation = new Expectation(rising(), RESOLUTION, null);
        expectation.make(new Trend(), storm(), 0, -0.3, false);
        assertThat(expectation.levelM()).isCloseTo(0.7, within(1e-12));
        assertThat(expectation.make(new Trend(), storm(), 0, -0.6, false)).isEqualTo(Expectation.CALM);
    }

    @Test
    void shouldKnowTheTideBeforehand() {
        Tide tide = new Tide(
                new MeanLevel(0, new VerticalDatum("NHN"), LocalDate.of(2006, 1, 1), LocalDate.of(2025, 1, 1)),
                YearlyCycle.IN_RESIDUAL,
                List.of(new Harmonic(Constituent.named("M2").orElseThrow(), 1.5, 0)));
        // a surge of 10 cm/h upon a spring tide
        long flood = T0;
        while (!(tide.tideM(flood) > 0.3 && tide.tideM(flood + 10 * MIN) > tide.tideM(flood))) {
            flood += 10 * MIN;
        }
        Recent recent = new Recent(new int[] {64});
        for (int i = 24; i >= 0; i--) {
            long atMs = flood - i * 10 * MIN;
            double levelM = tide.tideM(atMs) + 0.2 + 0.1 * (atMs - flood) / HOUR;
            recent.insert(0, recent.size(0), atMs, levelM, Flag.PASS, QualityTest.NONE.code());
        }
        List<Lead> exact = List.of(new Lead(HOUR, 0, 0, 0), new Lead(6 * HOUR, 0, 0, 0));
        Expectation with = new Expectation(table(30, Direction.RISING, -9, exact), RESOLUTION, tide);
        assertThat(with.make(new Trend(), recent, 0, 0, false)).isEqualTo(Expectation.NONE);
        assertThat(with.riseMPerHour()).as("beyond the tide's").isCloseTo(0.1, within(0.01));
        assertThat(with.centralM(6 * HOUR))
                .isCloseTo(tide.tideM(flood + 6 * HOUR) + 0.2 + 0.1 * damped(6), within(0.02));
        Expectation without = made(table(30, Direction.RISING, -9, exact), recent);
        assertThat(without.centralM(6 * HOUR)).as("as if the flood went on").isGreaterThan(with.centralM(6 * HOUR) + 1);
    }

    @Test
    void shouldRefuseATableThatCannotBe() {
        List<Lead> falling = List.of(new Lead(2 * HOUR, 0, 0, 0), new Lead(HOUR, 0, 0, 0));
        assertThatThrownBy(() -> new Expectation(table(30, Direction.RISING, 0, falling), RESOLUTION, null))
                .hasMessageContaining("must be longer");
        List<Lead> crossed = List.of(new Lead(HOUR, 0.2, 0.1, 0.3));
        assertThatThrownBy(() -> new Expectation(table(30, Direction.RISING, 0, crossed), RESOLUTION, null))
                .hasMessageContaining("must not fall");
        List<Lead> far = List.of(new Lead(7 * HOUR, 0, 0, 0));
        assertThatThrownBy(() -> new Expectation(table(30, Direction.RISING, 0, far), RESOLUTION, null))
                .hasMessageContaining("no lead");
    }

    @Property
    void shouldGiveTimesInOrderAndLaterForGreaterHeights(
            @ForAll Random random,
            @ForAll @DoubleRange(min = -0.5, max = 2) double riseMPerHour,
            @ForAll @DoubleRange(min = 0, max = 3) double heightM,
            @ForAll boolean upwards) {
        List<Lead> leads = new ArrayList<>();
        for (int i = 1; i <= 1 + random.nextInt(8); i++) {
            double middle = random.nextGaussian() * 0.2;
            leads.add(new Lead(
                    i * 30 * MIN,
                    middle - (random.nextBoolean() ? random.nextDouble() : 0),
                    middle,
                    middle + (random.nextBoolean() ? random.nextDouble() : 0)));
        }
        int sign = upwards ? 1 : -1;
        Direction direction = upwards ? Direction.RISING : Direction.FALLING;
        Expectation expectation = new Expectation(table(30, direction, -sign * 99, leads), RESOLUTION, null);
        expectation.make(T0, 0, sign * riseMPerHour);
        long[] times = timesTo(expectation, sign * heightM);
        assertInOrder(times);
        long[] higher = timesTo(expectation, sign * (heightM + random.nextDouble()));
        for (int i = 0; i < 3; i++) {
            assertThat(orNever(higher[i])).isGreaterThanOrEqualTo(orNever(times[i]));
        }
        double farthest = expectation.farthestM(Long.MAX_VALUE);
        assertThat(times[1] != 0)
                .as("reached by the middle where the rule says so")
                .isEqualTo(sign * farthest >= heightM);
    }

    private static long[] timesTo(Expectation expectation, double heightM) {
        expectation.reach(heightM);
        return new long[] {expectation.earliestMs(), expectation.centralMs(), expectation.latestMs()};
    }

    private static void assertInOrder(long[] times) {
        assertThat(orNever(times[0])).isLessThanOrEqualTo(orNever(times[1]));
        assertThat(orNever(times[1])).isLessThanOrEqualTo(orNever(times[2]));
    }

    private static long orNever(long atMs) {
        return atMs == 0 ? Long.MAX_VALUE : atMs;
    }

    @Test
    void shouldAllocateNothing() {
        Recent storm = storm();
        Trend trend = new Trend();
        Expectation expectation = new Expectation(rising(), RESOLUTION, null);
        ForecastScore score = new ForecastScore(rising(), 10 * MIN, null);
        double sum = run(expectation, score, storm, trend, 0, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        sum += run(expectation, score, storm, trend, 20_000, 220_000);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(sum).isPositive();
        assertThat(score.scored(0)).isGreaterThan(200_000);
        assertThat(allocated).as("bytes over 200,000 readings").isLessThan(10_000);
    }

    private static double run(
            Expectation expectation, ForecastScore score, Recent recent, Trend trend, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            long atMs = T0 + i * 10 * MIN;
            recent.insert(0, recent.size(0), atMs, 1.0 + 0.05 * (i % 100), Flag.PASS, QualityTest.NONE.code());
            if (expectation.make(trend, recent, 0, 0, false) != Expectation.NONE) {
                expectation.make(atMs, 1, 0.5);
            }
            expectation.reach(2);
            sum += expectation.farthestM(3 * HOUR) + (expectation.earliestMs() == 0 ? 0 : 1);
            score.observed(atMs, 1);
            score.made(expectation);
        }
        return sum;
    }
}
