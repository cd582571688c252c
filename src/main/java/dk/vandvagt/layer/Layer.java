package dk.vandvagt.layer;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.index.hprtree.HPRtree;

/**
 * One collection at one instant: as ready GeoJSON in CRS84, its features' bytes one after the other, separated by commas, in the order of
 * their keys, so that any run of features is one piece of memory; and beside it, for whatever else is asked, its properties by column and
 * its geometries under a spatial index. Immutable.
 */
public final class Layer {
    /** Bounds in time of a feature that has none: it matches every interval, as OGC API – Features asks. */
    public static final long NO_TIME = Long.MIN_VALUE;

    static final GeometryFactory GEOMETRY = new GeometryFactory();

    private final LayerInfo info;
    private final Stamp stamp;
    private final byte[] bytes;
    private final Row[] rows;
    private final Columns columns;
    private final HPRtree index;
    /** Those without a geometry match every box. */
    private final BitSet nowhere = new BitSet();

    private final Envelope extent = new Envelope();
    private final Map<String, Integer> byId;
    private final String version;
    private final @Nullable String about;

    private Layer(Writer writer) {
        info = writer.info;
        stamp = writer.stamp;
        about = writer.about;
        bytes = writer.out.toByteArray();
        columns = writer.columns;
        rows = writer.rows.toArray(Row[]::new);
        byId = HashMap.newHashMap(rows.length);
        index = new HPRtree();
        Hasher hasher = Hashing.murmur3_128().newHasher();
        for (int i = 0; i < rows.length; i++) {
            Row row = rows[i];
            byId.put(row.id, i);
            if (row.geometry == null) {
                nowhere.set(i);
            } else {
                index.insert(row.geometry.getEnvelopeInternal(), i);
                extent.expandToInclude(row.geometry.getEnvelopeInternal());
            }
            hasher.putBytes(bytes, row.begin, row.coreEnd - row.begin);
        }
        if (about != null) {
            hasher.putUnencodedChars(about);
        }
        index.build();
        version = hasher.hash().toString();
    }

    /**
     * Features picked by a query.
     *
     * @param rows in order
     * @param matched how many the query matches in all, whatever the limit
     * @param nextAfter place of the last one picked where more follow, otherwise null
     */
    public record Selection(
            int[] rows, int matched, @Nullable String nextAfter) {}

    private record Row(
            String id,
            String key,
            @Nullable Geometry geometry,
            long fromMs,
            long toMs,
            int begin,
            int geometryBegin,
            int geometryEnd,
            int coreBegin,
            int coreEnd,
            int end) {}

    public String id() {
        return info.id();
    }

    public LayerInfo info() {
        return info;
    }

    public Schema schema() {
        return info.schema();
    }

    public Stamp stamp() {
        return stamp;
    }

    /** The same for two that say the same, the stamp aside. */
    public String version() {
        return version;
    }

    /** What is to be said of the whole, an object of JSON; null for nothing. */
    public @Nullable String about() {
        return about;
    }

    public int size() {
        return rows.length;
    }

    public String id(int row) {
        return rows[row].id;
    }

    /** The row of a feature, or -1. */
    public int row(String featureId) {
        Integer row = byId.get(featureId);
        return row == null ? -1 : row;
    }

    public byte[] feature(int row) {
        return Arrays.copyOfRange(bytes, rows[row].begin, rows[row].end);
    }

    /** CRS84; null where it has none. */
    public @Nullable Geometry geometry(int row) {
        return rows[row].geometry;
    }

    /** As {@link FeatureView#value}. */
    public @Nullable Object value(int row, int property) {
        return columns.value(property, row);
    }

    /** {@link #NO_TIME} for none. */
    public long fromMs(int row) {
        return rows[row].fromMs;
    }

    public FeatureView view(int row) {
        return new View(row);
    }

    private final class View implements FeatureView {
        private int row;

        View(int row) {
            this.row = row;
        }

        @Override
        public @Nullable Object value(int property) {
            return columns.value(property, row);
        }

        @Override
        public @Nullable Geometry geometry() {
            return rows[row].geometry;
        }
    }

