package dk.vandvagt.shard;

import dk.vandvagt.analysis.Rain;
import dk.vandvagt.analysis.Tide;
import dk.vandvagt.analysis.Trend;
import dk.vandvagt.layer.KnownState;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.util.List;
import java.util.Objects;

/**
 * What led to an instant of the past: trend, residual and accumulations out of the observations before it, by the code that has them live.
 * Not so the antecedent index, which needs a season, nor extrapolations.
 */
public final class Course {
    private static final long MARGIN_MS = 24 * 3_600_000L;

    private final LiveState state;
    private final Trend trend = new Trend();
    private final long[] windowsMs = LiveState.ACCUMULATION_WINDOWS_MS.stream()
            .mapToLong(Long::longValue)
            .toArray();

    /** @param state of the past; it is filled */
    public Course(LiveState state) {
        this.state = state;
    }

    /** As long before the instant the observations of a parameter matter; 0 for not at all. */
    public static long backMs(Sensor sensor) {
        return switch (sensor.parameter()) {
            // a running counter needs one before the first
            case RAIN -> LiveState.ACCUMULATION_WINDOWS_MS.getLast() + MARGIN_MS;
            // the window ends with the newest, and its first is smoothed by the one before
            case LEVEL ->
                ShardState.trendWindowMs(LiveState.TREND_WINDOWS_MS.size() - 1, sensor.intervalMs())
                        + sensor.staleAfterMs()
                        + 3 * sensor.intervalMs();
            default -> 0;
        };
    }

    /** @param observations of one sensor, oldest first; where it is not in the settings, nothing is filled */
    public void take(String sensorId, List<KnownState.Reading> observations) {
        int i = state.catalogue().sensorIndex(sensorId);
        if (i < 0 || observations.isEmpty()) {
            return;
        }
        Sensor sensor = state.catalogue().sensor(i);
        if (sensor.parameter() == Parameter.RAIN) {
            takeRain(i, sensor, observations);
        } else if (sensor.parameter() == Parameter.LEVEL) {
            takeLevel(i, sensor, observations);
        }
    }

    private void takeRain(int i, Sensor sensor, List<KnownState.Reading> observations) {
        Rain rain = new Rain(List.of(sensor), windowsMs, windowsMs[windowsMs.length - 1]);
        for (KnownState.Reading each : observations) {
            rain.add(0, each.observedAtMs(), each.value(), each.flag() == Flag.FAIL);
        }
        for (int w = 0; w < windowsMs.length; w++) {
            state.accumulationMm()[w][i] = rain.shownMm(0, w, state.clockMs());
            state.rain().atMostMm()[w][i] = rain.upperMm(0, w);
            state.rain().coverage()[w][i] = rain.coverage(0, w);
        }
        state.rain().intensityMmPerHour()[i] = rain.intensityMmPerHour(0);
    }

    private void takeLevel(int i, Sensor sensor, List<KnownState.Reading> observations) {
        Station station = Objects.requireNonNull(state.catalogue().station(sensor.stationId()));
        Recent recent = new Recent(new int[] {observations.size() + 1});
        for (KnownState.Reading each : observations) {
            recent.insert(0, recent.size(0), each.observedAtMs(), each.value(), (byte) each.flag(), (byte) each.test());
        }
        KnownState.Reading newest = observations.getLast();
        double zeroM = station.gaugeZeroM(newest.observedAtMs());
        for (int w = 0; w < LiveState.TREND_WINDOWS_MS.size(); w++) {
            long windowMs = ShardState.trendWindowMs(w, sensor.intervalMs());
            if (station.gaugeZeroM(newest.observedAtMs() - windowMs) == zeroM
                    && trend.estimate(recent, 0, windowMs, sensor.resolution())) {
                state.riseMPerHour()[w][i] = trend.risePerHour();
                state.riseStandardError()[w][i] = trend.standardError();
                state.riseSign()[w][i] = (byte) trend.sign();
            }
        }
        SeaTide tide = sensor.reference().tide();
        if (tide != null) {
            state.residualM()[i] = Tide.of(tide).residualM(newest.value() + zeroM, newest.observedAtMs());
        }
    }
}
