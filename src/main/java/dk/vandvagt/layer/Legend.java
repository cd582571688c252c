package dk.vandvagt.layer;

import dk.vandvagt.station.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one collection is drawn and what its colours mean: what {@link QgisStyle} and {@link SldStyle} are written from.
 *
 * @param collection its id
 * @param entries from the top of the legend; of what overlaps, later ones are drawn over earlier ones
 */
public record Legend(String collection, Text title, List<Entry> entries) {
    /** The colours of severities are those of the page. */
    private static final String YELLOW = "#ffd633";

    private static final String ORANGE = "#ff8c1a";
    private static final String RED = "#d3212d";
    private static final String CALM = "#2f7fa8";
    private static final String SILENT = "#7a878e";
    private static final String DARK = "#14242e";
    private static final String WHITE = "#ffffff";

    /** Whether the entry is a mark at a point or a filled area. */
    public enum Drawn {
        MARK,
        AREA,
        /** Lines aslant, the ground seen between them. */
        HATCH
    }

    /**
     * @param all what holds of a feature that is drawn so
     * @param fill {@code #rrggbb}; of the lines where it is hatched
     * @param outlinePx width, in pixels of 0.28 mm
     * @param sizePx of a mark
     */
    public record Entry(
            Text label, List<Test> all, Drawn drawn, String fill, String outline, double outlinePx, double sizePx) {}

    /** What one property is. */
    public sealed interface Test {
        String property();

        record Is(String property, String value) implements Test {}

        record IsTrue(String property, boolean value) implements Test {}

        record AtLeast(String property, double bound) implements Test {}

        record Below(String property, double bound) implements Test {}

        record Missing(String property) implements Test {}
    }

    /** Null for a collection that has none. */
    public static @Nullable Legend of(String collection) {
        return switch (collection) {
            case "stations" -> stations("stations", new Text("Stationer", "Stations"));
            case "observations" -> stations("observations", new Text("Målinger", "Observations"));
            case "alerts" -> new Legend(collection, new Text("Alarmer", "Alerts"), severities(Drawn.MARK, 16));
            case "threshold-events" -> thresholdEvents();
            case "zones" -> zones();
            case "rainfall" -> rainfall();
            case "flood-extent" -> floodExtent();
            case "risk-grid" -> new Legend(collection, new Text("Risikonet", "Risk grid"), severities(Drawn.AREA, 0));
            default -> null;
        };
    }

    /** Those that {@link #of} knows. */
    public static List<String> collections() {
        return List.of(
                "stations",
                "observations",
                "alerts",
                "threshold-events",
                "zones",
                "rainfall",
                "flood-extent",
                "risk-grid");
    }

    /** What must stand in the schema of the collection. */
    public Set<String> properties() {
        Set<String> names = new LinkedHashSet<>();
        for (Entry entry : entries) {
            entry.all().forEach(test -> names.add(test.property()));
        }
        return names;
    }

    /** A silent gauge keeps the colour of its severity: silence is no all-clear, so it is drawn hollow, never left out. */
    private static Legend stations(String collection, Text title) {
        List<Entry> entries = new ArrayList<>();
        Test heard = new Test.IsTrue("stale", false);
        Test silent = new Test.IsTrue("stale", true);
        for (String state : List.of("unknown", "out_of_service")) {
            entries.add(new Entry(
                    state.equals("unknown")
                            ? new Text("Ikke hørt: ingen afblæsning", "Not heard: no all-clear")
                            : new Text("Ude af drift: ingen afblæsning", "Out of service: no all-clear"),
                    List.of(new Test.Is("severityColor", "none"), heard, new Test.Is("state", state)),
                    Drawn.MARK,
                    WHITE,
                    SILENT,
                    1.5,
                    9));
        }
        entries.add(new Entry(
                new Text("Tavs: ingen afblæsning", "Silent: no all-clear"),
                List.of(new Test.Is("severityColor", "none"), silent),
                Drawn.MARK,
                SILENT,
                WHITE,
                1,
                9));
        for (String state : List.of("normal", "pending")) {
            entries.add(new Entry(
                    state.equals("normal")
                            ? new Text("Under alle tærskler", "Below all thresholds")
                            : new Text("Over en tærskel, endnu ikke alarm", "Above a threshold, not yet an alert"),
                    List.of(new Test.Is("severityColor", "none"), heard, new Test.Is("state", state)),
                    Drawn.MARK,
                    CALM,
                    state.equals("normal") ? WHITE : YELLOW,
                    state.equals("normal") ? 1 : 3,
                    9));
        }
        for (Severity each : Severity.values()) {
            entries.add(new Entry(
                    new Text(each.da + ", måler tavs", each.en + ", gauge silent"),
                    List.of(new Test.Is("severityColor", each.word), silent),
                    Drawn.MARK,
                    WHITE,
                    each.colour,
                    4,
                    12));
            entries.add(new Entry(
                    new Text(each.da, each.en),
                    List.of(new Test.Is("severityColor", each.word), heard),
                    Drawn.MARK,
                    each.colour,
                    DARK,
                    1,
                    14));
        }
        return new Legend(collection, title, List.copyOf(entries));
    }

    private enum Severity {
        ONE("yellow", "Gul alarm", "Yellow alert", YELLOW),
        TWO("orange", "Orange alarm", "Orange alert", ORANGE),
        THREE("red", "Rød alarm", "Red alert", RED);

        private final String word;
        private final String da;
        private final String en;
        private final String colour;

        Severity(String word, String da, String en, String colour) {
            this.word = word;
            this.da = da;
            this.en = en;
            this.colour = colour;
        }
    }