    /** @throws IllegalArgumentException where {@link Query#after} is no place of this order */
    public Selection select(Query query) {
        if (query.order().isEmpty()) {
            return selectByKey(query);
        }
        Ordering ordering = new Ordering(this, query.order());
        int[] matching = matching(query);
        int[] sorted = Arrays.stream(matching)
                .boxed()
                .sorted(ordering)
                .mapToInt(Integer::intValue)
                .toArray();
        String after = query.after();
        int first = after == null ? 0 : ordering.firstAfter(sorted, after);
        int[] picked = Arrays.copyOfRange(sorted, first, first + Math.min(query.limit(), sorted.length - first));
        boolean more = first + picked.length < sorted.length;
        return new Selection(
                picked, matching.length, more && picked.length > 0 ? ordering.place(picked[picked.length - 1]) : null);
    }

    private Selection selectByKey(Query query) {
        String after = query.after();
        int first = after == null ? 0 : firstAfter(after);
        if (query.isForAll()) {
            int n = Math.min(query.limit(), rows.length - first);
            int[] picked = new int[n];
            Arrays.setAll(picked, i -> first + i);
            return new Selection(
                    picked, rows.length, first + n < rows.length && n > 0 ? rows[first + n - 1].key : null);
        }
        int[] matching = matching(query);
        int from = Arrays.binarySearch(matching, first);
        from = from < 0 ? -from - 1 : from;
        int[] picked = Arrays.copyOfRange(matching, from, from + Math.min(query.limit(), matching.length - from));
        boolean more = from + picked.length < matching.length;
        return new Selection(
                picked, matching.length, more && picked.length > 0 ? rows[picked[picked.length - 1]].key : null);
    }

    private int[] matching(Query query) {
        BitSet in = query.where() == null ? null : near(query.where());
        int[] matching = new int[rows.length];
        int n = 0;
        View view = new View(0);
        for (int i = in == null ? 0 : in.nextSetBit(0);
                i >= 0 && i < rows.length;
                i = in == null ? i + 1 : in.nextSetBit(i + 1)) {
            Row row = rows[i];
            boolean inTime = row.fromMs == NO_TIME || (row.fromMs <= query.toMs() && row.toMs >= query.fromMs());
            if (!inTime) {
                continue;
            }
            view.row = i;
            if (query.condition() == null || query.condition().test(view)) {
                matching[n++] = i;
            }
        }
        return Arrays.copyOf(matching, n);
    }

    @SuppressWarnings("unchecked") // the index holds what was put in: rows
    private BitSet near(Where where) {
        BitSet in = (BitSet) nowhere.clone();
        for (Envelope around : where.around84()) {
            for (Integer row : (List<Integer>) index.query(around)) {
                Geometry geometry = rows[row].geometry;
                if (geometry != null && where.touches(geometry)) {
                    in.set(row);
                }
            }
        }
        return in;
    }

