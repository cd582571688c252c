package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;

/**
 * Hexagons in EPSG:25832, each with the gravest that is known in it. One is there where a station that watches water or an uploaded building
 * stands in it or a zone overlaps it, and has what those say: the stations in it, of each zone the sensors it rests on, and where there
 * is a building, the sea along the coast. Nothing is spread further: a hexagon that is not there is not safe, nothing is known of it.
 *
 * <p>Sides face east and west; the one at q = 0, r = 0 has its middle at easting 0, northing 0, q counts eastwards, r up its rows
 * (axial coordinates). So a hexagon keeps its id for as long as the size is kept.
 */
public final class RiskGridLayer implements LayerMaker {
    private static final Crs PLANE = Crs.EPSG_25832;
    private static final double SQRT_3 = Math.sqrt(3);
    /** Of zones drawn larger than a municipality, not all is gridded. */
    private static final int MOST_HEXAGONS = 50_000;

    static final LayerInfo INFO = new LayerInfo(
            "risk-grid",
            new Text("Risikonet", "Risk grid"),
            new Text(
                    "Sekskanter med det alvorligste, der vides i hver: alvor af stationerne i den og af de målere, zonerne i den hviler på;"
                            + " fare efter terrænmodellen; hvornår næste niveau kan nås (fremskrivning, ikke varsel); bygninger, talt, hvor"
                            + " deres omrids er indsendt, ellers zonernes fordelt efter areal. Hvor der hverken er station, zone eller"
                            + " bygning, er der ingen sekskant: det betyder ukendt, ikke sikkert.",
                    "Hexagons with the gravest that is known in each: severity of the stations in it and of the sensors that zones in it rest"
                            + " on; hazard by the terrain model; when the next level may be reached (extrapolation, no warning);"
                            + " buildings, counted where their outlines were uploaded, otherwise the zones' shared out by area. Where"
                            + " there is no station, zone or building there is no hexagon: that means unknown, not safe."),
            Schema.timed(
                    Schema.Shape.POLYGON,
                    List.of(
                            Property.of("q", WHOLE, "Column (axial)", "Kolonne (aksial)"),
                            Property.of("r", WHOLE, "Row (axial)", "Række (aksial)"),
                            Property.of("severity", WHOLE, "Highest severity, 0 to 3", "Højeste alvor, 0 til 3"),
                            Property.oneOf(
                                    "severityColor",
                                    "Colour of the severity",
                                    "Alvorens farve",
                                    SensorText.severityColors()),
                            Property.of("severitySensorId", TEXT, "Its sensor", "Dens måler"),
                            Property.of("stale", TRUTH, "A sensor of water is silent", "En vandmåler er tavs"),
                            Property.of("hazard", NUMBER, "Hazard, 0 to 1", "Fare, 0 til 1"),
                            Property.of("deepestM", NUMBER, "Greatest depth", "Største dybde", "m"),
                            Property.of(
                                    "levelSensorId", TEXT, "Sensors of the hazard's level", "Farens vandstandsmålere"),
                            Property.of(
                                    "expectedEarliest", INSTANT, "Next level at the earliest", "Næste niveau tidligst"),
                            Property.of("expectedCentral", INSTANT, "Next level, middle", "Næste niveau, midt"),
                            Property.of(
                                    "expectedSensorId", TEXT, "Sensor of the extrapolation", "Fremskrivningens måler"),
                            Property.of("buildings", NUMBER, "Buildings", "Bygninger"),
                            Property.oneOf(
                                    "buildingsBy",
                                    "Whether uploaded outlines were counted or the zones' numbers shared out by area",
                                    "Om indsendte omrids er talt, eller zonernes antal er fordelt efter areal",
                                    List.of("counted", "shared")),
                            Property.of("stationIds", TEXT, "Stations in it", "Stationer i den"),
                            Property.of("zoneIds", TEXT, "Zones that overlap it", "Zoner der overlapper den"))));

