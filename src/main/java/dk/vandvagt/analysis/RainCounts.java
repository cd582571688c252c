package dk.vandvagt.analysis;

/** What happened to the gauges of one shard, counted where it happens. */
final class RainCounts {
    long grown;
    long overflowed;
    long tooLate;
    long resets;
    long wraps;
}
