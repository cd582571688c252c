package dk.vandvagt.analysis;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Season;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.YearPart;
import java.util.List;

/**
 * The thresholds of many sensors, each with its state: NORMAL → PENDING (on-delay) → ACTIVE → CLEARING (off-delay) → NORMAL. A
 * failed reading changes nothing; a suspect one raises but does not count toward clearing; silence never clears. A rung's settings
 * and its state word lie together, a sensor's rungs side by side. One thread; time is handed in.
 */
public final class Ladders {
    public static final byte NORMAL = 0;
    public static final byte PENDING = 1;
    public static final byte ACTIVE = 2;
    public static final byte CLEARING = 3;

    private static final long NEVER = Long.MAX_VALUE;
    private static final Threshold.Kind[] KINDS = Threshold.Kind.values();

    // what every reading touches, by rung: raising and clearing point signed so that beyond is always upwards
    private static final int HOT = 8;
    private static final int RAISE_AT = 0;
    private static final int CLEAR_BELOW = 1;
    private static final int ON_DELAY_MS = 2;
    private static final int OFF_DELAY_MS = 3;
    private static final int WINDOW_MS = 4;
    private static final int ONLY_ABOVE = 5;
    private static final int SETUP = 6;
    private static final int STATE = 7;

    // of SETUP
    private static final int KIND_MASK = 0xF;
    private static final long FALLING = 1 << 4;
    private static final long POINT_ITSELF = 1 << 5;
    private static final long SEASONAL = 1 << 6;

    // of STATE
    private static final int STATE_MASK = 0xF;
    private static final int WORST_SHIFT = 4;
    private static final int LAST_SHIFT = 8;
    private static final int NIBBLE = 0xF;
    private static final long POSSIBLE = 1 << 12;
    /** since the last good reading below the clearing point there was one that is none */
    private static final long INTERRUPTED = 1 << 13;

    // what an exceedance touches
    private static final int COLD = 11;
    private static final int SINCE_MS = 0;
    private static final int HELD_UNTIL_MS = 1;
    private static final int LAST_BEYOND_MS = 2;
    private static final int LAST_BEYOND = 3;
    private static final int BEGAN_AT_MS = 4;
    private static final int PEAK = 5;
    private static final int PEAK_AT_MS = 6;
    private static final int PEAK_BEFORE = 7;
    private static final int PEAK_BEFORE_AT_MS = 8;
    private static final int DOUBTED_SINCE_MS = 9;
    private static final int LAST_BELOW_MS = 10;
    /** So many off-delays of suspect readings below the clearing point, and somebody must look. */
    private static final int OFF_DELAYS_OF_DOUBT = 3;

    private static final long NOT_DOUBTED = 0;
    private static final long ASKED = -1;

    /** Longs in {@link #save}. */
    public static final int SAVED = COLD + 1;

    private final Threshold[] thresholds;
    private final Rule[] rules;
    private final int[] firstOfSensor;
    /** By rung: longer than this without a good reading counts toward no off-delay. */
    private final long[] longestAloneMs;

    private final long[] hot;
    private final long[] cold;

    /**
     * @param ladders the rules of each sensor, in the order of the indexes used here
     * @param staleAfterMs of each sensor
     */
    public Ladders(List<List<Rule>> ladders, long[] staleAfterMs) {
        int rungs = ladders.stream()
                .flatMap(List::stream)
                .mapToInt(rule -> rule.rungs().size())
                .sum();
        firstOfSensor = new int[ladders.size() + 1];
        longestAloneMs = new long[rungs];
        thresholds = new Threshold[rungs];
        rules = new Rule[rungs];
        hot = new long[Math.multiplyExact(HOT, rungs)];
        cold = new long[Math.multiplyExact(COLD, rungs)];
        int r = 0;
        for (int s = 0; s < ladders.size(); s++) {
            firstOfSensor[s] = r;
            for (Rule rule : ladders.get(s)) {
                for (Threshold threshold : rule.rungs()) {
                    thresholds[r] = threshold;
                    rules[r] = rule;
                    set(r, threshold);
                    longestAloneMs[r] = staleAfterMs[s];
                    r++;
                }
            }
        }
        firstOfSensor[ladders.size()] = r;
    }

