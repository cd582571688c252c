package dk.vandvagt.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of an acknowledgement: {@code {"by": "Havnevagten", "note": "pumper startet"}}. */
record Acknowledgement(String by, String note) {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_NOTE = 2000;
    private static final Set<String> MEMBERS = Set.of("by", "note");

    static Acknowledgement of(@Nullable Buffer body) {
        JsonObject json = object(body);
        for (String member : json.fieldNames()) {
            if (!MEMBERS.contains(member)) {
                throw Problem.badMember(member, String.valueOf(json.getValue(member)), "one of by, note");
            }
        }
        String by = text(json, "by", LONGEST_NAME);
        if (by.isBlank()) {
            throw Problem.badMember("by", by, "who acknowledges, 1 to " + LONGEST_NAME + " characters");
        }
        return new Acknowledgement(by.strip(), text(json, "note", LONGEST_NOTE).strip());
    }

    private static JsonObject object(@Nullable Buffer body) {
        if (body != null && body.length() > 0) {
            try {
                return new JsonObject(body);
            } catch (DecodeException | ClassCastException notAnObject) {
                // told below
            }
        }
        throw Problem.badMember(
                "body",
                body == null ? "" : body.toString(),
                "a JSON object with by and note, such as {\"by\":\"Anna\"}");
    }

    private static String text(JsonObject json, String member, int longest) {
        Object value = json.getValue(member);
        if (value == null) {
            return "";
        }
        if (value instanceof String text && text.length() <= longest) {
            return text;
        }
        throw Problem.badMember(member, value.toString(), "a text of no more than " + longest + " characters");
    }
}
