package dk.vandvagt.terrain;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.Grid;
import dk.vandvagt.layer.Plane;
import dk.vandvagt.layer.Stretches;
import dk.vandvagt.layer.Terrain;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.geotools.api.referencing.FactoryException;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.geotools.api.referencing.operation.MathTransform;
import org.geotools.api.referencing.operation.TransformException;
import org.geotools.geometry.jts.JTS;
import org.geotools.referencing.CRS;
import org.geotools.referencing.crs.DefaultGeographicCRS;
import org.locationtech.jts.geom.Geometry;

/**
 * A prepared terrain on disk: {@code head}, and planes of numbers in the order of {@link Grid#number}: {@code ground},
 * {@code connected}, {@code undefended} where there are defences, {@code stretches}. It is mapped, not read: what is not asked for stays on
 * disk.
 */
public final class TerrainFolder {
    static final String HEAD = "head";
    static final String GROUND = "ground";
    static final String CONNECTED = "connected";
    static final String UNDEFENDED = "undefended";
    static final String STRETCHES = "stretches";

    private TerrainFolder() {}

    /** Whether anything was ever prepared there. */
    public static boolean isPrepared(Path folder) {
        return Files.exists(folder.resolve(HEAD));
    }

    /**
     * @param order as the settings have it now
     * @throws TerrainException nothing is prepared there, or by other settings, or it is damaged: the message says what to run
     */
    public static Terrain open(Path folder, TerrainOrder order) throws IOException {
        String run = "; run: vandvagt terrain FILE --config SETTINGS";
        if (!isPrepared(folder)) {
            throw new TerrainException("no terrain model is prepared in " + folder + run);
        }
        TerrainHead head;
        try {
            head = TerrainHead.read(folder.resolve(HEAD));
        } catch (TerrainException unreadable) {
            throw new TerrainException(unreadable.getMessage() + run);
        }
        if (!head.orderDigest().equals(Surroundings.digest(order))) {
            throw new TerrainException("the terrain in " + folder
                    + " was prepared with other settings of terrain or coast, or from other drawings, than there are now"
                    + run);
        }
        Arena arena = Arena.ofAuto();
        Grid grid = head.grid();
        try {
            TerrainCrs crs = TerrainCrs.of(folder, head.crs(), null);
            return new Terrain(
                    grid,
                    facts(head, order, crs.isGeographic()),
                    stretches(order),
                    new Plane(mapped(folder.resolve(GROUND), grid.kept() * Float.BYTES, arena)),
                    new Plane(mapped(folder.resolve(CONNECTED), grid.kept() * Float.BYTES, arena)),
                    head.undefended()
                            ? new Plane(mapped(folder.resolve(UNDEFENDED), grid.kept() * Float.BYTES, arena))
                            : null,
                    new Stretches(mapped(folder.resolve(STRETCHES), grid.kept(), arena)),
                    head.lowestOfTile(),
                    crs.cellAreaM2(folder, grid));
        } catch (TerrainException damaged) {
            throw new TerrainException(damaged.getMessage() + run);
        }
    }

    /** From a terrain's CRS to CRS84; straight edges stay straight. */
    public static UnaryOperator<Geometry> toCrs84(Terrain terrain) throws TerrainException {
        return turning(terrain, false);
    }

    /** The other way. */
    public static UnaryOperator<Geometry> fromCrs84(Terrain terrain) throws TerrainException {
        return turning(terrain, true);
    }

    private static UnaryOperator<Geometry> turning(Terrain terrain, boolean fromCrs84) throws TerrainException {
        String crs = terrain.facts().crs();
        Crs served = Crs.ofEpsg(crs);
        if (served != null) {
            return fromCrs84 ? served::fromCrs84 : served::toCrs84;
        }
        try {
            CoordinateReferenceSystem its = CRS.decode(crs, true);
            MathTransform transform = fromCrs84
                    ? CRS.findMathTransform(DefaultGeographicCRS.WGS84, its, true)
                    : CRS.findMathTransform(its, DefaultGeographicCRS.WGS84, true);
            return geometry -> {
                try {
                    return JTS.transform(geometry, transform);
                } catch (TransformException outside) {
                    throw new IllegalArgumentException("outside of " + crs, outside);
                }
            };
        } catch (FactoryException unknown) {
            throw new TerrainException(crs + " is not known: " + unknown.getMessage());
        }
    }

    private static Terrain.Facts facts(TerrainHead head, TerrainOrder order, boolean isGeographic) {
        return new Terrain.Facts(
                head.crs(),
                isGeographic,
                order.datum(),
                order.neighbours(),
                order.highestLevelM(),
                head.nodataCells() / (double) head.grid().cells(),
                order.source(),
                order.licence());
    }

    static List<Terrain.Stretch> stretches(TerrainOrder order) {
        return order.coast().stream()
                .map(coast -> new Terrain.Stretch(coast.id(), coast.name()))
                .toList();
    }

    private static MemorySegment mapped(Path file, long bytes, Arena arena) throws IOException {
        if (!Files.exists(file) || Files.size(file) != bytes) {
            throw new TerrainException(file + ": is not whole");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, bytes, arena);
        }
    }

    static MemorySegment writable(Path file, long bytes, Arena arena) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
