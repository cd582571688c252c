package dk.vandvagt.analysis;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.List;

/**
 * The thresholds of many sensors, each with its state: NORMAL → PENDING (on-delay) → ACTIVE → CLEARING (off-delay) → NORMAL. A
 * failed reading changes nothing; a suspect one raises but does not count toward clearing; silence never clears. One thread;
 * time is handed in.
 */
public final class Ladders {
    public static final byte NORMAL = 0;
    public static final byte PENDING = 1;
    public static final byte ACTIVE = 2;
    public static final byte CLEARING = 3;

    private static final long NEVER = Long.MAX_VALUE;

    private final Threshold[] thresholds;
    private final Rule[] rules;
    private final int[] firstOfSensor;

    // settings of a rung, signed so that beyond is always upwards
    private final double[] sign;
    private final double[] raiseAt;
    private final double[] clearBelow;
    private final boolean[] pointItselfRaises;
    private final long[] onDelayMs;
    private final long[] offDelayMs;

    // its state
    private final byte[] state;
    private final byte[] worstFlag;
    private final byte[] lastFlag;
    private final int[] readingsBeyond;
    private final long[] sinceMs;
    private final long[] heldUntilMs;
    private final long[] lastBeyondMs;
    private final long[] beganAtMs;
    private final long[] peakAtMs;
    private final double[] peak;
    private final long[] peakBeforeAtMs;
    private final double[] peakBefore;
    private final double[] lastBeyond;

    /** @param ladders the rules of each sensor, in the order of the indexes used here */
    public Ladders(List<List<Rule>> ladders) {
        int rungs = ladders.stream()
                .flatMap(List::stream)
                .mapToInt(rule -> rule.rungs().size())
                .sum();
        firstOfSensor = new int[ladders.size() + 1];
        thresholds = new Threshold[rungs];
        rules = new Rule[rungs];
        sign = new double[rungs];
        raiseAt = new double[rungs];
        clearBelow = new double[rungs];
        pointItselfRaises = new boolean[rungs];
        onDelayMs = new long[rungs];
        offDelayMs = new long[rungs];
        state = new byte[rungs];
        worstFlag = new byte[rungs];
        lastFlag = new byte[rungs];
        readingsBeyond = new int[rungs];
        sinceMs = new long[rungs];
        heldUntilMs = new long[rungs];
        lastBeyondMs = new long[rungs];
        beganAtMs = new long[rungs];
        peakAtMs = new long[rungs];
        peak = new double[rungs];
        peakBeforeAtMs = new long[rungs];
        peakBefore = new double[rungs];
        lastBeyond = new double[rungs];
        int r = 0;
        for (int s = 0; s < ladders.size(); s++) {
            firstOfSensor[s] = r;
            for (Rule rule : ladders.get(s)) {
                for (Threshold threshold : rule.rungs()) {
                    thresholds[r] = threshold;
                    rules[r] = rule;
                    sign[r] = threshold.direction() == Threshold.Direction.FALLING ? -1 : 1;
                    raiseAt[r] = sign[r] * threshold.raiseAt();
                    clearBelow[r] = sign[r] * threshold.clearBelow();
                    pointItselfRaises[r] = threshold.comparison() == Threshold.Comparison.AT_OR_BEYOND;
                    onDelayMs[r] = threshold.onDelayMs();
                    offDelayMs[r] = threshold.offDelayMs();
                    r++;
                }
            }
        }
        firstOfSensor[ladders.size()] = r;
    }

