package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** A table as RFC 4180 has it. */
final class CsvText {
    static final String MEDIA_TYPE = "text/csv; charset=utf-8";
    private static final String LINE_END = "\r\n";

    private final StringBuilder text = new StringBuilder();
    private boolean within;

    CsvText(String... header) {
        for (String each : header) {
            text(each);
        }
        end();
    }

    CsvText text(String value) {
        separate();
        // a spreadsheet would take these for a formula
        String safe = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        text.append(quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
        return this;
    }

    CsvText number(double value) {
        separate();
        if (Double.isFinite(value)) {
            text.append(value);
        }
        return this;
    }

    CsvText whole(long value) {
        separate();
        text.append(value);
        return this;
    }

    CsvText instant(long atMs) {
        separate();
        text.append(FlatJson.rfc3339(atMs));
        return this;
    }

    CsvText truth(boolean value) {
        separate();
        text.append(value);
        return this;
    }

    /** An empty field. */
    CsvText nothing() {
        separate();
        return this;
    }

    CsvText end() {
        text.append(LINE_END);
        within = false;
        return this;
    }

    private void separate() {
        if (within) {
            text.append(',');
        }
        within = true;
    }

    Buffer buffer() {
        return Buffer.buffer(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
