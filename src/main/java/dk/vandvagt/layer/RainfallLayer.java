package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.WHOLE;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.MultiPolygon;

/**
 * Rain over each trailing window as areas between gauges, see {@link RainSurface} and {@link Isobands}; where fewer than five places
 * report, the gauges themselves. What is drawn is the least that fell: what fell for certain within the window.
 */
public final class RainfallLayer implements LayerMaker {
    private static final Crs PLANE = Crs.EPSG_25832;
    /** Squares along a reach; a circle cut from such squares is off by less than a thousandth of its radius. */
    private static final double SQUARES_PER_REACH = 25;

    private static final double MOST_SQUARES = 250_000;
    /** By as much of a square the border may lie beyond where the field says; the reach is drawn shorter by it. */
    private static final double BORDER_SHARE = 0.05;

    private static final Text DESCRIPTION = new Text(
            "Nedbør i de seneste 5 minutter til 7 døgn, tegnet mellem regnmålerne: vælg ét vindue, f.eks. window=1h. Felterne er"
                    + " afstandsvægtede gennemsnit af målerne inden for rækkevidde; uden for rækkevidden vises intet, og det betyder ukendt,"
                    + " ikke tørt. Toppe mellem målerne ses ikke: et lokalt skybrud kan falde mellem dem. Vist er den sikre del af"
                    + " regnen (mindst). Med færre end fem steder vises kun målerne. Lokale målinger, ikke en prognose.",
            "Rain over the last 5 minutes to 7 days, drawn between the gauges: choose one window, such as window=1h. Areas come from a"
                    + " distance-weighted mean of the gauges within reach; beyond reach nothing is shown, which means unknown, not dry. Peaks"
                    + " between gauges are not seen: a local cloudburst may fall between them. Shown is what fell for certain (at"
                    + " least). With fewer than five places only the gauges are shown. Local measurements, no forecast.");

    static final LayerInfo INFO = new LayerInfo(
            "rainfall", new Text("Nedbør mellem målerne", "Rain between the gauges"), DESCRIPTION, schema());

    private final RainfallSettings settings;
    private final Map<Long, Drawn> drawn = new HashMap<>();
    private List<Roll> madeOf = List.of();
    private @Nullable Layer made;

    public RainfallLayer(RainfallSettings settings) {
        this.settings = settings;
    }

    private static Schema schema() {
        return Schema.timed(
                Schema.Shape.ANY,
                List.of(
                        Property.oneOf(
                                "window",
                                "Trailing window",
                                "Vindue bagud",
                                LiveState.ACCUMULATION_WINDOWS_MS.stream()
                                        .map(SensorText::window)
                                        .toList()),
                        Property.of("windowMinutes", WHOLE, "Trailing window", "Vindue bagud", "min"),
                        Property.oneOf("kind", "Area or gauge", "Felt eller måler", List.of("area", "gauge")),
                        Property.of("fromMm", NUMBER, "Rain from", "Nedbør fra", "mm"),
                        Property.of("belowMm", NUMBER, "Rain below (open: no bound)", "Nedbør under", "mm"),
                        Property.of("areaKm2", NUMBER, "Area", "Areal", "km2"),
                        Property.of("sensorId", TEXT, "Gauge", "Regnmåler"),
                        Property.of("rainMm", NUMBER, "Rain of the gauge, at least", "Målerens regn, mindst", "mm"),
                        Property.of("atMostMm", NUMBER, "Rain of the gauge, at most", "Målerens regn, højst", "mm"),
                        Property.of("coverage", NUMBER, "Share of the window that is known", "Kendt andel af vinduet"),
                        Property.of("reachKm", NUMBER, "Reach of a gauge", "En målers rækkevidde", "km"),
                        Property.of("gauges", WHOLE, "Gauges that report", "Målere der melder"),
                        Property.of("gaugesLeftOut", WHOLE, "Gauges left out", "Målere der er udeladt"),
                        Property.of(
                                "rmseMm",
                                NUMBER,
                                "Error where one gauge is left out (RMSE)",
                                "Fejl når én måler udelades (RMSE)",
                                "mm"),
                        Property.of(
                                "biasMm",
                                NUMBER,
                                "Mean error where one gauge is left out",
                                "Middelfejl når én måler udelades",
                                "mm"),
                        Property.of("n", WHOLE, "Gauges that could be left out", "Målere der kunne udelades")));
    }

    /** A gauge that counts in a window; positions in the plane. */
    private record Reporting(
            String sensorId, double lon, double lat, RainSurface.Gauge at, double atMostMm, double coverage) {}

    /** What became of the gauges in a window: who counts, and how many do not, and why. */
    private record Roll(long windowMs, long endMs, List<Reporting> reporting, int silent, int unknown, int otherTime) {
        int leftOut() {
            return silent + unknown + otherTime;
        }

