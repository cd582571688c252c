package dk.vandvagt.shard;

/**
 * What the exceedances of one threshold come to. Thresholds that were given another severity, unit or datum count as others.
 *
 * @param count without the false ones
 * @param falseRaises whose reading failed its quality control afterwards
 * @param lasting of {@code count}, those that have not ended
 * @param peak the farthest beyond the raising point; NaN for none
 * @param firstBeganAtMs 0 for none
 */
public record ExceedanceStatistics(
        String stationId,
        String ruleId,
        String threshold,
        int severity,
        String unit,
        String datum,
        long count,
        long falseRaises,
        long lasting,
        long totalMs,
        long longestMs,
        double peak,
        long peakAtMs,
        long firstBeganAtMs,
        long lastBeganAtMs) {}
