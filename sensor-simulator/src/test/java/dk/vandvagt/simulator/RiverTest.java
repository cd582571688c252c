package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RiverTest {
    private static final double STEP_HOURS = 1.0 / 6;
    private static final River.Shape SHAPE = new River.Shape(40, 0.35, 4, 0.5, 4);

    /** 12 mm in the ten minutes that end at hour 0. */
    private static final DoubleBinaryOperator BURST = (from, to) -> Math.abs(to) < 1e-9 ? 12 : 0;

    @Test
    void shouldCarryAwayTheShareOfTheRainThatRunsOff() {
        River river = new River(SHAPE, BURST);
        double m3 = 0;
        for (int step = -6; step < 30 * 6; step++) {
            m3 += (river.dischargeM3PerS(step * STEP_HOURS) - SHAPE.baseM3PerS()) * STEP_HOURS * 3600;
        }
        // mm on km2 are thousands of m3; the cascade is cut off after six lags
        assertThat(m3).isCloseTo(12 * 1000 * SHAPE.areaKm2() * SHAPE.runoff(), within(0.01 * 12_000 * 40 * 0.35));
    }

    @Test
    void shouldPeakALagAfterTheRain() {
        River river = new River(SHAPE, BURST);
        int highest = IntStream.range(0, 24 * 6)
                .reduce((a, b) -> river.stageM(a * STEP_HOURS) >= river.stageM(b * STEP_HOURS) ? a : b)
                .orElseThrow();
        assertThat(highest * STEP_HOURS).isCloseTo(SHAPE.lagHours(), within(0.25));
    }

    @Test
    void shouldAddRainUpLinearlyAndStandStillInDryWeather() {
        River once = new River(SHAPE, BURST);
        River thrice = new River(SHAPE, (from, to) -> 3 * BURST.applyAsDouble(from, to));
        River dry = new River(SHAPE, (from, to) -> 0);
        for (double hour : new double[] {0, 1, 4, 12}) {
            double base = SHAPE.baseM3PerS();
            assertThat(thrice.dischargeM3PerS(hour) - base)
                    .isCloseTo(3 * (once.dischargeM3PerS(hour) - base), within(1e-9));
            assertThat(dry.dischargeM3PerS(hour)).isEqualTo(base);
        }
    }

    /** Q = a h^(5/3): a stage of 1 m where the rating says. */
    @Test
    void shouldRateOneMetreAsItIsTold() {
        River river = new River(new River.Shape(40, 0.35, 4, 4, 4), (from, to) -> 0);
        assertThat(river.stageM(0)).isCloseTo(1, within(1e-12));
    }
}
