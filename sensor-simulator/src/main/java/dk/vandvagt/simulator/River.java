package dk.vandvagt.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * A river's answer to rain: the rain of the last days, folded with an instantaneous unit hydrograph, becomes discharge (Nash 1957: a cascade of
 * equal linear reservoirs), and by a rating curve Q = a·h^(5/3) (Manning, a wide channel) a stage.
 */
final class River {
    /**
     * @param areaKm2 of the catchment
     * @param runoff share of the rain that comes down the river
     * @param lagHours from a burst of rain to the peak it makes
     * @param baseM3PerS what flows in dry weather
     * @param ratingA of the rating curve, m³/s at a stage of 1 m
     */
    record Shape(double areaKm2, double runoff, double lagHours, double baseM3PerS, double ratingA) {
        static final Shape USUAL = new Shape(40, 0.35, 4, 0.5, 4);
        private static final List<String> KEYS = List.of("area", "runoff", "lag", "base", "rating");

        /** @throws IllegalArgumentException with a message for people */
        static Shape of(Map<String, String> keys) {
            for (Map.Entry<String, String> key : keys.entrySet()) {
                if (!KEYS.contains(key.getKey())) {
                    throw new IllegalArgumentException(
                            "a river has no '" + key.getKey() + "'; it has " + String.join(", ", KEYS));
                }
                if (!Reading.isNumber(key.getValue()) || !(Double.parseDouble(key.getValue()) > 0)) {
                    throw new IllegalArgumentException(
                            key.getKey() + "='" + key.getValue() + "': expected a number above 0");
                }
            }
            return new Shape(
                    number(keys, "area", USUAL.areaKm2),
                    number(keys, "runoff", USUAL.runoff),
                    number(keys, "lag", USUAL.lagHours),
                    number(keys, "base", USUAL.baseM3PerS),
                    number(keys, "rating", USUAL.ratingA));
        }

        private static double number(Map<String, String> keys, String key, double usual) {
            String text = keys.get(key);
            return text == null ? usual : Double.parseDouble(text);
        }
    }

    private static final int RESERVOIRS = 3;
    private static final double STEP_HOURS = 1.0 / 6;
    /** Of lags: later the hydrograph holds less than a thousandth of its water. */
    private static final double REMEMBERS_LAGS = 6;

    private final Shape shape;
    private final DoubleBinaryOperator rainMm;
    private final Map<Long, Double> rainOfStep = new HashMap<>();

    /** @param rainMm mean depth over the catchment between two hours */
    River(Shape shape, DoubleBinaryOperator rainMm) {
        this.shape = shape;
        this.rainMm = rainMm;
    }

    /** Metres above the gauge's zero, at an hour that is a whole number of ten minutes. */
    double stageM(double hour) {
        return StrictMath.pow(dischargeM3PerS(hour) / shape.ratingA(), 0.6);
    }

    double dischargeM3PerS(double hour) {
        long step = Math.round(hour / STEP_HOURS);
        // the Nash cascade peaks at (n - 1) k
        double k = shape.lagHours() / (RESERVOIRS - 1);
        double m3PerS = shape.baseM3PerS();
        for (long back = 0; back * STEP_HOURS <= REMEMBERS_LAGS * shape.lagHours(); back++) {
            double t = (back + 0.5) * STEP_HOURS / k;
            double perHour = t * t / 2 * StrictMath.exp(-t) / k;
            double mmPerHour = rainOfStep(step - back) * perHour;
            // 1 mm/h on 1 km² is 1/3.6 m³/s
            m3PerS += mmPerHour * shape.runoff() * shape.areaKm2() / 3.6;
        }
        return m3PerS;
    }

    private double rainOfStep(long step) {
        Double known = rainOfStep.get(step);
        if (known == null) {
            known = rainMm.applyAsDouble((step - 1) * STEP_HOURS, step * STEP_HOURS);
            rainOfStep.put(step, known);
        }
        return known;
    }
}
