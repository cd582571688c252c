package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code time,value}, of the topic's sensor, or of {@code time,sensor,value}; the separator is a comma, a semicolon or a
 * tab. Times are as in {@link CanonicalJson}. Empty lines and those that begin with # say nothing.
 */
final class CsvLines extends JsonScanner {
    private static final int MOST_CELLS = 3;

    private final int[] cellFrom = new int[MOST_CELLS];
    private final int[] cellTo = new int[MOST_CELLS];
    private int lines;

    @Nullable
    Refusal decode(
            Catalogue catalogue,
            SensorNames names,
            String topic,
            byte[] payload,
            int offset,
            int length,
            ReadingBuffer into) {
        if (length > Decoder.MAX_PAYLOAD_BYTES) {
            return Refusal.OVERSIZED;
        }
        if (!Utf8.isWellFormed(payload, offset, length)) {
            return Refusal.NOT_UTF8;
        }
        int before = into.size();
        lines = 0;
        Refusal refusal = null;
        int from = offset;
        int last = offset + length;
        while (from < last && refusal == null) {
            int to = from;
            while (to < last && payload[to] != '\n') {
                to++;
            }
            refusal = line(catalogue, names, topic, payload, from, to, into);
            from = to + 1;
        }
        if (refusal == null && lines == 0) {
            refusal = Refusal.EMPTY;
        }
        if (refusal != null) {
            into.truncate(before);
        }
        return refusal;
    }

    private @Nullable Refusal line(
            Catalogue catalogue,
            SensorNames names,
            String topic,
            byte[] payload,
            int from,
            int to,
            ReadingBuffer into) {
        scan(payload, from, to - from);
        trim(from, to);
        if (at == end || in[at] == '#') {
            return null;
        }
        if (++lines > Decoder.MAX_READINGS) {
            return Refusal.TOO_MANY_READINGS;
        }
        int cells = cells();
        if (cells < 2) {
            return Refusal.MALFORMED;
        }
        int sensorIndex = cells == 2 ? names.sensorIndexOfTopic(topic) : names.sensorIndex(in, cellFrom[1], cellTo[1]);
        if (sensorIndex == SensorNames.UNKNOWN) {
            return Refusal.UNKNOWN_SENSOR;
        }
        long observedAtMs = time(cellFrom[0], cellTo[0]);
        if (observedAtMs < CanonicalJson.EARLIEST_MS || observedAtMs >= CanonicalJson.LATEST_MS) {
            return Refusal.BAD_TIME;
        }
        scan(payload, cellFrom[cells - 1], cellTo[cells - 1] - cellFrom[cells - 1]);
        if (at == end) {
            return Refusal.MISSING_VALUE;
        }
        if (notFinite()) {
            return Refusal.NOT_FINITE;
        }
        int start = at;
        if (!number() || at != end) {
            return Refusal.BAD_VALUE;
        }
        double kept = catalogue.sensor(sensorIndex).unit().keep(Decimal.parse(in, start, at));
        if (!Double.isFinite(kept)) {
            return Refusal.NOT_FINITE;
        }
        into.add(sensorIndex, observedAtMs, kept + 0.0);
        return null;
    }

    /** How many cells the line has, 0 where it is more than a line may have. */
    private int cells() {
        byte separator = (byte) ',';
        for (int i = at; i < end; i++) {
            if (in[i] == ';' || in[i] == '\t' || in[i] == ',') {
                separator = in[i];
                break;
            }
        }
        int cells = 0;
        int lineEnd = end;
        int from = at;
        for (int i = at; i <= lineEnd; i++) {
            if (i == lineEnd || in[i] == separator) {
                if (cells == MOST_CELLS) {
                    return 0;
                }
                trim(from, i);
                cellFrom[cells] = at;
                cellTo[cells++] = end;
                from = i + 1;
            }
        }
        return cells;
    }

    private void trim(int from, int to) {
        at = from;
        end = to;
        skipSpace();
        while (end > at && (in[end - 1] == ' ' || in[end - 1] == '\r' || in[end - 1] == '\t')) {
            end--;
        }
    }

    private long time(int from, int to) {
        scan(in, from, to - from);
        if (!number() || at != end) {
            return Rfc3339.parse(in, from, to);
        }
        // fifteen digits reach the year 33658
        if (!integer || to - from > 15 || in[from] == '-') {
            return Rfc3339.INVALID;
        }
        long ms = 0;
        for (int i = from; i < to; i++) {
            ms = ms * 10 + (in[i] - '0');
        }
        return ms;
    }
}
