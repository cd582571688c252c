package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HydrographTest {
    @Test
    void shouldPassThroughItsPointsAndNeverOvershootBetweenThem() {
        double[] points = {-10, 0, -9, 0, -4, 3, -3.5, 3.1, 0, 5, 1, 5, 2, -1, 8, 0};
        Hydrograph curve = new Hydrograph(points);
        for (int i = 0; i + 3 < points.length; i += 2) {
            assertThat(curve.at(points[i])).isEqualTo(points[i + 1], within(1e-12));
            double low = Math.min(points[i + 1], points[i + 3]);
            double high = Math.max(points[i + 1], points[i + 3]);
            for (int k = 0; k <= 50; k++) {
                double hour = points[i] + (points[i + 2] - points[i]) * k / 50;
                assertThat(curve.at(hour)).isBetween(low - 1e-12, high + 1e-12);
            }
        }
    }

    @Test
    void shouldStayConstantBeyondItsEnds() {
        Hydrograph curve = new Hydrograph(0, 1, 2, 3);
        assertThat(curve.at(-100)).isEqualTo(1);
        assertThat(curve.at(100)).isEqualTo(3);
    }
}