    private void set(int rung, Threshold threshold) {
        int at = HOT * rung;
        boolean falling = threshold.direction() == Threshold.Direction.FALLING;
        double sign = falling ? -1 : 1;
        hot[at + RAISE_AT] = doubleToRawLongBits(sign * threshold.raiseAt());
        hot[at + CLEAR_BELOW] = doubleToRawLongBits(sign * threshold.clearBelow());
        hot[at + ON_DELAY_MS] = threshold.onDelayMs();
        hot[at + OFF_DELAY_MS] = threshold.offDelayMs();
        hot[at + WINDOW_MS] = threshold.windowMs();
        hot[at + ONLY_ABOVE] = doubleToRawLongBits(threshold.onlyAboveM());
        hot[at + SETUP] = threshold.kind().ordinal()
                | (falling ? FALLING : 0)
                | (threshold.comparison() == Threshold.Comparison.AT_OR_BEYOND ? POINT_ITSELF : 0)
                | (threshold.season().equals(YearPart.ALL) ? 0 : SEASONAL);
    }

    public int first(int sensor) {
        return firstOfSensor[sensor];
    }

    /** Reads what every reading touches of a sensor's rungs. */
    public long warm(int sensor) {
        long read = 0;
        for (int r = firstOfSensor[sensor]; r < firstOfSensor[sensor + 1]; r++) {
            read += hot[HOT * r] + hot[HOT * r + STATE];
        }
        return read;
    }

    public int end(int sensor) {
        return firstOfSensor[sensor + 1];
    }

    public Rule rule(int rung) {
        return rules[rung];
    }

    public Threshold threshold(int rung) {
        return thresholds[rung];
    }

    public Threshold.Kind kind(int rung) {
        return KINDS[(int) hot[HOT * rung + SETUP] & KIND_MASK];
    }

    /** As {@link Threshold#windowMs}. */
    public long windowMs(int rung) {
        return hot[HOT * rung + WINDOW_MS];
    }

    /** As {@link Threshold#onlyAboveM}. */
    public double onlyAboveM(int rung) {
        return longBitsToDouble(hot[HOT * rung + ONLY_ABOVE]);
    }

    public boolean isFalling(int rung) {
        return (hot[HOT * rung + SETUP] & FALLING) != 0;
    }

    /** Upwards is beyond, whichever way the threshold goes. */
    private double height(int rung, double value) {
        return isFalling(rung) ? -value : value;
    }

    private boolean isHeightBeyond(int rung, double height) {
        double raiseAt = longBitsToDouble(hot[HOT * rung + RAISE_AT]);
        return height > raiseAt || height == raiseAt && (hot[HOT * rung + SETUP] & POINT_ITSELF) != 0;
    }

    /** Whether the value is beyond the raising point, whatever the state. */
    public boolean isBeyond(int rung, double value) {
        return isHeightBeyond(rung, height(rung, value));
    }

    /**
     * Judges the newest reading by one rung.
     *
     * @param value in the threshold's unit
     * @param observedAtMs of the reading; not before the one judged last
     * @param holdMs above 0: the step to this reading is implausible, so it raises only with the next reading beyond, or when
     *     this time has passed without one
     */
    public void judge(int rung, double value, byte flag, long observedAtMs, long holdMs, ExceedanceHandler handler) {
        judge(rung, value, flag, observedAtMs, holdMs, false, handler);
    }

    /** Judges the most that it can have been: what is beyond by that alone is possible, not sure. */
    public void judgePossible(int rung, double value, byte flag, long observedAtMs, ExceedanceHandler handler) {
        judge(rung, value, flag, observedAtMs, 0, true, handler);
    }

    private void judge(
            int rung,
            double value,
            byte flag,
            long observedAtMs,
            long holdMs,
            boolean possible,
            ExceedanceHandler handler) {
        if (flag == Flag.FAIL || Double.isNaN(value)) {
            interrupt(rung);
            return;
        }
        double height = height(rung, value);
        boolean beyond = isHeightBeyond(rung, height);
        switch (state(rung)) {
            case NORMAL -> {
                if (beyond && isInSeason(rung, observedAtMs)) {
                    begin(rung, value, flag, observedAtMs, holdMs, possible);
                    raiseIfDue(rung, observedAtMs, handler);
                }
            }
            case PENDING -> {
                if (beyond) {
                    if (observedAtMs > cold[COLD * rung + LAST_BEYOND_MS]) {
                        // another reading, not the same one corrected
                        cold[COLD * rung + HELD_UNTIL_MS] = 0;
                    }
                    beSure(rung, possible, value, observedAtMs);
                    if (!possible || isPossible(rung)) {
                        note(rung, value, flag, observedAtMs, handler);
                    }
                    raiseIfDue(rung, observedAtMs, handler);
                } else {
                    setState(rung, NORMAL);
                }
            }
            case ACTIVE, CLEARING -> judgeStanding(rung, value, height, beyond, flag, observedAtMs, possible, handler);
            default -> throw new AssertionError(state(rung));
        }
    }

