package dk.vandvagt.layer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Which stretch of the coast each cell belongs to, one byte a cell: its place in {@link Terrain#stretches} plus one, 0 for none. */
public final class Stretches {
    /** As many as flood extents tell apart in one pass. */
    public static final int MOST = 40;

    private final MemorySegment cells;

    /**
     * @param cells a byte for each of {@link Grid#kept}
     */
    public Stretches(MemorySegment cells) {
        this.cells = cells;
    }

    /** In memory, every cell in the first. */
    public static Stretches inMemory(Grid grid) {
        byte[] cells = new byte[Math.toIntExact(grid.kept())];
        Arrays.fill(cells, (byte) 1);
        return new Stretches(MemorySegment.ofArray(cells));
    }

    public int of(long cell) {
        return cells.get(ValueLayout.JAVA_BYTE, cell) & 0xFF;
    }

    public void set(long cell, int stretch) {
        cells.set(ValueLayout.JAVA_BYTE, cell, (byte) stretch);
    }
}
