package dk.vandvagt.store;

import java.util.List;

/** A sensor's past over [from, to), as readings or, where those are too many or not wanted, in buckets. */
public sealed interface Series {

    /** In order of time. */
    record Raw(List<StoredReading> readings) implements Series {}

    /**
     * In order of time; a bucket without readings is left out.
     *
     * @param stepMs length of a bucket: at least what was asked for
     */
    record Buckets(long stepMs, List<Bucket> buckets) implements Series {}

    /**
     * Readings of [bucketAtMs, bucketAtMs + step); those that failed quality control count in {@code failed} and in
     * {@code worstFlag} only.
     *
     * @param n readings that sum, min, max and last are made of; 0 makes those NaN
     * @param sum kept unit
     * @param lastAtMs observation time of {@code last}, 0 for none
     * @param worstFlag by {@link dk.vandvagt.quality.Flag#rollUp}
     */
    record Bucket(
            long bucketAtMs,
            long n,
            long failed,
            double sum,
            double min,
            double max,
            double last,
            long lastAtMs,
            int worstFlag) {}
}
