package dk.vandvagt.analysis;

import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Sensor;

/**
 * Turns a gauge's readings, in order of time, into spans of time with what fell in them. The readings it has had so far are
 * summed up in a few numbers, so that the newest ones can be gone through again from there.
 */
final class RainSteps {
    static final double UNITS_PER_MM = 1e6;
    static final long NEVER = Long.MIN_VALUE;

    private static final double MOST_MM = 1e6;
    private static final double MOST_MM_PER_HOUR = 1e4;
    private static final long MS_PER_HOUR = 3_600_000;
    private static final long NOTHING = -1;

    /** Where the spans go. */
    interface Sink {
        /** Before this nothing is known. */
        void begins(long atMs);

        /** Spans told after this instant are told anew: it was known at one of their ends. */
        void takeBackTo(long atMs);

        /**
         * The rain of {@code (beginMs, endMs]}.
         *
         * @param units millionths of a millimetre; at least this if not known
         * @param known whether this is all that fell
         */
        void span(long beginMs, long endMs, long units, boolean known);
    }

    private final RainCounts counts;
    private final RainGauge.Input input;
    private final boolean onTip;
    private final long intervalMs;
    private final long longestSilenceMs;
    private final long wrap;
    private final long noise;

    /** Newest reading. */
    private long lastAtMs = NEVER;
    /** Newest reading that an amount can be counted from; the same but for a counter. */
    private long goodAtMs = NEVER;
    /** What the counter showed then. */
    private long good;
    /** What it showed at the newest reading where that does not follow from the good one. */
    private long odd = NOTHING;
    /** What has fallen at least since the good one. */
    private long sinceReset;

    RainSteps(Sensor sensor, RainCounts counts) {
        this.counts = counts;
        RainGauge gauge = sensor.rain();
        input = gauge.input();
        onTip = gauge.reports() == RainGauge.Reports.ON_TIP;
        intervalMs = sensor.intervalMs();
        // clocks are not exact: a heartbeat may be an interval late, a reading half of one
        longestSilenceMs = onTip ? gauge.heartbeatMs() + intervalMs : intervalMs + intervalMs / 2;
        wrap = Double.isNaN(gauge.wrapMm()) ? 0 : Math.round(gauge.wrapMm() * UNITS_PER_MM);
        noise = Math.round(sensor.resolution() * UNITS_PER_MM);
    }

    /** What a reading is worth in whole units, or a negative number for one that cannot be. */
    long units(double value) {
        boolean possible = value >= 0 && value <= (input == RainGauge.Input.INTENSITY ? MOST_MM_PER_HOUR : MOST_MM);
        return possible ? Math.round(value * UNITS_PER_MM) : NOTHING;
    }

    long warm() {
        return lastAtMs + intervalMs;
    }

    /**
     * Goes on by one reading.
     *
     * @param atMs end of its interval; after the one before
     * @param units negative for a failed one
     */
    void take(long atMs, long units, Sink sink) {
        if (input == RainGauge.Input.COUNTER) {
            takeCount(atMs, wrap > 0 && units > wrap ? NOTHING : units, sink);
        } else {
            takeAmount(atMs, units, sink);
        }
    }

    private void takeAmount(long atMs, long units, Sink sink) {
        long beginMs = atMs - intervalMs;
        if (lastAtMs == NEVER) {
            sink.begins(beginMs);
        } else if (atMs - lastAtMs > longestSilenceMs) {
            sink.span(lastAtMs, beginMs, 0, false);
        } else if (onTip && lastAtMs < beginMs) {
            sink.span(lastAtMs, beginMs, 0, true);
        } else {
            beginMs = lastAtMs;
        }
        long fell =
                input == RainGauge.Input.INTENSITY ? (units * (atMs - beginMs) + MS_PER_HOUR / 2) / MS_PER_HOUR : units;
        sink.span(beginMs, atMs, units < 0 ? 0 : fell, units >= 0);
        lastAtMs = atMs;
        goodAtMs = atMs;
    }

    private void takeCount(long atMs, long count, Sink sink) {
        if (goodAtMs == NEVER) {
            if (count >= 0) {
                sink.begins(atMs);
                goOnFrom(atMs, count);
            }
            return;
        }
        long rise = count < 0 ? NOTHING : RainCounter.rise(good, count, atMs - goodAtMs, wrap, noise);
        long riseOfOdd = count < 0 || odd < 0 ? NOTHING : RainCounter.rise(odd, count, atMs - lastAtMs, wrap, noise);
        if (rise >= 0) {
            if (lastAtMs > goodAtMs) {
                // what lies between was out of line: the counter itself has counted on
                sink.takeBackTo(goodAtMs);
            }
            sink.span(goodAtMs, atMs, rise, true);
            counts.wraps += count < good && rise > 0 ? 1 : 0;
            goOnFrom(atMs, rise > 0 ? count : good);
        } else if (riseOfOdd >= 0) {
            sink.span(lastAtMs, atMs, riseOfOdd, true);
            // the counter began anew, or jumped, and went on from there
            counts.resets++;
            goOnFrom(atMs, riseOfOdd > 0 ? count : odd);
        } else {
            if (count >= 0) {
                sinceReset = Math.max(sinceReset, RainCounter.sinceReset(good, count, atMs - goodAtMs));
            }
            odd = count;
            lastAtMs = atMs;
            sink.takeBackTo(goodAtMs);
            tellWhatIsOpen(sink);
        }
    }

    private void goOnFrom(long atMs, long count) {
        goodAtMs = atMs;
        lastAtMs = atMs;
        good = count;
        odd = NOTHING;
        sinceReset = 0;
    }

    private void tellWhatIsOpen(Sink sink) {
        if (lastAtMs > goodAtMs) {
            sink.span(goodAtMs, lastAtMs, sinceReset, false);
        }
    }

    /** Makes the sink hold what had been told when these steps had got this far. */
    void takeBack(Sink sink) {
        sink.takeBackTo(goodAtMs);
        tellWhatIsOpen(sink);
    }

    void copyFrom(RainSteps other) {
        lastAtMs = other.lastAtMs;
        goodAtMs = other.goodAtMs;
        good = other.good;
        odd = other.odd;
        sinceReset = other.sinceReset;
    }

    int save(long[] to, int at) {
        to[at] = lastAtMs;
        to[at + 1] = goodAtMs;
        to[at + 2] = good;
        to[at + 3] = odd;
        to[at + 4] = sinceReset;
        return at + SAVED;
    }

    int restore(long[] from, int at) {
        lastAtMs = from[at];
        goodAtMs = from[at + 1];
        good = from[at + 2];
        odd = from[at + 3];
        sinceReset = from[at + 4];
        return at + SAVED;
    }

    static final int SAVED = 5;
}