    public int first(int sensor) {
        return firstOfSensor[sensor];
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

    /**
     * Judges the newest reading by one rung.
     *
     * @param value in the threshold's unit
     * @param observedAtMs of the reading; not before the one judged last
     * @param holdMs above 0: the step to this reading is implausible, so it raises only with the next reading beyond, or when
     *     this time has passed without one
     */
    public void judge(int rung, double value, byte flag, long observedAtMs, long holdMs, ExceedanceHandler handler) {
        if (flag == Flag.FAIL || Double.isNaN(value)) {
            return;
        }
        double height = sign[rung] * value;
        boolean beyond = height > raiseAt[rung] || pointItselfRaises[rung] && height == raiseAt[rung];
        switch (state[rung]) {
            case NORMAL -> {
                if (beyond) {
                    begin(rung, value, flag, observedAtMs, holdMs);
                    raiseIfDue(rung, observedAtMs, handler);
                }
            }
            case PENDING -> {
                if (beyond) {
                    note(rung, value, flag, observedAtMs);
                    heldUntilMs[rung] = 0;
                    raiseIfDue(rung, observedAtMs, handler);
                } else {
                    state[rung] = NORMAL;
                }
            }
            case ACTIVE, CLEARING -> judgeStanding(rung, value, height, beyond, flag, observedAtMs, handler);
            default -> throw new AssertionError(state[rung]);
        }
    }

    private void judgeStanding(
            int rung,
            double value,
            double height,
            boolean beyond,
            byte flag,
            long observedAtMs,
            ExceedanceHandler handler) {
        if (beyond) {
            boolean higher = height > sign[rung] * peak[rung];
            note(rung, value, flag, observedAtMs);
            if (higher) {
                handler.onExceedancePeak(rung, value, observedAtMs);
            }
        }
        if (height >= clearBelow[rung]) {
            state[rung] = ACTIVE;
        } else if (flag != Flag.SUSPECT) {
            if (state[rung] == ACTIVE) {
                state[rung] = CLEARING;
                sinceMs[rung] = observedAtMs;
            }
            if (observedAtMs - sinceMs[rung] >= offDelayMs[rung]) {
                state[rung] = NORMAL;
                handler.onExceedanceEnded(rung, sinceMs[rung], observedAtMs, value, flag);
            }
        }
    }

    private void begin(int rung, double value, byte flag, long observedAtMs, long holdMs) {
        state[rung] = PENDING;
        sinceMs[rung] = observedAtMs;
        heldUntilMs[rung] = holdMs > 0 ? observedAtMs + holdMs : 0;
        beganAtMs[rung] = observedAtMs;
        readingsBeyond[rung] = 0;
        worstFlag[rung] = flag;
        peak[rung] = value;
        peakAtMs[rung] = observedAtMs;
        peakBefore[rung] = value;
        peakBeforeAtMs[rung] = observedAtMs;
        note(rung, value, flag, observedAtMs);
    }

    private void note(int rung, double value, byte flag, long observedAtMs) {
        if (observedAtMs == lastBeyondMs[rung] && readingsBeyond[rung] > 0) {
            // the same reading, corrected: it stays one
            if (peakAtMs[rung] == observedAtMs) {
                peak[rung] = value;
            }
        } else {
            readingsBeyond[rung]++;
        }
        lastBeyond[rung] = value;
        lastBeyondMs[rung] = observedAtMs;
        lastFlag[rung] = flag;
        worstFlag[rung] = Flag.rollUp(worstFlag[rung], flag);
        if (sign[rung] * value > sign[rung] * peak[rung]) {
            peakBefore[rung] = peak[rung];
            peakBeforeAtMs[rung] = peakAtMs[rung];
            peak[rung] = value;
            peakAtMs[rung] = observedAtMs;
        }
    }

    private long dueMs(int rung) {
        return Math.max(sinceMs[rung] + onDelayMs[rung], heldUntilMs[rung]);
    }

    private void raiseIfDue(int rung, long observedAtMs, ExceedanceHandler handler) {
        if (observedAtMs >= dueMs(rung)) {
            raise(rung, observedAtMs, false, handler);
        }
    }

    private void raise(int rung, long atMs, boolean unconfirmed, ExceedanceHandler handler) {
        state[rung] = ACTIVE;
        handler.onExceedanceBegan(
                rung, beganAtMs[rung], atMs, lastBeyondMs[rung], lastBeyond[rung], lastFlag[rung], unconfirmed);
    }

    /** Time has passed, and the sensor is not stale: on-delays may be complete. */
    public void advance(int sensor, long nowMs, ExceedanceHandler handler) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state[r] == PENDING && nowMs >= dueMs(r)) {
                raise(r, dueMs(r), heldUntilMs[r] > 0, handler);
            }
        }
    }

    /** The sensor has gone silent: what was pending is raised, unconfirmed, since nobody can see that it is not so. */
    public void goStale(int sensor, long nowMs, ExceedanceHandler handler) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state[r] == PENDING) {
                raise(r, nowMs, true, handler);
            }
        }
    }

    /** The sensor was silent for so long: that time does not count toward an off-delay. */
    public void passOver(int sensor, long silenceMs) {
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state[r] == CLEARING) {
                sinceMs[r] += silenceMs;
            }
        }
    }

    /**
     * A reading failed, or was corrected below the raising point, after it had been judged: an exceedance that rests on it alone
     * is taken back.
     */
    public void disown(int rung, long observedAtMs, long atMs, ExceedanceHandler handler) {
        if (state[rung] == NORMAL || readingsBeyond[rung] != 1 || beganAtMs[rung] != observedAtMs) {
            return;
        }
        boolean told = state[rung] != PENDING;
        state[rung] = NORMAL;
        if (told) {
            handler.onExceedanceWithdrawn(rung, observedAtMs, atMs);
        }
    }

    /** The reading that is the extreme so far failed, or was corrected: the extreme before it stands again. */
    public void takeBackPeak(int rung, long observedAtMs, ExceedanceHandler handler) {
        if (isStanding(rung) && peakAtMs[rung] == observedAtMs && peakBeforeAtMs[rung] != observedAtMs) {
            peak[rung] = peakBefore[rung];
            peakAtMs[rung] = peakBeforeAtMs[rung];
            handler.onExceedancePeak(rung, peak[rung], peakAtMs[rung]);
        }
    }

    /** Whether the value is beyond the raising point, whatever the state. */
    public boolean isBeyond(int rung, double value) {
        double height = sign[rung] * value;
        return height > raiseAt[rung] || pointItselfRaises[rung] && height == raiseAt[rung];
    }

    /** When {@link #advance} has something to do for this sensor, unless a reading comes first. */
    public long nextDueMs(int sensor) {
        long next = NEVER;
        for (int r = first(sensor); r < end(sensor); r++) {
            if (state[r] == PENDING) {
                next = Math.min(next, dueMs(r));
            }
        }
        return next;
    }

    public byte state(int rung) {
        return state[rung];
    }

    public boolean isStanding(int rung) {
        return state[rung] == ACTIVE || state[rung] == CLEARING;
    }

    public long beganAtMs(int rung) {
        return beganAtMs[rung];
    }

    public double peak(int rung) {
        return peak[rung];
    }

    public long peakAtMs(int rung) {
        return peakAtMs[rung];
    }

    public byte worstFlag(int rung) {
        return worstFlag[rung];
    }

    /** A rung's state for a snapshot; immutable. */
    public record RungState(
            byte state,
            byte worstFlag,
            byte lastFlag,
            int readingsBeyond,
            long sinceMs,
            long heldUntilMs,
            long lastBeyondMs,
            long beganAtMs,
            long peakAtMs,
            double peak,
            long peakBeforeAtMs,
            double peakBefore,
            double lastBeyond) {}

    public RungState save(int rung) {
        return new RungState(
                state[rung],
                worstFlag[rung],
                lastFlag[rung],
                readingsBeyond[rung],
                sinceMs[rung],
                heldUntilMs[rung],
                lastBeyondMs[rung],
                beganAtMs[rung],
                peakAtMs[rung],
                peak[rung],
                peakBeforeAtMs[rung],
                peakBefore[rung],
                lastBeyond[rung]);
    }

    public void restore(int rung, RungState saved) {
        state[rung] = saved.state;
        worstFlag[rung] = saved.worstFlag;
        lastFlag[rung] = saved.lastFlag;
        readingsBeyond[rung] = saved.readingsBeyond;
        sinceMs[rung] = saved.sinceMs;
        heldUntilMs[rung] = saved.heldUntilMs;
        lastBeyondMs[rung] = saved.lastBeyondMs;
        beganAtMs[rung] = saved.beganAtMs;
        peakAtMs[rung] = saved.peakAtMs;
        peak[rung] = saved.peak;
        peakBeforeAtMs[rung] = saved.peakBeforeAtMs;
        peakBefore[rung] = saved.peakBefore;
        lastBeyond[rung] = saved.lastBeyond;
    }
}
