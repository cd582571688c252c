package dk.vandvagt.terrain;

import dk.vandvagt.layer.FloodExtent;
import dk.vandvagt.layer.SeaLevels;
import dk.vandvagt.layer.Terrain;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * A made-up coast of so many by so many cells: written as a GeoTIFF, prepared, and flooded at several levels. Run with
 * {@code -Xmx768m}; arguments: cells along a side (10000), a folder (target/terrain-bench), which is emptied afterwards.
 */
public final class TerrainBench {
    private TerrainBench() {}

    public static void main(String[] args) throws IOException {
        int side = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        Path folder = Path.of(args.length > 1 ? args[1] : "target/terrain-bench");
        Files.createDirectories(folder);
        try {
            run(side, folder);
        } finally {
            TerrainFolder.delete(folder);
        }
    }

    private static void run(int side, Path folder) throws IOException {
        Path model = folder.resolve("coast.tif");
        long began = System.nanoTime();
        CoastTiff.write(model, side);
        said("GeoTIFF of %,d cells written (%,d MB)", began, (long) side * side, Files.size(model) >> 20);
        Path sea = Files.writeString(
                folder.resolve("sea.geojson"),
                "{\"type\": \"Polygon\", \"crs\": {\"properties\": {\"name\": \"EPSG:25832\"}}, \"coordinates\": [[[559000, 6110000], "
                        + "[560100, 6110000], [560100, 6140000], [559000, 6140000], [559000, 6110000]]]}");
        Path walls = Files.writeString(
                folder.resolve("walls.geojson"),
                String.format(
                        Locale.ROOT,
                        "{\"type\": \"Feature\", \"properties\": {\"crest\": 2.4}, \"geometry\": {\"type\": \"LineString\", "
                                + "\"coordinates\": [[%f, 6130000], [%f, %f]]}, \"crs\": {\"properties\": {\"name\": \"EPSG:25832\"}}}",
                        560_000 + side * 0.4 * 0.3,
                        560_000 + side * 0.4 * 0.35,
                        6_130_000 - side * 0.4 * 0.8));
        for (boolean withWalls : new boolean[] {false, true}) {
            TerrainOrder order = new TerrainOrder(
                    null,
                    new VerticalDatum("DVR90"),
                    1,
                    8,
                    5,
                    withWalls ? walls : null,
                    null,
                    "made up",
                    "",
                    List.of(new TerrainOrder.Coast("all", new Text("alt", "all"), sea, null)));
            Path prepared = folder.resolve("terrain");
            began = System.nanoTime();
            Steps steps = new Steps();
            Preparation.Done done = Preparation.prepare(model, order, prepared, steps, 0);
            steps.end();
            said(
                    "prepared %s (%,d cells of sea, heap at most %,d MB, resident at most %,d MB)",
                    began,
                    withWalls ? "with and without a wall" : "without defences",
                    done.seaCells()[0],
                    steps.mostHeapBytes >> 20,
                    residentMb());
            began = System.nanoTime();
            Terrain terrain = TerrainFolder.open(prepared, order);
            said("opened", began);
            for (double levelM : new double[] {0.5, 1, 1.5, 2.02, 2.02, 3}) {
                began = System.nanoTime();
                FloodExtent extent = FloodExtent.at(terrain, SeaLevels.everywhere(terrain, levelM, true));
                long points = 0;
                long parts = 0;
                long cells = 0;
                for (FloodExtent.Part part : extent.parts()) {
                    points += part.area().getNumPoints();
                    parts += part.area().getNumGeometries();
                    cells += part.cells();
                }
                said("  level %.2f m: %,d cells, %,d polygons, %,d points", began, levelM, cells, parts, points);
            }
        }
    }

    private static void said(String what, long beganNanos, Object... values) {
        System.out.printf(
                Locale.ROOT, "%6.1f s  " + what + "%n", prepend((System.nanoTime() - beganNanos) / 1e9, values));
        System.out.flush();
    }