    private boolean isInSeason(int rung, long observedAtMs) {
        return (hot[HOT * rung + SETUP] & SEASONAL) == 0
                || thresholds[rung].season().has(Season.monthDay(observedAtMs));
    }

    private void judgeStanding(
            int rung,
            double value,
            double height,
            boolean beyond,
            byte flag,
            long observedAtMs,
            boolean possible,
            ExceedanceHandler handler) {
        // what it was at most is no measure of one that is sure
        if (beyond && (!possible || isPossible(rung))) {
            boolean confirmed = beSure(rung, possible, value, observedAtMs);
            note(rung, value, flag, observedAtMs, handler);
            if (confirmed) {
                handler.onExceedanceConfirmed(rung, observedAtMs, value, flag);
            }
        }
        if (height >= longBitsToDouble(hot[HOT * rung + CLEAR_BELOW])) {
            setState(rung, ACTIVE);
            cold[COLD * rung + DOUBTED_SINCE_MS] = NOT_DOUBTED;
        } else if (flag == Flag.SUSPECT) {
            interrupt(rung);
            doubt(rung, observedAtMs, handler);
        } else {
            int at = COLD * rung;
            cold[at + DOUBTED_SINCE_MS] = NOT_DOUBTED;
            if (state(rung) == ACTIVE) {
                setState(rung, CLEARING);
                cold[at + SINCE_MS] = observedAtMs;
            } else if ((hot[HOT * rung + STATE] & INTERRUPTED) != 0) {
                // only good readings count: without one for so long, it is as if the sensor had been silent
                long aloneMs = observedAtMs - cold[at + LAST_BELOW_MS];
                cold[at + SINCE_MS] += aloneMs > longestAloneMs[rung] ? aloneMs : 0;
            }
            cold[at + LAST_BELOW_MS] = observedAtMs;
            hot[HOT * rung + STATE] &= ~INTERRUPTED;
            if (observedAtMs - cold[COLD * rung + SINCE_MS] >= hot[HOT * rung + OFF_DELAY_MS]) {
                setState(rung, NORMAL);
                handler.onExceedanceEnded(rung, cold[COLD * rung + SINCE_MS], observedAtMs, value, flag);
            }
        }
    }

    /** What there is now does not say whether it is still below the clearing point. */
    public void interrupt(int rung) {
        if (state(rung) == CLEARING) {
            hot[HOT * rung + STATE] |= INTERRUPTED;
        }
    }

    /** Suspect readings do not clear; a sensor that gives no others leaves it to a person. */
    private void doubt(int rung, long observedAtMs, ExceedanceHandler handler) {
        int at = COLD * rung + DOUBTED_SINCE_MS;
        if (cold[at] == NOT_DOUBTED) {
            cold[at] = observedAtMs;
        } else if (cold[at] != ASKED
                && observedAtMs > cold[at]
                && observedAtMs - cold[at] >= OFF_DELAYS_OF_DOUBT * hot[HOT * rung + OFF_DELAY_MS]) {
            cold[at] = ASKED;
            handler.onDoubt(rung, observedAtMs);
        }
    }

    private void begin(int rung, double value, byte flag, long observedAtMs, long holdMs, boolean possible) {
        hot[HOT * rung + STATE] =
                PENDING | (long) flag << WORST_SHIFT | (long) flag << LAST_SHIFT | (possible ? POSSIBLE : 0);
        int at = COLD * rung;
        cold[at + SINCE_MS] = observedAtMs;
        cold[at + HELD_UNTIL_MS] = holdMs > 0 ? observedAtMs + holdMs : 0;
        cold[at + DOUBTED_SINCE_MS] = NOT_DOUBTED;
        cold[at + BEGAN_AT_MS] = observedAtMs;
        cold[at + LAST_BEYOND_MS] = observedAtMs;
        cold[at + LAST_BEYOND] = doubleToRawLongBits(value);
        setPeak(rung, value, observedAtMs);
        cold[at + PEAK_BEFORE] = cold[at + PEAK];
        cold[at + PEAK_BEFORE_AT_MS] = observedAtMs;
    }

