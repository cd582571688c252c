package dk.vandvagt.app;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.layer.KnownState.Reading;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far an alert had come at an instant of the past while it stood. Its last step says so only as of itself: a peak that moves on is no
 * step. A level's peak since then is among its readings; that of anything else is not known.
 */
final class StandingThen {
    private StandingThen() {}

    /** Whether its peak is one of its sensor's readings. */
    static boolean peaksInItsReadings(Catalogue catalogue, Alert alert) {
        Rule rule = catalogue.rule(alert.last().ruleId());
        return alert.state() == Alert.State.ACTIVE
                && rule != null
                && rule.kind() == Threshold.Kind.LEVEL
                && rule.sensorIndex() != Rule.NO_ONE_SENSOR;
    }

    /**
     * The same with its peak as it was then.
     *
     * @param since its sensor's readings since its last peak, as they were known then, oldest first; null where they are not known
     */
    static Alert withPeak(Catalogue catalogue, Alert alert, @Nullable List<Reading> since) {
        if (alert.state() != Alert.State.ACTIVE) {
            return alert;
        }
        if (since == null || !peaksInItsReadings(catalogue, alert)) {
            return alert.withPeak(Double.NaN, 0);
        }
        Rule rule = Objects.requireNonNull(catalogue.rule(alert.last().ruleId()));
        boolean onAZero = catalogue.sensor(rule.sensorIndex()).parameter() == Parameter.LEVEL;
        Station station = Objects.requireNonNull(catalogue.station(rule.stationId()));
        int up = rule.direction() == Threshold.Direction.FALLING ? -1 : 1;
        double peak = alert.peak();
        long peakAtMs = alert.peakAtMs();
        for (Reading each : since) {
            double value = each.value() + (onAZero ? station.gaugeZeroM(each.observedAtMs()) : 0);
            if (each.flag() != Flag.FAIL && each.observedAtMs() > alert.peakAtMs() && up * value > up * peak) {
                peak = value;
                peakAtMs = each.observedAtMs();
            }
        }
        return alert.withPeak(peak, peakAtMs);
    }
}
