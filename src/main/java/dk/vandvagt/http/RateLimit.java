package dk.vandvagt.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** So many at once, then one each period; by key. One event loop uses it. */
final class RateLimit {
    private static final int KEYS_AT_MOST = 20_000;

    private final int atOnce;
    private final long periodMs;
    /** When the key's whole allowance is there again; the least lately used are forgotten first. */
    private final Map<String, Long> fullAtMs = new LinkedHashMap<>(16, 0.75f, true);

    RateLimit(int atOnce, long periodMs) {
        this.atOnce = atOnce;
        this.periodMs = periodMs;
    }

    /** Takes one, and gives 0; or takes none, and gives how long until there is one. */
    long takeOrWaitMs(String key, long nowMs) {
        long next = Math.max(nowMs, fullAtMs.getOrDefault(key, nowMs)) + periodMs;
        long waitMs = next - nowMs - atOnce * periodMs;
        if (waitMs > 0) {
            return waitMs;
        }
        fullAtMs.put(key, next);
        if (fullAtMs.size() > KEYS_AT_MOST) {
            fullAtMs.remove(fullAtMs.keySet().iterator().next());
        }
        return 0;
    }
}
