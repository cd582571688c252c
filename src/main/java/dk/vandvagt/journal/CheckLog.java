package dk.vandvagt.journal;

import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Staff-gauge checks and what came of them; nothing of it is ever dropped. Held in memory as well: there are few. Any thread.
 *
 * <p>Frames, each with a number of its own for a sequence:
 *
 * <pre>
 * CHECK   JSON, n bytes v before it
 * OFFSET  JSON likewise: number of the check, and its offset
 * </pre>
 */
public final class CheckLog implements AutoCloseable {
    private static final int CHECK = 1;
    private static final int OFFSET = 2;

    /** @param offset null until it is worked out for good */
    public record Entry(GaugeCheck check, @Nullable GaugeOffset offset) {}

    private record Settled(long check, GaugeOffset offset) {}

    private final SegmentLog log;
    private final Map<Long, Entry> entries = new TreeMap<>();

    private CheckLog(SegmentLog log) {
        this.log = log;
    }

    /** Reads all that is held. */
    public static CheckLog open(SegmentLog log) throws IOException {
        CheckLog checks = new CheckLog(log);
        checks.load();
        return checks;
    }

    private synchronized void load() throws IOException {
        try (SegmentLog.Cursor cursor = log.cursor(1)) {
            while (cursor.next()) {
                ByteBuffer frame = cursor.payload();
                switch (cursor.type()) {
                    case CHECK -> {
                        GaugeCheck check = Json.read(frame, GaugeCheck.class);
                        entries.put(check.number(), new Entry(check, null));
                    }
                    case OFFSET -> {
                        Settled settled = Json.read(frame, Settled.class);
                        entries.computeIfPresent(
                                settled.check(), (number, entry) -> new Entry(entry.check(), settled.offset()));
                    }
                    default ->
                        throw new IOException(
                                "%s: number %d has a frame of type %d, which this program does not know: run the newer program"
                                        .formatted(log.folder(), cursor.sequence(), cursor.type()));
                }
            }
        }
    }

    /** On disk when it returns. */
    public synchronized GaugeCheck add(
            String sensorId, long observedAtMs, double levelM, String by, String note, long recordedAtMs)
            throws IOException {
        GaugeCheck check =
                new GaugeCheck(log.lastSequence() + 1, sensorId, observedAtMs, levelM, by, note, recordedAtMs);
        append(CHECK, check);
        entries.put(check.number(), new Entry(check, null));
        return check;
    }

    /** Worked out for good; likewise. */
    public synchronized void settle(long check, GaugeOffset offset) throws IOException {
        append(OFFSET, new Settled(check, offset));
        entries.computeIfPresent(check, (number, entry) -> new Entry(entry.check(), offset));
    }

    private void append(int type, Object entry) throws IOException {
        long number = log.lastSequence() + 1;
        log.prepare(number);
        log.append(type, number, new Bytes().putBytes(Json.write(entry)));
        log.force();
    }

    /** Oldest first. */
    public synchronized List<Entry> all() {
        return new ArrayList<>(entries.values());
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
