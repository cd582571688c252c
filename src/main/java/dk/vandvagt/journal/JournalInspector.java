package dk.vandvagt.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Looks at a log's folder without locking or changing it, also while the service runs: for the operator's commands. */
public final class JournalInspector {
    /**
     * One segment, every frame of it checked.
     *
     * @param lastSequence 0 where there is no whole frame
     * @param createdAtMs 0 where the header is damaged
     * @param damagedBytes not frames, and before the last whole frame or in a segment that is not the newest
     * @param firstDamageAt byte of the file where they begin, -1 where there are none
     * @param unfinishedBytes after the last whole frame of the newest segment: a frame being written, or what a crash left of one
     * @param missing sequences between its frames that it has not; in judged that is usual, as what gave nothing is not there
     */
    public record SegmentInfo(
            Path file,
            long firstSequence,
            long lastSequence,
            long frames,
            long bytes,
            long createdAtMs,
            long damagedBytes,
            long firstDamageAt,
            long unfinishedBytes,
            List<Sequences> missing) {}

    /** Both inclusive. */
    public record Sequences(long from, long to) {}

    /** Which frames are wanted: all bounds inclusive; the time is the service's own, as in {@code clockMs}. */
    public record Span(long fromSequence, long toSequence, long fromMs, long toMs) {
        public static final Span ALL = new Span(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);

        private boolean has(long sequence, long clockMs) {
            return sequence >= fromSequence && sequence <= toSequence && clockMs >= fromMs && clockMs <= toMs;
        }
    }

    private JournalInspector() {}

    public static List<SegmentInfo> inspect(Path folder) throws IOException {
        return inspect(folder, file -> {});
    }

    /** @param begins told of each file before it is read */
    public static List<SegmentInfo> inspect(Path folder, Consumer<Path> begins) throws IOException {
        List<SegmentInfo> infos = new ArrayList<>();
        List<Path> files = segments(folder);
        for (Path file : files) {
            begins.accept(file);
            try (SegmentReader reader = new SegmentReader(file)) {
                infos.add(inspect(file, reader, file.equals(files.getLast())));
            } catch (FileNotFoundException e) {
                mustBeDropped(file, e);
            }
        }
        return infos;
    }

    private static SegmentInfo inspect(Path file, SegmentReader reader, boolean newest) throws IOException {
        long end = reader.length();
        List<Sequences> missing = new ArrayList<>();
        long before = SegmentFormat.firstSequence(file) - 1;
        while (reader.next(end)) {
            if (reader.sequence() > before + 1) {
                missing.add(new Sequences(before + 1, reader.sequence() - 1));
            }
            before = reader.sequence();
        }
        long damaged = 0;
        long firstDamageAt = -1;
        long unfinished = 0;
        for (SegmentReader.Damage part : reader.damage()) {
            // a header that is cut short is told as far as it goes
            long bytes = Math.min(part.to(), end) - part.from();
            if (newest && (part.from() == reader.goodEnd() || end < SegmentFormat.HEADER_BYTES)) {
                unfinished += bytes;
            } else {
                damaged += bytes;
                firstDamageAt = firstDamageAt < 0 ? part.from() : firstDamageAt;
            }
        }
        // an older segment of no bytes at all has lost its header
        if (!newest && end < SegmentFormat.HEADER_BYTES) {
            damaged = SegmentFormat.HEADER_BYTES;
        }
        return new SegmentInfo(
                file,
                SegmentFormat.firstSequence(file),
                reader.frames() == 0 ? 0 : reader.sequence(),
                reader.frames(),
                end,
                reader.createdAtMs(),
                damaged,
                firstDamageAt,
                unfinished,
                missing);
    }

    /** The running service lets go of segments while they are looked at. */
    private static void mustBeDropped(Path file, FileNotFoundException e) throws FileNotFoundException {
        if (Files.exists(file)) {
            throw e;
        }
    }

    /** Writes the input journal's frames, one JSON object a line; sensor ids are given with each reading. */
    public static void exportJournal(Path folder, Writer to) throws IOException {
        exportJournal(folder, Span.ALL, to, file -> {});
    }

