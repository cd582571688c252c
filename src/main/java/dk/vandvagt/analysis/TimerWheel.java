package dk.vandvagt.analysis;

import java.util.Arrays;

/**
 * One deadline for each sensor, on wheels of 256 slots: the first has slots of a millisecond, each other has slots as long as a
 * whole turn of the one before it. A deadline is on the wheel whose turn just holds the time until it, so that few share a slot;
 * every instant of a {@code long} has a slot and the slots in use are bits, so that the clock may start anywhere and pass over
 * years in one step (Varghese and Lauck, Hashed and hierarchical timing wheels, SOSP 1987, scheme 6.2). A deadline that moves
 * later is only written down: its sensor stays in its slot until that comes due, and is put where it belongs by then. One thread.
 */
public final class TimerWheel {
    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int SLOT_BITS = 8;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final int WHEELS = Long.SIZE / SLOT_BITS;
    private static final int WORD_BITS = 6;
    private static final int WORDS = SLOTS >> WORD_BITS;

    private static final int NOWHERE = WHEELS * SLOTS;
    /** For an instant that was past already when it was scheduled. */
    private static final int PAST = NOWHERE + 1;
    /** Being handed to the handler by the advance that is under way. */
    private static final int DUE = NOWHERE + 2;

    // of a sensor, side by side: its deadline; its slot and the sensors after and before it there
    private static final int LONGS = 2;
    private static final int SENSOR_BITS = 26;
    private static final int NONE = (1 << SENSOR_BITS) - 1;
    private static final int AFTER_SHIFT = SENSOR_BITS;
    private static final int SLOT_SHIFT = 2 * SENSOR_BITS;

    private final long[] entries;
    private final int[] firstOfSlot = new int[PAST + 1];
    /** A bit for each slot that holds a sensor; it may stay set when the last one leaves. */
    private final long[] used = new long[WHEELS * WORDS];

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
        int slot = slot(links);
        // a slot that comes due before the deadline will do
        if (Long.compareUnsigned(unsigned(deadlineMs), beginOf(slot)) < 0) {
            if (slot != NOWHERE) {
                unlink(links);
            }
            link(sensor, slotFor(deadlineMs));
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
        for (int wheel = 0; wheel < WHEELS && turned(before, wheel) != turned(now, wheel); wheel++) {
            emptyTurned(wheel, turned(before, wheel), turned(now, wheel), nowMs);
        }
        if (anyDue) {
            anyDue = false;
            handOver(nowMs, handler);
        }
    }

    private void emptyTurned(int wheel, long from, long to, long nowMs) {
        for (int word = 0; word < WORDS; word++) {
            long bits = used[wheel * WORDS + word];
            while (bits != 0) {
                int place = (word << WORD_BITS) + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
                if (Long.compareUnsigned(ahead(place, from), to - from) <= 0) {
                    used[wheel * WORDS + word] &= ~(1L << place);
                    empty(wheel * SLOTS + place, nowMs);
                }
            }
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

    /** How many slots of that wheel have passed. */
    private static long turned(long at, int wheel) {
        return at >>> wheel * SLOT_BITS;
    }

    /** How many slots on from there a place is: 1 to a whole turn. */
    private static long ahead(int place, long turned) {
        return (place - turned - 1 & SLOT_MASK) + 1;
    }

    private int slotFor(long deadlineMs) {
        long at = unsigned(deadlineMs);
        if (Long.compareUnsigned(at, now) <= 0) {
            return PAST;
        }
        int wheel = (Long.SIZE - 1 - Long.numberOfLeadingZeros(at - now)) / SLOT_BITS;
        return wheel * SLOTS + (int) (turned(at, wheel) & SLOT_MASK);
    }

    /** When a slot that holds a sensor comes due. */
    private long beginOf(int slot) {
        if (slot >= NOWHERE) {
            return slot == NOWHERE ? unsigned(NEVER) : 0;
        }
        int wheel = slot >> SLOT_BITS;
        long turned = turned(now, wheel);
        return turned + ahead(slot & SLOT_MASK, turned) << wheel * SLOT_BITS;
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
            used[slot >> WORD_BITS] |= 1L << slot;
        }
    }

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
