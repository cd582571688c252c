package dk.vandvagt.journal;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Unit;
import dk.vandvagt.station.VerticalDatum;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Catalogues whose settings text is their sensors' ids with commas between; each sensor has a station of its own. */
final class Places {
    private Places() {}

    static Catalogue of(String... sensorIds) {
        return read(String.join(",", sensorIds), null);
    }

    static Catalogue read(String text, @Nullable Catalogue previous) {
        List<Station> stations =
                Arrays.stream(text.split(",", -1)).map(Places::station).toList();
        return Catalogue.of(text, "Assens", Judging.USUAL, stations, previous);
    }

    private static Station station(String sensorId) {
        Sensor sensor = new Sensor(
                sensorId,
                "AT-" + sensorId,
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                600_000,
                1_800_000,
                0.01,
                QualityLimits.NONE,
                List.of(),
                false);
        return new Station(
                "AT-" + sensorId,
                sensorId,
                9.89,
                55.27,
                new VerticalDatum("DVR90"),
                List.of(new GaugeZero(Long.MIN_VALUE, 0, "")),
                "",
                List.of(sensor));
    }
}
