package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that is not served, as RFC 9457 has it. Thrown without a stack trace: it is an answer, not a fault of ours. */
final class Problem extends RuntimeException {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final int LONGEST_ECHO = 200;
    private static final long serialVersionUID = 1;

    private final int status;
    private final String name;
    private final String title;
    private final @Nullable String parameter;
    private final @Nullable String found;
    private final @Nullable String expected;
    private final transient List<String> faults;
    private final @Nullable String refusal;

    private Problem(
            int status,
            String name,
            String title,
            String detail,
            @Nullable String parameter,
            @Nullable String found,
            @Nullable String expected,
            List<String> faults) {
        this(status, name, title, detail, parameter, found, expected, faults, null);
    }

    private Problem(
            int status,
            String name,
            String title,
            String detail,
            @Nullable String parameter,
            @Nullable String found,
            @Nullable String expected,
            List<String> faults,
            @Nullable String refusal) {
        super(detail, null, false, false);
        this.status = status;
        this.name = name;
        this.title = title;
        this.parameter = parameter;
        this.found = found;
        this.expected = expected;
        this.faults = faults;
        this.refusal = refusal;
    }

    static Problem of(int status, String name, String title, String detail) {
        return new Problem(status, name, title, detail, null, null, null, List.of());
    }

    static Problem badParameter(String parameter, String found, String expected) {
        return wrong(400, "bad-parameter", "A parameter is wrong", parameter, found, expected);
    }

    static Problem unknownParameter(String parameter, String found, String expected) {
        return wrong(400, "unknown-parameter", "A parameter is unknown", parameter, found, expected);
    }

    static Problem badMember(String member, String found, String expected) {
        return wrong(400, "bad-body", "The body is wrong", member, found, expected);
    }

    static Problem notFound(String parameter, String found, String expected) {
        return wrong(404, "not-found", "Not found", parameter, found, expected);
    }

    static Problem wrong(int status, String name, String title, String parameter, String found, String expected) {
        String echo = found.length() <= LONGEST_ECHO ? found : found.substring(0, LONGEST_ECHO) + "…";
        String detail = parameter + " is " + (echo.isEmpty() ? "empty" : "'" + echo + "'") + ", expected " + expected;
        return new Problem(status, name, title, detail, parameter, echo, expected, List.of());
    }

    static Problem faults(int status, String name, String title, List<String> faults) {
        return new Problem(status, name, title, faults.size() + " faults", null, null, null, List.copyOf(faults));
    }

    /** A message whose readings were not taken, and are counted under that name. */
    static Problem refused(int status, String refusal) {
        return new Problem(
                status,
                "refused",
                "The message is refused",
                "refused as " + refusal + ": none of its readings is taken",
                null,
                null,
                null,
                List.of(),
                refusal);
    }

    static Problem away(String what) {
        return of(503, "away", "Not available now", what + "; try again shortly");
    }

    int status() {
        return status;
    }

    void writeTo(FlatJson json, String instance) {
        json.open()
                .text("type", "urn:vandvagt:problem:" + name)
                .text("title", title)
                .whole("status", status)
                .text("detail", getMessage())
                .text("instance", instance);
        if (parameter != null) {
            json.text("parameter", parameter).text("found", found).text("expected", expected);
        }
        if (refusal != null) {
            json.text("refusal", refusal);
        }
        if (!faults.isEmpty()) {
            json.openList("faults");
            faults.forEach(json::element);
            json.closeList();
        }
        json.close();
    }
}
