package dk.vandvagt.layer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON members the way all answers hold them: a missing number (NaN), text or instant (0) is null, an instant is
 * RFC 3339 in UTC with milliseconds. Writes to memory only, so it throws nothing that is checked.
 */
public final class FlatJson {
    /** Derived numbers are cut to a micrometre, which is below any sensor's resolution: 1.2700000000000002 helps nobody. */
    private static final double DERIVED_DIGITS = 1e6;

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonFactory FACTORY = JsonFactory.builder().build().setRootValueSeparator(",");

    private final JsonGenerator out;
    private @Nullable Notes notes;

    /** Told of every flat member while it listens: what a feature's properties are, beside their JSON. */
    interface Notes {
        void text(String name, @Nullable String value);

        /** @param value NaN for none */
        void number(String name, double value);

        void whole(String name, long value);

        void truth(String name, boolean value);

        /** @param atMs epoch milliseconds, 0 or {@link Long#MIN_VALUE} for none */
        void instant(String name, long atMs);
    }

    public FlatJson(OutputStream memory) {
        try {
            out = FACTORY.createGenerator(memory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param listener null for nobody any more */
    FlatJson telling(@Nullable Notes listener) {
        notes = listener;
        return this;
    }

    private interface Step {
        void run() throws IOException;
    }

    private FlatJson write(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String rfc3339(long atMs) {
        return RFC_3339.format(Instant.ofEpochMilli(atMs));
    }

    public static double derived(double value) {
        return Double.isFinite(value) ? Math.rint(value * DERIVED_DIGITS) / DERIVED_DIGITS : Double.NaN;
    }

    public FlatJson open() {
        return write(out::writeStartObject);
    }

    public FlatJson open(String name) {
        return write(() -> out.writeObjectFieldStart(name));
    }

    public FlatJson close() {
        return write(out::writeEndObject);
    }

    public FlatJson openList(String name) {
        return write(() -> out.writeArrayFieldStart(name));
    }

    /** One within another. */
    public FlatJson openList() {
        return write(out::writeStartArray);
    }

    public FlatJson closeList() {
        return write(out::writeEndArray);
    }

    public FlatJson text(String name, @Nullable String value) {
        if (notes != null) {
            notes.text(name, value);
        }
        return write(() -> out.writeStringField(name, value));
    }

    public FlatJson number(String name, double value) {
        if (notes != null) {
            notes.number(name, value);
        }
        return write(() -> {
            out.writeFieldName(name);
            writeNumber(value);
        });
    }

    public FlatJson whole(String name, long value) {
        if (notes != null) {
            notes.whole(name, value);
        }
        return write(() -> out.writeNumberField(name, value));
    }

    public FlatJson truth(String name, boolean value) {
        if (notes != null) {
            notes.truth(name, value);
        }
        return write(() -> out.writeBooleanField(name, value));
    }

    public FlatJson nothing(String name) {
        return write(() -> out.writeNullField(name));
    }

    /** @param atMs epoch milliseconds; 0 and {@link Long#MIN_VALUE} for none */
    public FlatJson instant(String name, long atMs) {
        if (notes != null) {
            notes.instant(name, atMs);
        }
        return atMs == 0 || atMs == Long.MIN_VALUE
                ? nothing(name)
                : write(() -> out.writeStringField(name, rfc3339(atMs)));
    }

    public FlatJson element(String value) {
        return write(() -> out.writeString(value));
    }

    public FlatJson element(double value) {
        return write(() -> writeNumber(value));
    }

    public FlatJson element(long value) {
        return write(() -> out.writeNumber(value));
    }

    /** One that is JSON already. */
    public FlatJson raw(String name, String json) {
        return write(() -> {
            out.writeFieldName(name);
            out.writeRawValue(json);
        });
    }

    public FlatJson flush() {
        return write(out::flush);
    }

    private void writeNumber(double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeNull();
        }
    }
}