    private int firstAfter(String key) {
        int low = 0;
        int high = rows.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows[middle].key.compareTo(key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    String key(int row) {
        return rows[row].key;
    }

    /**
     * Features of a selection, separated by commas.
     *
     * @param properties indexes of those to be written; null for all
     */
    public void writeTo(ByteArrayOutputStream out, int[] picked, Crs crs, int @Nullable [] properties) {
        if (crs != Crs.CRS84 || properties != null) {
            for (int i = 0; i < picked.length; i++) {
                if (i > 0) {
                    out.write(',');
                }
                feature(out, picked[i], crs, properties);
            }
            return;
        }
        for (int i = 0; i < picked.length; ) {
            int last = i;
            while (last + 1 < picked.length && picked[last + 1] == picked[last] + 1) {
                last++;
            }
            if (i > 0) {
                out.write(',');
            }
            int begin = rows[picked[i]].begin;
            out.write(bytes, begin, rows[picked[last]].end - begin);
            i = last + 1;
        }
    }

    /** One feature; see {@link #writeTo}. */
    public void feature(ByteArrayOutputStream out, int row, Crs crs, int @Nullable [] properties) {
        Row at = rows[row];
        if (crs == Crs.CRS84 || at.geometry == null) {
            out.write(bytes, at.begin, at.geometryEnd - at.begin);
        } else {
            out.write(bytes, at.begin, at.geometryBegin - at.begin);
            ByteArrayOutputStream member = new ByteArrayOutputStream(256);
            FlatJson json = new FlatJson(member);
            json.open();
            GeoJsonText.write(json, crs.fromCrs84(at.geometry), crs);
            json.flush();
            out.write(',');
            out.write(member.toByteArray(), 1, member.size() - 1);
        }
        if (properties == null) {
            out.write(bytes, at.geometryEnd, at.end - at.geometryEnd);
            return;
        }
        out.writeBytes(",\"properties\":".getBytes(StandardCharsets.US_ASCII));
        FlatJson json = new FlatJson(out);
        json.open();
        for (int property : properties) {
            columns.write(json, property, row);
        }
        json.close().flush();
        out.write('}');
    }

    /** Rows that say something else than in the layer before, the stamp aside, or that are new. */
    public int[] changedSince(Layer before) {
        int[] changed = new int[rows.length];
        int n = 0;
        for (int i = 0; i < rows.length; i++) {
            Row now = rows[i];
            int at = before.row(now.id);
            if (at < 0
                    || !Arrays.equals(
                            bytes,
                            now.coreBegin,
                            now.coreEnd,
                            before.bytes,
                            before.rows[at].coreBegin,
                            before.rows[at].coreEnd)) {
                changed[n++] = i;
            }
        }
        return Arrays.copyOf(changed, n);
    }

    /** The smallest box around all features in CRS84, not across the antimeridian; null where none has a geometry. */
    public @Nullable Envelope extent() {
        return extent.isNull() ? null : new Envelope(extent);
    }

    /** The earliest time of any feature, or 0. */
    public long earliestMs() {
        return Arrays.stream(rows)
                .mapToLong(Row::fromMs)
                .filter(at -> at != NO_TIME)
                .min()
                .orElse(0);
    }

    /** Takes features in the order of their keys. */
    public static final class Writer {
        private final LayerInfo info;
        private final Stamp stamp;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        private final FlatJson json = new FlatJson(out);
        private final Columns columns;
        private final List<Row> rows = new ArrayList<>();
        private @Nullable String about;

        public Writer(LayerInfo info, Stamp stamp) {
            this.info = info;
            this.stamp = stamp;
            columns = new Columns(info.schema());
        }

        /** What is to be said of the whole, such as its method and how good it is: members of an open object. */
        public Writer about(Consumer<FlatJson> members) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            FlatJson object = new FlatJson(text);
            object.open();
            members.accept(object);
            object.close().flush();
            about = text.toString(StandardCharsets.UTF_8);
            return this;
        }

        /** At a point, or nowhere where it is NaN; see the other one. */
        public void feature(
                String featureId,
                String key,
                double lon,
                double lat,
                long fromMs,
                long toMs,
                Consumer<FlatJson> properties) {
            Geometry point = Double.isNaN(lon) ? null : GEOMETRY.createPoint(new Coordinate(lon, lat));
            feature(featureId, key, point, fromMs, toMs, properties);
        }

        /**
         * @param featureId stays the same for as long as it is the same thing
         * @param key orders the collection and marks a place in it that stays put while others come and go; unique
         * @param geometry CRS84, longitude first, valid; null for none
         * @param fromMs {@link #NO_TIME} for none
         * @param toMs {@link Long#MAX_VALUE} where it lasts
         * @param properties flat ones only, each as the schema has it; those left out are null to whoever asks
         */
        public void feature(
                String featureId,
                String key,
                @Nullable Geometry geometry,
                long fromMs,
                long toMs,
                Consumer<FlatJson> properties) {
            assert rows.isEmpty() || rows.getLast().key.compareTo(key) < 0 : "not in order: " + key;
            columns.nextRow();
            int begin = rows.isEmpty() ? 0 : out.size() + 1;
            json.open().text("type", "Feature").text("id", featureId).flush();
            int geometryBegin = out.size();
            GeoJsonText.write(json, geometry, Crs.CRS84);
            json.flush();
            int geometryEnd = out.size();
            json.open("properties").flush();
            int coreBegin = out.size();
            json.telling(columns);
            properties.accept(json);
            if (info.schema().isTimed()) {
                json.instant(Schema.TIME_START, fromMs == NO_TIME ? 0 : fromMs)
                        .instant(Schema.TIME_END, toMs == Long.MAX_VALUE || fromMs == NO_TIME ? 0 : toMs);
            }
            json.flush();
            int coreEnd = out.size();
            stamp.writeTo(json);
            json.telling(null).close().close().flush();
            rows.add(new Row(
                    featureId,
                    key,
                    geometry,
                    fromMs,
                    toMs,
                    begin,
                    geometryBegin,
                    geometryEnd,
                    coreBegin,
                    coreEnd,
                    out.size()));
        }

        public Layer done() {
            return new Layer(this);
        }
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
