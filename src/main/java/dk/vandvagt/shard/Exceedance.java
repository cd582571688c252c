package dk.vandvagt.shard;

/**
 * The span a threshold was exceeded: an entry of the threshold-event log. Told when it begins and again, under the same
 * (ruleId, threshold, beganAtMs), when what was possible is sure, and when it ends.
 *
 * @param endedAtMs first observation below the clearing point of the run that completed the off-delay; 0 while it lasts
 * @param peak level in metres in {@code datum}, millimetres, or metres per hour
 * @param worstFlag of the observations that made it, QARTOD
 * @param late wholly past when it became known: logged, never raised
 * @param possible not sure to be exceeded; says nothing once it has ended, the beginning's word holds then
 * @param outOfService its sensor is: logged, never raised
 */
public record Exceedance(
        String runId,
        String ruleId,
        String threshold,
        String stationId,
        String sensorId,
        int severity,
        double raiseAt,
        double clearBelow,
        String unit,
        String datum,
        long beganAtMs,
        long endedAtMs,
        double peak,
        long peakAtMs,
        int worstFlag,
        boolean late,
        boolean possible,
        boolean outOfService) {}
