package dk.vandvagt.quality;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.AttenuatedSignal;
import dk.vandvagt.station.QualityLimits.FlatLine;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.QualityLimits.SpikeMethod;
import dk.vandvagt.station.Season;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Unit;
import java.util.List;

/** Sensors with limits of one's choice, each at a station of its own. */
final class Stations {
    private static final long MIN = Catalogues.MIN;

    private Stations() {}

    /** Level every 10 min to the centimetre, stale after 35 min. */
    static Sensor level(String id, QualityLimits limits, Threshold... thresholds) {
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                10 * MIN,
                35 * MIN,
                0.01,
                limits,
                List.of(thresholds),
                false);
    }

    /** Rain every 5 min. */
    static Sensor rain(String id, QualityLimits limits, Threshold... thresholds) {
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.RAIN,
                Unit.MM,
                5 * MIN,
                20 * MIN,
                0.1,
                limits,
                List.of(thresholds),
                false);
    }

    /** The usual ranges, spike and rate of change, and these beside them. */
    static QualityLimits limits(
            SpikeMethod spike,
            List<Season> climatology,
            FlatLine flat,
            AttenuatedSignal attenuated,
            Neighbour neighbour) {
        return new QualityLimits(-3, 4, -1.6, 2.6, 0.2, 0.4, spike, 3, 0, climatology, flat, attenuated, neighbour);
    }

    static QualityLimits flatLine(FlatLine flat) {
        return limits(SpikeMethod.DIFFERENTIAL, List.of(), flat, AttenuatedSignal.OFF, Neighbour.NONE);
    }

    static QualityLimits neighbour(Neighbour neighbour) {
        return limits(SpikeMethod.DIFFERENTIAL, List.of(), FlatLine.OFF, AttenuatedSignal.OFF, neighbour);
    }

    static QualityLimits rainLimits(String neighbour) {
        return new QualityLimits(
                0,
                60,
                0,
                40,
                Double.NaN,
                Double.NaN,
                SpikeMethod.DIFFERENTIAL,
                Double.NaN,
                0,
                List.of(),
                FlatLine.OFF,
                AttenuatedSignal.OFF,
                new Neighbour(neighbour, 5, 20));
    }
}
