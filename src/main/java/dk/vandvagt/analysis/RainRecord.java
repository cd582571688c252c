package dk.vandvagt.analysis;

import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Sensor;

/**
 * One gauge. Readings of the lateness window are kept as they are, since a late or corrected one means that those after it are
 * gone through again; older ones are settled, and of them only the spans are left.
 */
final class RainRecord {
    /** More than one each second and a half, over the usual lateness window. */
    static final int MOST_READINGS = 1 << 13;

    private static final int FIRST_ROOM = 16;
    private static final int LONGS = 2;
    private static final long MS_PER_HOUR = 3_600_000;

    private final long[] windowsMs;
    private final RainCounts counts;
    private final long latenessMs;
    private final long labelMs;
    private final long heartbeatMs;
    private final long setUp;
    private final int intensityWindow;
    private final long intensityWindowMs;

    private final RainSteps settled;
    private final RainSteps live;
    private final RainSpans spans;
    private final Antecedent antecedent;
    private long settledMs = RainSteps.NEVER;
    private long newestMs = RainSteps.NEVER;

    // readings not settled, in order of time: time and units; indexes run on
    private long[] ring = new long[LONGS * FIRST_ROOM];
    private int mask = FIRST_ROOM - 1;
    private int from;
    private int to;

    RainRecord(Sensor sensor, long[] windowsMs, long latenessMs, RainCounts counts) {
        this.counts = counts;
        RainGauge gauge = sensor.rain();
        this.windowsMs = windowsMs;
        this.latenessMs = latenessMs;
        labelMs = gauge.label() == RainGauge.Label.START ? sensor.intervalMs() : 0;
        heartbeatMs = gauge.heartbeatMs();
        setUp = gauge.input().ordinal() << 1 | gauge.label().ordinal();
        int window = 0;
        while (window < windowsMs.length - 1 && windowsMs[window] < sensor.intervalMs()) {
            window++;
        }
        intensityWindow = window;
        intensityWindowMs = windowsMs[window];
        settled = new RainSteps(sensor, counts);
        // gone through again and again: counted once settled
        live = new RainSteps(sensor, new RainCounts());
        spans = new RainSpans(windowsMs, counts);
        antecedent = new Antecedent(gauge.antecedentK());
    }

    /**
     * Takes a reading, newest or late; one at an instant that is already there replaces it.
     *
     * @return whether it counts: not if it is older than the lateness window
     */
    boolean add(long observedAtMs, double value, boolean failed) {
        long atMs = observedAtMs + labelMs;
        long units = failed ? -1 : live.units(value);
        if (to - from > mask) {
            makeRoom();
        }
        if (atMs > newestMs) {
            newestMs = atMs;
            put(to, atMs, units);
            live.take(atMs, units, spans);
            settle();
        } else if (atMs < newestMs - latenessMs || atMs <= settledMs) {
            counts.tooLate++;
            return false;
        } else {
            int i = to;
            while (i != from && ring[at(i - 1)] > atMs) {
                i--;
            }
            if (i == from || ring[at(i - 1)] != atMs) {
                put(i, atMs, units);
            } else if (ring[at(i - 1) + 1] != units) {
                ring[at(i - 1) + 1] = units;
            } else {
                return true;
            }
            goThroughAgain();
        }
        spans.slide(newestMs);
        return true;
    }

    long warm() {
        return ring[at(to)] + settledMs + live.warm() + settled.warm() + spans.warm();
    }

    private void put(int i, long atMs, long units) {
        for (int k = to; k != i; k--) {
            ring[at(k)] = ring[at(k - 1)];
            ring[at(k) + 1] = ring[at(k - 1) + 1];
        }
        ring[at(i)] = atMs;
        ring[at(i) + 1] = units;
        to++;
    }

