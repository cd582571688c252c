package dk.vandvagt.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong, at some sensors or at all, for a while or throughout.
 *
 * @param sensors empty for all
 * @param from when it begins
 * @param lastsMs how long, {@code Long.MAX_VALUE} for ever
 * @param share of readings or messages that it meets, 0 to 1
 * @param size of what it does, in the unit of {@link Kind#size}
 * @param to a level instead of a size, where a spike has one; else NaN
 * @param readings in a row
 */
record Fault(
        Kind kind, Set<String> sensors, Moment from, long lastsMs, double share, double size, double to, int readings) {

    /** What {@link Fault#size} is measured in. */
    enum Size {
        NONE,
        VALUE,
        SPAN
    }

    enum Kind {
        DROP("share", Size.NONE, "a message in so many never arrives"),
        DUPLICATE("share", Size.NONE, "is sent twice, byte for byte"),
        REORDER("share by", Size.SPAN, "is overtaken: sent up to so much later"),
        DELAY("by", Size.SPAN, "is sent so much later, in order"),
        OUTAGE("", Size.NONE, "nothing is sent meanwhile, all of it in one message afterwards"),
        SPIKE(
                "share by|to readings",
                Size.VALUE,
                "readings stand out by so much, or show another level, as a radar's reflection does"),
        STUCK("", Size.NONE, "shows what it showed when it began"),
        DRIFT("perDay", Size.VALUE, "wanders off, so much a day"),
        NOISE("by", Size.VALUE, "trembles with this standard deviation"),
        CLOCK("by", Size.SPAN, "the device's clock is ahead, or with -1h behind"),
        RESET("", Size.NONE, "a running counter begins again at zero"),
        DEAD("", Size.NONE, "nothing is measured any more; from peak, where nothing else is said"),
        MALFORMED("share", Size.NONE, "arrives cut short or with bytes changed");

        private final String written;
        private final Set<String> keys;
        private final Size size;
        private final String says;

        Kind(String keys, Size size, String says) {
            written = keys;
            this.keys = Set.of(keys.isEmpty() ? new String[0] : keys.split("[ |]"));
            this.size = size;
            this.says = says;
        }

        /** Beside those that all have. */
        String keys() {
            return written;
        }

        String says() {
            return says;
        }

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static @Nullable Kind of(String tag) {
            for (Kind kind : values()) {
                if (kind.tag().equals(tag)) {
                    return kind;
                }
            }
            return null;
        }
    }

    private static final Set<String> COMMON_KEYS = Set.of("kind", "sensor", "from", "for");

    /**
     * As on the command line: {@code stuck,sensor=ASS-HAVN-W,from=peak-1h,for=3h}.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static Fault of(String text) {
        Map<String, String> keys = new LinkedHashMap<>();
        List<String> parts = List.of(text.split(","));
        keys.put("kind", parts.getFirst());
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "'" + part + "' in '" + text + "': expected key=value, such as share=0.02");
            }
            keys.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return of(keys);
    }

    /**
     * As in a scenario's file.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static Fault of(Map<String, String> keys) {
        String tag = keys.getOrDefault("kind", "");
        Kind kind = Kind.of(tag);
        if (kind == null) {
            throw new IllegalArgumentException("'" + tag + "' is no fault; expected one of "
                    + String.join(
                            ", ", Arrays.stream(Kind.values()).map(Kind::tag).toList()));
        }
        for (String key : keys.keySet()) {
            if (!COMMON_KEYS.contains(key) && !kind.keys.contains(key)) {
                List<String> known = new ArrayList<>(List.of("sensor", "from", "for"));
                kind.keys.stream().sorted().forEach(known::add);
                throw new IllegalArgumentException(tag + " has no '" + key + "'; it has " + String.join(", ", known));
            }
        }
        String from = keys.get("from");
        String lasts = keys.get("for");
        if (kind == Kind.OUTAGE && lasts == null) {
            throw new IllegalArgumentException("outage lacks 'for': how long nothing is sent");
        }
        Moment begins =
                from != null ? Moment.of(from) : kind == Kind.DEAD ? new Moment(Moment.Anchor.PEAK, 0) : Moment.START;
        String sensor = keys.get("sensor");
        return new Fault(
                kind,
                sensor == null ? Set.of() : Set.of(sensor.split("[+ ]+")),
                begins,
                lasts == null ? Long.MAX_VALUE : Spans.millis(lasts),
                share(kind, keys),
                size(kind, keys),
                keys.containsKey("to") ? number(tag + " to", keys.get("to")) : Double.NaN,
                keys.containsKey("readings")
                        ? Math.toIntExact(Math.round(number(tag + " readings", keys.get("readings"))))
                        : 1);
    }

    /** The same where its beginning is an instant of its own and all is moved. */
    Fault shiftedBy(Duration later) {
        if (from.anchor() != Moment.Anchor.EPOCH) {
            return this;
        }
        Moment moved = new Moment(from.anchor(), from.offsetMs() + later.toMillis());
        return new Fault(kind, sensors, moved, lastsMs, share, size, to, readings);
    }

    private static double share(Kind kind, Map<String, String> keys) {
        if (!kind.keys.contains("share")) {
            return 1;
        }
        double share = number(kind.tag() + " share", keys.getOrDefault("share", "0.05"));
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(kind.tag() + " share=" + share + ": expected 0 to 1");
        }
        return share;
    }

    private static double size(Kind kind, Map<String, String> keys) {
        String key = kind == Kind.DRIFT ? "perDay" : "by";
        String text = keys.get(key);
        if (text == null) {
            if (kind.keys.contains(key) && !keys.containsKey("to")) {
                throw new IllegalArgumentException(kind.tag() + " lacks '" + key + "'");
            }
            return 0;
        }
        if (kind.size == Size.SPAN) {
            return text.startsWith("-") ? -Spans.millis(text.substring(1)) : Spans.millis(text);
        }
        return number(kind.tag() + ' ' + key, text);
    }

    private static double number(String what, @Nullable String text) {
        if (text == null || !Reading.isNumber(text)) {
            throw new IllegalArgumentException(what + "='" + text + "': expected a number");
        }
        return Double.parseDouble(text);
    }
}
