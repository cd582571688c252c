package dk.vandvagt.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON object an operator's call comes with; each member is read once, and one that nobody knows is refused. */
final class CallBody {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_NOTE = 2000;

    private final JsonObject json;

    private CallBody(JsonObject json) {
        this.json = json;
    }

    /** Every one of them may have {@code by} and {@code note}. */
    static CallBody of(RoutingContext request, String... moreMembers) {
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(Answers.JSON)) {
            throw Problem.wrong(
                    415, "bad-media-type", "Not JSON", "Content-Type", type == null ? "" : type, Answers.JSON);
        }
        CallBody body = new CallBody(object(request.body().buffer()));
        List<String> members = new ArrayList<>(List.of("by", "note"));
        members.addAll(Arrays.asList(moreMembers));
        for (String member : body.json.fieldNames()) {
            if (!members.contains(member)) {
                throw Problem.badMember(
                        member, String.valueOf(body.json.getValue(member)), "one of " + String.join(", ", members));
            }
        }
        return body;
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

    /** Who calls. */
    String by() {
        return needed("by", "who does it", LONGEST_NAME);
    }

    /** Empty where there is none. */
    String note() {
        return text("note", LONGEST_NOTE);
    }

    String reason() {
        return needed("note", "why", LONGEST_NOTE);
    }

    private String needed(String member, String what, int longest) {
        String text = text(member, longest);
        if (text.isEmpty()) {
            throw Problem.badMember(member, text, what + ", 1 to " + longest + " characters");
        }
        return text;
    }

    double number(String member) {
        Object value = json.getValue(member);
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw Problem.badMember(member, value == null ? "" : value.toString(), "a number");
    }

    /** What was seen; the highest where nothing is said of it. */
    int severity() {
        Object value = json.getValue("severity");
        if (value == null) {
            return 3;
        }
        if (value instanceof Integer severity && severity >= 1 && severity <= 3) {
            return severity;
        }
        throw Problem.badMember("severity", value.toString(), "1, 2 or 3: yellow, orange or red");
    }

    /** An instant that is not ahead of the service's clock. */
    long pastMs(String member, long nowMs) {
        String text = time(member);
        long atMs = Times.instantMs(text).orElse(0);
        if (atMs <= 0 || atMs > nowMs) {
            throw Problem.badMember(
                    member,
                    text,
                    Times.INSTANT + "; not ahead of the service's clock, which shows " + Instant.ofEpochMilli(nowMs));
        }
        return atMs;
    }

    /** Empty where there is none. */
    String text(String member, int longest) {
        Object value = json.getValue(member);
        if (value == null) {
            return "";
        }
        if (value instanceof String text && text.length() <= longest) {
            return text.strip();
        }
        throw Problem.badMember(member, value.toString(), "a text of no more than " + longest + " characters");
    }

    boolean has(String member) {
        return json.getValue(member) != null;
    }

    /**
     * When a shelving ends: {@code until} an instant or {@code for} so long, one of them.
     *
     * @param mostMs how far ahead at most
     */
    long untilMs(long nowMs, long mostMs, String most) {
        String until = time("until");
        String lasting = time("for");
        if (until.isEmpty() == lasting.isEmpty()) {
            throw Problem.badMember(
                    "until", until.isEmpty() ? "" : until + " and for " + lasting, "either until or for");
        }
        String member = until.isEmpty() ? "for" : "until";
        long untilMs = until.isEmpty()
                ? nowMs + Math.min(mostMs + 1, Times.durationMs(lasting).orElse(0))
                : Times.instantMs(until).orElse(0);
        if (untilMs <= nowMs || untilMs - nowMs > mostMs) {
            String form = until.isEmpty() ? Times.DURATION : Times.INSTANT;
            throw Problem.badMember(
                    member,
                    until + lasting,
                    form + "; ahead of the service's clock, which shows " + Instant.ofEpochMilli(nowMs)
                            + ", by no more than " + most);
        }
        return untilMs;
    }

    /** Epoch milliseconds may come as a number. */
    private String time(String member) {
        Object value = json.getValue(member);
        return value == null ? "" : value.toString();
    }
}
