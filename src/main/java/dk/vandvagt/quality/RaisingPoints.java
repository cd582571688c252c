package dk.vandvagt.quality;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From where on a sensor's readings may raise something: there a test that a real flood can trip makes a reading suspect, never
 * failed. A gauge stood still for three hours at 1.09 m in the surge of October 2023.
 */
public final class RaisingPoints {
    private final double[] rising;
    private final double[] falling;

    public RaisingPoints(List<Sensor> sensors) {
        rising = new double[sensors.size()];
        falling = new double[sensors.size()];
        for (int s = 0; s < sensors.size(); s++) {
            rising[s] = Double.POSITIVE_INFINITY;
            falling[s] = Double.NEGATIVE_INFINITY;
            for (Threshold threshold : sensors.get(s).thresholds()) {
                add(s, threshold, sensors.get(s).reference().tide());
            }
            if (sensors.get(s).parameter() == Parameter.RAIN) {
                // sums raise, and every drop counts toward one
                rising[s] = Double.MIN_VALUE;
            }
        }
    }

    private void add(int s, Threshold threshold, @Nullable SeaTide tide) {
        switch (threshold.kind()) {
            case LEVEL, EXPECTED -> {
                if (threshold.direction() == Threshold.Direction.FALLING) {
                    falling[s] = Math.max(falling[s], threshold.raiseAt());
                } else {
                    rising[s] = Math.min(rising[s], threshold.raiseAt());
                }
            }
            case RISE -> {
                if (!Double.isNaN(threshold.onlyAboveM())) {
                    rising[s] = Math.min(rising[s], threshold.onlyAboveM());
                }
            }
            case RESIDUAL -> {
                // a surge at low water counts too: from the lowest tide on
                double lowestM = tide == null
                        ? Double.NEGATIVE_INFINITY
                        : tide.meanLevelM()
                                - tide.constants().stream()
                                        .mapToDouble(SeaTide.Constant::amplitudeM)
                                        .sum();
                if (threshold.direction() == Threshold.Direction.FALLING) {
                    falling[s] = Double.POSITIVE_INFINITY;
                } else {
                    rising[s] = Math.min(rising[s], lowestM + threshold.raiseAt());
                }
            }
            case ACCUMULATION -> {}
        }
    }

    /**
     * @param level in the station's datum; of rain the reading, mm
     */
    public boolean isBeyond(int sensor, double level) {
        return level >= rising[sensor] || level <= falling[sensor];
    }
}
