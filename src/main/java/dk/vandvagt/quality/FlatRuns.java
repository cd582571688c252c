package dk.vandvagt.quality;

import java.util.Arrays;

/**
 * Since when a series has stood still, exactly and without keeping it. Values come as whole steps, in order of time. For the
 * newest value and each of a few steps above it, the start of the unbroken stretch that lies no higher is kept, and likewise
 * below; any band that holds the newest value is made of one of each. A stretch of years costs what one of an hour does.
 */
final class FlatRuns {
    private static final long NEVER = Long.MIN_VALUE;
    private static final int AT = 0;
    private static final int STEP = 1;
    private static final int HEAD = 2;

    private final int steps;
    private final int stride;
    private final long[] state;

    /** @param steps the widest band that will be asked for */
    FlatRuns(int series, int steps) {
        this.steps = steps;
        stride = HEAD + 2 * (steps + 1);
        state = new long[Math.multiplyExact(series, stride)];
        for (int s = 0; s < series; s++) {
            state[s * stride + AT] = NEVER;
        }
    }

    /** @param gapMs a silence longer than this ends the run: nobody knows what the water did meanwhile */
    void add(int series, long atMs, long step, long gapMs) {
        int at = series * stride;
        long silentMs = atMs - state[at + AT];
        long moved = step - state[at + STEP];
        if (state[at + AT] == NEVER || silentMs > gapMs) {
            Arrays.fill(state, at + HEAD, at + stride, atMs);
        } else if (moved != 0) {
            int notAbove = at + HEAD;
            int notBelow = notAbove + steps + 1;
            towards(moved > 0 ? notAbove : notBelow, Math.abs(moved));
            awayFrom(moved > 0 ? notBelow : notAbove, Math.abs(moved), atMs);
        }
        state[at + AT] = atMs;
        state[at + STEP] = step;
    }

    /**
     * The value went that far in the direction in which these stretches may lie. Beyond the farthest that was known nothing is
     * kept; nor is it needed, as no band that reaches so far holds the value before.
     */
    private void towards(int stretches, long moved) {
        for (int d = 0; d <= steps; d++) {
            state[stretches + d] = state[stretches + (int) Math.min(d + moved, steps)];
        }
    }

    private void awayFrom(int stretches, long moved, long atMs) {
        for (int d = steps; d >= 0; d--) {
            state[stretches + d] = d >= moved ? state[stretches + d - (int) moved] : atMs;
        }
    }

    /** Start of the longest stretch up to the newest value whose highest and lowest lie no more than so many steps apart. */
    long sinceMs(int series, int within) {
        int notAbove = series * stride + HEAD;
        int notBelow = notAbove + steps + 1;
        long since = Long.MAX_VALUE;
        for (int d = 0; d <= within; d++) {
            since = Math.min(since, Math.max(state[notAbove + d], state[notBelow + within - d]));
        }
        return since;
    }

    void copy(int from, int to) {
        System.arraycopy(state, from * stride, state, to * stride, stride);
    }

    /** For a snapshot; {@link #restore} takes it back. */
    long[] save(int series) {
        return Arrays.copyOfRange(state, series * stride, (series + 1) * stride);
    }

    void restore(int series, long[] saved) {
        System.arraycopy(saved, 0, state, series * stride, stride);
    }

    /** Longs in {@link #save}. */
    int saved() {
        return stride;
    }
}