    private static Object[] prepend(Object first, Object[] rest) {
        Object[] all = new Object[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private static long residentMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
            }
        }
        return -1;
    }

    private static final class Steps implements Preparation.Watch {
        private String step = "";
        private long beganNanos;
        private long mostHeapBytes;

        void end() {
            if (!step.isEmpty()) {
                said("    " + step.toLowerCase(Locale.ROOT), beganNanos);
            }
        }

        @Override
        public void begins(Preparation.Step begun, long of) {
            end();
            step = begun.name();
            beganNanos = System.nanoTime();
        }

        @Override
        public void reached(long soFar) {
            Runtime heap = Runtime.getRuntime();
            mostHeapBytes = Math.max(mostHeapBytes, heap.totalMemory() - heap.freeMemory());
        }

        @Override
        public void found(Preparation.Model model) {}
    }

    /** Rolling ground that rises from the sea in the west, roughened to the centimetre; EPSG:25832, cells of 0.4 m, no compression. */
    private static final class CoastTiff {
        private static final int ROWS_OF_STRIP = 16;

        static void write(Path file, int side) throws IOException {
            int strips = (side + ROWS_OF_STRIP - 1) / ROWS_OF_STRIP;
            int head = 4096 + 8 * strips;
            ByteBuffer out = ByteBuffer.allocate(head).order(ByteOrder.LITTLE_ENDIAN);
            out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
            int apart = 2048;
            int offsets = 4096;
            out.putShort((short) 13);
            tag(out, 256, 4, 1, side);
            tag(out, 257, 4, 1, side);
            tag(out, 258, 3, 1, 32);
            tag(out, 259, 3, 1, 1);
            tag(out, 262, 3, 1, 1);
            tag(out, 273, 4, strips, offsets);
            tag(out, 277, 3, 1, 1);
            tag(out, 278, 4, 1, ROWS_OF_STRIP);
            tag(out, 279, 4, strips, offsets + 4 * strips);
            tag(out, 339, 3, 1, 3);
            tag(out, 33550, 12, 3, apart);
            tag(out, 33922, 12, 6, apart + 24);
            tag(out, 34735, 3, 16, apart + 72);
            out.putInt(0);
            out.position(apart);
            out.putDouble(0.4).putDouble(0.4).putDouble(0);
            out.putDouble(0)
                    .putDouble(0)
                    .putDouble(0)
                    .putDouble(560_000)
                    .putDouble(6_130_000)
                    .putDouble(0);
            for (int key : new int[] {1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 25832}) {
                out.putShort((short) key);
            }
            for (int strip = 0; strip < strips; strip++) {
                out.putInt(offsets + 4 * strip, head + strip * ROWS_OF_STRIP * side * 4);
                out.putInt(
                        offsets + 4 * (strips + strip),
                        Math.min(ROWS_OF_STRIP, side - strip * ROWS_OF_STRIP) * side * 4);
            }
            out.position(0);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(out);
                ByteBuffer row = ByteBuffer.allocate(side * 4).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < side; i++) {
                    row.clear();
                    for (int j = 0; j < side; j++) {
                        row.putFloat(heightM(i, j, side));
                    }
                    row.flip();
                    channel.write(row);
                }
            }
        }

        private static void tag(ByteBuffer out, int tag, int type, int count, int value) {
            out.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
        }

        private static float heightM(int row, int column, int side) {
            double slope = -3 + 13.0 * column / side;
            double hills =
                    1.2 * Math.sin(row / 431.0) * Math.cos(column / 577.0) + 0.5 * Math.sin(row / 61.0 + column / 83.0);
            int hash = (row * 73_856_093) ^ (column * 19_349_663);
            hash ^= hash >>> 13;
            hash *= 0x5bd1e995;
            double rough = ((hash >>> 8) & 0xFFFF) / 65_536.0 * 0.06;
            return Math.round(100 * (slope + hills + rough)) / 100f;
        }
    }
}
