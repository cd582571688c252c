package dk.vandvagt.analysis;

/**
 * The spans of one gauge's time that were not plainly dry, oldest first and apart from each other: the wet ones and the unknown
 * ones, as far back as the longest window reaches. Each holds what fell and what was unknown before it, so a window's sum is one
 * difference of whole numbers.
 */
final class RainSpans implements RainSteps.Sink {
    /** One every eighteen seconds all week. */
    static final int MOST = 1 << 15;

    private static final int FIRST_ROOM = 16;

    // of an entry: end; units before it; its length and the unknown milliseconds before it
    private static final int LONGS = 3;
    private static final long LOW = 0xFFFF_FFFFL;

    private final long[] windowsMs;
    private final RainCounts counts;
    private final int longest;
    /** By window: first span that reaches into it, the window ending at the newest reading. */
    private final int[] first;

    // indexes run on; an entry's place in the ring is its index modulo the room
    private long[] ring = new long[LONGS * FIRST_ROOM];
    private int mask = FIRST_ROOM - 1;
    private int from;
    private int to;

    private long units;
    /** Modulo 2³² ms, 49 days. */
    private int unknownMs;

    private long beginsMs = RainSteps.NEVER;

    /** @param windowsMs ascending */
    RainSpans(long[] windowsMs, RainCounts counts) {
        this.counts = counts;
        this.windowsMs = windowsMs;
        longest = windowsMs.length - 1;
        first = new int[windowsMs.length];
    }

    @Override
    public void begins(long atMs) {
        beginsMs = atMs;
    }

    @Override
    public void span(long beginMs, long endMs, long units, boolean known) {
        if (known && units == 0) {
            return;
        }
        long start = beginMs;
        if (!known && units == 0 && to != from && end(to - 1) == beginMs && isUnknown(to - 1) && units(to - 1) == 0) {
            // a gauge that fails for days is one span
            start = begin(to - 1);
            takeBackLast();
            holdFirst();
        }
        append((int) Math.min(endMs - start, Integer.MAX_VALUE), endMs, units, known);
    }

    private void append(int lengthMs, long endMs, long fell, boolean known) {
        if (to - from > mask) {
            makeRoom();
        }
        int at = at(to);
        ring[at] = endMs;
        ring[at + 1] = units;
        ring[at + 2] = (long) lengthMs << 32 | unknownMs & LOW;
        units += fell;
        unknownMs += known ? 0 : lengthMs;
        to++;
    }

    private void makeRoom() {
        if (mask + 1 == MOST) {
            // what gave way is not known any more, and is said not to be
            beginsMs = end(from);
            from++;
            counts.overflowed++;
            for (int w = 0; w <= longest; w++) {
                if (first[w] - from < 0) {
                    first[w] = from;
                }
            }
            return;
        }
        long[] before = ring;
        ring = new long[2 * before.length];
        int maskBefore = mask;
        mask = 2 * mask + 1;
        for (int i = from; i != to; i++) {
            System.arraycopy(before, LONGS * (i & maskBefore), ring, at(i), LONGS);
        }
        counts.grown++;
    }

    @Override
    public void takeBackTo(long atMs) {
        if (atMs == RainSteps.NEVER) {
            beginsMs = RainSteps.NEVER;
        }
        long keptFromMs = RainSteps.NEVER;
        while (to != from && end(to - 1) > atMs) {
            if (begin(to - 1) < atMs) {
                // only spans that were put together reach across
                keptFromMs = begin(to - 1);
            }
            takeBackLast();
        }
        if (keptFromMs != RainSteps.NEVER) {
            append((int) (atMs - keptFromMs), atMs, 0, false);
        }
        holdFirst();
    }

    /** A span that comes in place of those taken back is looked at again by each window. */
    private void holdFirst() {
        for (int w = 0; w <= longest; w++) {
            if (first[w] - to > 0) {
                first[w] = to;
            }
        }
    }

    private void takeBackLast() {
        to--;
        units = unitsBefore(to);
        unknownMs = unknownBefore(to);
    }

