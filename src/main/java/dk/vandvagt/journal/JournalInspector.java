package dk.vandvagt.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
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
import java.util.stream.Stream;

/** Looks at a log's folder without locking or changing it, also while the service runs: for the operator's commands. */
public final class JournalInspector {
    /**
     * One segment, every frame of it checked.
     *
     * @param lastSequence 0 where there is no whole frame
     * @param createdAtMs 0 where the header is damaged
     * @param damagedBytes of the newest segment of a running service these may be a frame being written
     */
    public record SegmentInfo(
            Path file,
            long firstSequence,
            long lastSequence,
            long frames,
            long bytes,
            long createdAtMs,
            long damagedBytes) {}

    private JournalInspector() {}

    public static List<SegmentInfo> inspect(Path folder) throws IOException {
        List<SegmentInfo> infos = new ArrayList<>();
        for (Path file : segments(folder)) {
            try (SegmentReader reader = new SegmentReader(file)) {
                long end = reader.length();
                while (reader.next(end)) {
                    // each frame is checked on the way
                }
                long damaged = reader.damage().stream()
                        .mapToLong(part -> part.to() - part.from())
                        .sum();
                infos.add(new SegmentInfo(
                        file,
                        SegmentFormat.firstSequence(file),
                        reader.frames() == 0 ? 0 : reader.sequence(),
                        reader.frames(),
                        end,
                        reader.createdAtMs(),
                        damaged));
            }
        }
        return infos;
    }

    /** Writes the input journal's frames, one JSON object a line; sensor ids are given with each reading. */
    public static void exportJournal(Path folder, Writer to) throws IOException {
        JsonFactory json = JsonFactory.builder()
                .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator out = json.createGenerator(to)) {
            out.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
            for (Path file : segments(folder)) {
                try (SegmentReader reader = new SegmentReader(file)) {
                    long end = reader.length();
                    Map<Integer, String> idByRef = new HashMap<>();
                    while (reader.next(end)) {
                        export(reader, idByRef, out);
                    }
                }
            }
        }
        to.write('\n');
        to.flush();
    }

    private static void export(SegmentReader reader, Map<Integer, String> idByRef, JsonGenerator out)
            throws IOException {
        ByteBuffer from = reader.payload();
        int type = reader.type() & 0xFF;
        if (type == BatchWriter.SENSOR_IDS) {
            for (long left = Bytes.unsigned(from); left > 0; left--) {
                int ref = (int) Bytes.unsigned(from);
                idByRef.put(ref, Bytes.text(from));
            }
            return;
        }
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
        int count = (int) Bytes.unsigned(from);
        String[] id = new String[count];
        for (int i = 0; i < count; i++) {
            int ref = (int) Bytes.unsigned(from);
            id[i] = idByRef.getOrDefault(ref, "?");
        }
        long[] observedAtMs = new long[count];
        long before = clockMs;
        for (int i = 0; i < count; i++) {
            before += Bytes.signed(from);
            observedAtMs[i] = before;
        }
        out.writeArrayFieldStart("readings");
        for (int i = 0; i < count; i++) {
            out.writeStartObject();
            out.writeStringField("sensorId", id[i]);
            out.writeNumberField("observedAtMs", observedAtMs[i]);
            out.writeNumberField("value", from.getDouble());
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
