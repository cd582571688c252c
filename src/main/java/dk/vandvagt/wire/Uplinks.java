package dk.vandvagt.wire;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The last uplinks of each device, so that one which another gateway or network server tells again is not a second reading: rain
 * would be counted twice. A counter that starts again after a join is told apart by the session, or by what the frame holds.
 * Bounded: the device longest silent is forgotten first.
 */
final class Uplinks {
    private static final int KEPT_A_DEVICE = 8;
    private static final int MOST_DEVICES = 20_000;
    /** Redeliveries come within minutes; the counter of a device that joins again passes the same numbers later. */
    private static final long REMEMBERED_MS = 15 * 60_000;

    static final long NEW = Long.MIN_VALUE;

    private record Seen(long frameCounter, String sessionId, int contentHash, long observedAtMs) {}

    private final Map<String, ArrayDeque<Seen>> byDevice = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ArrayDeque<Seen>> eldest) {
            return size() > MOST_DEVICES;
        }
    };

    /** When the same frame of the same device was observed, {@link #NEW} where it has not been taken. */
    long observedAtMs(Uplink uplink) {
        ArrayDeque<Seen> before = uplink.frameCounter() < 0 ? null : byDevice.get(key(uplink));
        if (before == null) {
            return NEW;
        }
        for (Seen seen : before) {
            if (seen.frameCounter == uplink.frameCounter()
                    && seen.sessionId.equals(uplink.sessionId())
                    && seen.contentHash == uplink.payload().hashCode()
                    && Math.abs(seen.observedAtMs - uplink.observedAtMs()) < REMEMBERED_MS) {
                return seen.observedAtMs;
            }
        }
        return NEW;
    }

    void remember(Uplink uplink) {
        if (uplink.frameCounter() < 0) {
            return;
        }
        ArrayDeque<Seen> seen = byDevice.computeIfAbsent(key(uplink), id -> new ArrayDeque<>(KEPT_A_DEVICE));
        if (seen.size() == KEPT_A_DEVICE) {
            seen.removeFirst();
        }
        seen.addLast(new Seen(
                uplink.frameCounter(), uplink.sessionId(), uplink.payload().hashCode(), uplink.observedAtMs()));
    }

    private static String key(Uplink uplink) {
        return uplink.deviceId().toLowerCase(Locale.ROOT);
    }
}