    private void setPeak(int rung, double value, long observedAtMs) {
        cold[COLD * rung + PEAK] = doubleToRawLongBits(value);
        cold[COLD * rung + PEAK_AT_MS] = observedAtMs;
    }

    /** What it was at most says nothing any more, now that it is known what it was at least. */
    private boolean beSure(int rung, boolean possible, double value, long observedAtMs) {
        boolean confirmed = !possible && isPossible(rung);
        if (confirmed) {
            hot[HOT * rung + STATE] &= ~POSSIBLE;
            setPeak(rung, value, observedAtMs);
            cold[COLD * rung + PEAK_BEFORE] = cold[COLD * rung + PEAK];
            cold[COLD * rung + PEAK_BEFORE_AT_MS] = observedAtMs;
        }
        return confirmed;
    }

    private void note(int rung, double value, byte flag, long observedAtMs, ExceedanceHandler handler) {
        int at = COLD * rung;
        cold[at + LAST_BEYOND] = doubleToRawLongBits(value);
        cold[at + LAST_BEYOND_MS] = observedAtMs;
        byte worst = Flag.rollUp(worstFlag(rung), flag);
        hot[HOT * rung + STATE] =
                hot[HOT * rung + STATE] & ~((long) NIBBLE << WORST_SHIFT | (long) NIBBLE << LAST_SHIFT)
                        | (long) worst << WORST_SHIFT
                        | (long) flag << LAST_SHIFT;
        if (height(rung, value) > height(rung, peak(rung))) {
            if (cold[at + PEAK_AT_MS] != observedAtMs) {
                cold[at + PEAK_BEFORE] = cold[at + PEAK];
                cold[at + PEAK_BEFORE_AT_MS] = cold[at + PEAK_AT_MS];
            }
            setPeak(rung, value, observedAtMs);
            if (isStanding(rung)) {
                handler.onExceedancePeak(rung, value, observedAtMs);
            }
        }
    }

    private long dueMs(int rung) {
        return Math.max(
                cold[COLD * rung + SINCE_MS] + hot[HOT * rung + ON_DELAY_MS], cold[COLD * rung + HELD_UNTIL_MS]);
    }

    private void raiseIfDue(int rung, long observedAtMs, ExceedanceHandler handler) {
        if (observedAtMs >= dueMs(rung)) {
            raise(rung, observedAtMs, false, handler);
        }
    }

    private void raise(int rung, long atMs, boolean unconfirmed, ExceedanceHandler handler) {
        setState(rung, ACTIVE);
        int at = COLD * rung;
        byte lastFlag = (byte) (hot[HOT * rung + STATE] >> LAST_SHIFT & NIBBLE);
        handler.onExceedanceBegan(
                rung,
                cold[at + BEGAN_AT_MS],
                atMs,
                cold[at + LAST_BEYOND_MS],
                longBitsToDouble(cold[at + LAST_BEYOND]),
                lastFlag,
                unconfirmed);
    }

