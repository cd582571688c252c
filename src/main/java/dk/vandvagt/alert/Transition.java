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
 * @param severity after this step, only possible ones counted in; 0 once cleared; once out of service, what it was before
 * @param threshold name of the highest active rung, or of the last one that was
 * @param observedAtMs of the deciding reading, 0 where none decided
 * @param value the deciding reading as judged: level in metres in {@code datum}, millimetres, or metres per hour; NaN for none
 * @param flag quality flag of the deciding reading, QARTOD
 * @param peak highest (falling: lowest) value so far
 * @param unconfirmed raised although its sensor had gone silent during the on-delay, or told anew while it is silent
 * @param by who did it, where a person did; else null
 * @param note what they wrote or what happened to the settings, or null
 * @param possible the highest active rung is not sure to be exceeded; at the end: never was
 * @param shelved its rule is shelved: kept, but not told to the public
 * @param shelvedUntilMs when that shelving ends, 0 where the rule is not shelved
 * @param cause why, where it is not simply the reading; else null
 * @param untilMs when the maintenance is to end that its sensor is taken out of service for; else 0, and in those of before there was
 *     maintenance
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
        @Nullable String note,
        boolean possible,
        boolean shelved,
        long shelvedUntilMs,
        @Nullable Cause cause,
        long untilMs) {

    public enum Kind {
        RAISED,
        ESCALATED,
        DE_ESCALATED,
        /** the sensor went silent while the alert stands: no all-clear */
        STALE,
        /** the sensor is heard again, the alert still stands */
        BACK,
        CLEARED,
        /** the reading that raised it failed its quality control afterwards, or was corrected: it should not have been raised */
        WITHDRAWN,
        ACKNOWLEDGED,
        /** what was told as possible is now sure */
        CONFIRMED,
        /** from here on its steps are kept and not told */
        SHELVED,
        /** told again as it now stands */
        UNSHELVED,
        /** nobody watches it any more, as its sensor was taken out of service: no all-clear */
        OUT_OF_SERVICE,
        /** the figure told last is another now, as its reading was corrected or failed; the alert stands as it did */
        CORRECTED;

        /** Whether the alert no longer stands after it. */
        public boolean ends() {
            return this == CLEARED || this == WITHDRAWN || this == OUT_OF_SERVICE;
        }
    }

    public enum Cause {
        /** the reading behind a higher rung failed its quality control afterwards: a correction */
        READING_FAILED,
        /** the reading behind a higher rung was corrected by the gauge afterwards */
        READING_CORRECTED,
        /**
         * a reading did, and it is not the first time: it comes and goes, so its end is told only once it has stayed away for long;
         * of an end: it has
         */
        FLAPPING,
        /** the threshold, or the whole rule, is no longer in the settings */
        THRESHOLD_REMOVED,
        /** the threshold's severity is another in the new settings */
        SEVERITY_CHANGED,
        /** its sensor was put into service again, or its maintenance is over, and this is how it stands */
        IN_SERVICE,
        /** its sensor is maintained until {@link #untilMs} */
        MAINTENANCE,
        /** it was of a drill, and the drill is over */
        EXERCISE_OVER,
        /** it was of a drill, which a real alert has ended */
        EXERCISE_INTERRUPTED
    }
}
