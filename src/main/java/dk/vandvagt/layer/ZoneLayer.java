package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;

import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/**
 * The planner's zones with their relative risk, hazard × exposure × vulnerability, each factor shown with what it rests on. A factor that
 * is missing makes the product missing; one that is a silent sensor's keeps its last value, marked.
 */
public final class ZoneLayer implements LayerMaker {
    static final LayerInfo INFO = new LayerInfo(
            "zones",
            new Text("Planlæggernes zoner", "Planners' zones"),
            new Text(
                    "Områder tegnet af planlæggere, med risk_index = fare × eksponering × sårbarhed: relativt mellem disse zoner, ikke"
                            + " årlig skade; en vedtagelse, ikke en standard. Fare er middel af min(1, dybde / 1 m) ved målerens seneste"
                            + " vandstand, efter terrænmodellen; eksponering er bygninger i forhold til den zone, der har flest; sårbarheden er"
                            + " planlæggerens. Mangler en faktor, er indekset tomt; en tavs måler holder sin sidste værdi og er"
                            + " mærket. Ingen prognose.",
                    "Areas drawn by planners, with risk_index = hazard × exposure × vulnerability: relative among these zones, not annual"
                            + " damage; a convention, not a standard. Hazard is the mean of min(1, depth / 1 m) at the sensor's newest"
                            + " level, by the terrain model; exposure is buildings compared with the zone that has most; vulnerability"
                            + " is the planner's. Where a factor is missing the index is null; a silent sensor keeps its last value,"
                            + " marked. No forecast."),
            new Schema(
                    Schema.Shape.POLYGON,
                    List.of(
                            Property.of("name", TEXT, "Name", "Navn"),
                            Property.of(
                                    "risk_index",
                                    NUMBER,
                                    "Relative risk: hazard × exposure × vulnerability, 0 to 1",
                                    "Relativ risiko: fare × eksponering × sårbarhed, 0 til 1"),
                            Property.of("hazard", NUMBER, "Hazard, 0 to 1", "Fare, 0 til 1"),
                            Property.of("exposure", NUMBER, "Exposure, 0 to 1", "Eksponering, 0 til 1"),
                            Property.of("vulnerability", NUMBER, "Vulnerability, 0 to 1", "Sårbarhed, 0 til 1"),
                            Property.of("buildings", WHOLE, "Buildings", "Bygninger"),
                            Property.of("missing", TEXT, "Why the index is null", "Hvorfor indekset er tomt"),
                            Property.of("deepestM", NUMBER, "Greatest depth", "Største dybde", "m"),
                            Property.of(
                                    "knownShare",
                                    NUMBER,
                                    "Share of the zone that the terrain model knows",
                                    "Andel af zonen, som terrænmodellen kender"),
                            Property.of("sensors", TEXT, "Sensors the planner chose", "Målere planlæggeren valgte"),
                            Property.of("levelSensorId", TEXT, "Sensor of the level", "Vandstandsmåler"),
                            Property.oneOf(
                                    "levelSensorBy",
                                    "How the sensor was chosen",
                                    "Hvordan måleren er valgt",
                                    List.of("assigned", "nearest")),
                            Property.of("levelSensorKm", NUMBER, "Distance to the sensor", "Afstand til måleren", "km"),
                            Property.of("levelM", NUMBER, "Water level in the datum", "Vandstand i højdesystemet", "m"),
                            Property.of("levelDatum", TEXT, "Datum of the level", "Vandstandens højdesystem"),
                            Property.of("levelObservedAt", INSTANT, "Level observed", "Vandstand målt"),
                            Property.oneOf(
                                    "levelFlag",
                                    "Quality flag of the level",
                                    "Vandstandens kvalitet",
                                    SensorText.flags()),
                            Property.of(
                                    "stale",
                                    TRUTH,
                                    "The level is the last of a silent sensor",
                                    "Vandstanden er den sidste fra en tavs måler"),
                            Property.of("changedAt", INSTANT, "Zone last changed", "Zonen sidst ændret"))));

    private final Supplier<List<Zone>> zones;
    private final @Nullable FloodHazard terrain;
    private final Map<String, Asked> asked = new HashMap<>();

