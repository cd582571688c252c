package dk.vandvagt.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One collection as ready GeoJSON: the features' bytes stand one after the other, separated by commas, in the order of their
 * keys, so that any run of features is one piece of memory. Immutable.
 */
public final class Layer {
    /** Bounds in time of a feature that has none: it matches every interval, as OGC API – Features asks. */
    static final long NO_TIME = Long.MIN_VALUE;

    private final String id;
    private final byte[] bytes;
    private final String[] ids;
    private final String[] keys;
    private final int[] begin;
    private final int[] end;
    private final int[] coreBegin;
    private final int[] coreEnd;
    private final double[] lon;
    private final double[] lat;
    private final long[] fromMs;
    private final long[] toMs;
    private final Map<String, Integer> byId;

    private Layer(Writer writer) {
        int n = writer.rows.size();
        id = writer.id;
        bytes = writer.out.toByteArray();
        ids = new String[n];
        keys = new String[n];
        begin = new int[n];
        end = new int[n];
        coreBegin = new int[n];
        coreEnd = new int[n];
        lon = new double[n];
        lat = new double[n];
        fromMs = new long[n];
        toMs = new long[n];
        byId = HashMap.newHashMap(n);
        for (int i = 0; i < n; i++) {
            Row row = writer.rows.get(i);
            ids[i] = row.id;
            keys[i] = row.key;
            begin[i] = row.begin;
            end[i] = row.end;
            coreBegin[i] = row.coreBegin;
            coreEnd[i] = row.coreEnd;
            lon[i] = row.lon;
            lat[i] = row.lat;
            fromMs[i] = row.fromMs;
            toMs[i] = row.toMs;
            byId.put(row.id, i);
        }
    }

    /**
     * Features picked by a query.
     *
     * @param rows in order
     * @param matched how many the query matches in all, whatever the limit
     * @param nextAfter key of the last one picked where more follow, otherwise null
     */
    public record Selection(
            int[] rows, int matched, @Nullable String nextAfter) {}

    public String id() {
        return id;
    }

    public int size() {
        return ids.length;
    }

    public String id(int row) {
        return ids[row];
    }

    /** The row of a feature, or -1. */
    public int row(String featureId) {
        Integer row = byId.get(featureId);
        return row == null ? -1 : row;
    }

    public byte[] feature(int row) {
        return Arrays.copyOfRange(bytes, begin[row], end[row]);
    }

    /**
     * Walks the positions one after the other, two comparisons each: cheap beside sending the page, as long as features are
     * points and some ten thousands. A feature without a position, or without a time, matches every box, or every interval.
     *
     * @param box null for everywhere
     * @param after key that the walk has reached; null for the beginning
     */
    public Selection select(@Nullable Box box, long queryFromMs, long queryToMs, @Nullable String after, int limit) {
        int first = after == null ? 0 : firstAfter(after);
        int[] rows = new int[Math.min(limit, ids.length)];
        int picked = 0;
        int matched = 0;
        boolean more = false;
        for (int i = 0; i < ids.length; i++) {
            if (!matches(i, box, queryFromMs, queryToMs)) {
                continue;
            }
            matched++;
            if (i >= first) {
                if (picked < limit) {
                    rows[picked++] = i;
                } else {
                    more = true;
                }
            }
        }
        return new Selection(Arrays.copyOf(rows, picked), matched, more ? keys[rows[picked - 1]] : null);
    }

    private boolean matches(int row, @Nullable Box box, long queryFromMs, long queryToMs) {
        boolean inTime = fromMs[row] == NO_TIME || (fromMs[row] <= queryToMs && toMs[row] >= queryFromMs);
        return inTime && (box == null || Double.isNaN(lon[row]) || box.holds(lon[row], lat[row]));
    }

    private int firstAfter(String key) {
        int at = Arrays.binarySearch(keys, key);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** The features of a selection, separated by commas. */
    public void writeTo(ByteArrayOutputStream out, Selection selection) {
        int[] rows = selection.rows();
        for (int i = 0; i < rows.length; ) {
            int last = i;
            while (last + 1 < rows.length && rows[last + 1] == rows[last] + 1) {
                last++;
            }
            if (i > 0) {
                out.write(',');
            }
            out.write(bytes, begin[rows[i]], end[rows[last]] - begin[rows[i]]);
            i = last + 1;
        }
    }

    /** Rows that say something else than in the layer before, the stamp aside, or that are new. */
    public int[] changedSince(Layer before) {
        int[] changed = new int[ids.length];
        int n = 0;
        for (int i = 0; i < ids.length; i++) {
            int was = before.row(ids[i]);
            if (was < 0
                    || !Arrays.equals(
                            bytes,
                            coreBegin[i],
                            coreEnd[i],
                            before.bytes,
                            before.coreBegin[was],
                            before.coreEnd[was])) {
                changed[n++] = i;
            }
        }
        return Arrays.copyOf(changed, n);
    }

    /** The smallest box around all features, not across the antimeridian; null where none has a position. */
    public @Nullable Box extent() {
        Box extent = null;
        for (int i = 0; i < ids.length; i++) {
            if (Double.isNaN(lon[i])) {
                continue;
            }
            extent = extent == null
                    ? Box.at(lon[i], lat[i])
                    : new Box(
                            Math.min(extent.west(), lon[i]),
                            Math.min(extent.south(), lat[i]),
                            Math.max(extent.east(), lon[i]),
                            Math.max(extent.north(), lat[i]));
        }
        return extent;
    }

    /** The earliest time of any feature, or 0. */
    public long earliestMs() {
        return Arrays.stream(fromMs).filter(at -> at != NO_TIME).min().orElse(0);
    }

    private record Row(
            String id,
            String key,
            double lon,
            double lat,
            long fromMs,
            long toMs,
            int begin,
            int end,
            int coreBegin,
            int coreEnd) {}

    /** Takes features in the order of their keys. */
    static final class Writer {
        private final String id;
        private final Stamp stamp;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        private final FlatJson json = new FlatJson(out);
        private final List<Row> rows = new ArrayList<>();

        Writer(String id, Stamp stamp) {
            this.id = id;
            this.stamp = stamp;
        }

        /**
         * @param key orders the collection and marks a place in it that stays put while others come and go
         * @param lon NaN for no position
         * @param fromMs {@link #NO_TIME} for none
         */
        void feature(
                String featureId,
                String key,
                double lon,
                double lat,
                long fromMs,
                long toMs,
                Consumer<FlatJson> properties) {
            assert rows.isEmpty() || rows.getLast().key.compareTo(key) < 0 : "not in order: " + key;
            int begin = rows.isEmpty() ? 0 : out.size() + 1;
            json.open().text("type", "Feature").text("id", featureId);
            if (Double.isNaN(lon)) {
                json.nothing("geometry");
            } else {
                json.open("geometry").text("type", "Point").openList("coordinates");
                json.element(lon).element(lat).closeList().close();
            }
            json.open("properties").flush();
            int coreBegin = out.size();
            properties.accept(json);
            json.flush();
            int coreEnd = out.size();
            stamp.writeTo(json);
            json.close().close().flush();
            rows.add(new Row(featureId, key, lon, lat, fromMs, toMs, begin, out.size(), coreBegin, coreEnd));
        }

        Layer done() {
            return new Layer(this);
        }
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
