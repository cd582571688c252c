package dk.vandvagt.layer;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.station.Catalogue;
import java.util.List;

/**
 * The live state as it was known at an instant that is past, out of what is kept: newest observations and alerts. What is computed from
 * more than the newest observation is left unknown here; extrapolations stay so.
 */
public final class KnownState {
    private KnownState() {}

    /**
     * A sensor's newest observation, as {@link LiveState} has it.
     *
     * @param value kept unit, on the sensor's own zero
     */
    public record Reading(String sensorId, long observedAtMs, long receivedAtMs, double value, int flag, int test) {}

    /**
     * Readings of sensors that are not in the settings are left out.
     *
     * @param catalogue the settings in force then
     */
    public static LiveState of(
            Catalogue catalogue, String runId, long asOfMs, List<Reading> readings, List<Alert> alerts) {
        LiveState state = LiveState.blank(catalogue, runId, 0, asOfMs);
        for (Reading reading : readings) {
            int i = catalogue.sensorIndex(reading.sensorId());
            if (i < 0) {
                continue;
            }
            state.observedAtMs()[i] = reading.observedAtMs();
            state.receivedAtMs()[i] = reading.receivedAtMs();
            state.value()[i] = reading.value();
            state.flag()[i] = (byte) reading.flag();
            state.test()[i] = (byte) reading.test();
            state.stale()[i] =
                    asOfMs - reading.observedAtMs() > catalogue.sensor(i).staleAfterMs();
        }
        for (Alert alert : alerts) {
            int i = catalogue.sensorIndex(alert.last().sensorId());
            if (i >= 0 && alert.state() == Alert.State.ACTIVE) {
                state.severity()[i] =
                        (byte) Math.max(state.severity()[i], alert.last().severity());
            }
        }
        return state.with(alerts, List.of(), List.of(), List.of());
    }
}