    private void makeRoom() {
        if (mask + 1 == MOST_READINGS) {
            settleOldest();
            counts.overflowed++;
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

    private void goThroughAgain() {
        live.copyFrom(settled);
        live.takeBack(spans);
        for (int i = from; i != to; i++) {
            live.take(ring[at(i)], ring[at(i) + 1], spans);
        }
    }

    private void settle() {
        while (from != to && ring[at(from)] < newestMs - latenessMs) {
            settleOldest();
        }
    }

    private void settleOldest() {
        settledMs = ring[at(from)];
        settled.take(settledMs, ring[at(from) + 1], antecedent);
        from++;
    }

    private int at(int i) {
        return LONGS * (i & mask);
    }

    boolean isEmpty() {
        return newestMs == RainSteps.NEVER;
    }

    double lowerMm(int window) {
        return spans.lower(window, newestMs) / RainSteps.UNITS_PER_MM;
    }

    double upperMm(int window) {
        return spans.upper(window, newestMs) / RainSteps.UNITS_PER_MM;
    }

    /** As {@link #lowerMm} was with that observation, NaN where the window reached further back than what is kept. */
    double lowerMmWhen(int window, long observedAtMs) {
        long endMs = observedAtMs + labelMs;
        return isKeptFor(window, endMs) ? spans.lowerWhenItEnded(window, endMs) / RainSteps.UNITS_PER_MM : Double.NaN;
    }

    double upperMmWhen(int window, long observedAtMs) {
        long endMs = observedAtMs + labelMs;
        return isKeptFor(window, endMs) ? spans.upperWhenItEnded(window, endMs) / RainSteps.UNITS_PER_MM : Double.NaN;
    }

    private boolean isKeptFor(int window, long endMs) {
        return endMs - windowsMs[window] >= newestMs - windowsMs[windowsMs.length - 1];
    }

    long unknownMs(int window) {
        return spans.unknownMs(window, newestMs);
    }

    /** As {@link #lowerMm}, in a window that goes on with the clock while silence means that it is dry. */
    double shownMm(int window, long nowMs) {
        boolean dryUntilNow = heartbeatMs > 0 && nowMs > newestMs && nowMs - newestMs <= heartbeatMs;
        return spans.lower(window, dryUntilNow ? nowMs : newestMs) / RainSteps.UNITS_PER_MM;
    }

    double intensityMmPerHour() {
        return unknownMs(intensityWindow) > 0 ? Double.NaN : lowerMm(intensityWindow) * MS_PER_HOUR / intensityWindowMs;
    }

    double antecedentMm() {
        if (!antecedent.isKnown()) {
            return Double.NaN;
        }
        double sum = antecedent.at(newestMs);
        for (int i = spans.size() - 1; i >= 0 && spans.endMs(i) > settledMs; i--) {
            if (spans.isKnown(i)) {
                sum += spans.unitsOf(i) / RainSteps.UNITS_PER_MM * antecedent.remains(spans.endMs(i), newestMs);
            }
        }
        return sum;
    }

    /** All state but the counts. */
    long[] save() {
        int readings = to - from;
        long[] into = new long[4 + RainSteps.SAVED + Antecedent.SAVED + LONGS * readings + spans.saved()];
        into[0] = setUp;
        into[1] = settledMs;
        into[2] = newestMs;
        into[3] = readings;
        int next = settled.save(into, 4);
        next = antecedent.save(into, next);
        for (int i = from; i != to; i++) {
            into[next++] = ring[at(i)];
            into[next++] = ring[at(i) + 1];
        }
        spans.save(into, next);
        return into;
    }

    /** Into a new record. A gauge that now sends something else begins anew: what it was is not what it sends. */
    void restore(long[] saved) {
        if (saved[0] != setUp) {
            return;
        }
        settledMs = saved[1];
        newestMs = saved[2];
        int readings = Math.toIntExact(saved[3]);
        int next = settled.restore(saved, 4);
        next = antecedent.restore(saved, next);
        for (int i = 0; i < readings; i++) {
            if (to - from > mask) {
                makeRoom();
            }
            put(to, saved[next], saved[next + 1]);
            next += LONGS;
        }
        spans.restore(saved, next);
        goThroughAgain();
        spans.slide(newestMs);
    }
}
