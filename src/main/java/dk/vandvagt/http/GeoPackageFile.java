package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.Property;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.MultiPolygon;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.io.ByteOrderValues;
import org.locationtech.jts.io.WKBWriter;
import org.sqlite.SQLiteConnection;

/**
 * Features of a layer as a GeoPackage 1.3 (OGC 12-128r17) of one table, made in memory by SQLite. Areas are multipolygons throughout;
 * the feature's id is a column {@code id}, for {@code fid} must be a number. Blocks: not for an event loop.
 */
final class GeoPackageFile {
    static final String MEDIA_TYPE = "application/geopackage+sqlite3";

    private static final int APPLICATION_ID = 0x47504B47;
    private static final int VERSION = 10300;
    private static final int WGS84 = 4326;

    private static final String WKT_4326 = """
            GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],\
            AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],\
            UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]""";

    private final Layer layer;
    private final Crs crs;
    private final int srsId;
    private final String table;
    private final List<Property> properties = new ArrayList<>();
    private final List<Integer> indexes = new ArrayList<>();
    private final Envelope extent = new Envelope();
    private final WKBWriter wkb = new WKBWriter(2, ByteOrderValues.LITTLE_ENDIAN);

    private GeoPackageFile(Layer layer, Crs crs, int @Nullable [] picked) {
        this.layer = layer;
        this.crs = crs;
        srsId = crs.epsg() == 0 ? WGS84 : crs.epsg();
        table = layer.id().replace('-', '_');
        List<Property> all = layer.schema().properties();
        for (int i = 0; i < (picked == null ? all.size() : picked.length); i++) {
            int index = picked == null ? i : picked[i];
            properties.add(all.get(index));
            indexes.add(index);
        }
    }

