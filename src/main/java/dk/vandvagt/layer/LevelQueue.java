package dk.vandvagt.layer;

import java.util.Arrays;

/** Cells by level, the lowest first: a heap with four children to a node, a level and a cell in one {@code long}. */
final class LevelQueue {
    private static final int LEAST = 1 << 12;
    private static final long CELL = 0xFFFF_FFFFL;

    private long[] heap = new long[LEAST];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(float level, long cell) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, (int) Math.min(Integer.MAX_VALUE - 8, size + (size >> 1)));
        }
        long entry = (long) ordered(level) << 32 | cell;
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >> 2;
            if (heap[parent] <= entry) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = entry;
    }

    long removeFirst() {
        long first = heap[0];
        long moved = heap[--size];
        int at = 0;
        while (true) {
            int child = (at << 2) + 1;
            if (child >= size) {
                break;
            }
            int least = child;
            int end = Math.min(child + 4, size);
            for (int i = child + 1; i < end; i++) {
                if (heap[i] < heap[least]) {
                    least = i;
                }
            }
            if (heap[least] >= moved) {
                break;
            }
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = moved;
        return first;
    }

    static long cell(long entry) {
        return entry & CELL;
    }

    static float level(long entry) {
        int bits = (int) (entry >> 32);
        return Float.intBitsToFloat(bits ^ (bits >> 31 & 0x7FFF_FFFF));
    }

    /** The bits of a float as a whole number in the same order. */
    private static int ordered(float level) {
        // minus zero is zero
        int bits = Float.floatToRawIntBits(level + 0.0f);
        return bits ^ (bits >> 31 & 0x7FFF_FFFF);
    }
}
