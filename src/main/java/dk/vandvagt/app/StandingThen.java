package dk.vandvagt.app;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.layer.KnownState.Reading;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.util.List;
import java.util.Objects;

/**
 * How far an alert had come at an instant of the past while it stood. Its last step says so only as of itself: a peak that moves on is no
 * step. A level's peak since then is among its readings; that of anything else is not known.
 */
final class StandingThen {
    /** Far below what any gauge tells apart. */
    private static final double SAME = 1e-6;

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
     * The same with its peak as it was then; NaN where the peak that its last step told is not among the readings as it was told.
     *
     * @param readings its sensor's from the last step's peak on, as they were known then, oldest first
     */
    static Alert withPeak(Catalogue catalogue, Alert alert, List<Reading> readings) {
        if (alert.state() != Alert.State.ACTIVE) {
            return alert;
        }
        if (!peaksInItsReadings(catalogue, alert)) {
            return alert.withPeak(Double.NaN, 0);
        }
        Rule rule = Objects.requireNonNull(catalogue.rule(alert.last().ruleId()));
        boolean onAZero = catalogue.sensor(rule.sensorIndex()).parameter() == Parameter.LEVEL;
        Station station = Objects.requireNonNull(catalogue.station(rule.stationId()));
        int up = rule.direction() == Threshold.Direction.FALLING ? -1 : 1;
        boolean borne = false;
        double peak = alert.peak();
        long peakAtMs = alert.peakAtMs();
        for (Reading each : readings) {
            if (each.flag() == Flag.FAIL || each.test() == QualityTest.LATE.code()) {
                continue;
            }
            double value = each.value() + (onAZero ? station.gaugeZeroM(each.observedAtMs()) : 0);
            if (each.observedAtMs() == alert.peakAtMs()) {
                borne = Math.abs(value - alert.peak()) < SAME;
            } else if (each.observedAtMs() > alert.peakAtMs() && up * value > up * peak) {
                peak = value;
                peakAtMs = each.observedAtMs();
            }
        }
        return borne ? alert.withPeak(peak, peakAtMs) : alert.withPeak(Double.NaN, 0);
    }
}