        /** Between what fell at least and at most, of the gauge where that is most; NaN without gauges. */
        double largestGapMm() {
            return reporting.stream()
                    .mapToDouble(each -> each.atMostMm - each.at.mm())
                    .max()
                    .orElse(Double.NaN);
        }
    }

    /** Areas in CRS84, by band. */
    private record Drawn(
            List<RainSurface.Gauge> gauges,
            int places,
            List<Geometry> areas,
            double[] areaKm2,
            RainSurface.@Nullable Skill skill) {}

    @Override
    public LayerInfo info() {
        return INFO;
    }

    @Override
    public Layer make(LiveState live, Stamp stamp) {
        List<Roll> rolls = new ArrayList<>();
        for (int w = 0; w < LiveState.ACCUMULATION_WINDOWS_MS.size(); w++) {
            rolls.add(roll(live, w));
        }
        Layer former = made;
        // each instant of the past has its own stamp
        boolean ofThePast = live.isOfThePast();
        if (former != null
                && !ofThePast
                && rolls.equals(madeOf)
                && former.stamp().runId().equals(stamp.runId())
                && former.stamp().catalogueRevision().equals(stamp.catalogueRevision())) {
            return former;
        }
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        rolls.forEach(roll -> write(writer, roll, drawn(roll)));
        writer.about(json -> about(json, rolls));
        Layer layer = writer.done();
        if (!ofThePast) {
            madeOf = rolls;
            made = layer;
        }
        return layer;
    }

    private Roll roll(LiveState live, int w) {
        long windowMs = LiveState.ACCUMULATION_WINDOWS_MS.get(w);
        Catalogue catalogue = live.catalogue();
        long endMs = 0;
        for (Station station : catalogue.stations()) {
            for (Sensor sensor : station.sensors()) {
                int i = catalogue.sensorIndex(sensor.id());
                if (sensor.parameter() == Parameter.RAIN && !isSilent(live, sensor, i)) {
                    endMs = Math.max(endMs, live.observedAtMs()[i]);
                }
            }
        }
        List<Reporting> reporting = new ArrayList<>();
        int silent = 0;
        int unknown = 0;
        int otherTime = 0;
        for (Station station : catalogue.stations()) {
            double[] xy = {station.lon(), station.lat()};
            PLANE.fromCrs84(xy);
            for (Sensor sensor : station.sensors()) {
                if (sensor.parameter() != Parameter.RAIN) {
                    continue;
                }
                int i = catalogue.sensorIndex(sensor.id());
                double mm = live.accumulationMm()[w][i];
                double coverage = live.rain().coverage()[w][i];
                boolean periodic = sensor.rain().reports() == RainGauge.Reports.PERIODIC;
                if (isSilent(live, sensor, i)) {
                    silent++;
                } else if (periodic && endMs - live.observedAtMs()[i] >= windowMs) {
                    // its window ended before the others' began
                    otherTime++;
                } else if (Double.isNaN(mm) || coverage < settings.leastCoverage()) {
                    unknown++;
                } else {
                    reporting.add(new Reporting(
                            sensor.id(),
                            station.lon(),
                            station.lat(),
                            new RainSurface.Gauge(xy[0], xy[1], mm),
                            live.rain().atMostMm()[w][i],
                            coverage));
                }
            }
        }
        return new Roll(windowMs, endMs, reporting, silent, unknown, otherTime);
    }

    private static boolean isSilent(LiveState live, Sensor sensor, int i) {
        return live.observedAtMs()[i] == 0 || live.stale()[i] || live.isOutOfService(sensor.id());
    }

    private Drawn drawn(Roll roll) {
        List<RainSurface.Gauge> gauges =
                roll.reporting.stream().map(Reporting::at).toList();
        Drawn before = drawn.get(roll.windowMs);
        if (before != null && before.gauges.equals(gauges)) {
            return before;
        }
        Drawn now = draw(gauges, settings.reachM(roll.windowMs));
        drawn.put(roll.windowMs, now);
        return now;
    }

    private Drawn draw(List<RainSurface.Gauge> gauges, double reachM) {
        RainSurface surface = new RainSurface(gauges, reachM);
        if (surface.places() < RainfallSettings.FEWEST_PLACES) {
            return new Drawn(gauges, surface.places(), List.of(), new double[0], null);
        }
        List<MultiPolygon> areas = areas(surface, reachM, settings.levels());
        return new Drawn(
                gauges,
                surface.places(),
                areas.stream().map(PLANE::toCrs84).toList(),
                areas.stream().mapToDouble(area -> area.getArea() / 1e6).toArray(),
                surface.leaveOneOut());
    }