    private final double widthM;
    private final Plans plans;
    private final @Nullable FloodHazard terrain;
    private final Map<Cell, Asked> asked = new HashMap<>();
    private Plan shared = Plan.NONE;
    private Map<Cell, Share> shares = Map.of();

    /**
     * @param widthM from one side to the opposite one
     * @param terrain null where there is no terrain model
     */
    public RiskGridLayer(double widthM, Plans plans, @Nullable FloodHazard terrain) {
        this.widthM = widthM;
        this.plans = plans;
        this.terrain = terrain;
    }

    /** Axial coordinates. */
    record Cell(long q, long r) {
        String id() {
            return q + "_" + r;
        }
    }

    /** @param sea null where nobody asked for it */
    private record Asked(double levelM, FloodHazard.@Nullable Sea sea, Hazard answer) {}

    /** @param sensorIds whose levels it rests on, null for none */
    private record Hazard(
            FloodHazard.Hazard water, @Nullable String sensorIds) {
        static final Hazard UNKNOWN = new Hazard(FloodHazard.Hazard.UNKNOWN, null);

        Hazard worse(Hazard other) {
            return other.water.hazard() > water.hazard() || Double.isNaN(water.hazard()) ? other : this;
        }
    }

    /** What planners bring into a hexagon: zones' buildings by area, and outlines that stand in it. */
    private static final class Share {
        private double buildings = Double.NaN;
        private int counted;
        private final List<Zone> zones = new ArrayList<>();
    }

    /** What is known in one hexagon. */
    private static final class Known {
        private final TreeSet<String> stationIds = new TreeSet<>();
        private final TreeSet<Integer> sensors = new TreeSet<>();
        private @Nullable ZoneLevel level;
    }

    @Override
    public LayerInfo info() {
        return INFO;
    }

    @Override
    public Layer make(LiveState live, Stamp stamp) {
        Plan plan = plans.of(live);
        if (!plan.equals(shared)) {
            shares = shares(plan);
            shared = plan;
        }
        FloodHazard.Sea sea = terrain == null ? null : terrain.sea(live);
        Map<Cell, Known> known = known(live, plan.zones());
        asked.keySet().retainAll(known.keySet());
        TreeMap<String, Cell> byKey = new TreeMap<>();
        known.keySet().forEach(cell -> byKey.put(cell.id(), cell));
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        byKey.forEach((id, cell) -> {
            Known here = Objects.requireNonNull(known.get(cell));
            long observedAtMs = here.sensors.stream()
                    .mapToLong(i -> live.observedAtMs()[i])
                    .max()
                    .orElse(0);
            writer.feature(
                    id,
                    id,
                    PLANE.toCrs84(hexagon(cell)),
                    observedAtMs == 0 ? Layer.NO_TIME : observedAtMs,
                    Long.MAX_VALUE,
                    json -> write(json, live, cell, here, sea));
        });
        return writer.done();
    }

    private Map<Cell, Known> known(LiveState live, List<Zone> all) {
        Map<Cell, Known> known = new HashMap<>();
        for (Station station : live.catalogue().stations()) {
            double[] xy = {station.lon(), station.lat()};
            PLANE.fromCrs84(xy);
            for (Sensor sensor : station.sensors()) {
                if (SensorState.watchesWater(sensor)) {
                    Known here = known.computeIfAbsent(cell(xy[0], xy[1]), cell -> new Known());
                    here.stationIds.add(station.id());
                    here.sensors.add(live.catalogue().sensorIndex(sensor.id()));
                }
            }
        }
        Map<String, @Nullable ZoneLevel> levels = new HashMap<>();
        all.forEach(zone -> levels.put(zone.id(), ZoneLevel.of(live, zone)));
        shares.forEach((cell, share) -> {
            Known here = known.computeIfAbsent(cell, each -> new Known());
            for (Zone zone : share.zones) {
                ZoneLevel level = levels.get(zone.id());
                if (level != null) {
                    here.sensors.add(live.catalogue().sensorIndex(level.sensorId()));
                    if (here.level == null || level.levelM() > here.level.levelM()) {
                        here.level = level;
                    }
                }
            }
        });
        return known;
    }