    /** @param begins told of each file before it is read */
    public static void exportJournal(Path folder, Span span, Writer to, Consumer<Path> begins) throws IOException {
        JsonFactory json = JsonFactory.builder()
                .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator out = json.createGenerator(to)) {
            out.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
            forEach(folder, span, begins, (reader, idByRef) -> export(reader, idByRef, out));
        }
        to.write('\n');
        to.flush();
    }

    /** Writes the readings of the input journal as CSV with one header line; ticks and commands are not in it. */
    public static void exportReadings(Path folder, Span span, Writer to, Consumer<Path> begins) throws IOException {
        to.write("sequence,clockMs,receivedAtMs,sensorId,observedAtMs,value\n");
        forEach(folder, span, begins, (reader, idByRef) -> {
            if ((reader.type() & 0xFF) == BatchWriter.READINGS) {
                ByteBuffer from = reader.payload();
                long clockMs = from.getLong();
                String line = reader.sequence() + "," + clockMs + "," + (clockMs + Bytes.signed(from)) + ",";
                Readings readings = Readings.of(from, clockMs, idByRef);
                for (int i = 0; i < readings.value.length; i++) {
                    to.write(line + quoted(readings.sensorId[i]) + "," + readings.observedAtMs[i] + ","
                            + readings.value[i] + "\n");
                }
            }
        });
        to.flush();
    }

    /** RFC 4180. */
    private static String quoted(String id) {
        return id.matches("[^,\"\r\n]*") ? id : '"' + id.replace("\"", "\"\"") + '"';
    }

    /** One frame that is wanted and is not of sensor ids. */
    private interface Frame {
        void export(SegmentReader reader, Map<Integer, String> idByRef) throws IOException;
    }

    private static void forEach(Path folder, Span span, Consumer<Path> begins, Frame frame) throws IOException {
        for (Path file : segments(folder)) {
            begins.accept(file);
            try (SegmentReader reader = new SegmentReader(file)) {
                long end = reader.length();
                Map<Integer, String> idByRef = new HashMap<>();
                while (reader.next(end)) {
                    if ((reader.type() & 0xFF) == BatchWriter.SENSOR_IDS) {
                        takeIds(reader.payload(), idByRef);
                    } else if (isWanted(reader, span)) {
                        frame.export(reader, idByRef);
                    }
                }
            } catch (FileNotFoundException e) {
                mustBeDropped(file, e);
            }
        }
    }

    private static void takeIds(ByteBuffer from, Map<Integer, String> idByRef) {
        for (long left = Bytes.unsigned(from); left > 0; left--) {
            int ref = (int) Bytes.unsigned(from);
            idByRef.put(ref, Bytes.text(from));
        }
    }

    private record Readings(String[] sensorId, long[] observedAtMs, double[] value) {
        private static Readings of(ByteBuffer from, long clockMs, Map<Integer, String> idByRef) {
            int count = (int) Bytes.unsigned(from);
            Readings readings = new Readings(new String[count], new long[count], new double[count]);
            for (int i = 0; i < count; i++) {
                int ref = (int) Bytes.unsigned(from);
                readings.sensorId[i] = idByRef.getOrDefault(ref, "?");
            }
            long before = clockMs;
            for (int i = 0; i < count; i++) {
                before += Bytes.signed(from);
                readings.observedAtMs[i] = before;
            }
            for (int i = 0; i < count; i++) {
                readings.value[i] = from.getDouble();
            }
            return readings;
        }
    }

    private static boolean isWanted(SegmentReader reader, Span span) {
        return span.has(reader.sequence(), reader.payload().getLong());
    }

    private static void export(SegmentReader reader, Map<Integer, String> idByRef, JsonGenerator out)
            throws IOException {
        ByteBuffer from = reader.payload();
        int type = reader.type() & 0xFF;
        out.writeStartObject();
        out.writeNumberField("sequence", reader.sequence());
        long clockMs = from.getLong();
        out.writeNumberField("clockMs", clockMs);
        out.writeNumberField("receivedAtMs", clockMs + Bytes.signed(from));
        switch (type) {
            case BatchWriter.READINGS -> readings(from, clockMs, idByRef, out);
            case BatchWriter.TICK -> out.writeStringField("kind", "tick");
            case BatchWriter.USE_CATALOGUE -> {
                out.writeStringField("kind", "useCatalogue");
                out.writeStringField("catalogue", Bytes.inflated(from));
            }
            case BatchWriter.ACKNOWLEDGE -> {
                out.writeStringField("kind", "acknowledge");
                out.writeStringField("alertId", Bytes.text(from));
                signature(from, out);
            }
            case BatchWriter.SHELVE -> {
                out.writeStringField("kind", "shelve");
                out.writeStringField("ruleId", Bytes.text(from));
                out.writeNumberField("untilMs", from.getLong());
                signature(from, out);
            }
            case BatchWriter.UNSHELVE -> {
                out.writeStringField("kind", "unshelve");
                out.writeStringField("ruleId", Bytes.text(from));
                signature(from, out);
            }
            case BatchWriter.OUT_OF_SERVICE, BatchWriter.IN_SERVICE -> {
                out.writeStringField("kind", type == BatchWriter.IN_SERVICE ? "inService" : "outOfService");
                out.writeStringField("sensorId", Bytes.text(from));
                signature(from, out);
            }
            case BatchWriter.MAINTAIN -> {
                out.writeStringField("kind", "maintain");
                out.writeArrayFieldStart("sensorIds");
                for (String sensorId : Bytes.texts(from)) {
                    out.writeString(sensorId);
                }
                out.writeEndArray();
                out.writeNumberField("untilMs", from.getLong());
                signature(from, out);
            }
            case BatchWriter.CALL -> {
                out.writeStringField("kind", "call");
                for (String member : List.of("call", "stationId", "sensorId", "ruleId", "threshold")) {
                    out.writeStringField(member, Bytes.text(from));
                }
                out.writeNumberField("observedAtMs", from.getLong());
            }
            default -> {
                out.writeNumberField("unknownType", type);
                byte[] rest = new byte[from.remaining()];
                from.get(rest);
                out.writeStringField("payload", Base64.getEncoder().encodeToString(rest));
            }
        }
        out.writeEndObject();
    }

    private static void signature(ByteBuffer from, JsonGenerator out) throws IOException {
        out.writeStringField("by", Bytes.text(from));
        out.writeStringField("note", Bytes.text(from));
    }

    private static void readings(ByteBuffer from, long clockMs, Map<Integer, String> idByRef, JsonGenerator out)
            throws IOException {
        Readings readings = Readings.of(from, clockMs, idByRef);
        out.writeArrayFieldStart("readings");
        for (int i = 0; i < readings.value.length; i++) {
            out.writeStartObject();
            out.writeStringField("sensorId", readings.sensorId[i]);
            out.writeNumberField("observedAtMs", readings.observedAtMs[i]);
            out.writeNumberField("value", readings.value[i]);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(SegmentFormat::isSegment).sorted().toList();
        }
    }
}
