package dk.vandvagt.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** What a forecaster would look at in a series of water levels, measured or made up. */
record LevelShape(
        double highestM,
        Instant peakedAt,
        double lowestM,
        Instant lowestAt,
        double largestStepM,
        double largestHourlyRiseM,
        double hoursAbove1M,
        double roughnessM) {
    private static final Duration STEP = Duration.ofMinutes(10);

    static LevelShape of(NavigableMap<Instant, Double> levels) {
        Map.Entry<Instant, Double> highest = levels.firstEntry();
        Map.Entry<Instant, Double> lowest = levels.firstEntry();
        for (Map.Entry<Instant, Double> entry : levels.entrySet()) {
            highest = entry.getValue() > highest.getValue() ? entry : highest;
            lowest = entry.getValue() < lowest.getValue() ? entry : lowest;
        }
        double[] bends = levels.keySet().stream()
                .map(at -> plus(levels, at, STEP.multipliedBy(2))
                        - 2 * plus(levels, at, STEP)
                        + plus(levels, at, Duration.ZERO))
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
        return new LevelShape(
                highest.getValue(),
                highest.getKey(),
                lowest.getValue(),
                lowest.getKey(),
                largest(rises(levels, STEP).map(Math::abs)),
                largest(rises(levels, Duration.ofHours(1))),
                levels.values().stream().filter(level -> level >= 1).count() * STEP.toMinutes() / 60.0,
                Math.sqrt(DoubleStream.of(bends).map(bend -> bend * bend).sum() / bends.length));
    }

    private static DoubleStream rises(NavigableMap<Instant, Double> levels, Duration over) {
        return levels.keySet().stream()
                .mapToDouble(at -> plus(levels, at, over) - plus(levels, at, Duration.ZERO))
                .filter(Double::isFinite);
    }

    private static double plus(NavigableMap<Instant, Double> levels, Instant at, Duration later) {
        Double level = levels.get(at.plus(later));
        return level == null ? Double.NaN : level;
    }

    private static double largest(DoubleStream values) {
        OptionalDouble largest = values.max();
        return largest.orElse(Double.NaN);
    }
}