    private void write(FlatJson json, LiveState live, Cell cell, Known known, FloodHazard.@Nullable Sea sea) {
        int severity = 0;
        int gravest = -1;
        boolean stale = false;
        int expected = -1;
        LiveState.Crossings crossings = live.crossings();
        for (int i : known.sensors) {
            int here = SensorState.severity(live, i);
            if (here > severity) {
                severity = here;
                gravest = i;
            }
            stale |= live.stale()[i];
            if (live.catalogue().sensor(i).parameter() == Parameter.LEVEL
                    && crossings.earliestMs()[i] != 0
                    && (expected < 0 || crossings.earliestMs()[i] < crossings.earliestMs()[expected])) {
                expected = i;
            }
        }
        Share share = shares.get(cell);
        boolean counts = !shared.buildings().isUnknown();
        Hazard hazard = hazard(cell, known.level, share != null && share.counted > 0 ? sea : null);
        FloodHazard.Hazard water = hazard.water;
        double buildings = share == null ? Double.NaN : counts ? share.counted : share.buildings;
        json.whole("q", cell.q).whole("r", cell.r);
        if (known.sensors.isEmpty()) {
            // nobody watches it: that is no all-clear
            json.nothing("severity")
                    .nothing("severityColor")
                    .nothing("severitySensorId")
                    .nothing("stale");
        } else {
            json.whole("severity", severity)
                    .text("severityColor", SensorText.severityColor(severity))
                    .text("severitySensorId", sensorId(live, gravest))
                    .truth("stale", stale);
        }
        json.number("hazard", FlatJson.derived(water.hazard()))
                .number("deepestM", FlatJson.derived(water.deepestM()))
                .text("levelSensorId", hazard.sensorIds)
                .instant("expectedEarliest", expected < 0 ? 0 : crossings.earliestMs()[expected])
                .instant("expectedCentral", expected < 0 ? 0 : crossings.centralMs()[expected])
                .text("expectedSensorId", sensorId(live, expected))
                .number("buildings", FlatJson.derived(buildings))
                .text("buildingsBy", Double.isNaN(buildings) ? null : counts ? "counted" : "shared")
                .text("stationIds", known.stationIds.isEmpty() ? null : String.join(",", known.stationIds))
                .text(
                        "zoneIds",
                        share == null || share.zones.isEmpty()
                                ? null
                                : String.join(
                                        ",",
                                        share.zones.stream()
                                                .map(Zone::id)
                                                .sorted()
                                                .toList()));
    }

    private static @Nullable String sensorId(LiveState live, int i) {
        return i < 0 ? null : live.catalogue().sensor(i).id();
    }

    /**
     * The worse of two: at the level that threatens the zones in it, and with the sea as it stands along the coast.
     *
     * @param sea null where nothing stands in it that the sea could reach
     */
    private Hazard hazard(Cell cell, @Nullable ZoneLevel level, FloodHazard.@Nullable Sea sea) {
        boolean zoned = terrain != null && level != null && terrain.datum().equals(level.datum());
        double levelM = zoned ? Objects.requireNonNull(level).levelM() : Double.NaN;
        Asked before = asked.get(cell);
        if (before != null && Double.compare(before.levelM, levelM) == 0 && Objects.equals(before.sea, sea)) {
            return before.answer;
        }
        Geometry area = PLANE.toCrs84(hexagon(cell));
        Hazard answer = Hazard.UNKNOWN;
        if (zoned) {
            FloodHazard.Hazard water = Objects.requireNonNull(terrain).of(area, levelM);
            answer = new Hazard(
                    water,
                    Double.isNaN(water.hazard())
                            ? null
                            : Objects.requireNonNull(level).sensorId());
        }
        if (sea != null) {
            FloodHazard.Hazard water = sea.of(area);
            answer = answer.worse(new Hazard(water, Double.isNaN(water.hazard()) ? null : sea.sensorIds()));
        }
        asked.put(cell, new Asked(levelM, sea, answer));
        return answer;
    }