    /** Lets every window end here, not before where it ended until now; what has left the longest is let go. */
    void slide(long endMs) {
        if (from == to) {
            return;
        }
        for (int w = 0; w <= longest; w++) {
            first[w] = firstAfter(first[w], endMs - windowsMs[w]);
        }
        from = first[longest];
    }

    long warm() {
        return ring[at(to)] + ring[at(first[0])] + unknownMs;
    }

    private int firstAfter(int i, long startMs) {
        int found = i;
        while (found != to && end(found) <= startMs) {
            found++;
        }
        return found;
    }

    /** What fell in spans wholly inside the window that ends here, which is not before where {@link #slide} put it. */
    long lower(int window, long endMs) {
        long startMs = endMs - windowsMs[window];
        int i = firstAfter(first[window], startMs);
        if (i == to) {
            return 0;
        }
        return units - unitsBefore(i) - (begin(i) < startMs ? units(i) : 0);
    }

    /** What fell in all spans that touch it: no less can have fallen than {@link #lower}, and no more than this. */
    long upper(int window, long endMs) {
        int i = firstAfter(first[window], endMs - windowsMs[window]);
        return i == to ? 0 : units - unitsBefore(i);
    }

    long unknownMs(int window, long endMs) {
        long startMs = endMs - windowsMs[window];
        if (beginsMs == RainSteps.NEVER) {
            return windowsMs[window];
        }
        long sum = Math.clamp(beginsMs - startMs, 0, windowsMs[window]);
        int i = firstAfter(first[window], startMs);
        if (i != to) {
            sum += Integer.toUnsignedLong(unknownMs - unknownBefore(i));
            if (begin(i) < startMs && isUnknown(i)) {
                sum -= startMs - begin(i);
            }
        }
        return sum;
    }

    /** As {@link #lower} was when the window ended there; goes through the spans. */
    long lowerWhenItEnded(int window, long endMs) {
        long startMs = endMs - windowsMs[window];
        long sum = 0;
        for (int i = from; i != to; i++) {
            sum += begin(i) >= startMs && end(i) <= endMs ? units(i) : 0;
        }
        return sum;
    }

    /** As {@link #upper} was when the window ended there; goes through the spans. */
    long upperWhenItEnded(int window, long endMs) {
        long startMs = endMs - windowsMs[window];
        long sum = 0;
        for (int i = from; i != to; i++) {
            sum += end(i) > startMs && end(i) <= endMs ? units(i) : 0;
        }
        return sum;
    }

    int size() {
        return to - from;
    }

    /** The i-th, from the oldest. */
    long endMs(int i) {
        return end(from + i);
    }

    long unitsOf(int i) {
        return units(from + i);
    }

    boolean isKnown(int i) {
        return !isUnknown(from + i);
    }

    private int at(int i) {
        return LONGS * (i & mask);
    }

    private long end(int i) {
        return ring[at(i)];
    }

    private long begin(int i) {
        int at = at(i);
        return ring[at] - (ring[at + 2] >>> 32);
    }

    private long unitsBefore(int i) {
        return ring[at(i) + 1];
    }

    private long units(int i) {
        return (i + 1 == to ? units : unitsBefore(i + 1)) - unitsBefore(i);
    }

    private int unknownBefore(int i) {
        return (int) ring[at(i) + 2];
    }

    private boolean isUnknown(int i) {
        return (i + 1 == to ? unknownMs : unknownBefore(i + 1)) != unknownBefore(i);
    }

    int saved() {
        return 2 + LONGS * size();
    }

    int save(long[] into, int at) {
        into[at] = beginsMs;
        into[at + 1] = size();
        int next = at + 2;
        for (int i = from; i != to; i++) {
            into[next++] = end(i);
            into[next++] = units(i);
            into[next++] = isUnknown(i) ? begin(i) - end(i) : end(i) - begin(i);
        }
        return next;
    }

    int restore(long[] saved, int at) {
        beginsMs = saved[at];
        int n = Math.toIntExact(saved[at + 1]);
        int next = at + 2;
        for (int i = 0; i < n; i++) {
            long lengthMs = saved[next + 2];
            append((int) Math.abs(lengthMs), saved[next], saved[next + 1], lengthMs > 0);
            next += LONGS;
        }
        return next;
    }
}
