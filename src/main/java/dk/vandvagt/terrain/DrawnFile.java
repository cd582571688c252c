package dk.vandvagt.terrain;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geotools.api.referencing.FactoryException;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.geotools.api.referencing.operation.TransformException;
import org.geotools.geometry.jts.JTS;
import org.geotools.referencing.CRS;
import org.geotools.referencing.crs.DefaultGeographicCRS;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.valid.IsValidOp;

/**
 * What was drawn in a GIS and saved as GeoJSON: lines or polygons with properties. In CRS84 as RFC 7946 has it, or in the CRS that the
 * older member {@code crs} names, which is what QGIS writes by itself.
 */
final class DrawnFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final GeometryFactory GEOMETRIES = new GeometryFactory();
    private static final Pattern EPSG = Pattern.compile("(?:urn:ogc:def:crs:EPSG:[0-9.]*:|EPSG:)(\\d+)");
    private static final long LARGEST = 256L << 20;

    /** One feature, in the terrain's CRS. */
    record Drawn(Geometry geometry, JsonNode properties, String where) {}

    private final Path file;
    private final CoordinateReferenceSystem crs;
    private final List<String> faults;

    private DrawnFile(Path file, CoordinateReferenceSystem crs, List<String> faults) {
        this.file = file;
        this.crs = crs;
        this.faults = faults;
    }

    /**
     * @param crs of the terrain, x first
     * @param faults what is wrong is added; what is not is returned
     */
    static List<Drawn> read(Path file, CoordinateReferenceSystem crs, List<String> faults) throws IOException {
        return new DrawnFile(file, crs, faults).read();
    }

    private List<Drawn> read() throws IOException {
        List<Drawn> drawn = new ArrayList<>();
        try {
            if (Files.size(file) > LARGEST) {
                faults.add(file + ": found " + Files.size(file) + " bytes, at most " + LARGEST + " are read");
                return drawn;
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            CoordinateReferenceSystem theirs = theirCrs(root);
            if (theirs == null) {
                return drawn;
            }
            List<JsonNode> features = new ArrayList<>();
            if (root.path("type").asText().equals("FeatureCollection")) {
                root.path("features").forEach(features::add);
            } else {
                features.add(root);
            }
            for (int i = 0; i < features.size(); i++) {
                String where = file + ": feature " + (i + 1);
                boolean isFeature = features.get(i).path("type").asText().equals("Feature");
                Geometry geometry = geometry(isFeature ? features.get(i).path("geometry") : features.get(i), where);
                if (geometry != null) {
                    drawn.add(new Drawn(
                            transformed(geometry, theirs), features.get(i).path("properties"), where));
                }
            }
            if (features.isEmpty()) {
                faults.add(file + ": found no features");
            }
        } catch (NoSuchFileException missing) {
            faults.add(file + ": there is no such file");
        } catch (JacksonException notJson) {
            faults.add(file + ": not GeoJSON: " + notJson.getOriginalMessage());
        } catch (FactoryException | TransformException failed) {
            faults.add(file + ": its coordinates cannot be brought into the terrain's CRS: " + failed.getMessage());
        }
        return drawn;
    }

    private @Nullable CoordinateReferenceSystem theirCrs(JsonNode root) throws FactoryException {
        JsonNode name = root.path("crs").path("properties").path("name");
        if (name.isMissingNode() || name.asText().endsWith("CRS84")) {
            return DefaultGeographicCRS.WGS84;
        }
        Matcher epsg = EPSG.matcher(name.asText());
        if (!epsg.matches()) {
            faults.add(file + ": found crs " + name.asText()
                    + ", should be like urn:ogc:def:crs:EPSG::25832, or left out for longitude and latitude");
            return null;
        }
        return CRS.decode("EPSG:" + epsg.group(1), true);
    }

    private Geometry transformed(Geometry geometry, CoordinateReferenceSystem theirs)
            throws FactoryException, TransformException {
        return CRS.equalsIgnoreMetadata(theirs, crs)
                ? geometry
                : JTS.transform(geometry, CRS.findMathTransform(theirs, crs, true));
    }

    private @Nullable Geometry geometry(JsonNode json, String where) {
        try {
            JsonNode at = json.path("coordinates");
            Geometry geometry = switch (json.path("type").asText()) {
                case "LineString" -> line(at);
                case "MultiLineString" -> {
                    List<LineString> lines = new ArrayList<>();
                    at.forEach(each -> lines.add(line(each)));
                    yield GEOMETRIES.createMultiLineString(lines.toArray(LineString[]::new));
                }
                case "Polygon" -> polygon(at);
                case "MultiPolygon" -> {
                    List<Polygon> polygons = new ArrayList<>();
                    at.forEach(each -> polygons.add(polygon(each)));
                    yield GEOMETRIES.createMultiPolygon(polygons.toArray(Polygon[]::new));
                }
                default -> {
                    faults.add(where + ": found " + json.path("type").asText("nothing")
                            + ", should be a Polygon or a LineString, or several in one");
                    yield null;
                }
            };
            if (geometry == null) {
                return null;
            }
            IsValidOp valid = new IsValidOp(geometry);
            if (!valid.isValid()) {
                faults.add(where + ": " + valid.getValidationError());
                return null;
            }
            return geometry;
        } catch (IllegalArgumentException notAGeometry) {
            faults.add(where + ": " + notAGeometry.getMessage());
            return null;
        }
    }

    private static Polygon polygon(JsonNode rings) {
        if (rings.isEmpty()) {
            throw new IllegalArgumentException("a polygon without a ring");
        }
        LinearRing[] holes = new LinearRing[rings.size() - 1];
        for (int i = 0; i < holes.length; i++) {
            holes[i] = GEOMETRIES.createLinearRing(points(rings.get(i + 1)));
        }
        return GEOMETRIES.createPolygon(GEOMETRIES.createLinearRing(points(rings.get(0))), holes);
    }

    private static LineString line(JsonNode points) {
        return GEOMETRIES.createLineString(points(points));
    }

    private static Coordinate[] points(JsonNode json) {
        Coordinate[] points = new Coordinate[json.size()];
        for (int i = 0; i < points.length; i++) {
            JsonNode x = json.get(i).path(0);
            JsonNode y = json.get(i).path(1);
            if (!x.isNumber() || !y.isNumber()) {
                throw new IllegalArgumentException(
                        "found " + json.get(i) + ", should be a position such as [9.89, 55.27]");
            }
            points[i] = new Coordinate(x.asDouble(), y.asDouble());
        }
        return points;
    }
}