    /** @param terrain null where there is no terrain model: there is no hazard then, and no index */
    public ZoneLayer(Supplier<List<Zone>> zones, @Nullable FloodHazard terrain) {
        this.zones = zones;
        this.terrain = terrain;
    }

    private record Asked(Geometry area, double levelM, FloodHazard.Hazard answer) {}

    @Override
    public LayerInfo info() {
        return INFO;
    }

    @Override
    public Layer make(LiveState live, Stamp stamp) {
        List<Zone> all =
                zones.get().stream().sorted(Comparator.comparing(Zone::id)).toList();
        int most = all.stream().mapToInt(Zone::buildings).max().orElse(0);
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        asked.keySet().retainAll(all.stream().map(Zone::id).toList());
        for (Zone zone : all) {
            writer.feature(
                    zone.id(),
                    zone.id(),
                    zone.geometry(),
                    Layer.NO_TIME,
                    Layer.NO_TIME,
                    json -> write(json, live, zone, most));
        }
        return writer.done();
    }

    private void write(FlatJson json, LiveState live, Zone zone, int most) {
        ZoneLevel level = ZoneLevel.of(live, zone);
        FloodHazard.Hazard water = FloodHazard.Hazard.UNKNOWN;
        List<String> missing = new ArrayList<>();
        String noHazard = whyNoHazard(level);
        if (noHazard == null && level != null) {
            water = hazard(zone, level.levelM());
            noHazard = Double.isNaN(water.hazard()) ? "hazard: the terrain model does not know the zone" : null;
        }
        if (noHazard != null) {
            missing.add(noHazard);
        }
        double exposure = zone.buildings() < 0 ? Double.NaN : most == 0 ? 0 : zone.buildings() / (double) most;
        if (Double.isNaN(exposure)) {
            missing.add("exposure: buildings are not given");
        }
        if (Double.isNaN(zone.vulnerability())) {
            missing.add("vulnerability: not given");
        }
        json.text("name", zone.name())
                .number("risk_index", FlatJson.derived(water.hazard() * exposure * zone.vulnerability()))
                .number("hazard", FlatJson.derived(water.hazard()))
                .number("exposure", FlatJson.derived(exposure))
                .number("vulnerability", zone.vulnerability());
        if (zone.buildings() >= 0) {
            json.whole("buildings", zone.buildings());
        } else {
            json.nothing("buildings");
        }
        json.text("missing", missing.isEmpty() ? null : String.join("; ", missing))
                .number("deepestM", FlatJson.derived(water.deepestM()))
                .number("knownShare", FlatJson.derived(water.knownShare()))
                .text("sensors", zone.sensorIds().isEmpty() ? null : String.join(",", zone.sensorIds()));
        if (level != null) {
            json.text("levelSensorId", level.sensorId())
                    .text("levelSensorBy", level.assigned() ? "assigned" : "nearest")
                    .number("levelSensorKm", Math.rint(level.distanceM() / 10) / 100)
                    .number("levelM", level.levelM())
                    .text("levelDatum", level.datum().name())
                    .instant("levelObservedAt", level.observedAtMs())
                    .text("levelFlag", SensorText.flag(level.flag()))
                    .truth("stale", level.stale());
        }
        json.instant("changedAt", zone.changedAtMs());
    }

    private @Nullable String whyNoHazard(@Nullable ZoneLevel level) {
        if (terrain == null) {
            return "hazard: there is no terrain model";
        }
        if (level == null) {
            return "hazard: no level sensor that was heard, in service, within " + (int) (ZoneLevel.FARTHEST_M / 1000)
                    + " km or assigned, and none that failed its checks";
        }
        VerticalDatum datum = terrain.datum();
        return datum.equals(level.datum())
                ? null
                : "hazard: the level is in " + level.datum().name() + ", the terrain model in " + datum.name();
    }

    private FloodHazard.Hazard hazard(Zone zone, double levelM) {
        Asked before = asked.get(zone.id());
        if (before != null && before.levelM == levelM && before.area == zone.geometry()) {
            return before.answer;
        }
        FloodHazard.Hazard answer = terrain == null ? FloodHazard.Hazard.UNKNOWN : terrain.of(zone.geometry(), levelM);
        asked.put(zone.id(), new Asked(zone.geometry(), levelM, answer));
        return answer;
    }
}
