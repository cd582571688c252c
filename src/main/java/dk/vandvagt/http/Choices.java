package dk.vandvagt.http;

import com.google.common.net.InternetDomainName;
import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what somebody wants to be told, and where; its faults are told all at once, each by its member's name. */
final class Choices {
    private static final int MOST_CORNERS = 200;
    private static final int MOST_IDS = 500;
    private static final int LONGEST_ECHO = 60;
    private static final int LONGEST_URL = 2000;
    private static final int LONGEST_MAIL = 254;
    private static final Pattern MAIL = Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9.-]+)");
    private static final Pattern TELEPHONE = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern TIME_OF_DAY = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])");
    private static final String A_RING =
            "{\"type\":\"Polygon\",\"coordinates\":[[[lon,lat],…]]}, one closed ring of 4 to " + MOST_CORNERS
                    + " corners, WGS 84";

    private static final List<String> MEMBERS =
            List.of("language", "area", "areas", "stations", "severityFrom", "parameters", "quietHours", "exercises");

    /** Where it goes. */
    record Target(Subscription.Way way, String address) {}

    /** What is told. */
    record Wanted(
            String language,
            Subscription.Selection selection,
            @Nullable QuietHours quiet,
            boolean paused,
            boolean exercises) {
        static final Wanted USUAL = new Wanted("da", Subscription.Selection.ALL, null, false, false);

        static Wanted of(Subscription s) {
            return new Wanted(s.language(), s.selection(), s.quiet(), s.paused(), s.exercises());
        }
    }

    private final JsonObject json;
    private final List<String> faults = new ArrayList<>();

    Choices(JsonObject json) {
        this.json = json;
    }

    /** Where to and what, of one who is new. */
    record New(Target target, Wanted wanted) {}

    New fresh(Subscribers subscribers) {
        refuseOthers("way", "address");
        Subscription.Way way = way(subscribers.ways());
        String address = way == null ? "" : address(way, subscribers.plainHttp());
        Wanted wanted = wanted(Wanted.USUAL, subscribers.catalogue());
        tellFaults();
        if (way == null) {
            throw new IllegalStateException("no way and no fault");
        }
        return new New(new Target(way, address), wanted);
    }

    /** What is left out stays as it was. */
    Wanted changed(Wanted before, Catalogue catalogue) {
        refuseOthers("paused");
        Wanted wanted = wanted(before, catalogue);
        tellFaults();
        return wanted;
    }

    private void refuseOthers(String... more) {
        for (String member : json.fieldNames()) {
            if (!MEMBERS.contains(member) && !List.of(more).contains(member)) {
                faults.add(member + " is unknown, known are " + String.join(", ", more) + ", "
                        + String.join(", ", MEMBERS));
            }
        }
    }

    private void tellFaults() {
        if (!faults.isEmpty()) {
            throw Problem.faults(422, "bad-subscription", "The subscription is not taken", faults);
        }
    }

    private void fault(String member, @Nullable Object found, String expected) {
        String text = String.valueOf(found);
        faults.add(member
                + (found == null
                        ? " is missing"
                        : " is '" + (text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) + "…" : text) + "'")
                + ", expected " + expected);
    }

    private Subscription.@Nullable Way way(Set<Subscription.Way> ways) {
        Object found = json.getValue("way");
        for (Subscription.Way each : ways) {
            if (word(each).equals(found)) {
                return each;
            }
        }
        fault(
                "way",
                found,
                ways.isEmpty()
                        ? "that the operator switches one on in the settings: none is"
                        : "one of "
                                + String.join(
                                        ", ",
                                        ways.stream()
                                                .sorted()
                                                .map(Choices::word)
                                                .toList()));
        return null;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private String address(Subscription.Way way, boolean plainHttp) {
        Object found = json.getValue("address");
        String text = found instanceof String given ? given.strip() : "";
        switch (way) {
            case WEBHOOK -> {
                if (!isUrl(text, plainHttp)) {
                    fault(
                            "address",
                            found,
                            (plainHttp ? "http(s)" : "https") + "://host/path, without user and password");
                }
                return text;
            }
            case MAIL -> {
                if (!isMail(text)) {
                    fault("address", found, "a mail address such as havn@example.dk");
                }
                return text;
            }
            case SMS -> {
                String digits = text.replaceAll("[ ()-]", "");
                if (!TELEPHONE.matcher(digits).matches()) {
                    fault("address", found, "a telephone number with its country, such as +4512345678");
                }
                return digits;
            }
        }
        throw new IllegalStateException(way.name());
    }

    private static boolean isUrl(String text, boolean plainHttp) {
        try {
            URI uri = new URI(text);
            return text.length() <= LONGEST_URL
                    && ("https".equals(uri.getScheme()) || plainHttp && "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    private static boolean isMail(String text) {
        Matcher mail = MAIL.matcher(text);
        return text.length() <= LONGEST_MAIL && mail.matches() && InternetDomainName.isValid(mail.group(1));
    }

    private Wanted wanted(Wanted before, Catalogue catalogue) {
        return new Wanted(
                member(
                        "language",
                        before.language,
                        "da or en",
                        found -> "da".equals(found) || "en".equals(found) ? (String) found : null),
                new Subscription.Selection(
                        ids(
                                "stations",
                                before.selection.stations(),
                                each -> catalogue.station(each) != null,
                                "the id of a station, see /collections/observations/items"),
                        ids(
                                "areas",
                                before.selection.parts(),
                                catalogue.areas()::contains,
                                catalogue.areas().isEmpty()
                                        ? "none, as the settings name no areas"
                                        : "one of " + String.join(", ", catalogue.areas())),
                        json.containsKey("area") && json.getValue("area") == null
                                ? List.of()
                                : member("area", before.selection.area(), A_RING, Choices::ring),
                        member(
                                "severityFrom",
                                before.selection.severityFrom(),
                                "1 (yellow), 2 (orange) or 3 (red)",
                                found -> found instanceof Integer n && n >= 1 && n <= 3 ? n : null),
                        member(
                                "parameters",
                                before.selection.parameters(),
                                "a list of "
                                        + String.join(
                                                ", ",
                                                Arrays.stream(Parameter.values())
                                                        .map(Choices::word)
                                                        .toList())
                                        + "; empty for all",
                                Choices::parameters)),
                quiet(before.quiet),
                flag("paused", before.paused),
                flag("exercises", before.exercises));
    }

    private <T> T member(String name, T otherwise, String expected, Function<Object, @Nullable T> read) {
        Object found = json.getValue(name);
        if (found == null && !json.containsKey(name)) {
            return otherwise;
        }
        T value = found == null ? null : read.apply(found);
        if (value == null) {
            fault(name, found == null ? "null" : found, expected);
            return otherwise;
        }
        return value;
    }

    private boolean flag(String name, boolean otherwise) {
        return member(name, otherwise, "true or false", found -> found instanceof Boolean flag ? flag : null);
    }

    private Set<String> ids(String name, Set<String> before, Predicate<String> isKnown, String expected) {
        Set<String> chosen = member(
                name,
                before,
                "a list of no more than " + MOST_IDS + " ids; empty for none",
                found -> found instanceof JsonArray list && list.size() <= MOST_IDS ? texts(list) : null);
        if (!chosen.equals(before)) {
            chosen.stream().filter(isKnown.negate()).forEach(each -> fault(name, each, expected));
        }
        return chosen;
    }

    private static Set<String> texts(JsonArray list) {
        Set<String> texts = new LinkedHashSet<>();
        list.forEach(each -> texts.add(String.valueOf(each)));
        return texts;
    }

    private static @Nullable Set<Parameter> parameters(Object found) {
        if (!(found instanceof JsonArray list)) {
            return null;
        }
        Set<Parameter> chosen = EnumSet.noneOf(Parameter.class);
        for (Object each : list) {
            Parameter parameter = Arrays.stream(Parameter.values())
                    .filter(one -> word(one).equals(each))
                    .findFirst()
                    .orElse(null);
            if (parameter == null) {
                return null;
            }
            chosen.add(parameter);
        }
        return chosen;
    }

    private static @Nullable List<double[]> ring(Object found) {
        if (!(found instanceof JsonObject area)
                || !"Polygon".equals(area.getValue("type"))
                || !(area.getValue("coordinates") instanceof JsonArray rings)
                || rings.size() != 1
                || !(rings.getValue(0) instanceof JsonArray corners)
                || corners.size() < 4
                || corners.size() > MOST_CORNERS) {
            return null;
        }
        List<double[]> ring = new ArrayList<>();
        for (Object corner : corners) {
            if (!(corner instanceof JsonArray pair)
                    || pair.size() < 2
                    || !(pair.getValue(0) instanceof Number lon)
                    || !(pair.getValue(1) instanceof Number lat)
                    || !(Math.abs(lon.doubleValue()) <= 180)
                    || !(Math.abs(lat.doubleValue()) <= 90)) {
                return null;
            }
            ring.add(new double[] {lon.doubleValue(), lat.doubleValue()});
        }
        return Arrays.equals(ring.getFirst(), ring.getLast()) ? ring : null;
    }

    private @Nullable QuietHours quiet(@Nullable QuietHours before) {
        if (!json.containsKey("quietHours")) {
            return before;
        }
        Object found = json.getValue("quietHours");
        if (found == null) {
            return null;
        }
        if (found instanceof JsonObject hours && hours.fieldNames().equals(Set.of("from", "to"))) {
            int from = minute(hours.getValue("from"));
            int to = minute(hours.getValue("to"));
            if (from >= 0 && to >= 0 && from != to) {
                return new QuietHours(from, to);
            }
        }
        fault("quietHours", found, "{\"from\":\"22:00\",\"to\":\"07:00\"}, two times of the day; null for none");
        return before;
    }

    private static int minute(@Nullable Object found) {
        Matcher time = TIME_OF_DAY.matcher(String.valueOf(found));
        return time.matches() ? Integer.parseInt(time.group(1)) * 60 + Integer.parseInt(time.group(2)) : -1;
    }

    static String time(int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
    }

    /** Enough for its owner to know it by, and for nobody else to write to it. */
    static String masked(Subscription s) {
        String address = s.address();
        return switch (s.way()) {
            case MAIL -> address.charAt(0) + "…" + address.substring(address.indexOf('@'));
            case SMS -> address.substring(0, 3) + "…" + address.substring(address.length() - 2);
            case WEBHOOK -> {
                URI uri = URI.create(address);
                yield uri.getScheme() + "://" + uri.getHost() + "/…";
            }
        };
    }
}
