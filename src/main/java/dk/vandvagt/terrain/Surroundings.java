package dk.vandvagt.terrain;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.Barrier;
import dk.vandvagt.layer.Culvert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Lineal;
import org.locationtech.jts.geom.Polygonal;

/**
 * What is drawn around a terrain model, in its CRS.
 *
 * @param seas by stretch of coast
 * @param areas likewise; null for everywhere
 */
record Surroundings(
        List<List<Geometry>> seas,
        List<@Nullable List<Geometry>> areas,
        List<Barrier> barriers,
        List<Culvert> culverts) {
    /** Whether it floods otherwise without defences. */
    boolean hasDefences() {
        return !barriers.isEmpty() || culverts.stream().anyMatch(Culvert::flap);
    }

    /**
     * @throws TerrainException all that is wrong with them
     */
    static Surroundings read(TerrainOrder order, CoordinateReferenceSystem crs) throws IOException {
        List<String> faults = new ArrayList<>();
        List<List<Geometry>> seas = new ArrayList<>();
        List<@Nullable List<Geometry>> areas = new ArrayList<@Nullable List<Geometry>>();
        for (TerrainOrder.Coast coast : order.coast()) {
            seas.add(polygons(coast.sea(), crs, faults));
            areas.add(coast.area() == null ? null : polygons(coast.area(), crs, faults));
        }
        List<Barrier> barriers = new ArrayList<>();
        if (order.barriers() != null) {
            for (DrawnFile.Drawn drawn : DrawnFile.read(order.barriers(), crs, faults)) {
                double crestM = metres(drawn, "crest", faults);
                if (drawn.geometry() instanceof Lineal) {
                    barriers.add(new Barrier(drawn.geometry(), crestM));
                } else {
                    faults.add(drawn.where() + ": found " + drawn.geometry().getGeometryType()
                            + ", should be the line of a barrier");
                }
            }
        }
        List<Culvert> culverts = new ArrayList<>();
        if (order.culverts() != null) {
            for (DrawnFile.Drawn drawn : DrawnFile.read(order.culverts(), crs, faults)) {
                culvert(drawn, culverts, faults);
            }
        }
        if (!faults.isEmpty()) {
            throw new TerrainException(faults);
        }
        return new Surroundings(seas, areas, barriers, culverts);
    }

    private static void culvert(DrawnFile.Drawn drawn, List<Culvert> culverts, List<String> faults) {
        double invertM = metres(drawn, "invert", faults);
        JsonNode flap = drawn.properties().path("flap");
        if (!flap.isMissingNode() && !flap.isNull() && !flap.isBoolean()) {
            faults.add(drawn.where() + ": flap: found " + flap + ", should be true or false");
        }
        if (!(drawn.geometry() instanceof Lineal) || drawn.geometry().getNumGeometries() != 1) {
            faults.add(drawn.where() + ": found " + drawn.geometry().getGeometryType()
                    + ", should be one line from the culvert's end at the sea to the one on land");
            return;
        }
        Coordinate[] line = drawn.geometry().getCoordinates();
        culverts.add(new Culvert(line[0], line[line.length - 1], invertM, flap.asBoolean()));
    }

    private static double metres(DrawnFile.Drawn drawn, String property, List<String> faults) {
        JsonNode value = drawn.properties().path(property);
        if (!value.isNumber()) {
            faults.add(drawn.where() + ": " + property + ": found "
                    + (value.isMissingNode() ? "nothing" : value.toString())
                    + ", should be metres in the terrain's datum such as 2.35");
        }
        return value.asDouble();
    }

    private static List<Geometry> polygons(Path file, CoordinateReferenceSystem crs, List<String> faults)
            throws IOException {
        List<Geometry> polygons = new ArrayList<>();
        for (DrawnFile.Drawn drawn : DrawnFile.read(file, crs, faults)) {
            if (drawn.geometry() instanceof Polygonal) {
                polygons.add(drawn.geometry());
            } else {
                faults.add(drawn.where() + ": found " + drawn.geometry().getGeometryType() + ", should be a polygon");
            }
        }
        return polygons;
    }

    /** Of everything that an order means, the files' contents included: another order, another digest. */
    static String digest(TerrainOrder order) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(String.join(
                            "\n",
                            String.valueOf(order.crs()),
                            order.datum().name(),
                            String.valueOf(order.unitM()),
                            String.valueOf(order.neighbours()),
                            String.valueOf(order.highestLevelM()))
                    .getBytes(StandardCharsets.UTF_8));
            contents(digest, order.barriers());
            contents(digest, order.culverts());
            for (TerrainOrder.Coast coast : order.coast()) {
                digest.update(coast.id().getBytes(StandardCharsets.UTF_8));
                contents(digest, coast.sea());
                contents(digest, coast.area());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasSha256) {
            throw new AssertionError(everyJdkHasSha256);
        }
    }

    private static void contents(MessageDigest digest, @Nullable Path file) throws IOException {
        digest.update((byte) 0);
        if (file != null) {
            if (!Files.isReadable(file)) {
                throw new TerrainException(file + ": there is no such file, or it may not be read");
            }
            digest.update(Files.readAllBytes(file));
        }
    }
}
