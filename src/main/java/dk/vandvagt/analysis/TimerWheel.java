package dk.vandvagt.analysis;

import java.util.Arrays;

/**
 * One deadline for each sensor, on a wheel of wheels: of the {@link #LEVELS} wheels each has 64 slots, one of them as long as a
 * whole turn of the wheel below it, the shortest a millisecond. Every instant of a {@code long} has its slot and the slots in use
 * are bits, so that the clock may start anywhere and pass over years in one step (Varghese and Lauck, Hashed and hierarchical
 * timing wheels, SOSP 1987). A deadline that moves later is only written down: its sensor stays in its slot until that comes due,
 * and is put where it belongs by then. One thread.
 */
public final class TimerWheel {
    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int SLOT_BITS = 6;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final int LEVELS = (Long.SIZE + SLOT_BITS - 1) / SLOT_BITS;

    // slots are numbered in the order in which they come due
    /** Being handed to the handler by the advance that is under way. */
    private static final int DUE = 0;
    /** Scheduled for an instant that was past already. */
    private static final int PAST = 1;

    private static final int FIRST = 2;
    private static final int NOWHERE = FIRST + LEVELS * SLOTS;

    // of a sensor, side by side: its deadline; its slot and the sensors after and before it there
    private static final int LONGS = 2;
    private static final int SENSOR_BITS = 27;
    private static final int NONE = (1 << SENSOR_BITS) - 1;
    private static final int AFTER_SHIFT = SENSOR_BITS;
    private static final int SLOT_SHIFT = 2 * SENSOR_BITS;
    private static final int WORD_BITS = 6;

    private final long[] entries;
    private final int[] firstOfSlot = new int[NOWHERE];
    /** By level, a bit for each slot that holds a sensor. */
    private final long[] used = new long[LEVELS];

    /** A bit for each sensor that is due, and one for each word of these: sensors are handed over in their order. */
    private final long[] due;

    private final long[] dueWords;
    private boolean anyDue;

    /** Where the clock stands, as instants are {@linkplain #unsigned counted} here. */
    private long now;

    private long visits;

    /** No sensor has a deadline, and the clock may start anywhere. */
    public TimerWheel(int sensors) {
        if (sensors > NONE) {
            throw new IllegalArgumentException("sensors=" + sensors + ": a timer wheel holds at most " + NONE);
        }
        entries = new long[Math.multiplyExact(LONGS, sensors)];
        for (int s = 0; s < sensors; s++) {
            entries[LONGS * s] = NEVER;
            entries[LONGS * s + 1] = links(NOWHERE, NONE, NONE);
        }
        Arrays.fill(firstOfSlot, NONE);
        due = new long[words(sensors)];
        dueWords = new long[words(due.length)];
    }

    private static int words(int bits) {
        return (bits >> WORD_BITS) + 1;
    }

    public long deadlineMs(int sensor) {
        return entries[LONGS * sensor];
    }

    /** In place of the deadline it had. One that is past is met by the next {@link #advance}. */
    public void schedule(int sensor, long deadlineMs) {
        int at = LONGS * sensor;
        entries[at] = deadlineMs;
        long links = entries[at + 1];
        int slot = slotFor(deadlineMs);
        // a slot that comes due before the deadline will do
        if (slot < slot(links)) {
            if (slot(links) != NOWHERE) {
                unlink(links);
            }
            link(sensor, slot);
        }
    }

    /**
     * Hands over every sensor whose deadline is not after {@code nowMs}, once, in the order of the sensors; from then on it has
     * none, until the handler or somebody else schedules it.
     */
    public void advance(long nowMs, DeadlineHandler handler) {
        long before = now;
        if (Long.compareUnsigned(unsigned(nowMs), before) > 0) {
            now = unsigned(nowMs);
        }
        empty(PAST, nowMs);
        for (int level = 0; level < LEVELS && turn(before, level) != turn(now, level); level++) {
            boolean sameRound = turn(before, level + 1) == turn(now, level + 1);
            long reached = sameRound ? -1L >>> SLOT_MASK - (turn(now, level) & SLOT_MASK) : -1L;
            long slots = used[level] & reached;
            used[level] &= ~reached;
            while (slots != 0) {
                empty(FIRST + level * SLOTS + Long.numberOfTrailingZeros(slots), nowMs);
                slots &= slots - 1;
            }
        }
        if (anyDue) {
            anyDue = false;
            handOver(nowMs, handler);
        }
    }

