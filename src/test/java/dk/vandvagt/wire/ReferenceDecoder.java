package dk.vandvagt.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dk.vandvagt.station.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The canonical payload read the slow and plain way, by Jackson and java.time: the oracle. */
final class ReferenceDecoder {
    private static final Pattern DATE_TIME = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]"
            + "([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");
    private static final int ANY_LENGTH = 1 << 20;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(ANY_LENGTH)
                    .maxNestingDepth(ANY_LENGTH)
                    .build())
            .build();

    record Reading(long observedAtMs, double keptValue) {}

    record Outcome(@Nullable Refusal refusal, List<Reading> readings) {
        static Outcome refused(Refusal refusal) {
            return new Outcome(refusal, List.of());
        }
    }

    private sealed interface Json {
        record Str(String text) implements Json {}

        record Num(String text) implements Json {}

        record Obj(List<Member> members) implements Json {}

        record Arr(List<Json> elements) implements Json {}

        record Other() implements Json {}
    }

    private record Member(String name, Json value) {}

    private static final class NotCanonical extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** An escape with a character beyond ASCII, of which Jackson looks at the lowest eight bits only. */
    private static final Pattern JACKSON_TAKES_FOR_HEXADECIMAL =
            Pattern.compile("(?<!\\\\)(\\\\\\\\)*\\\\u[0-9a-fA-F]{0,3}[^\\x00-\\x7f]");

    private ReferenceDecoder() {}

    static Outcome decode(Unit unit, byte[] payload) {
        if (payload.length > 65_536) {
            return Outcome.refused(Refusal.OVERSIZED);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return Outcome.refused(Refusal.NOT_UTF8);
        }
        if (text.matches("[ \t\r\n]*")) {
            return Outcome.refused(Refusal.EMPTY);
        }
        if (JACKSON_TAKES_FOR_HEXADECIMAL.matcher(text).find()) {
            return Outcome.refused(Refusal.MALFORMED);
        }
        try {
            return interpret(unit, document(text));
        } catch (NotCanonical | IOException e) {
            return Outcome.refused(Refusal.MALFORMED);
        }
    }

    private static Outcome interpret(Unit unit, Json document) throws NotCanonical {
        List<Json> elements = document instanceof Json.Arr array ? array.elements() : List.of(document);
        if (elements.isEmpty()) {
            return Outcome.refused(Refusal.EMPTY);
        }
        List<Reading> readings = new ArrayList<>();
        Optional<Refusal> first = Optional.empty();
        for (Json element : elements) {
            if (!(element instanceof Json.Obj object)) {
                throw new NotCanonical();
            }
            List<Refusal> faults = new ArrayList<>();
            Reading reading = reading(unit, object, faults);
            if (first.isEmpty()) {
                first = faults.stream().findFirst();
            }
            readings.add(reading);
        }
        return first.map(Outcome::refused).orElseGet(() -> new Outcome(null, readings));
    }

    private static Reading reading(Unit unit, Json.Obj object, List<Refusal> faults) {
        List<Json> times = new ArrayList<>();
        List<Json> values = new ArrayList<>();
        long observedAtMs = 0;
        double value = 0;
        for (Member member : object.members()) {
            if (member.name().equals("t")) {
                times.add(member.value());
                observedAtMs = time(member.value());
                if (times.size() > 1) {
                    faults.add(Refusal.DUPLICATE_MEMBER);
                }
                if (observedAtMs < CanonicalJson.EARLIEST_MS || observedAtMs >= CanonicalJson.LATEST_MS) {
                    faults.add(Refusal.BAD_TIME);
                }
            }
            if (member.name().equals("v")) {
                values.add(member.value());
                if (values.size() > 1) {
                    faults.add(Refusal.DUPLICATE_MEMBER);
                }
                if (!(member.value() instanceof Json.Num number)) {
                    faults.add(Refusal.BAD_VALUE);
                } else {
                    value = Double.parseDouble(number.text());
                    if (!Double.isFinite(value)) {
                        faults.add(Refusal.NOT_FINITE);
                    }
                }
            }
        }
        if (times.isEmpty()) {
            faults.add(Refusal.MISSING_TIME);
        }
        if (values.isEmpty()) {
            faults.add(Refusal.MISSING_VALUE);
        }
        return new Reading(observedAtMs, unit.keep(value) + 0.0);
    }

    static long time(Json value) {
        return switch (value) {
            case Json.Str string -> time(string.text());
            case Json.Num number when number.text().matches("-?[0-9]{1,15}") -> Long.parseLong(number.text());
            default -> Long.MIN_VALUE;
        };
    }

    static long time(String text) {
        Matcher m = DATE_TIME.matcher(text);
        if (!m.matches()) {
            return Long.MIN_VALUE;
        }
        try {
            boolean leap = m.group(6).equals("60");
            String fraction = m.group(7) == null ? "" : m.group(7);
            LocalDateTime local = LocalDateTime.of(
                    number(m, 1),
                    number(m, 2),
                    number(m, 3),
                    number(m, 4),
                    number(m, 5),
                    leap ? 59 : number(m, 6),
                    Integer.parseInt((fraction + "000").substring(0, 3)) * 1_000_000);
            int eastMinutes = 0;
            if (m.group(8) != null) {
                if (number(m, 9) > 23 || number(m, 10) > 59) {
                    return Long.MIN_VALUE;
                }
                eastMinutes = (m.group(8).equals("-") ? -1 : 1) * (number(m, 9) * 60 + number(m, 10));
            }
            LocalDateTime utc = local.minusMinutes(eastMinutes);
            if (leap) {
                utc = utc.withNano(0).plusSeconds(1);
                if (!utc.toLocalTime().equals(LocalTime.MIDNIGHT)) {
                    return Long.MIN_VALUE;
                }
            }
            return utc.toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException e) {
            return Long.MIN_VALUE;
        }
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static Json document(String text) throws IOException, NotCanonical {
        if (text.startsWith("\uFEFF")) {
            throw new NotCanonical();
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Json json = json(parser, -2, false);
            if (parser.nextToken() != null) {
                throw new NotCanonical();
            }
            return json;
        }
    }

    /** @param depth counted from within a reading's members, so that the reading and the array around it are below zero */
    private static Json json(JsonParser parser, int depth, boolean mayBeNotFinite) throws IOException, NotCanonical {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new NotCanonical();
        }
        switch (token) {
            case START_OBJECT -> {
                // a reading's members are depth 0, whether or not it stands in an array
                int inner = depth < 0 ? 0 : depth + 1;
                if (inner > CanonicalJson.MAX_DEPTH) {
                    throw new NotCanonical();
                }
                List<Member> members = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.add(new Member(name, json(parser, inner, depth < 0 && name.equals("v"))));
                }
                return new Json.Obj(members);
            }
            case START_ARRAY -> {
                if (depth == -1 || depth + 1 > CanonicalJson.MAX_DEPTH) {
                    throw new NotCanonical();
                }
                List<Json> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(json(parser, depth < 0 ? -1 : depth + 1, false));
                }
                return new Json.Arr(elements);
            }
            case VALUE_STRING -> {
                return new Json.Str(parser.getText());
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                String number = parser.getText();
                boolean finite = number.matches("[-0-9.eE+]+");
                if (!finite && !(mayBeNotFinite && NOT_FINITE.contains(number))) {
                    throw new NotCanonical();
                }
                return new Json.Num(number);
            }
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {
                return new Json.Other();
            }
            default -> throw new NotCanonical();
        }
    }
}
