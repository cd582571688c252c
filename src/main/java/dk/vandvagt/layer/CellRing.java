package dk.vandvagt.layer;

/** Cells in the order they came, 32 bits each. */
final class CellRing {
    private int[] cells = new int[1 << 12];
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(long cell) {
        if (size == cells.length) {
            int[] larger = new int[Math.multiplyExact(cells.length, 2)];
            for (int i = 0; i < size; i++) {
                larger[i] = cells[first + i & cells.length - 1];
            }
            cells = larger;
            first = 0;
        }
        cells[first + size++ & cells.length - 1] = (int) cell;
    }

    long removeFirst() {
        long cell = Integer.toUnsignedLong(cells[first]);
        first = first + 1 & cells.length - 1;
        size--;
        return cell;
    }
}
