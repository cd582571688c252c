package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.ForecastErrors.Lead;
import dk.vandvagt.station.Threshold.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ForecastScoreTest {
    private static final long MIN = 60_000;
    private static final long HOUR = 60 * MIN;
    private static final long T0 = 1_700_000_400_000L;
    private static final ForecastErrors TABLE = table(0.1);

    /** The band lies 10 cm about a rise that is not damped. */
    private static ForecastErrors table(double halfWidthM) {
        return new ForecastErrors(
                3 * HOUR,
                Long.MAX_VALUE,
                Direction.RISING,
                0,
                List.of(
                        new Lead(HOUR, -halfWidthM, 0, halfWidthM),
                        new Lead(3 * HOUR, -2 * halfWidthM, 0.05, 2 * halfWidthM)),
                30,
                0,
                T0,
                "here");
    }

    private static ForecastScore score() {
        return new ForecastScore(TABLE, 10 * MIN, null);
    }

    private static Expectation at(long atMs, double levelM, double riseMPerHour) {
        Expectation expectation = new Expectation(TABLE, 0.01, null);
        expectation.make(atMs, levelM, riseMPerHour);
        return expectation;
    }

    @Test
    void shouldScoreAnExpectationWhenTheLevelItWasAboutHasCome() {
        ForecastScore score = score();
        score.observed(T0, 1.0);
        score.made(at(T0, 1.0, 0.2));
        for (int i = 1; i <= 18; i++) {
            // expected 1.20 m after an hour, 1.60 m after three
            score.observed(T0 + i * 10 * MIN, i <= 6 ? 1.25 : 1.95);
        }
        assertThat(score.inside(0)).isEqualTo(1);
        assertThat(score.above(1)).isEqualTo(1);
        assertThat(score.scored(1)).isEqualTo(1);
        assertThat(score.coverage(0)).isEqualTo(1);
        assertThat(score.coverage(1)).isZero();
        assertThat(score.widthM(1)).isCloseTo(0.4, within(1e-12));
        assertThat(score.meanAbsoluteErrorM(0)).isCloseTo(0.05, within(1e-6));
        assertThat(score.meanAbsoluteErrorM(1)).as("of the middle, 1.65 m").isCloseTo(0.30, within(1e-6));
        assertThat(score.persistenceErrorM(1)).isCloseTo(0.95, within(1e-6));
    }

    @Test
    void shouldTakeTheLevelFromTheLineBetweenTwoReadingsNearEachOther() {
        ForecastScore score = score();
        score.observed(T0, 1.0);
        score.made(at(T0, 1.0, 0));
        score.observed(T0 + 52 * MIN, 1.00);
        score.observed(T0 + 68 * MIN, 1.32);
        assertThat(score.above(0)).as("1.16 m after an hour").isEqualTo(1);
        assertThat(score.persistenceErrorM(0)).isCloseTo(0.16, within(1e-6));
    }

    @Test
    void shouldCountWhatNobodyMeasured() {
        ForecastScore score = score();
        score.observed(T0, 1.0);
        score.made(at(T0, 1.0, 0));
        score.observed(T0 + 50 * MIN, 1.0);
        score.observed(T0 + 75 * MIN, 1.0);
        assertThat(score.unseen(0))
                .as("25 min between readings of a sensor that reports every 10")
                .isEqualTo(1);
        assertThat(score.scored(0)).isZero();
        assertThat(score.coverage(0)).isNaN();
        score.observed(T0 + 40 * HOUR, 1.0);
        assertThat(score.unseen(1)).isEqualTo(1);
    }

    @Test
    void shouldPassOverWhatIsLateOrCorrected() {
        ForecastScore score = score();
        score.observed(T0, 1.0);
        score.made(at(T0, 1.0, 0));
        score.observed(T0 + HOUR, 1.05);
        score.observed(T0 + HOUR, 9.0);
        score.observed(T0 + 30 * MIN, 9.0);
        score.observed(T0 + HOUR + 10 * MIN, 1.0);
        assertThat(score.inside(0)).isEqualTo(1);
        assertThat(score.scored(0)).isEqualTo(1);
    }

    @Test
    void shouldScoreNoExpectationThatWasRefused() {
        ForecastScore score = score();
        Expectation refused = new Expectation(TABLE, 0.01, null);
        score.made(refused);
        score.observed(T0 + 9 * HOUR, 1);
        assertThat(score.scored(0) + score.unseen(0)).isZero();
    }

    @Test
    void shouldHoldASensorThatReportsFarMoreOftenThanItSays() {
        ForecastScore score = score();
        int seconds = 8 * 3600;
        for (int i = 0; i < seconds; i++) {
            score.observed(T0 + i * 1000L, 1.0);
            score.made(at(T0 + i * 1000L, 1.0, 0));
        }
        assertThat(score.scored(0)).as("one every five minutes").isEqualTo((7 * 60 - 1) / 5 + 1);
        assertThat(score.inside(1)).isEqualTo(score.scored(1)).isEqualTo((5 * 60 - 1) / 5 + 1);
        assertThat(score.unseen(1)).isZero();
    }

    @Property(tries = 200)
    void shouldScoreAsByBruteForceAndGoOnFromASnapshot(@ForAll Random random, @ForAll @IntRange(max = 300) int saveAt) {
        ForecastScore straight = score();
        ForecastScore restored = score();
        List<double[]> made = new ArrayList<>();
        List<double[]> seen = new ArrayList<>();
        long atMs = T0;
        double levelM = 1;
        for (int i = 0; i < 300; i++) {
            atMs += random.nextInt(20) == 0 ? random.nextLong(5 * HOUR) + 5 * MIN : 5 * MIN + random.nextLong(10 * MIN);
            levelM += random.nextGaussian() * 0.05;
            double rise = random.nextGaussian() * 0.1;
            if (i == saveAt) {
                long[] saved = restored.save();
                restored = score();
                assertThat(restored.restore(saved)).isTrue();
                assertThat(restored.save()).containsExactly(saved);
            }
            straight.observed(atMs, levelM);
            restored.observed(atMs, levelM);
            seen.add(new double[] {atMs, levelM});
            if (random.nextInt(3) > 0) {
                straight.made(at(atMs, levelM, rise));
                restored.made(at(atMs, levelM, rise));
                made.add(new double[] {atMs, levelM, rise});
            }
        }
        assertThat(restored.save()).containsExactly(straight.save());
        for (int lead = 0; lead < 2; lead++) {
            assertAsByBruteForce(straight, lead, made, seen);
        }
    }

    private static void assertAsByBruteForce(ForecastScore score, int lead, List<double[]> made, List<double[]> seen) {
        Lead terms = TABLE.leads().get(lead);
        int inside = 0;
        int outside = 0;
        int unseen = 0;
        for (double[] expectation : made) {
            double targetMs = expectation[0] + terms.leadMs();
            int after = 0;
            while (after < seen.size() && seen.get(after)[0] < targetMs) {
                after++;
            }
            if (after == seen.size()) {
                continue;
            }
            double[] next = seen.get(after);
            double[] last = seen.get(after - 1);
            if (next[0] > targetMs && next[0] - last[0] > 20 * MIN) {
                unseen++;
                continue;
            }
            double came = last[1] + (next[1] - last[1]) * (targetMs - last[0]) / (next[0] - last[0]);
            double error = came - expectation[1] - expectation[2] * terms.leadMs() / HOUR;
            if (error >= terms.q05M() - 1e-12 && error <= terms.q95M() + 1e-12) {
                inside++;
            } else {
                outside++;
            }
        }
        assertThat(score.inside(lead)).isEqualTo(inside);
        assertThat(score.below(lead) + score.above(lead)).isEqualTo(outside);
        assertThat(score.unseen(lead)).isEqualTo(unseen);
    }

    @Test
    void shouldBeginAnewWithAnotherTable() {
        ForecastScore score = score();
        score.observed(T0, 1.0);
        score.made(at(T0, 1.0, 0));
        score.observed(T0 + HOUR, 1.0);
        ForecastScore other = new ForecastScore(table(0.2), 10 * MIN, null);
        assertThat(other.restore(score.save())).isFalse();
        assertThat(other.scored(0)).isZero();
    }
}