    static List<MultiPolygon> areas(RainSurface surface, double reachM, double[] levels) {
        Envelope box = surface.extent();
        double cellM = Math.max(reachM / SQUARES_PER_REACH, Math.sqrt(box.getArea() / MOST_SQUARES));
        return Isobands.of(surface::at, (x, y) -> surface.insideM(x, y) - BORDER_SHARE * cellM, box, cellM, levels);
    }

    private void write(Layer.Writer writer, Roll roll, Drawn drawn) {
        int w = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(roll.windowMs);
        String window = SensorText.window(roll.windowMs);
        if (drawn.skill == null) {
            roll.reporting.stream()
                    .sorted((a, b) -> a.sensorId.compareTo(b.sensorId))
                    .forEach(gauge -> writer.feature(
                            window + "-" + gauge.sensorId,
                            "%02d %s".formatted(w, gauge.sensorId),
                            gauge.lon,
                            gauge.lat,
                            roll.endMs - roll.windowMs,
                            roll.endMs,
                            json -> {
                                head(json, roll, window, "gauge")
                                        .text("sensorId", gauge.sensorId)
                                        .number("rainMm", FlatJson.derived(gauge.at.mm()))
                                        .number("atMostMm", FlatJson.derived(gauge.atMostMm))
                                        .number("coverage", FlatJson.derived(gauge.coverage));
                                foot(json, roll, null);
                            }));
            return;
        }
        for (int band = 0; band < drawn.areas.size(); band++) {
            Geometry area = drawn.areas.get(band);
            if (area.isEmpty()) {
                continue;
            }
            double fromMm = band == 0 ? 0 : settings.bandsMm().get(band - 1);
            double belowMm = band == settings.bandsMm().size()
                    ? Double.NaN
                    : settings.bandsMm().get(band);
            double areaKm2 = drawn.areaKm2[band];
            writer.feature(
                    window + "-from-"
                            + BigDecimal.valueOf(fromMm).stripTrailingZeros().toPlainString() + "mm",
                    "%02d area %03d".formatted(w, band),
                    area,
                    roll.endMs - roll.windowMs,
                    roll.endMs,
                    json -> {
                        head(json, roll, window, "area")
                                .number("fromMm", fromMm)
                                .number("belowMm", belowMm)
                                .number("areaKm2", FlatJson.derived(areaKm2));
                        foot(json, roll, drawn.skill);
                    });
        }
    }

    private static FlatJson head(FlatJson json, Roll roll, String window, String kind) {
        return json.text("window", window)
                .whole("windowMinutes", roll.windowMs / 60_000)
                .text("kind", kind);
    }

    private void foot(FlatJson json, Roll roll, RainSurface.@Nullable Skill skill) {
        json.number("reachKm", settings.reachM(roll.windowMs) / 1000)
                .whole("gauges", roll.reporting.size())
                .whole("gaugesLeftOut", roll.leftOut());
        if (skill != null) {
            json.number("rmseMm", FlatJson.derived(skill.rmseMm()))
                    .number("biasMm", FlatJson.derived(skill.biasMm()))
                    .whole("n", skill.places());
        }
    }

    private void about(FlatJson json, List<Roll> rolls) {
        json.text(
                        "methodEn",
                        "Mean of the gauges within reach, weighted by ((R - d) / (R d))^2 (Franke and Little), on squares of reach/25 or"
                                + " larger; marching squares, each cut into four triangles. Drawn in EPSG:25832.")
                .text(
                        "methodDa",
                        "Gennemsnit af målerne inden for rækkevidde, vægtet med ((R - d) / (R d))^2 (Franke og Little), på kvadrater på"
                                + " rækkevidde/25 eller større; marching squares, hvert delt i fire trekanter. Tegnet i EPSG:25832.")
                .text("limitsEn", "Peaks between gauges are not seen. Nothing shown means unknown, not dry.")
                .text("limitsDa", "Toppe mellem målerne ses ikke. Intet vist betyder ukendt, ikke tørt.")
                .number("leastCoverage", settings.leastCoverage())
                .openList("windows");
        for (Roll roll : rolls) {
            Drawn drawn = drawn(roll);
            json.open()
                    .text("window", SensorText.window(roll.windowMs))
                    .text("shown", drawn.skill == null ? "gauges" : "areas")
                    .number("reachKm", settings.reachM(roll.windowMs) / 1000)
                    .whole("gauges", roll.reporting.size())
                    .whole("places", drawn.places)
                    .whole("leftOutSilent", roll.silent)
                    .whole("leftOutUnknown", roll.unknown)
                    .whole("leftOutOtherTime", roll.otherTime)
                    .number("largestGapMm", FlatJson.derived(roll.largestGapMm()));
            if (drawn.skill != null) {
                json.number("rmseMm", FlatJson.derived(drawn.skill.rmseMm()))
                        .number("biasMm", FlatJson.derived(drawn.skill.biasMm()))
                        .whole("n", drawn.skill.places());
            }
            json.close();
        }
        json.closeList();
    }
}