    /** One entry a severity, and one for none, which is drawn quietly. */
    private static List<Entry> severities(Drawn drawn, double sizePx) {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(
                new Text("Ingen alarm", "No alert"),
                List.of(new Test.Is("severityColor", "none")),
                drawn,
                drawn == Drawn.AREA ? "#dfebf1" : SILENT,
                drawn == Drawn.AREA ? "#c5d8e2" : WHITE,
                1,
                sizePx * 0.6));
        for (Severity each : Severity.values()) {
            entries.add(new Entry(
                    new Text(each.da, each.en),
                    List.of(new Test.Is("severityColor", each.word)),
                    drawn,
                    each.colour,
                    DARK,
                    drawn == Drawn.AREA ? 0.5 : 1,
                    sizePx));
        }
        return List.copyOf(entries);
    }

    private static Legend thresholdEvents() {
        List<Entry> entries = new ArrayList<>();
        Severity[] severities = Severity.values();
        for (int i = 0; i < severities.length; i++) {
            entries.add(new Entry(
                    new Text(severities[i].da + " var nået", severities[i].en + " was reached"),
                    List.of(new Test.AtLeast("severity", i + 1), new Test.Below("severity", i + 2)),
                    Drawn.MARK,
                    severities[i].colour,
                    SILENT,
                    2,
                    12));
        }
        return new Legend("threshold-events", new Text("Overskridelser", "Threshold events"), List.copyOf(entries));
    }

    private static Legend zones() {
        double[] bounds = {0, 0.05, 0.15, 0.3, 0.5};
        String[] colours = {"#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000"};
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(
                new Text("En faktor mangler", "A factor is missing"),
                List.of(new Test.Missing("risk_index")),
                Drawn.HATCH,
                SILENT,
                SILENT,
                1,
                0));
        for (int i = 0; i < bounds.length; i++) {
            boolean last = i == bounds.length - 1;
            List<Test> within = new ArrayList<>(List.of(new Test.AtLeast("risk_index", bounds[i])));
            if (!last) {
                within.add(new Test.Below("risk_index", bounds[i + 1]));
            }
            entries.add(new Entry(
                    range("Risikoindeks ", "Risk index ", bounds[i], last ? Double.NaN : bounds[i + 1], ""),
                    List.copyOf(within),
                    Drawn.AREA,
                    colours[i],
                    DARK,
                    1,
                    0));
        }
        return new Legend(
                "zones",
                new Text(
                        "Zoner: relativt risikoindeks, ikke årlig skade",
                        "Zones: relative risk index, not annual damage"),
                List.copyOf(entries));
    }

    private static Legend rainfall() {
        double[] bounds = {0, 1, 5, 10, 15, 30, 60};
        String[] colours = {"#f7fbff", "#deebf7", "#b3cde3", "#8c96c6", "#8856a7", "#810f7c", "#4d004b"};
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < bounds.length; i++) {
            boolean last = i == bounds.length - 1;
            List<Test> within =
                    new ArrayList<>(List.of(new Test.Is("kind", "area"), new Test.AtLeast("fromMm", bounds[i])));
            if (!last) {
                within.add(new Test.Below("fromMm", bounds[i + 1]));
            }
            entries.add(new Entry(
                    range("Nedbør ", "Rain ", bounds[i], last ? Double.NaN : bounds[i + 1], " mm"),
                    List.copyOf(within),
                    Drawn.AREA,
                    colours[i],
                    colours[i],
                    0.5,
                    0));
        }
        entries.add(new Entry(
                new Text("Måler", "Gauge"), List.of(new Test.Is("kind", "gauge")), Drawn.MARK, WHITE, DARK, 1.5, 7));
        return new Legend(
                "rainfall",
                new Text(
                        "Nedbør mellem målerne; spidser mellem dem ses ikke",
                        "Rain between the gauges; peaks between them are not seen"),
                List.copyOf(entries));
    }

    /** By the depth class's tag; what is shielded is hatched, as no water would come there. */
    private static Legend floodExtent() {
        String[] tags = {"0-0.2", "0.2-0.5", "0.5-1", "1-"};
        double[] bounds = {0, 0.2, 0.5, 1};
        String[] colours = {"#c6dbef", "#6baed6", "#2171b5", "#08306b"};
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(
                new Text("Under niveauet, afskærmet", "Below the level, shielded"),
                List.of(new Test.Is("depthClass", "shielded")),
                Drawn.HATCH,
                "#08519c",
                "#08519c",
                0.5,
                0));
        for (int i = 0; i < tags.length; i++) {
            boolean last = i == tags.length - 1;
            entries.add(new Entry(
                    range("Dybde ", "Depth ", bounds[i], last ? Double.NaN : bounds[i + 1], " m"),
                    List.of(new Test.Is("depthClass", tags[i])),
                    Drawn.AREA,
                    colours[i],
                    colours[i],
                    0.5,
                    0));
        }
        return new Legend(
                "flood-extent",
                new Text("Oversvømmelse ved et vandspejl; ingen prognose", "Flooding at a water level; not a forecast"),
                List.copyOf(entries));
    }

    private static Text range(String da, String en, double from, double below, String unit) {
        if (Double.isNaN(below)) {
            return new Text(
                    da + decimal(from).replace('.', ',') + unit + " eller mere",
                    en + decimal(from) + unit + " or more");
        }
        return new Text(
                da + decimal(from).replace('.', ',') + " til " + decimal(below).replace('.', ',') + unit,
                en + decimal(from) + " to " + decimal(below) + unit);
    }

    /** Without a needless {@code .0}. */
    static String decimal(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
