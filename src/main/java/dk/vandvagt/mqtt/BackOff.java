package dk.vandvagt.mqtt;

import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling, and scattered so that many clients do not return at once. */
final class BackOff {
    private static final long SHORTEST_MS = 200;
    private static final long LONGEST_MS = 30_000;

    private final RandomGenerator random;
    private long boundMs = SHORTEST_MS;

    BackOff(RandomGenerator random) {
        this.random = random;
    }

    void reset() {
        boundMs = SHORTEST_MS;
    }

    /** Between half the bound and the bound; the next bound is twice this one. */
    long nextMs() {
        long delayMs = boundMs / 2 + random.nextLong(boundMs / 2 + 1);
        boundMs = Math.min(LONGEST_MS, 2 * boundMs);
        return delayMs;
    }
}
