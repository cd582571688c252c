package dk.vandvagt.analysis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Unit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Gauges for tests, and where measured rain lies beside the project. */
final class RainGauges {
    static final long MIN = 60_000;
    static final long HOUR = 60 * MIN;
    static final long DAY = 24 * HOUR;
    static final long LATENESS = 3 * HOUR;
    static final long T0 = 1_700_006_400_000L;

    private static final Path DATA = Path.of("..", "shared", "data");

    private RainGauges() {}

    static RainGauge counter(double wrapMm) {
        return new RainGauge(RainGauge.Input.COUNTER, wrapMm, RainGauge.Label.END, RainGauge.Reports.PERIODIC, 0, 0.90);
    }

    static RainGauge intensity() {
        return new RainGauge(
                RainGauge.Input.INTENSITY, Double.NaN, RainGauge.Label.END, RainGauge.Reports.PERIODIC, 0, 0.90);
    }

    static RainGauge labelledByStart() {
        return new RainGauge(
                RainGauge.Input.INCREMENT, Double.NaN, RainGauge.Label.START, RainGauge.Reports.PERIODIC, 0, 0.90);
    }

    static RainGauge onTip(RainGauge.Input input, long heartbeatMs) {
        return new RainGauge(input, Double.NaN, RainGauge.Label.END, RainGauge.Reports.ON_TIP, heartbeatMs, 0.90);
    }

    static Sensor sensor(RainGauge gauge, long intervalMs) {
        return new Sensor(
                "R",
                "ST",
                Text.NONE,
                Parameter.RAIN,
                Unit.MM,
                intervalMs,
                10 * intervalMs,
                0.1,
                QualityLimits.NONE,
                List.of(),
                gauge,
                false);
    }

    static Rain rain(RainGauge gauge, long intervalMs, long... windowsMs) {
        return new Rain(
                List.of(sensor(gauge, intervalMs)), windowsMs, Math.min(LATENESS, windowsMs[windowsMs.length - 1]));
    }

    /** Skips the calling test where the folder is missing, but fails it in CI. */
    static Path data(String folder) {
        Path path = DATA.resolve(folder);
        boolean present = Files.isDirectory(path);
        if (!present && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI must have the measured data at " + path);
        }
        assumeTrue(present, "no measured data at " + path + ": it lies beside the project, not in it");
        return path;
    }
}
