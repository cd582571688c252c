package dk.vandvagt.shard;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.station.Catalogue;
import java.util.List;

/** What changes judging besides readings and time; journalled like them, so that a replay does the same. */
public sealed interface Command {
    /** From here on this revision holds. State is carried over by sensor id and threshold name. */
    record UseCatalogue(Catalogue catalogue) implements Command {}

    record Acknowledge(String alertId, String by, String note) implements Command {}

    /** @param untilMs by the service's clock */
    record Shelve(String ruleId, long untilMs, String by, String note) implements Command {}

    record Unshelve(String ruleId, String by, String note) implements Command {}

    record OutOfService(String sensorId, String by, String note) implements Command {}

    /**
     * Out of service until then, by the service's clock; one command however many they are, so that a station is maintained as a whole.
     */
    record Maintain(List<String> sensorIds, long untilMs, String by, String note) implements Command {
        public Maintain {
            sensorIds = List.copyOf(sensorIds);
        }
    }

    /** Operators are to look at something that was not found by judging. */
    record Call(OperatorCall call) implements Command {}

    record InService(String sensorId, String by, String note) implements Command {}
}
