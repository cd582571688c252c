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
            Schema.timed(
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
                            Property.oneOf(
                                    "buildingsBy",
                                    "Whether the planner gave their number or the uploaded outlines were counted",
                                    "Om planlæggeren har givet antallet, eller de indsendte omrids er talt",
                                    List.of("given", "counted")),
                            Property.of(
                                    "buildingsWet",
                                    WHOLE,
                                    "Uploaded buildings with water around them",
                                    "Indsendte bygninger med vand omkring"),
                            Property.of(
                                    "buildingsDamaged",
                                    WHOLE,
                                    "Of those, with more than the 20 cm that counts as damage",
                                    "Heraf med mere end de 20 cm, der regnes for skade"),
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

    private final Plans plans;
    private final @Nullable FloodHazard terrain;
    private final Map<String, Asked> asked = new HashMap<>();
    private final Map<String, Counted> counted = new HashMap<>();

    /** @param terrain null where there is no terrain model: there is no hazard then, and no index */
    public ZoneLayer(Plans plans, @Nullable FloodHazard terrain) {
        this.plans = plans;
        this.terrain = terrain;
    }

    private record Asked(
            Geometry area,
            Footprints footprints,
            double levelM,
            FloodHazard.Hazard hazard,
            FloodDepths.Buildings buildings) {
        static final Asked NOTHING = new Asked(
                Layer.GEOMETRY.createPolygon(),
                Footprints.NONE,
                Double.NaN,
                FloodHazard.Hazard.UNKNOWN,
                FloodDepths.Buildings.UNKNOWN);
    }

    private record Counted(Geometry area, Footprints footprints, int buildings) {}

    @Override
    public LayerInfo info() {
        return INFO;
    }

    @Override
    public Layer make(LiveState live, Stamp stamp) {
        Plan plan = plans.of(live);
        List<Zone> all =
                plan.zones().stream().sorted(Comparator.comparing(Zone::id)).toList();
        List<String> ids = all.stream().map(Zone::id).toList();
        asked.keySet().retainAll(ids);
        counted.keySet().retainAll(ids);
        int most = all.stream()
                .mapToInt(zone -> buildings(zone, plan.buildings()))
                .max()
                .orElse(0);
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        for (Zone zone : all) {
            ZoneLevel level = ZoneLevel.of(live, zone);
            writer.feature(
                    zone.id(),
                    zone.id(),
                    zone.geometry(),
                    level == null ? zone.changedAtMs() : level.observedAtMs(),
                    Long.MAX_VALUE,
                    json -> write(json, level, zone, plan.buildings(), most));
        }
        return writer.done();
    }

    /** As many as the planner said, or as were uploaded within; -1 where neither is known. */
    private int buildings(Zone zone, Footprints footprints) {
        if (zone.buildings() >= 0 || footprints.isUnknown()) {
            return zone.buildings();
        }
        Counted before = counted.get(zone.id());
        if (before != null && before.area == zone.geometry() && before.footprints == footprints) {
            return before.buildings;
        }
        int buildings = footprints.in(zone.geometry()).size();
        counted.put(zone.id(), new Counted(zone.geometry(), footprints, buildings));
        return buildings;
    }

    private void write(FlatJson json, @Nullable ZoneLevel level, Zone zone, Footprints footprints, int most) {
        Asked there = Asked.NOTHING;
        List<String> missing = new ArrayList<>();
        String noHazard = whyNoHazard(level);
        if (noHazard == null && level != null) {
            there = asked(zone, footprints, level.levelM());
            noHazard = Double.isNaN(there.hazard.hazard()) ? "hazard: the terrain model does not know the zone" : null;
        }
        if (noHazard != null) {
            missing.add(noHazard);
        }
        FloodHazard.Hazard water = there.hazard;
        int buildings = buildings(zone, footprints);
        double exposure = buildings < 0 ? Double.NaN : most == 0 ? 0 : buildings / (double) most;
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
        if (buildings >= 0) {
            json.whole("buildings", buildings).text("buildingsBy", zone.buildings() >= 0 ? "given" : "counted");
        } else {
            json.nothing("buildings").nothing("buildingsBy");
        }
        if (!footprints.isUnknown() && !Double.isNaN(water.hazard())) {
            json.whole("buildingsWet", there.buildings.wet()).whole("buildingsDamaged", there.buildings.damaged());
        } else {
            json.nothing("buildingsWet").nothing("buildingsDamaged");
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
        if (datum.equals(level.datum()) && level.levelM() > terrain.highestLevelM()) {
            return "hazard: the level is above the " + terrain.highestLevelM() + " m that the terrain is prepared for";
        }
        return datum.equals(level.datum())
                ? null
                : "hazard: the level is in " + level.datum().name() + ", the terrain model in " + datum.name();
    }

    private Asked asked(Zone zone, Footprints footprints, double levelM) {
        Asked before = asked.get(zone.id());
        if (before != null
                && before.levelM == levelM
                && before.area == zone.geometry()
                && before.footprints == footprints) {
            return before;
        }
        Asked now = terrain == null
                ? Asked.NOTHING
                : new Asked(
                        zone.geometry(),
                        footprints,
                        levelM,
                        terrain.of(zone.geometry(), levelM),
                        footprints.isUnknown()
                                ? FloodDepths.Buildings.UNKNOWN
                                : terrain.buildings(zone.geometry(), footprints, levelM));
        asked.put(zone.id(), now);
        return now;
    }
}
