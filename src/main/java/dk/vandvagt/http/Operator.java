package dk.vandvagt.http;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** What an operator may change. Each call returns at once; its stage completes when the journal has it. */
public interface Operator {
    /** Called for an alert that stands. */
    CompletionStage<Void> acknowledge(String alertId, String by, String note);

    /** Called for a rule of the settings in force, with an instant ahead. */
    CompletionStage<Void> shelve(String ruleId, long untilMs, String by, String note);

    /** Called for a rule that is shelved. */
    CompletionStage<Void> unshelve(String ruleId, String by, String note);

    /** Called for a sensor that is in service, or in maintenance. */
    CompletionStage<Void> takeOutOfService(String sensorId, String by, String note);

    /** Called for sensors that are not out of service without an end, with an instant ahead. */
    CompletionStage<Void> maintain(List<String> sensorIds, long untilMs, String by, String note);

    /** Called for a sensor that is out of service. */
    CompletionStage<Void> putInService(String sensorId, String by, String note);

    /** Reads the settings again: all or nothing. */
    CompletionStage<Reload> reload();

    /**
     * @param revision in use from here on
     * @param changed whether it is another one than before
     * @param faults why the settings were not taken, all of them; empty when they were
     */
    record Reload(String revision, boolean changed, List<String> faults) {
        public Reload {
            faults = List.copyOf(faults);
        }
    }
}
