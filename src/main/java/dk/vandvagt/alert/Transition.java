package dk.vandvagt.alert;

import org.jspecify.annotations.Nullable;

/**
 * One step in an alert's life, with all that is needed to tell it to people and to account for it later. Immutable; the same
 * journal gives the same transitions with the same ids.
 *
 * @param id {@code alertId + "/" + number}: lets a receiver drop repeats
 * @param alertId hash of run, rule, place and the instant it began
 * @param number 0 for the first of the alert, then counting
 * @param sequence of the journal's batch that caused it
 * @param atMs event time of the change: the reading's own time, or the clock's where a tick decided
 * @param clockMs the service's clock then
 * @param severity after this step; 0 once cleared
 * @param threshold name of the highest active rung, or of the last one that was
 * @param observedAtMs of the deciding reading, 0 where none decided
 * @param value the deciding reading as judged: level in metres in {@code datum}, millimetres, or metres per hour; NaN for none
 * @param flag quality flag of the deciding reading, QARTOD
 * @param peak highest (falling: lowest) value so far
 * @param unconfirmed raised although its sensor had gone silent during the on-delay
 * @param by who acknowledged, or null
 * @param note what they wrote, or null
 */
public record Transition(
        String id,
        String alertId,
        int number,
        Kind kind,
        String runId,
        String ruleId,
        String stationId,
        String sensorId,
        long sequence,
        long atMs,
        long clockMs,
        long beganAtMs,
        int severity,
        String threshold,
        double raiseAt,
        double clearBelow,
        String unit,
        String datum,
        long observedAtMs,
        double value,
        int flag,
        double peak,
        long peakAtMs,
        boolean unconfirmed,
        boolean late,
        @Nullable String by,
        @Nullable String note) {

    public enum Kind {
        RAISED,
        ESCALATED,
        DE_ESCALATED,
        /** the sensor went silent while the alert stands: no all-clear */
        STALE,
        /** the sensor is heard again, the alert still stands */
        BACK,
        CLEARED,
        /** the reading that raised it failed its quality control afterwards: it should not have been raised */
        WITHDRAWN,
        ACKNOWLEDGED
    }
}
