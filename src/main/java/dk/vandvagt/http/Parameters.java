package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, read once each; {@link #end} refuses those that nobody read. */
final class Parameters {
    private final MultiMap given;
    private final TreeSet<String> known = new TreeSet<>();

    private Parameters(MultiMap given) {
        this.given = given;
    }

    static Parameters of(RoutingContext request) {
        try {
            return new Parameters(request.queryParams());
        } catch (RuntimeException notPercentEncoded) {
            String query = request.request().query();
            throw Problem.badParameter("query", query == null ? "" : query, "UTF-8, percent-encoded");
        }
    }

    @Nullable
    String text(String name) {
        known.add(name);
        List<String> values = given.getAll(name);
        if (values.size() > 1) {
            throw Problem.badParameter(name, String.join(" and ", values), "once");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Checks {@code f}, which every address takes; the first is what is sent anyhow. */
    void format(String... served) {
        String f = text("f");
        if (f != null && !List.of(served).contains(f)) {
            throw Problem.badParameter("f", f, String.join(" or ", served));
        }
    }

    /** A limit above {@code most} is lowered to it, as OGC API – Features Part 1 (7.15.2) asks. */
    int limit(int usual, int most) {
        String text = text("limit");
        if (text == null) {
            return usual;
        }
        if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) == 0) {
            throw Problem.badParameter("limit", text, "a whole number from 1 to " + most);
        }
        return (int) Math.min(most, Long.parseLong(text));
    }

    long instantMs(String name, long otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        OptionalLong atMs = Times.instantMs(text);
        if (atMs.isEmpty()) {
            throw Problem.badParameter(name, text, Times.INSTANT);
        }
        return atMs.getAsLong();
    }

    /** An instant that is not ahead of the clock; {@link Long#MAX_VALUE} where none is given. */
    long pastMs(String name, long nowMs) {
        long atMs = instantMs(name, Long.MAX_VALUE);
        if (atMs != Long.MAX_VALUE && atMs > nowMs) {
            throw Problem.badParameter(
                    name, FlatJson.rfc3339(atMs), "an instant that is past; it is " + FlatJson.rfc3339(nowMs));
        }
        return atMs;
    }

    /** {@code severity}: that and worse; null for all. */
    @Nullable
    Integer severityFrom() {
        String word = text("severity");
        return switch (word) {
            case null -> null;
            case "yellow", "1" -> 1;
            case "orange", "2" -> 2;
            case "red", "3" -> 3;
            default -> throw Problem.badParameter("severity", word, "yellow, orange or red: that and worse");
        };
    }

    /** One of an enumeration's constants, by its name in lower case. */
    <E extends Enum<E>> @Nullable E word(String name, Class<E> type) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        StringBuilder expected = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT);
            if (word.equals(text)) {
                return constant;
            }
            expected.append(expected.isEmpty() ? "" : ", ").append(word);
        }
        throw Problem.badParameter(name, text, "one of " + expected);
    }

    boolean truth(String name, boolean usual) {
        String text = text(name);
        return switch (text) {
            case null -> usual;
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.badParameter(name, text, "true or false");
        };
    }

    /** A finite decimal number; parseDouble would also take hexadecimal, NaN and a trailing d. */
    static OptionalDouble plainNumber(String text) {
        if (!text.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?")) {
            return OptionalDouble.empty();
        }
        double number = Double.parseDouble(text);
        return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    /** To be called when all were read. */
    void end() {
        for (String name : given.names()) {
            if (!known.contains(name)) {
                String value = given.get(name);
                throw Problem.unknownParameter(
                        name,
                        value == null ? "" : value,
                        known.isEmpty() ? "none" : "one of " + String.join(", ", known));
            }
        }
    }
}
