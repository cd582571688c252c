package dk.vandvagt.layer;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import java.util.Comparator;
import java.util.HexFormat;

/** One feature an alert, newest first, at its station; those whose station is no longer in the settings have no position. */
final class AlertLayer {
    static final LayerInfo INFO = new LayerInfo(
            "alerts",
            new Text("Alarmer", "Alerts"),
            new Text(
                    "Alarmer der står, og alarmer der nylig er afblæst. Lokale målinger, ikke varsler fra DMI.",
                    "Alerts that stand and alerts that ended lately. Local measurements, not warnings by DMI."),
            Schema.timed(Schema.Shape.POINT, AlertText.properties()));

    private AlertLayer() {}

    static Layer of(LiveState live, Stamp stamp) {
        Catalogue catalogue = live.catalogue();
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        live.alerts().stream().sorted(Comparator.comparing(AlertLayer::key)).forEach(alert -> {
            Station station = catalogue.station(alert.last().stationId());
            writer.feature(
                    alert.id(),
                    key(alert),
                    station == null ? Double.NaN : station.lon(),
                    station == null ? Double.NaN : station.lat(),
                    alert.last().beganAtMs(),
                    alert.endedAtMs() == 0 ? Long.MAX_VALUE : alert.endedAtMs(),
                    json -> AlertText.write(json, catalogue, alert));
        });
        return writer.done();
    }

    private static String key(Alert alert) {
        return HexFormat.of().toHexDigits(Long.MAX_VALUE - alert.raisedAtMs()) + alert.id();
    }
}
