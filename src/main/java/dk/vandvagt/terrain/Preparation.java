package dk.vandvagt.terrain;

import dk.vandvagt.layer.CellsInside;
import dk.vandvagt.layer.Connection;
import dk.vandvagt.layer.Culvert;
import dk.vandvagt.layer.Grid;
import dk.vandvagt.layer.Plane;
import dk.vandvagt.layer.Stretches;
import dk.vandvagt.layer.Ways;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/**
 * Makes of a terrain model's file what flood extents need. Ground is read band by band, then each stretch's sea is let in, with and
 * without defences. What is done is written down: begun again after a kill it goes on with the band, or the flood, that was not finished.
 * The terrain that was prepared before stays until the new one is whole.
 */
public final class Preparation {
    private static final int VERSION = 1;

    private final Path model;
    private final TerrainOrder order;
    private final Path folder;
    private final Path unfinished;
    private final Watch watch;
    private final long nowMs;
    private final Properties done = new Properties();

    /** Told how it goes, on the thread that works. */
    public interface Watch {
        /** @param step what begins, and {@code of} how many bands or cells it has at most */
        void begins(Step step, long of);

        void reached(long soFar);

        /** What is known of the model before it is read. */
        void found(Model model);
    }

    public enum Step {
        GROUND,
        STRETCHES,
        /** The sea with the defences there are. */
        FLOOD,
        /** And without. */
        FLOOD_UNDEFENDED
    }

    /**
     * @param crs such as {@code EPSG:25832}
     * @param resumedAtBand 0 where it begins anew
     */
    public record Model(Grid grid, String crs, boolean isGeographic, int resumedAtBand) {}

    /**
     * @param seaCells by stretch, those that the sea comes from
     * @param cellAreaM2 in the middle row
     */
    public record Done(Model model, long nodataCells, long[] seaCells, double cellAreaM2, boolean hasDefences) {}

    private Preparation(Path model, TerrainOrder order, Path folder, Watch watch, long nowMs) {
        this.model = model;
        this.order = order;
        this.folder = folder;
        this.watch = watch;
        this.nowMs = nowMs;
        unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    }

    /**
     * @param folder where it is to be, such as {@code data/terrain}
     * @param nowMs wall clock
     * @throws TerrainException the model, the order or what is drawn cannot be used: all that is wrong
     */
    public static Done prepare(Path model, TerrainOrder order, Path folder, Watch watch, long nowMs)
            throws IOException {
        if (!Files.isReadable(model)) {
            throw new TerrainException(model + ": there is no such file, or it may not be read");
        }
        try (GroundFile ground = GroundFile.open(model);
                Arena arena = Arena.ofConfined()) {
            return new Preparation(model, order, folder, watch, nowMs).run(ground, arena);
        }
    }

    private Done run(GroundFile file, Arena arena) throws IOException {
        Grid grid = file.grid();
        if (grid.cells() > Grid.MOST_CELLS || grid.kept() > Grid.MOST_CELLS) {
            throw new TerrainException(model + ": found " + grid.cells() + " cells, at most " + Grid.MOST_CELLS
                    + ": use larger cells (gdalwarp -tr 1 1 -r average), or cut it");
        }
        TerrainCrs crs = TerrainCrs.of(model, order.crs(), file.crs());
        double[] cellAreaM2 = crs.cellAreaM2(model, grid);
        Surroundings around = Surroundings.read(order, crs.crs());
        String orderDigest = Surroundings.digest(order);
        resume(orderDigest + " " + crs.code() + " " + grid);
        Model found = new Model(grid, crs.code(), crs.isGeographic(), number("bands"));
        watch.found(found);

        Plane ground = plane(TerrainFolder.GROUND, grid, arena);
        readGround(file, grid, ground, arena);
        MemorySegment stretchBytes =
                TerrainFolder.writable(unfinished.resolve(TerrainFolder.STRETCHES), grid.kept(), arena);
        Stretches stretches = new Stretches(stretchBytes);
        float[] lowestOfTile = assignStretches(grid, around, ground, stretches, stretchBytes);
        long[] seaCells = flood(grid, around, ground, stretches, true, arena);
        if (around.hasDefences()) {
            flood(grid, around, ground, stretches, false, arena);
        }
        new TerrainHead(
                        grid,
                        crs.code(),
                        orderDigest,
                        model.getFileName().toString(),
                        nowMs,
                        Long.parseLong(done.getProperty("nodata", "0")),
                        Arrays.stream(seaCells).sum(),
                        around.hasDefences(),
                        lowestOfTile)
                .write(unfinished.resolve(TerrainFolder.HEAD));
        putInPlace();
        return new Done(
                found,
                Long.parseLong(done.getProperty("nodata", "0")),
                seaCells,
                cellAreaM2[grid.rows() / 2],
                around.hasDefences());
    }

