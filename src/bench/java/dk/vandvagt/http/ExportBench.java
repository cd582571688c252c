package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FlatGeobufFile;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.MapTile;
import dk.vandvagt.layer.Property;
import dk.vandvagt.layer.Query;
import dk.vandvagt.layer.Schema;
import dk.vandvagt.layer.Stamp;
import dk.vandvagt.station.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;

/** Milliseconds and bytes of each export of 10,000 points with 40 properties, and of vector tiles of them. */
public final class ExportBench {
    private static final int FEATURES = 10_000;
    private static final int PROPERTIES = 40;
    private static final int ROUNDS = 15;

    private ExportBench() {}

    public static void main(String[] args) {
        List<Property> properties = new ArrayList<>();
        for (int i = 0; i < PROPERTIES; i++) {
            properties.add(Property.of(
                    "p" + i, i % 2 == 0 ? Property.Type.NUMBER : Property.Type.TEXT, "Property", "Egenskab"));
        }
        Random random = new Random(1);
        Layer.Writer writer = new Layer.Writer(
                new LayerInfo(
                        "points",
                        new Text("Punkter", "Points"),
                        new Text("", ""),
                        new Schema(Schema.Shape.POINT, properties)),
                new Stamp("run", 1, 1_700_000_000_000L, "r1"));
        for (int i = 0; i < FEATURES; i++) {
            double lon = 9.6 + random.nextDouble();
            double lat = 55 + random.nextDouble() / 2;
            writer.feature("f" + i, "%06d".formatted(i), lon, lat, Layer.NO_TIME, Layer.NO_TIME, json -> {
                for (int p = 0; p < PROPERTIES; p++) {
                    if (p % 2 == 0) {
                        json.number("p" + p, Math.rint(random.nextDouble() * 1000) / 1000);
                    } else {
                        json.text("p" + p, "værdi " + random.nextInt(100));
                    }
                }
            });
        }
        Layer layer = writer.done();
        int[] all = layer.select(Query.ALL).rows();
        measure("CSV", () -> LayerCsv.of(layer, all, Crs.CRS84, null).buffer().getBytes());
        measure(
                "CSV, EPSG:25832",
                () -> LayerCsv.of(layer, all, Crs.EPSG_25832, null).buffer().getBytes());
        measure("GeoPackage", () -> GeoPackageFile.of(layer, all, Crs.EPSG_25832, null));
        measure("FlatGeobuf", () -> FlatGeobufFile.of(layer, all, Crs.EPSG_25832, null));
        MapTile world = Objects.requireNonNull(MapTile.of(0, 0, 0));
        measure("tile 0/0/0, all of them", () -> world.of(layer, all, null));
        measure("tile 0/0/0, two properties", () -> world.of(layer, all, new int[] {0, 1}));
        MapTile near = Objects.requireNonNull(MapTile.of(12, 2162, 1292));
        measure(
                "tile 12/2162/1292, by the index",
                () -> near.of(
                        layer,
                        layer.select(new Query(
                                        near.where(), Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, FEATURES))
                                .rows(),
                        null));
    }

    private static void measure(String what, Supplier<byte[]> export) {
        double[] ms = new double[ROUNDS];
        int bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            bytes = export.get().length;
            ms[round] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(ms);
        System.out.printf("%9.1f ms, %,12d bytes: %s%n", ms[ROUNDS / 2], bytes, what);
    }
}