    /**
     * @param crs of the coordinates; x is east whatever the authority says, as the format has it
     * @param properties indexes of those to be told; null for all
     */
    static byte[] of(Layer layer, int[] rows, Crs crs, int @Nullable [] properties) {
        try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            GeoPackageFile file = new GeoPackageFile(layer, crs, properties);
            memory.setAutoCommit(false);
            file.createTables(memory);
            file.fill(memory, rows);
            file.describe(memory);
            memory.commit();
            return memory.unwrap(SQLiteConnection.class).serialize("main");
        } catch (SQLException e) {
            throw new IllegalStateException("SQLite cannot make the GeoPackage of " + layer.id(), e);
        }
    }

    private void createTables(Connection memory) throws SQLException {
        try (Statement statement = memory.createStatement()) {
            statement.execute("PRAGMA application_id = " + APPLICATION_ID);
            statement.execute("PRAGMA user_version = " + VERSION);
            statement.execute("""
                    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
                      organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
                      description TEXT)""");
            statement.execute("""
                    CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
                      identifier TEXT UNIQUE, description TEXT DEFAULT '',
                      last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
                      min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
                      CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""");
            statement.execute("""
                    CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
                      geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
                      CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
                      CONSTRAINT uk_gc_table_name UNIQUE (table_name),
                      CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
                      CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""");
            String columns = properties.stream()
                    .map(property -> ", " + quoted(property.name()) + " " + sqlType(property.type()))
                    .collect(Collectors.joining());
            statement.execute(
                    "CREATE TABLE " + quoted(table) + " (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom "
                            + geometryType() + ", id TEXT" + columns + ")");
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String sqlType(Property.Type type) {
        return switch (type) {
            case TEXT -> "TEXT";
            case NUMBER -> "DOUBLE";
            case WHOLE -> "INTEGER";
            case TRUTH -> "BOOLEAN";
            case INSTANT -> "DATETIME";
        };
    }

    private String geometryType() {
        return switch (layer.schema().shape()) {
            case POINT -> "POINT";
            case POLYGON -> "MULTIPOLYGON";
            case ANY -> "GEOMETRY";
        };
    }

    private void fill(Connection memory, int[] rows) throws SQLException {
        String insert = "INSERT INTO " + quoted(table) + " VALUES (NULL, ?, ?" + ", ?".repeat(properties.size()) + ")";
        try (PreparedStatement statement = memory.prepareStatement(insert)) {
            for (int row : rows) {
                statement.setBytes(1, geometry(row));
                statement.setString(2, layer.id(row));
                for (int i = 0; i < indexes.size(); i++) {
                    Object value = layer.value(row, indexes.get(i));
                    statement.setObject(
                            i + 3,
                            switch (value) {
                                case Instant instant -> FlatJson.rfc3339(instant.toEpochMilli());
                                case Boolean truth -> truth ? 1 : 0;
                                case null, default -> value;
                            });
                }
                statement.executeUpdate();
            }
        }
    }

    /** StandardGeoPackageBinary: a header with the box of what is no point, and well-known binary. */
    private byte @Nullable [] geometry(int row) {
        Geometry in84 = layer.geometry(row);
        if (in84 == null) {
            return null;
        }
        Geometry geometry = crs.fromCrs84(in84);
        if (geometryType().equals("MULTIPOLYGON") && geometry instanceof Polygon polygon) {
            geometry = new MultiPolygon(new Polygon[] {polygon}, polygon.getFactory());
        }
        Envelope box = geometry.getEnvelopeInternal();
        extent.expandToInclude(box);
        boolean boxed = geometry.getDimension() > 0;
        byte[] body = wkb.write(geometry);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + (boxed ? 32 : 0) + body.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 'G')
                .put((byte) 'P')
                .put((byte) 0)
                .put((byte) (boxed ? 0b11 : 0b01))
                .putInt(srsId);
        if (boxed) {
            bytes.putDouble(box.getMinX())
                    .putDouble(box.getMaxX())
                    .putDouble(box.getMinY())
                    .putDouble(box.getMaxY());
        }
        return bytes.put(body).array();
    }

    private void describe(Connection memory) throws SQLException {
        try (PreparedStatement statement =
                memory.prepareStatement("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)")) {
            system(statement, "Undefined Cartesian SRS", -1, "NONE", "undefined");
            system(statement, "Undefined geographic SRS", 0, "NONE", "undefined");
            system(statement, "WGS 84", WGS84, "EPSG", WKT_4326);
            switch (crs) {
                case CRS84, EPSG_4326 -> {}
                case EPSG_25832 -> system(statement, "ETRS89 / UTM zone 32N", 25832, "EPSG", utm(32, 9));
                case EPSG_25833 -> system(statement, "ETRS89 / UTM zone 33N", 25833, "EPSG", utm(33, 15));
                case EPSG_3857 -> system(statement, "WGS 84 / Pseudo-Mercator", 3857, "EPSG", webMercator());
            }
        }
        try (PreparedStatement statement =
                memory.prepareStatement("INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)")) {
            statement.setString(1, table);
            statement.setString(2, layer.info().title().en());
            statement.setString(3, layer.info().description().en());
            statement.setString(4, FlatJson.rfc3339(layer.stamp().asOfMs()));
            boolean empty = extent.isNull();
            statement.setObject(5, empty ? null : extent.getMinX());
            statement.setObject(6, empty ? null : extent.getMinY());
            statement.setObject(7, empty ? null : extent.getMaxX());
            statement.setObject(8, empty ? null : extent.getMaxY());
            statement.setInt(9, srsId);
            statement.executeUpdate();
        }
        try (PreparedStatement statement =
                memory.prepareStatement("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)")) {
            statement.setString(1, table);
            statement.setString(2, geometryType());
            statement.setInt(3, srsId);
            statement.executeUpdate();
        }
    }

    private static void system(PreparedStatement statement, String name, int id, String organization, String wkt)
            throws SQLException {
        statement.setString(1, name);
        statement.setInt(2, id);
        statement.setString(3, organization);
        statement.setInt(4, id);
        statement.setString(5, wkt);
        statement.executeUpdate();
    }

    private static String utm(int zone, int centralMeridian) {
        return """
                PROJCS["ETRS89 / UTM zone %dN",GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989",\
                SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]],AUTHORITY["EPSG","6258"]],\
                PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],\
                AUTHORITY["EPSG","4258"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],\
                PARAMETER["central_meridian",%d],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],\
                PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],\
                AXIS["Northing",NORTH],AUTHORITY["EPSG","258%d"]]""".formatted(zone, centralMeridian, zone);
    }

    private static String webMercator() {
        return """
                PROJCS["WGS 84 / Pseudo-Mercator",%s,PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],\
                PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],\
                UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],\
                EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m \
                +nadgrids=@null +wktext +no_defs"],AUTHORITY["EPSG","3857"]]""".formatted(WKT_4326);
    }
}