    /** Another gauge bears the newest reading out: what was held back for an implausible step waits no longer. */
    public void release(int sensor, long atMs, ExceedanceHandler handler) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state(r) == PENDING && cold[COLD * r + HELD_UNTIL_MS] > 0) {
                cold[COLD * r + HELD_UNTIL_MS] = 0;
                raiseIfDue(r, atMs, handler);
            }
        }
    }

    /** On-delays that were over by then are, whatever comes next; what is held back waits for that. */
    public void completeDelays(int sensor, long nowMs, ExceedanceHandler handler) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state(r) == PENDING && cold[COLD * r + HELD_UNTIL_MS] == 0 && nowMs >= dueMs(r)) {
                raise(r, dueMs(r), false, handler);
            }
        }
    }

    /** Time has passed, and the sensor is not stale: on-delays may be complete. */
    public void advance(int sensor, long nowMs, ExceedanceHandler handler) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state(r) == PENDING && nowMs >= dueMs(r)) {
                raise(r, dueMs(r), cold[COLD * r + HELD_UNTIL_MS] > 0, handler);
            }
        }
    }

    /** The sensor has gone silent: what was pending is raised, unconfirmed, since nobody can see that it is not so. */
    public void goStale(int sensor, long nowMs, ExceedanceHandler handler) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state(r) == PENDING) {
                raise(r, nowMs, true, handler);
            }
        }
    }

    /** The sensor was silent for so long: that time does not count toward an off-delay. */
    public void passOver(int sensor, long silenceMs) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state(r) == CLEARING) {
                cold[COLD * r + SINCE_MS] += silenceMs;
                cold[COLD * r + LAST_BELOW_MS] += silenceMs;
            }
        }
    }

    /** Whether the value, of a good reading, counts toward the off-delay. */
    public boolean isBelowClearing(int rung, double value) {
        return height(rung, value) < longBitsToDouble(hot[HOT * rung + CLEAR_BELOW]);
    }

    /** Readings were corrected or failed: the delay that is running counts from here on. */
    public void reviseDelay(int rung, long sinceMs) {
        int at = COLD * rung;
        if (state(rung) == PENDING) {
            cold[at + SINCE_MS] = sinceMs;
            cold[at + BEGAN_AT_MS] = sinceMs;
        } else if (state(rung) == CLEARING) {
            cold[at + SINCE_MS] = Math.max(cold[at + SINCE_MS], sinceMs);
        }
    }

    /** The readings below the clearing point were corrected or failed: none of them counts toward the off-delay. */
    public void clearNoMore(int rung) {
        if (state(rung) == CLEARING) {
            setState(rung, ACTIVE);
        }
    }

    /** No reading since it began bears the exceedance out: it is taken back, and said to be if it was told. */
    public void withdraw(int rung, long observedAtMs, long atMs, ExceedanceHandler handler) {
        boolean told = isStanding(rung);
        setState(rung, NORMAL);
        if (told) {
            handler.onExceedanceWithdrawn(rung, observedAtMs, atMs);
        }
    }

    /**
     * Readings since it began were corrected or failed: this is its extreme now.
     *
     * @param keptFromMs older observations could not be asked again: an extreme among them stands
     * @param peak of those observed since, NaN for none
     */
    public void revisePeak(int rung, long keptFromMs, double peak, long peakAtMs, ExceedanceHandler handler) {
        int at = COLD * rung;
        double revised = peak;
        long revisedAtMs = peakAtMs;
        if (cold[at + PEAK_AT_MS] < keptFromMs) {
            revised = farther(rung, peak(rung), peak);
            revisedAtMs = revised == peak ? peakAtMs : cold[at + PEAK_AT_MS];
        } else if (cold[at + PEAK_BEFORE_AT_MS] < keptFromMs) {
            double before = longBitsToDouble(cold[at + PEAK_BEFORE]);
            revised = farther(rung, before, peak);
            revisedAtMs = revised == peak ? peakAtMs : cold[at + PEAK_BEFORE_AT_MS];
        }
        if (!Double.isNaN(revised) && revised != peak(rung)) {
            setPeak(rung, revised, revisedAtMs);
            if (isStanding(rung)) {
                handler.onExceedancePeak(rung, revised, revisedAtMs);
            }
        }
    }

    private double farther(int rung, double before, double since) {
        return Double.isNaN(since) || height(rung, before) > height(rung, since) ? before : since;
    }

    /** When {@link #advance} has something to do for this sensor, unless a reading comes first. */
    public long nextDueMs(int sensor) {
        long next = NEVER;
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state(r) == PENDING) {
                next = Math.min(next, dueMs(r));
            }
        }
        return next;
    }

    public byte state(int rung) {
        return (byte) (hot[HOT * rung + STATE] & STATE_MASK);
    }

    private void setState(int rung, byte state) {
        hot[HOT * rung + STATE] = hot[HOT * rung + STATE] & ~STATE_MASK | state;
    }

    public boolean isStanding(int rung) {
        byte state = state(rung);
        return state == ACTIVE || state == CLEARING;
    }

    /** Whether it is beyond only by what it can have been at most. */
    public boolean isPossible(int rung) {
        return (hot[HOT * rung + STATE] & POSSIBLE) != 0;
    }

    public long beganAtMs(int rung) {
        return cold[COLD * rung + BEGAN_AT_MS];
    }

    public double peak(int rung) {
        return longBitsToDouble(cold[COLD * rung + PEAK]);
    }

    public long peakAtMs(int rung) {
        return cold[COLD * rung + PEAK_AT_MS];
    }

    public byte worstFlag(int rung) {
        return (byte) (hot[HOT * rung + STATE] >> WORST_SHIFT & NIBBLE);
    }

    /** A rung's state for a snapshot. */
    public void save(int rung, long[] into) {
        into[0] = hot[HOT * rung + STATE];
        System.arraycopy(cold, COLD * rung, into, 1, COLD);
    }

    public void restore(int rung, long[] saved) {
        hot[HOT * rung + STATE] = saved[0];
        System.arraycopy(saved, 1, cold, COLD * rung, COLD);
    }
}
