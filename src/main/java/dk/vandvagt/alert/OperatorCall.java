package dk.vandvagt.alert;

/**
 * Something that a person must look at; nothing that the public is told. The same again within a day is the same call, counted.
 *
 * @param stationId with {@code sensorId} empty where it concerns no one place
 * @param ruleId with {@code threshold} empty where it concerns the whole sensor
 * @param observedAtMs of the reading that called last, 0 for none
 * @param firstAtMs when it was first called, by the service's clock
 * @param lastAtMs when last
 * @param times how often; of a flood, how many alerts were raised in it
 */
public record OperatorCall(
        Kind kind,
        String stationId,
        String sensorId,
        String ruleId,
        String threshold,
        long observedAtMs,
        long firstAtMs,
        long lastAtMs,
        int times) {

    public enum Kind {
        /** an alert stands, and for three off-delays all that says it is over is suspect readings */
        SUSPECT_BELOW_CLEARING,
        /** three readings in a row beyond a raising point failed their quality control */
        FAILURES_BEYOND,
        /** a step too large to be told to the public before it is borne out */
        IMPLAUSIBLE_STEP,
        /** readings come at a constant offset of one hour or two: a clock or a time zone is wrong */
        CLOCK_OFF,
        /** more alerts were raised in a short time than anybody can read one by one */
        FLOOD,
        /** a severe alert went round the whole duty list, twice, and nobody acknowledged it */
        NOBODY_ANSWERED,
        /** a sensor shows something else than the staff gauge beside it, by more than the tolerance */
        GAUGE_OFFSET
    }

    /** As the shards make it; the alert book says when, and counts. */
    public static OperatorCall of(
            Kind kind, String stationId, String sensorId, String ruleId, String threshold, long observedAtMs) {
        return new OperatorCall(kind, stationId, sensorId, ruleId, threshold, observedAtMs, 0, 0, 0);
    }

    String key() {
        return kind + "/" + sensorId + "/" + ruleId + "/" + threshold;
    }

    OperatorCall at(long sinceMs, long clockMs, int count) {
        return new OperatorCall(kind, stationId, sensorId, ruleId, threshold, observedAtMs, sinceMs, clockMs, count);
    }
}
