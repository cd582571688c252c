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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;

/**
 * Hexagons in EPSG:25832, each with the gravest that is known in it. One is there where a station that watches water stands in it or a zone
 * overlaps it, and has what those say: the stations in it, and of each zone the sensors it rests on. Nothing is spread further: a
 * hexagon that is not there is not safe, nothing is known of it.
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
                            + " fare efter terrænmodellen; hvornår næste niveau kan nås (fremskrivning, ikke varsel); zonernes bygninger"
                            + " fordelt efter areal. Hvor der hverken er station eller zone, er der ingen sekskant: det betyder ukendt,"
                            + " ikke sikkert.",
                    "Hexagons with the gravest that is known in each: severity of the stations in it and of the sensors that zones in it rest"
                            + " on; hazard by the terrain model; when the next level may be reached (extrapolation, no warning); the"
                            + " zones' buildings shared out by area. Where there is neither station nor zone there is no hexagon: that"
                            + " means unknown, not safe."),
            new Schema(
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
                                    "levelSensorId", TEXT, "Sensor of the hazard's level", "Farens vandstandsmåler"),
                            Property.of(
                                    "expectedEarliest", INSTANT, "Next level at the earliest", "Næste niveau tidligst"),
                            Property.of("expectedCentral", INSTANT, "Next level, middle", "Næste niveau, midt"),
                            Property.of(
                                    "expectedSensorId", TEXT, "Sensor of the extrapolation", "Fremskrivningens måler"),
                            Property.of("buildings", NUMBER, "Buildings, by area", "Bygninger, efter areal"),
                            Property.of("stationIds", TEXT, "Stations in it", "Stationer i den"),
                            Property.of("zoneIds", TEXT, "Zones that overlap it", "Zoner der overlapper den"))));

    private final double widthM;
    private final Supplier<List<Zone>> zones;
    private final @Nullable FloodHazard terrain;
    private final Map<Cell, Asked> asked = new HashMap<>();
    private List<Zone> sharedZones = List.of();
    private Map<Cell, Share> shares = Map.of();

    /**
     * @param widthM from one side to the opposite one
     * @param terrain null where there is no terrain model
     */
    public RiskGridLayer(double widthM, Supplier<List<Zone>> zones, @Nullable FloodHazard terrain) {
        this.widthM = widthM;
        this.zones = zones;
        this.terrain = terrain;
    }

    /** Axial coordinates. */
    record Cell(long q, long r) {
        String id() {
            return q + "_" + r;
        }
    }

    private record Asked(double levelM, FloodHazard.Hazard answer) {}

    /** What zones bring into a hexagon. */
    private static final class Share {
        private double buildings = Double.NaN;
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
        List<Zone> all = zones.get();
        if (!all.equals(sharedZones)) {
            shares = shares(all);
            sharedZones = all;
        }
        Map<Cell, Known> known = known(live, all);
        asked.keySet().retainAll(known.keySet());
        TreeMap<String, Cell> byKey = new TreeMap<>();
        known.keySet().forEach(cell -> byKey.put(cell.id(), cell));
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        byKey.forEach((id, cell) -> writer.feature(
                id,
                id,
                PLANE.toCrs84(hexagon(cell)),
                Layer.NO_TIME,
                Layer.NO_TIME,
                json -> write(json, live, cell, known.get(cell))));
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

    private void write(FlatJson json, LiveState live, Cell cell, @Nullable Known known) {
        if (known == null) {
            throw new IllegalStateException(cell.id());
        }
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
        FloodHazard.Hazard water = hazard(cell, known.level);
        Share share = shares.get(cell);
        json.whole("q", cell.q)
                .whole("r", cell.r)
                .whole("severity", severity)
                .text("severityColor", SensorText.severityColor(severity))
                .text("severitySensorId", sensorId(live, gravest))
                .truth("stale", stale)
                .number("hazard", FlatJson.derived(water.hazard()))
                .number("deepestM", FlatJson.derived(water.deepestM()))
                .text(
                        "levelSensorId",
                        Double.isNaN(water.hazard()) || known.level == null ? null : known.level.sensorId())
                .instant("expectedEarliest", expected < 0 ? 0 : crossings.earliestMs()[expected])
                .instant("expectedCentral", expected < 0 ? 0 : crossings.centralMs()[expected])
                .text("expectedSensorId", sensorId(live, expected))
                .number("buildings", share == null ? Double.NaN : FlatJson.derived(share.buildings))
                .text("stationIds", known.stationIds.isEmpty() ? null : String.join(",", known.stationIds))
                .text(
                        "zoneIds",
                        share == null
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

    /** At the level that threatens the zones in it; where there is no zone, nobody has said which water that is. */
    private FloodHazard.Hazard hazard(Cell cell, @Nullable ZoneLevel level) {
        if (terrain == null || level == null || !terrain.datum().equals(level.datum())) {
            return FloodHazard.Hazard.UNKNOWN;
        }
        Asked before = asked.get(cell);
        if (before != null && before.levelM == level.levelM()) {
            return before.answer;
        }
        FloodHazard.Hazard answer = terrain.of(PLANE.toCrs84(hexagon(cell)), level.levelM());
        asked.put(cell, new Asked(level.levelM(), answer));
        return answer;
    }

    /** A zone's buildings are taken to stand evenly over its area. */
    private Map<Cell, Share> shares(List<Zone> all) {
        Map<Cell, Share> shared = new HashMap<>();
        for (Zone zone : all) {
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
