package dk.vandvagt.shard;

/**
 * Running counts of the shards' judging, as last published by them.
 *
 * @param redelivered same key, same value
 * @param corrected same key, other value
 * @param late older than the lateness window
 * @param overflowed gave way in a full window
 * @param operatorCalls a person must look: failures in a row above a raising point, an implausible step, suspect readings below the
 *     clearing point for three off-delays
 * @param counterResets rain counters that began anew or jumped
 * @param rainTooLate readings of rain that came too late to count
 * @param staleSensors silent now; those never heard are not among them
 */
public record ShardCounts(
        long redelivered,
        long corrected,
        long late,
        long overflowed,
        long operatorCalls,
        long counterResets,
        long rainTooLate,
        long staleSensors) {
    static final ShardCounts NONE = new ShardCounts(0, 0, 0, 0, 0, 0, 0, 0);

    ShardCounts plus(ShardCounts other) {
        return new ShardCounts(
                redelivered + other.redelivered,
                corrected + other.corrected,
                late + other.late,
                overflowed + other.overflowed,
                operatorCalls + other.operatorCalls,
                counterResets + other.counterResets,
                rainTooLate + other.rainTooLate,
                staleSensors + other.staleSensors);
    }
}
