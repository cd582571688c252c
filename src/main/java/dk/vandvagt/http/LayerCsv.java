package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.Property;
import dk.vandvagt.layer.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.PrecisionModel;
import org.locationtech.jts.io.WKTWriter;

/**
 * Features of a layer as a table: {@code id}; where it is, as {@code lon} and {@code lat} (or {@code easting} and
 * {@code northing}) of points and as {@code WKT} of others, which is what GDAL and QGIS look for; and its properties.
 */
final class LayerCsv {
    private LayerCsv() {}

    /**
     * @param crs of the coordinates, x first
     * @param properties indexes of those to be told; null for all
     */
    static CsvText of(Layer layer, int[] rows, Crs crs, int @Nullable [] properties) {
        boolean ofPoints = layer.schema().shape() == Schema.Shape.POINT;
        List<Property> all = layer.schema().properties();
        int n = properties == null ? all.size() : properties.length;
        List<String> header = new ArrayList<>(List.of("id"));
        if (ofPoints) {
            header.addAll(crs.isGeographic() ? List.of("lon", "lat") : List.of("easting", "northing"));
        } else {
            header.add("WKT");
        }
        for (int i = 0; i < n; i++) {
            header.add(all.get(properties == null ? i : properties[i]).name());
        }
        CsvText table = new CsvText(header.toArray(String[]::new));
        WKTWriter wkt = new WKTWriter();
        wkt.setPrecisionModel(new PrecisionModel(Math.pow(10, crs.decimals())));
        for (int row : rows) {
            table.text(layer.id(row));
            place(table, layer.geometry(row), crs, ofPoints, wkt);
            for (int i = 0; i < n; i++) {
                switch (layer.value(row, properties == null ? i : properties[i])) {
                    case null -> table.nothing();
                    case Instant at -> table.instant(at.toEpochMilli());
                    case Double number -> table.number(number);
                    case Long whole -> table.whole(whole);
                    case Boolean truth -> table.truth(truth);
                    case Object text -> table.text(text.toString());
                }
            }
            table.end();
        }
        return table;
    }

    private static void place(CsvText table, @Nullable Geometry in84, Crs crs, boolean ofPoints, WKTWriter wkt) {
        Geometry geometry = in84 == null ? null : crs.fromCrs84(in84);
        if (!ofPoints) {
            if (geometry == null) {
                table.nothing();
            } else {
                table.text(wkt.write(geometry));
            }
        } else if (geometry == null) {
            table.nothing().nothing();
        } else {
            table.number(rounded(geometry.getCoordinate().x, crs)).number(rounded(geometry.getCoordinate().y, crs));
        }
    }

    /** To a millimetre. */
    private static double rounded(double ordinate, Crs crs) {
        double scale = Math.pow(10, crs.decimals());
        return Math.rint(ordinate * scale) / scale;
    }
}
