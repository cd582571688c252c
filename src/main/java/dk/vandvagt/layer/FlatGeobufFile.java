package dk.vandvagt.layer;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;
import org.wololo.flatgeobuf.ColumnMeta;
import org.wololo.flatgeobuf.Constants;
import org.wololo.flatgeobuf.GeometryConversions;
import org.wololo.flatgeobuf.HeaderMeta;
import org.wololo.flatgeobuf.NodeItem;
import org.wololo.flatgeobuf.PackedRTree;
import org.wololo.flatgeobuf.generated.ColumnType;
import org.wololo.flatgeobuf.generated.Feature;
import org.wololo.flatgeobuf.generated.GeometryType;

/**
 * Features of a layer as FlatGeobuf 3: one file that GDAL and QGIS open in place, with a spatial index where every feature has a
 * geometry. Areas are multipolygons throughout; the feature's id is a column {@code id}.
 */
public final class FlatGeobufFile {
    public static final String MEDIA_TYPE = "application/flatgeobuf";

    private static final short NODE_SIZE = 16;
    private static final int WGS84 = 4326;

    private final Layer layer;
    private final Crs crs;
    private final byte geometryType;
    private final List<Property> properties = new ArrayList<>();
    private final int[] indexes;
    private ByteBuffer values = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    private FlatGeobufFile(Layer layer, Crs crs, int @Nullable [] picked) {
        this.layer = layer;
        this.crs = crs;
        geometryType = (byte)
                switch (layer.schema().shape()) {
                    case POINT -> GeometryType.Point;
                    case POLYGON -> GeometryType.MultiPolygon;
                    case ANY -> GeometryType.Unknown;
                };
        List<Property> all = layer.schema().properties();
        indexes = picked == null ? IntStream.range(0, all.size()).toArray() : picked.clone();
        for (int index : indexes) {
            properties.add(all.get(index));
        }
    }

    /**
     * @param rows in any order; the file has its own
     * @param crs of the coordinates; x is east whatever the authority says, as the format has it
     * @param properties indexes of those to be told; null for all
     */
    public static byte[] of(Layer layer, int[] rows, Crs crs, int @Nullable [] properties) {
        try {
            return new FlatGeobufFile(layer, crs, properties).written(rows);
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes everything", e);
        }
    }

    /** One feature on its way: where it lies decides its place. */
    private static final class Item extends PackedRTree.FeatureItem {
        private final int row;
        private final @Nullable Geometry geometry;

        Item(int row, @Nullable Geometry geometry) {
            this.row = row;
            this.geometry = geometry;
            Envelope on = geometry == null ? new Envelope() : geometry.getEnvelopeInternal();
            nodeItem = new NodeItem(on.getMinX(), on.getMinY(), on.getMaxX(), on.getMaxY());
        }
    }

    private byte[] written(int[] rows) throws IOException {
        List<Item> items = new ArrayList<>(rows.length);
        boolean indexed = rows.length > 0;
        Envelope extent = new Envelope();
        for (int row : rows) {
            Item item = new Item(row, geometry(row));
            indexed &= item.geometry != null;
            if (item.geometry != null) {
                extent.expandToInclude(item.geometry.getEnvelopeInternal());
            }
            items.add(item);
        }
        if (indexed) {
            PackedRTree.hilbertSort(items, PackedRTree.calcExtent(items));
        }
        ByteArrayOutputStream features = new ByteArrayOutputStream();
        for (Item item : items) {
            item.offset = features.size();
            item.nodeItem.offset = item.offset;
            features.writeBytes(feature(item));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(features.size() + 4096);
        out.writeBytes(Constants.MAGIC_BYTES);
        HeaderMeta.write(header(items.size(), indexed, extent), out, new FlatBufferBuilder(4096));
        if (indexed) {
            new PackedRTree(items, NODE_SIZE).write(out);
        }
        features.writeTo(out);
        return out.toByteArray();
    }

    private @Nullable Geometry geometry(int row) {
        Geometry in84 = layer.geometry(row);
        if (in84 == null) {
            return null;
        }
        Geometry geometry = crs.fromCrs84(in84);
        return geometryType == GeometryType.MultiPolygon && geometry instanceof Polygon polygon
                ? Layer.GEOMETRY.createMultiPolygon(new Polygon[] {polygon})
                : geometry;
    }

    private HeaderMeta header(int features, boolean indexed, Envelope extent) {
        HeaderMeta header = new HeaderMeta();
        header.name = layer.id();
        header.geometryType = geometryType;
        header.srid = crs.epsg() == 0 ? WGS84 : crs.epsg();
        header.featuresCount = features;
        header.indexNodeSize = indexed ? NODE_SIZE : 0;
        if (!extent.isNull()) {
            header.envelope = extent;
        }
        header.columns = new ArrayList<>();
        header.columns.add(column("id", ColumnType.String, "Id"));
        for (Property property : properties) {
            header.columns.add(column(property.name(), type(property.type()), property.titleEn()));
        }
        return header;
    }

    private static ColumnMeta column(String name, int type, String title) {
        ColumnMeta column = new ColumnMeta();
        column.name = name;
        column.type = (byte) type;
        column.title = title;
        column.nullable = true;
        return column;
    }

    private static int type(Property.Type type) {
        return switch (type) {
            case TEXT -> ColumnType.String;
            case NUMBER -> ColumnType.Double;
            case WHOLE -> ColumnType.Long;
            case TRUTH -> ColumnType.Bool;
            case INSTANT -> ColumnType.DateTime;
        };
    }

    private byte[] feature(Item item) throws IOException {
        FlatBufferBuilder builder = new FlatBufferBuilder(1024);
        int told = Feature.createPropertiesVector(builder, told(item.row));
        Geometry geometry = item.geometry;
        int drawn = geometry == null ? 0 : GeometryConversions.serialize(builder, geometry, geometryType);
        int feature = Feature.createFeature(builder, drawn, told, 0);
        builder.finishSizePrefixed(feature);
        return builder.sizedByteArray();
    }

    /** Column by column: its number, its value; those without a value are left out. */
    private byte[] told(int row) {
        values.clear();
        text(0, layer.id(row));
        for (int i = 0; i < indexes.length; i++) {
            Object value = layer.value(row, indexes[i]);
            if (value == null) {
                continue;
            }
            switch (properties.get(i).type()) {
                case TEXT -> text(i + 1, (String) value);
                case INSTANT -> text(i + 1, FlatJson.rfc3339(((Instant) value).toEpochMilli()));
                case TRUTH -> column(i + 1, 1).put((byte) ((Boolean) value ? 1 : 0));
                case WHOLE -> column(i + 1, Long.BYTES).putLong((Long) value);
                case NUMBER -> column(i + 1, Double.BYTES).putDouble((Double) value);
            }
        }
        return Arrays.copyOf(values.array(), values.position());
    }

    private void text(int column, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        column(column, Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    /** Room for one more value, its column's number written. */
    private ByteBuffer column(int column, int bytes) {
        int needed = values.position() + Short.BYTES + bytes;
        if (needed > values.capacity()) {
            values = ByteBuffer.allocate(2 * needed)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(values.flip());
        }
        return values.putShort((short) column);
    }
}
