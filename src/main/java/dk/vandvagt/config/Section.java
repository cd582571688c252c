package dk.vandvagt.config;

import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.YearPart;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of the file, read key by key: a key that was asked for is a known one, and whatever nobody asked for is a fault
 * when the section is done.
 */
final class Section {
    record Range(double low, double high) {}

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,3})?");
    private static final Pattern COMMA_NUMBER = Pattern.compile("[-+]?\\d+,\\d+");
    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?) ?(ms|s|min|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6}) ?(KiB|MiB|GiB|TiB)");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final Pattern PASSWORD = Pattern.compile("(?i)password|passwd|pwd|kodeord|adgangskode");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES =
            Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);
    private static final Pattern URL_USER = Pattern.compile("://[^/\\s]*@");
    private static final Pattern URL_PASSWORD = Pattern.compile("(?i)(password=)[^&\\s]*");
    private static final int SHOWN = 60;
    private static final int LONGEST_TEXT = 4_096;

    private final Faults faults;
    private final @Nullable Section parent;
    private final String name;
    private final Node node;
    /** What the section holds cannot be read, which has been told: its keys are not missed. */
    private final boolean unreadable;

    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    private Section(Faults faults, @Nullable Section parent, String name, Node node) {
        this.faults = faults;
        this.parent = parent;
        this.name = name;
        this.node = node;
        this.unreadable = !(node instanceof MappingNode) && !isNothing(node);
        if (unreadable) {
            faults.fault(node, path(), "found " + written(node) + ", should be settings by name (key: value)");
        } else if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::enter);
        }
    }

    /** Reads the whole file; unknown keys have been told when it returns. */
    static <T> T whole(MappingNode root, Faults faults, Function<Section, T> reader) {
        return new Section(faults, null, "", root).read(reader);
    }

    private <T> T read(Function<Section, T> reader) {
        T result = reader.apply(this);
        tellUnknownKeys();
        return result;
    }

    private void enter(NodeTuple entry) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
            faults.fault(
                    entry.getKeyNode(), path(), "found " + written(entry.getKeyNode()) + " as a key, should be a name");
            return;
        }
        NodeTuple first = entries.putIfAbsent(key.getValue(), entry);
        if (first != null) {
            int line = Faults.lineOf(first.getKeyNode());
            faults.fault(key, path(key.getValue()), "stands twice, first in line " + line + ": delete one");
        }
    }

    private void tellUnknownKeys() {
        if (unreadable) {
            return;
        }
        entries.forEach((key, entry) -> {
            if (!asked.contains(key)) {
                faults.fault(entry.getKeyNode(), path(key), faults.isFull() ? "" : unknown(key));
            }
        });
    }

    private String unknown(String key) {
        if (PASSWORD.matcher(key).matches()) {
            return "no password may stand in this file: put it in a file of its own, readable by the service only, and name "
                    + "that by passwordFile";
        }
        String hint = Nearest.hint(key, asked);
        return "unknown key" + (hint.isEmpty() ? "; known here: " + String.join(", ", asked) : hint);
    }

    /** Name of this section in the settings, such as {@code stations[2].sensors[0]}; empty for the whole file. */
    String path() {
        return parent == null ? name : parent.path(name);
    }

    private String path(String key) {
        String shown = clip(key);
        String here = path();
        return here.isEmpty() ? shown : here + "." + shown;
    }

    void missing(String key, String wouldBeRight) {
        if (!unreadable) {
            faults.fault(node, path(key), "missing, should be " + wouldBeRight);
        }
    }

    void fault(String key, @Nullable Node at, String message) {
        faults.fault(at == null ? node : at, path(key), message);
    }

    void fault(String key, String message) {
        fault(key, find(key), message);
    }

    void warn(String key, String message) {
        warn(key, find(key), message);
    }

    void warn(String key, @Nullable Node at, String message) {
        faults.warn(at == null ? node : at, path(key), message);
    }

    // What a key can hold.

    Field<String> text(String key) {
        return scalar(key, "a text", ScalarNode::getValue);
    }

    Field<String> matching(String key, Pattern pattern, String wouldBeRight) {
        return scalar(
                key, wouldBeRight, found -> pattern.matcher(found.getValue()).matches() ? found.getValue() : null);
    }

    /** A text that may stand in a topic, a URL and a file name. */
    Field<String> id(String key) {
        return matching(
                key,
                ID,
                "letters A to Z, digits, \"_\", \"-\" and \".\", beginning with a letter or digit, at most 64");
    }

    /** {@code [one, another]}: each entry a field of its own; what cannot be read has been told and is left out. */
    List<Field<String>> texts(String key) {
        Node found = find(key);
        List<Field<String>> texts = new ArrayList<>();
        if (found instanceof SequenceNode list && !list.getValue().isEmpty()) {
            for (int i = 0; i < list.getValue().size() && !faults.isFull(); i++) {
                Node entry = list.getValue().get(i);
                String index = key + "[" + i + "]";
                if (entry instanceof ScalarNode scalar
                        && !isNothing(entry)
                        && scalar.getValue().length() <= LONGEST_TEXT) {
                    texts.add(new Field<>(this, index, entry, scalar.getValue()));
                } else {
                    fault(index, entry, "found " + written(entry) + ", should be a text");
                }
            }
        } else if (found != null) {
            fault(key, found, "found " + written(found) + ", should be a list such as [one, another]");
        }
        return texts;
    }

    /** Finite. */
    Field<Double> number(String key) {
        return scalar(key, "a number such as 1.25", Section::number);
    }

    private static @Nullable Double number(ScalarNode found) {
        if (!found.isPlain()
                || found.getValue().length() > LONGEST_TEXT
                || !NUMBER.matcher(found.getValue()).matches()) {
            return null;
        }
        double value = Double.parseDouble(found.getValue());
        return Double.isFinite(value) ? value : null;
    }

    Field<Long> whole(String key) {
        return scalar(
                key,
                "a whole number",
                found -> found.isPlain() && WHOLE.matcher(found.getValue()).matches()
                        ? Long.valueOf(found.getValue())
                        : null);
    }

    Field<Boolean> flag(String key) {
        return scalar(
                key,
                "true or false",
                found -> !found.isPlain()
                        ? null
                        : switch (found.getValue()) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> null;
                        });
    }

    /** Milliseconds. */
    Field<Long> duration(String key) {
        return scalar(key, "a duration such as 30s, 10min, 3h or 2d", found -> {
            Matcher duration = DURATION.matcher(found.getValue());
            return duration.matches()
                    ? Math.round(Double.parseDouble(duration.group(1)) * MILLIS.getOrDefault(duration.group(2), 1L))
                    : null;
        });
    }

    /** Bytes. */
    Field<Long> size(String key) {
        return scalar(key, "a size such as 64MiB or 20GiB", found -> {
            Matcher size = SIZE.matcher(found.getValue());
            return size.matches() ? Long.parseLong(size.group(1)) * BYTES.getOrDefault(size.group(2), 1L) : null;
        });
    }

    /** Month times 100 and day. */
    Field<Integer> monthDay(String key) {
        return scalar(
                key,
                "a day of the year, month first, such as 11-01",
                found -> QualityReader.monthDay(found.getValue()));
    }

    /**
     * {@code {from: 11-01, to: 03-31}}; missing is the whole year.
     */
    YearPart yearPart(String key) {
        if (!has(key)) {
            return YearPart.ALL;
        }
        return section(
                key,
                part -> new YearPart(
                        part.monthDay("from").required("the first day of the season, month first, such as 11-01", 101),
                        part.monthDay("to").required("its last day, month first, such as 03-31", 1231)));
    }

    /** Epoch milliseconds. */
    Field<Long> instant(String key) {
        return scalar(key, "a date such as 2010-01-01, or an instant such as 2010-01-01T12:00:00Z", found -> {
            try {
                Instant instant = found.getValue().length() == 10
                        ? LocalDate.parse(found.getValue())
                                .atStartOfDay(ZoneOffset.UTC)
                                .toInstant()
                        : OffsetDateTime.parse(found.getValue()).toInstant();
                return instant.toEpochMilli();
            } catch (DateTimeException | ArithmeticException notADate) {
                return null;
            }
        });
    }

    Field<LocalDate> date(String key) {
        return scalar(key, "a date such as 2010-01-01", found -> {
            try {
                return LocalDate.parse(found.getValue());
            } catch (DateTimeException notADate) {
                return null;
            }
        });
    }

    /** {@code [1, 2.5, 5]}: at least one number. */
    Field<List<Double>> numbers(String key) {
        Node found = find(key);
        if (found == null) {
            return new Field<>(this, key, null, null);
        }
        List<Double> numbers = new ArrayList<>();
        if (found instanceof SequenceNode list) {
            for (Node entry : list.getValue()) {
                Double number = entry instanceof ScalarNode scalar ? number(scalar) : null;
                if (number == null) {
                    fault(key, entry, "found " + written(entry) + ", should be a number such as 1.25");
                    return new Field<>(this, key, found, null);
                }
                numbers.add(number);
            }
        }
        if (numbers.isEmpty()) {
            fault(key, found, "found " + written(found) + ", should be a list of numbers such as [1, 2, 5]");
            return new Field<>(this, key, found, null);
        }
        return new Field<>(this, key, found, List.copyOf(numbers));
    }

    /**
     * @param folder where a relative name starts
     */
    Field<Path> file(String key, Path folder) {
        return scalar(key, "the name of a file", found -> {
            try {
                return found.getValue().isBlank() ? null : folder.resolve(found.getValue());
            } catch (InvalidPathException notAName) {
                return null;
            }
        });
    }

    /**
     * @param refused words that are understood, and why they are refused
     */
    <T> Field<T> choice(String key, Map<String, T> choices, Map<String, String> refused) {
        return scalar(key, found -> {
            String word = found.getValue();
            T chosen = choices.get(word);
            if (chosen != null) {
                return chosen;
            }
            String why = refused.get(word);
            if (why == null && (found.getScalarStyle() == ScalarStyle.FOLDED)) {
                why = "a \">\" must stand in quotes";
            }
            fault(
                    key,
                    found,
                    why != null
                            ? why
                            : "found " + shown(found) + ", should be one of " + String.join(", ", choices.keySet())
                                    + Nearest.hint(word, choices.keySet()));
            return null;
        });
    }

    <T> Field<T> choice(String key, Map<String, T> choices) {
        return choice(key, choices, Map.of());
    }

    /** {@code [low, high]}. */
    Field<Range> range(String key) {
        Node found = find(key);
        if (found == null) {
            return new Field<>(this, key, null, null);
        }
        Range range = null;
        if (found instanceof SequenceNode list
                && list.getValue().size() == 2
                && list.getValue().getFirst() instanceof ScalarNode low
                && list.getValue().getLast() instanceof ScalarNode high) {
            Double lowest = number(low);
            Double highest = number(high);
            if (lowest != null && highest != null && lowest < highest) {
                range = new Range(lowest, highest);
            }
        }
        if (range == null) {
            fault(
                    key,
                    found,
                    "found " + written(found) + ", should be a lower and a higher number such as [-1.5, 2.5]");
        }
        return new Field<>(this, key, found, range);
    }

    /** {@code {da: …, en: …}}. */
    Text textForPeople(String key, Text usual) {
        if (!has(key)) {
            return usual;
        }
        return section(
                key,
                text -> new Text(
                        text.text("da").required("the Danish text", ""),
                        text.text("en").required("the English text", "")));
    }

    /** A missing section is read as an empty one. */
    <T> T section(String key, Function<Section, T> reader) {
        Node found = find(key);
        Node held = found == null
                ? new ScalarNode(Tag.NULL, true, "", ScalarStyle.PLAIN, node.getStartMark(), node.getEndMark())
                : found;
        return new Section(faults, this, key, held).read(reader);
    }

    /** Null where the key is missing, or where the reader told a fault. */
    <T> @Nullable T sectionOrNull(String key, Function<Section, @Nullable T> reader) {
        return has(key)
                ? section(key, found -> Optional.ofNullable(reader.apply(found)))
                        .orElse(null)
                : null;
    }

    /** A list of sections; missing is empty. */
    <T> List<T> list(String key, Function<Section, T> reader) {
        Node found = find(key);
        List<T> list = new ArrayList<>();
        if (found instanceof SequenceNode sequence) {
            for (Node entry : sequence.getValue()) {
                if (faults.isFull()) {
                    break;
                }
                String index = key + "[" + list.size() + "]";
                list.add(new Section(faults, this, index, entry).read(reader));
            }
        } else if (found != null && !isNothing(found)) {
            fault(key, found, "found " + written(found) + ", should be a list (each entry beginning with \"- \")");
        }
        return list;
    }

    /**
     * As {@link #list}, but one without an entry is a fault.
     *
     * @param thing what an entry is
     */
    <T> List<T> listOfSome(String key, String thing, Function<Section, T> reader) {
        List<T> list = list(key, reader);
        Node found = find(key);
        if (found == null) {
            missing(key, "a list of at least one " + thing);
        } else if (list.isEmpty() && (found instanceof SequenceNode || isNothing(found))) {
            fault(key, found, "found an empty list, should hold at least one " + thing);
        }
        return list;
    }

    boolean has(String key) {
        return find(key) != null;
    }

    boolean hasList(String key) {
        return find(key) instanceof SequenceNode;
    }

    private @Nullable Node find(String key) {
        asked.add(key);
        NodeTuple entry = entries.get(key);
        return entry == null ? null : entry.getValueNode();
    }

    private <T> Field<T> scalar(String key, String wouldBeRight, Function<ScalarNode, @Nullable T> parse) {
        return scalar(key, found -> {
            T value = parse.apply(found);
            if (value == null) {
                fault(
                        key,
                        found,
                        "found " + shown(found) + ", should be " + wouldBeRight + advice(found, wouldBeRight));
            }
            return value;
        });
    }

    /**
     * @param parse tells its own fault where it returns null
     */
    private <T> Field<T> scalar(String key, Function<ScalarNode, @Nullable T> parse) {
        Node found = find(key);
        if (found == null) {
            return new Field<>(this, key, null, null);
        }
        if (!(found instanceof ScalarNode scalar) || isNothing(found)) {
            fault(key, found, "found " + written(found) + ", should be a value");
            return new Field<>(this, key, found, null);
        }
        int length = scalar.getValue().length();
        if (length > LONGEST_TEXT) {
            fault(key, found, "found a text of " + length + " characters, should have at most " + LONGEST_TEXT);
            return new Field<>(this, key, found, null);
        }
        return new Field<>(this, key, found, parse.apply(scalar));
    }

    private static String advice(ScalarNode found, String wouldBeRight) {
        String value = found.getValue();
        if (wouldBeRight.contains("number") && COMMA_NUMBER.matcher(value).matches()) {
            return ": write " + value.replace(',', '.');
        }
        if (!found.isPlain() && NUMBER.matcher(value).matches()) {
            return ": write it without quotes";
        }
        if (wouldBeRight.contains("duration") && NUMBER.matcher(value).matches()) {
            return ": add the unit";
        }
        return "";
    }

    private static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && scalar.getTag().equals(Tag.NULL);
    }

    /** A value as it stands in the file, or what kind of thing stands there. */
    static String written(Node node) {
        return switch (node) {
            case MappingNode ignored -> "settings by name (key: value)";
            case SequenceNode list
            when list.getValue().size() <= 4 && list.getValue().stream().allMatch(ScalarNode.class::isInstance) ->
                "["
                        + String.join(
                                ", ",
                                list.getValue().stream()
                                        .map(entry -> shown((ScalarNode) entry))
                                        .toList())
                        + "]";
            case SequenceNode list -> "a list of " + list.getValue().size();
            case ScalarNode ignored when isNothing(node) -> "nothing";
            case ScalarNode scalar -> shown(scalar);
            default -> "something else";
        };
    }

    /** As it stands in the file, cut where it is long, and without the password that a URL may hold. */
    private static String shown(ScalarNode found) {
        String value = found.getValue();
        if (value.length() <= LONGEST_TEXT) {
            value = URL_USER.matcher(value).replaceAll("://…@");
            value = URL_PASSWORD.matcher(value).replaceAll("$1…");
        }
        value = clip(value);
        return found.isPlain() ? value : "\"" + value + "\"";
    }

    private static String clip(String text) {
        String beginning = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return beginning.replaceAll("\\p{Cntrl}+", " ");
    }
}
