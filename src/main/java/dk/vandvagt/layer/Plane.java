package dk.vandvagt.layer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One number a cell, in the order of {@link Grid#number}: in memory, or wherever whoever hands in the segment keeps it, such as
 * a mapped file larger than memory.
 */
public final class Plane {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final MemorySegment cells;

    /**
     * @param cells four bytes for each of {@link Grid#kept}, in the machine's order
     */
    public Plane(MemorySegment cells) {
        this.cells = cells;
    }

    /** In memory, every cell NaN. */
    public static Plane inMemory(Grid grid) {
        float[] cells = new float[Math.toIntExact(grid.kept())];
        Arrays.fill(cells, Float.NaN);
        return new Plane(MemorySegment.ofArray(cells));
    }

    public float of(long cell) {
        return cells.getAtIndex(FLOAT, cell);
    }

    public void set(long cell, float value) {
        cells.setAtIndex(FLOAT, cell, value);
    }

    void fill(float value) {
        for (long i = 0; i < cells.byteSize() / Float.BYTES; i++) {
            set(i, value);
        }
    }
}
