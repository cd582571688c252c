package dk.vandvagt.wire;

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
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Catalogues for tests: one station with the sensors named. */
public final class Places {
    private Places() {}

    public static Catalogue with(String... sensorIds) {
        return after(null, sensorIds);
    }

    public static Catalogue after(@Nullable Catalogue previous, String... sensorIds) {
        List<Sensor> sensors = Stream.of(sensorIds)
                .map(id -> new Sensor(
                        id,
                        "ASS",
                        Text.NONE,
                        Parameter.LEVEL,
                        id.endsWith("-CM") ? Unit.CM : Unit.M,
                        600_000,
                        1_800_000,
                        0.01,
                        QualityLimits.NONE,
                        List.of(),
                        false))
                .toList();
        Station station = new Station(
                "ASS",
                "Assens Havn",
                9.89,
                55.27,
                new VerticalDatum("DVR90"),
                List.of(new GaugeZero(Long.MIN_VALUE, 0, "")),
                "",
                sensors);
        return Catalogue.of(String.join(",", sensorIds), "Assens", Judging.USUAL, List.of(station), previous);
    }
}