    /** A zone's buildings are taken to stand evenly over its area. */
    private Map<Cell, Share> shares(Plan plan) {
        Map<Cell, Share> shared = new HashMap<>();
        Footprints footprints = plan.buildings();
        for (int building = 0; building < footprints.outlines().size(); building++) {
            Coordinate place = footprints.place(building);
            double[] xy = {place.x, place.y};
            PLANE.fromCrs84(xy);
            Cell cell = cell(xy[0], xy[1]);
            if (shared.size() < MOST_HEXAGONS || shared.containsKey(cell)) {
                shared.computeIfAbsent(cell, each -> new Share()).counted++;
            }
        }
        for (Zone zone : plan.zones()) {
            Geometry area = PLANE.fromCrs84(zone.geometry());
            for (Cell cell : cellsIn(area.getEnvelopeInternal())) {
                if (shared.size() >= MOST_HEXAGONS && !shared.containsKey(cell)) {
                    break;
                }
                double overlap = area.intersection(hexagon(cell)).getArea() / area.getArea();
                if (overlap > 0) {
                    Share share = shared.computeIfAbsent(cell, each -> new Share());
                    share.zones.add(zone);
                    if (zone.buildings() >= 0) {
                        share.buildings =
                                (Double.isNaN(share.buildings) ? 0 : share.buildings) + overlap * zone.buildings();
                    }
                }
            }
        }
        return shared;
    }

    /** All that may touch a box, row by row; no more than are kept. */
    private List<Cell> cellsIn(Envelope box) {
        double rowM = widthM * SQRT_3 / 2;
        long lowest = (long) Math.floor(box.getMinY() / rowM) - 1;
        long highest = (long) Math.ceil(box.getMaxY() / rowM) + 1;
        List<Cell> cells = new ArrayList<>();
        for (long r = lowest; r <= highest; r++) {
            long first = (long) Math.floor(box.getMinX() / widthM - r / 2.0) - 1;
            long last = (long) Math.ceil(box.getMaxX() / widthM - r / 2.0) + 1;
            for (long q = first; q <= last && cells.size() < 2 * MOST_HEXAGONS; q++) {
                cells.add(new Cell(q, r));
            }
        }
        return cells;
    }

    /** The one that a place in the plane lies in: axial coordinates rounded as cube coordinates, whose sum is 0. */
    Cell cell(double x, double y) {
        double r = y / (widthM * SQRT_3 / 2);
        double q = x / widthM - r / 2;
        double s = -q - r;
        double roundQ = Math.rint(q);
        double roundR = Math.rint(r);
        double roundS = Math.rint(s);
        double offQ = Math.abs(roundQ - q);
        double offR = Math.abs(roundR - r);
        double offS = Math.abs(roundS - s);
        if (offQ > offR && offQ > offS) {
            roundQ = -roundR - roundS;
        } else if (offR > offS) {
            roundR = -roundQ - roundS;
        }
        return new Cell((long) roundQ, (long) roundR);
    }

    /** In the plane, metres; corners are computed by their place in the whole grid, so that neighbours have the very same. */
    Polygon hexagon(Cell cell) {
        // in halves of a width eastwards, and in sixths of three rows northwards, all corners have whole numbers
        long column = 2 * cell.q + cell.r;
        long row = 3 * cell.r;
        long[][] corners = {{0, -2}, {1, -1}, {1, 1}, {0, 2}, {-1, 1}, {-1, -1}, {0, -2}};
        Coordinate[] ring = new Coordinate[corners.length];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new Coordinate(
                    (column + corners[i][0]) * (widthM / 2), (row + corners[i][1]) * (widthM / (2 * SQRT_3)));
        }
        return Layer.GEOMETRY.createPolygon(ring);
    }
}