    private Path steps() {
        return unfinished.resolve("done");
    }

    private int number(String name) {
        return Integer.parseInt(done.getProperty(name, "0"));
    }

    /** What was done of the same model and order goes on; of another it is thrown away. */
    private void resume(String what) throws IOException {
        String of = VERSION + " " + what + " " + model.toAbsolutePath() + " " + Files.size(model) + " "
                + Files.getLastModifiedTime(model).toMillis();
        if (Files.exists(steps())) {
            done.load(new StringReader(Files.readString(steps(), StandardCharsets.UTF_8)));
        }
        if (!of.equals(done.getProperty("of"))) {
            TerrainFolder.delete(unfinished);
            Files.createDirectories(unfinished);
            done.clear();
            done.setProperty("of", of);
        }
    }

    private void note(String name, String value) throws IOException {
        done.setProperty(name, value);
        StringWriter text = new StringWriter();
        done.store(text, null);
        Path aside = unfinished.resolve("done.tmp");
        Files.writeString(aside, text.toString(), StandardCharsets.UTF_8);
        Files.move(aside, steps(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Plane plane(String name, Grid grid, Arena arena) throws IOException {
        return new Plane(TerrainFolder.writable(unfinished.resolve(name), grid.kept() * Float.BYTES, arena));
    }

    /** A band is a row of tiles, which lie together in the file. */
    private void readGround(GroundFile file, Grid grid, Plane ground, Arena arena) throws IOException {
        int first = number("bands");
        watch.begins(Step.GROUND, grid.tilesDown());
        watch.reached(first);
        if (first == grid.tilesDown()) {
            return;
        }
        long nodata = Long.parseLong(done.getProperty("nodata", "0"));
        file.passOver(Math.min(grid.rows(), first * Grid.TILE));
        MemorySegment bytes =
                TerrainFolder.writable(unfinished.resolve(TerrainFolder.GROUND), grid.kept() * Float.BYTES, arena);
        long bandBytes = (long) grid.tilesAcross() * Grid.TILE * Grid.TILE * Float.BYTES;
        for (int band = first; band < grid.tilesDown(); band++) {
            int rows = Math.min(Grid.TILE, grid.rows() - band * Grid.TILE);
            float[] heights = file.rows(rows);
            for (int row = 0; row < Grid.TILE; row++) {
                for (int column = 0; column < grid.tilesAcross() * Grid.TILE; column++) {
                    float z = Float.NaN;
                    if (row < rows && column < grid.columns()) {
                        z = (float) (heights[row * grid.columns() + column] * order.unitM());
                        nodata += Float.isNaN(z) ? 1 : 0;
                    }
                    ground.set(grid.number(band * Grid.TILE + row, column), z);
                }
            }
            bytes.asSlice(band * bandBytes, bandBytes).force();
            done.setProperty("nodata", String.valueOf(nodata));
            note("bands", String.valueOf(band + 1));
            watch.reached(band + 1L);
        }
    }

    private float[] assignStretches(
            Grid grid, Surroundings around, Plane ground, Stretches stretches, MemorySegment bytes) throws IOException {
        watch.begins(Step.STRETCHES, order.coast().size());
        bytes.fill((byte) 0);
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < order.coast().size(); i++) {
            String id = order.coast().get(i).id();
            long[] cells = {0, 0};
            int mark = i + 1;
            @Nullable List<Geometry> area = around.areas().get(i);
            CellsInside.Run run = (row, from, to) -> {
                for (int column = from; column < to; column++) {
                    long cell = grid.number(row, column);
                    int other = stretches.of(cell);
                    cells[0]++;
                    cells[1] += other != 0 && other != mark ? 1 : 0;
                    stretches.set(cell, mark);
                }
            };
            if (area == null) {
                for (int row = 0; row < grid.rows(); row++) {
                    run.cells(row, 0, grid.columns());
                }
            } else {
                area.forEach(each -> new CellsInside(grid, each).forEach(run));
            }
            if (cells[0] == 0) {
                faults.add(order.coast().get(i).area() + ": the area of " + id
                        + " has no cell of the model: see that its CRS is right");
            }
            if (cells[1] > 0) {
                faults.add(order.coast().get(i).area() + ": the area of " + id + " overlaps another stretch's by "
                        + cells[1] + " cells: water stands at one level at each place");
            }
            watch.reached(i + 1L);
        }
        if (!faults.isEmpty()) {
            throw new TerrainException(faults);
        }
        float[] lowest = new float[grid.tiles()];
        Arrays.fill(lowest, Float.POSITIVE_INFINITY);
        for (long cell = 0; cell < grid.kept(); cell++) {
            if (stretches.of(cell) != 0) {
                float z = ground.of(cell);
                int tile = (int) (cell / (Grid.TILE * Grid.TILE));
                lowest[tile] = z < lowest[tile] ? z : lowest[tile];
            }
        }
        return lowest;
    }

    /**
     * A stretch's level is that of the sea it borders on, so water comes to its area from its own sea only, by whatever way.
     *
     * @return by stretch, how many cells are sea
     */
    private long[] flood(
            Grid grid, Surroundings around, Plane ground, Stretches stretches, boolean withDefences, Arena arena)
            throws IOException {
        String name = withDefences ? TerrainFolder.CONNECTED : TerrainFolder.UNDEFENDED;
        Plane connected = plane(name, grid, arena);
        long[] seaCells = new long[order.coast().size()];
        Ways ways = new Ways(
                grid,
                order.neighbours(),
                withDefences ? around.barriers() : List.of(),
                around.culverts(),
                withDefences);
        refuseCulvertsElsewhere(grid, around.culverts());
        boolean alone = order.coast().size() == 1;
        for (int i = 0; i < order.coast().size(); i++) {
            String step = name + "." + i;
            watch.begins(withDefences ? Step.FLOOD : Step.FLOOD_UNDEFENDED, grid.cells());
            if (done.containsKey(step)) {
                seaCells[i] = Long.parseLong(done.getProperty(step));
                continue;
            }
            Plane level = alone ? connected : plane("scratch", grid, arena);
            seaCells[i] = Connection.levels(
                    grid,
                    ground,
                    level,
                    around.seas().get(i),
                    ways,
                    order.neighbours(),
                    order.highestLevelM(),
                    watch::reached);
            if (seaCells[i] == 0) {
                throw new TerrainException(
                        order.coast().get(i).sea() + ": the sea of "
                                + order.coast().get(i).id()
                                + " has no cell of the model, or none as low as terrain.highestLevel: draw it where the model has sea");
            }
            if (!alone) {
                for (long cell = 0; cell < grid.kept(); cell++) {
                    if (stretches.of(cell) == i + 1) {
                        connected.set(cell, level.of(cell));
                    }
                }
            }
            note(step, String.valueOf(seaCells[i]));
        }
        return seaCells;
    }

    private void refuseCulvertsElsewhere(Grid grid, List<Culvert> culverts) throws TerrainException {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < culverts.size(); i++) {
            if (!culverts.get(i).isOn(grid)) {
                faults.add(order.culverts() + ": feature " + (i + 1)
                        + ": an end lies outside of the model: see that its CRS is right");
            }
        }
        if (!faults.isEmpty()) {
            throw new TerrainException(faults);
        }
    }

    /** A service that has the former one open keeps it. */
    private void putInPlace() throws IOException {
        Files.deleteIfExists(unfinished.resolve("scratch"));
        Files.deleteIfExists(steps());
        Path former = folder.resolveSibling(folder.getFileName() + ".former");
        TerrainFolder.delete(former);
        if (Files.exists(folder)) {
            Files.move(folder, former, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        TerrainFolder.delete(former);
    }
}