    /** Marks as due what is, and puts the others where they belong by now. */
    private void empty(int slot, long nowMs) {
        int sensor = firstOfSlot[slot];
        firstOfSlot[slot] = NONE;
        while (sensor != NONE) {
            visits++;
            int at = LONGS * sensor;
            int after = after(entries[at + 1]);
            long deadlineMs = entries[at];
            if (deadlineMs == NEVER) {
                entries[at + 1] = links(NOWHERE, NONE, NONE);
            } else if (deadlineMs <= nowMs) {
                entries[at + 1] = links(DUE, NONE, NONE);
                due[sensor >> WORD_BITS] |= 1L << sensor;
                dueWords[sensor >> 2 * WORD_BITS] |= 1L << (sensor >> WORD_BITS);
                anyDue = true;
            } else {
                link(sensor, slotFor(deadlineMs));
            }
            sensor = after;
        }
    }

    private void handOver(long nowMs, DeadlineHandler handler) {
        for (int i = 0; i < dueWords.length; i++) {
            long words = dueWords[i];
            dueWords[i] = 0;
            while (words != 0) {
                int word = (i << WORD_BITS) + Long.numberOfTrailingZeros(words);
                words &= words - 1;
                long bits = due[word];
                due[word] = 0;
                while (bits != 0) {
                    handOver((word << WORD_BITS) + Long.numberOfTrailingZeros(bits), nowMs, handler);
                    bits &= bits - 1;
                }
            }
        }
    }

    private void handOver(int sensor, long nowMs, DeadlineHandler handler) {
        int at = LONGS * sensor;
        long deadlineMs = entries[at];
        entries[at + 1] = links(NOWHERE, NONE, NONE);
        if (deadlineMs > nowMs) {
            // another sensor's handler has moved it
            schedule(sensor, deadlineMs);
        } else {
            entries[at] = NEVER;
            handler.onDeadline(sensor, deadlineMs);
        }
    }

    /** The same order, but unsigned. */
    private static long unsigned(long atMs) {
        return atMs ^ Long.MIN_VALUE;
    }

    /** How many slots of that level have passed. */
    private static long turn(long at, int level) {
        return level == LEVELS ? 0 : at >>> level * SLOT_BITS;
    }

    /** On the level of the highest digit in which it differs from the clock; on those above, the clock's own slot holds it. */
    private int slotFor(long deadlineMs) {
        if (deadlineMs == NEVER) {
            return NOWHERE;
        }
        long at = unsigned(deadlineMs);
        if (Long.compareUnsigned(at, now) <= 0) {
            return PAST;
        }
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(at ^ now)) / SLOT_BITS;
        return FIRST + level * SLOTS + (int) (turn(at, level) & SLOT_MASK);
    }

    private void link(int sensor, int slot) {
        int first = firstOfSlot[slot];
        firstOfSlot[slot] = sensor;
        entries[LONGS * sensor + 1] = links(slot, first, NONE);
        if (first != NONE) {
            int at = LONGS * first + 1;
            entries[at] = links(slot, after(entries[at]), sensor);
        }
        if (slot != PAST) {
            used[slot - FIRST >> SLOT_BITS] |= 1L << (slot - FIRST);
        }
    }

    /** An empty slot may stay marked as in use until it comes due. */
    private void unlink(long links) {
        int slot = slot(links);
        int before = before(links);
        int after = after(links);
        if (before != NONE) {
            int at = LONGS * before + 1;
            entries[at] = links(slot, after, before(entries[at]));
        } else {
            firstOfSlot[slot] = after;
        }
        if (after != NONE) {
            int at = LONGS * after + 1;
            entries[at] = links(slot, after(entries[at]), before);
        }
    }

    private static long links(int slot, int after, int before) {
        return (long) slot << SLOT_SHIFT | (long) after << AFTER_SHIFT | before;
    }

    private static int slot(long links) {
        return (int) (links >>> SLOT_SHIFT);
    }

    private static int after(long links) {
        return (int) (links >>> AFTER_SHIFT) & NONE;
    }

    private static int before(long links) {
        return (int) links & NONE;
    }

    /** How often a sensor was looked at because its slot had come due. */
    long visits() {
        return visits;
    }
}
