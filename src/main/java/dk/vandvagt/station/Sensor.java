package dk.vandvagt.station;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sensor measures one parameter.
 *
 * @param unit what it sends; readings are kept in {@link Parameter#unit}
 * @param intervalMs how often it reports
 * @param staleAfterMs silence, counted from its newest observation, after which it is stale
 * @param resolution smallest step it can tell apart, kept unit
 * @param rain how it reports, where it is a rain gauge
 * @param reference what its readings are held against besides thresholds
 * @param retired no longer in the settings; kept so that its index is never given to another
 */
public record Sensor(
        String id,
        String stationId,
        Text title,
        Parameter parameter,
        Unit unit,
        long intervalMs,
        long staleAfterMs,
        double resolution,
        QualityLimits quality,
        List<Threshold> thresholds,
        RainGauge rain,
        Reference reference,
        boolean retired) {
    public Sensor {
        thresholds = List.copyOf(thresholds);
    }

    /** A sensor that, if it is a rain gauge, reports as most do. */
    public Sensor(
            String id,
            String stationId,
            Text title,
            Parameter parameter,
            Unit unit,
            long intervalMs,
            long staleAfterMs,
            double resolution,
            QualityLimits quality,
            List<Threshold> thresholds,
            boolean retired) {
        this(
                id,
                stationId,
                title,
                parameter,
                unit,
                intervalMs,
                staleAfterMs,
                resolution,
                quality,
                thresholds,
                RainGauge.USUAL,
                Reference.NONE,
                retired);
    }

    /** A sensor whose readings are held against its thresholds alone. */
    public Sensor(
            String id,
            String stationId,
            Text title,
            Parameter parameter,
            Unit unit,
            long intervalMs,
            long staleAfterMs,
            double resolution,
            QualityLimits quality,
            List<Threshold> thresholds,
            RainGauge rain,
            boolean retired) {
        this(
                id,
                stationId,
                title,
                parameter,
                unit,
                intervalMs,
                staleAfterMs,
                resolution,
                quality,
                thresholds,
                rain,
                Reference.NONE,
                retired);
    }

    /** Silence after which the reading that should have come is missing. */
    public long gapMs() {
        return quality.gapMs() > 0 ? quality.gapMs() : staleAfterMs;
    }

    /** The unit its readings are kept in: an intensity is kept in mm/h, and only its sums are mm. */
    public String keptUnit() {
        return rain.input() == RainGauge.Input.INTENSITY && parameter == Parameter.RAIN
                ? Unit.MM_PER_HOUR.symbol()
                : parameter.unit();
    }

    /**
     * The unit of that symbol, where this sensor's readings can be told in it; otherwise null. A length may be told in another unit;
     * rain in mm and its intensity in mm/h are not alike.
     */
    public @Nullable Unit unitOf(String symbol) {
        for (Unit each : Unit.all()) {
            boolean alike = parameter != Parameter.RAIN || each == unit;
            if (alike && each.parameter() == parameter && each.symbol().equals(symbol)) {
                return each;
            }
        }
        return null;
    }

    /** The same sensor, out of use. */
    public Sensor retire() {
        return new Sensor(
                id,
                stationId,
                title,
                parameter,
                unit,
                intervalMs,
                staleAfterMs,
                resolution,
                quality,
                List.of(),
                rain,
                reference,
                true);
    }
}
