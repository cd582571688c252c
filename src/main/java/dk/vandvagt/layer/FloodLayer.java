package dk.vandvagt.layer;

import dk.vandvagt.station.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/**
 * What floods: one feature a stretch of coast, depth class, and case: the level there is now, the one that is expected, one that was asked
 * for; each with the defences and, where there are any, without. Levels are taken to the centimetre, so that a surge is computed as
 * often as it rises by one.
 */
public final class FloodLayer implements LayerMaker.AtLevel {
    /** Which sensors say how high the sea stands along a stretch; the first that is neither silent nor failing counts. */
    public record Gauges(String stretchId, List<String> sensorIds) {
        public Gauges {
            sensorIds = List.copyOf(sensorIds);
        }
    }

    private static final int KEPT = 16;

    static final LayerInfo INFO = new LayerInfo(
            "flood-extent",
            new Text("Oversvømmelse fra havet", "Flooding from the sea"),
            new Text(
                    "Hvor terrænet ligger under havets niveau, og havet kan nå hen: nu, ved det forventede niveau og ved et valgt (level=2.02)."
                            + " Det er ikke et varsel. Ikke medregnet: bølger, vandløb og regn, tilbageløb i kloakker, tiden det tager at"
                            + " strømme ind, og brud på diger. Terrænmodellen har fejl. Afskærmet (shielded) er under niveauet, men uden"
                            + " vej for havet; det er ingen sikkerhed.",
                    "Where the ground lies below the sea's level and the sea finds a way: now, at the expected level, and at one asked for"
                            + " (level=2.02). It is not a forecast. Not in it: waves, streams and rain, sewer backflow, the time water takes"
                            + " to flow, breaches. The terrain model has errors. Shielded is below the level without a way for the sea;"
                            + " it is no safety."),
            schema());

    private final Terrain terrain;
    private final SeaGauges gauges;
    private final Plans plans;
    private final UnaryOperator<Geometry> toCrs84;
    private final TerrainBuildings buildings;
    /** What was computed lately, by stretch, level and defences. */
    private final Map<Key, List<Part>> computed = new LinkedHashMap<>(KEPT, 0.75f, true);

    private @Nullable Made made;

    /** Footprints are compared by who they are. */
    private record Key(int stretch, long levelCm, boolean withDefences, Footprints footprints) {}

    /** In CRS84. */
    private record Part(DepthClass depth, Geometry area, double areaM2, TerrainBuildings.Count buildings) {}

    private record Made(List<Case> cases, Footprints footprints, Stamp stamp, Layer layer) {}

    /** The sea at one level along one stretch. */
    private record Case(
            int stretch,
            String name,
            long levelCm,
            long fromMs,
            long toMs,
            @Nullable String sensorId,
            byte flag) {
        double levelM() {
            return levelCm / 100.0;
        }

        /** Whether it floods the same and is called the same; when it was last measured does not matter. */
        boolean isLike(Case other) {
            return stretch == other.stretch
                    && name.equals(other.name)
                    && levelCm == other.levelCm
                    && flag == other.flag
                    && (name.equals("current") || fromMs == other.fromMs && toMs == other.toMs)
                    && Objects.equals(sensorId, other.sensorId);
        }
    }

    /**
     * @param gauges of stretches of the terrain; those without are flooded at levels asked for only
     * @param toCrs84 from the terrain's CRS
     * @param buildings on this terrain
     * @param plans of which it takes the buildings
     */
    public FloodLayer(
            Terrain terrain,
            List<Gauges> gauges,
            UnaryOperator<Geometry> toCrs84,
            TerrainBuildings buildings,
            Plans plans) {
        this.terrain = terrain;
        this.gauges = new SeaGauges(terrain, gauges);
        this.buildings = buildings;
        this.plans = plans;
        this.toCrs84 = toCrs84;
    }

    private static Schema schema() {
        return Schema.timed(
                Schema.Shape.POLYGON,
                List.of(
                        Property.of("stretch", Property.Type.TEXT, "Stretch of coast", "Kyststrækning"),
                        Property.of("stretchNameDa", Property.Type.TEXT, "Its name, Danish", "Dens navn"),
                        Property.of("stretchNameEn", Property.Type.TEXT, "Its name", "Dens navn, engelsk"),
                        Property.oneOf(
                                "case", "Which level", "Hvilket niveau", List.of("current", "expected", "asked")),
                        Property.of("levelM", Property.Type.NUMBER, "The sea's level", "Havets niveau", "m"),
                        Property.of("datum", Property.Type.TEXT, "Vertical datum", "Højdesystem"),
                        Property.oneOf(
                                "depthClass",
                                "Depth class, metres",
                                "Dybdeklasse, meter",
                                Arrays.stream(DepthClass.values())
                                        .map(DepthClass::tag)
                                        .toList()),
                        Property.of("depthDa", Property.Type.TEXT, "Depth, Danish", "Dybde"),
                        Property.of("depthEn", Property.Type.TEXT, "Depth", "Dybde, engelsk"),
                        Property.of("depthMinM", Property.Type.NUMBER, "Depth from", "Dybde fra", "m"),
                        Property.of("depthMaxM", Property.Type.NUMBER, "Depth to", "Dybde til", "m"),
                        Property.of("areaM2", Property.Type.NUMBER, "Area on the ground", "Areal", "m2"),
                        Property.of(
                                "buildingsWet",
                                Property.Type.WHOLE,
                                "Buildings whose deepest water around is of this class",
                                "Bygninger, hvis dybeste vand omkring er i denne klasse"),
                        Property.of(
                                "buildingsDamaged",
                                Property.Type.WHOLE,
                                "Of those, with more than the 20 cm that counts as damage",
                                "Heraf med mere end de 20 cm, der regnes for skade"),
                        Property.of("withDefences", Property.Type.TRUTH, "Defences hold", "Værn holder"),
                        Property.of("sensor", Property.Type.TEXT, "Sensor of the level", "Niveauets sensor"),
                        Property.of("flag", Property.Type.WHOLE, "Quality of the level", "Niveauets kvalitet"),
                        Property.of(
                                "source", Property.Type.TEXT, "Source of the terrain model", "Terrænmodellens kilde")));
    }

    @Override
    public LayerInfo info() {
        return INFO;
    }

    /** At the levels there are and those expected. */
    @Override
    public Layer make(LiveState live, Stamp stamp) {
        List<Case> cases = new ArrayList<>();
        Map<String, String> absent = new LinkedHashMap<>();
        for (Gauges each : gauges.all()) {
            int stretch = terrain.stretch(each.stretchId());
            int sensor = stretch < 0 ? -1 : SeaGauges.sensor(live, each.sensorIds());
            if (sensor < 0) {
                absent.put(each.stretchId() + ".current", "no_level");
                absent.put(each.stretchId() + ".expected", "no_level");
                continue;
            }
            add(cases, absent, each.stretchId(), current(live, stretch, sensor));
            byte refusal = live.crossings().refusal()[sensor];
            if (refusal != 0 || live.crossings().centralMs()[sensor] == 0) {
                absent.put(
                        each.stretchId() + ".expected",
                        refusal == 0 ? "not_surely_reached" : Objects.requireNonNull(ForecastRefusal.word(refusal)));
            } else {
                add(cases, absent, each.stretchId(), expected(live, stretch, sensor));
            }
        }
        Made before = made;
        Footprints footprints = plans.of(live).buildings();
        if (before != null
                && before.footprints == footprints
                && isSame(before.cases, cases)
                && stamp.asOfMs() >= before.stamp.asOfMs()) {
            return before.layer;
        }
        Layer layer = layer(cases, absent, footprints, stamp);
        made = new Made(cases, footprints, stamp, layer);
        return layer;
    }

    private void add(List<Case> cases, Map<String, String> absent, String stretchId, Case its) {
        if (its.levelM() > terrain.facts().highestLevelM()) {
            absent.put(
                    stretchId + "." + its.name,
                    "level " + its.levelM() + " m is above the "
                            + terrain.facts().highestLevelM() + " m that the terrain is prepared for");
        } else {
            cases.add(its);
        }
    }

    /** At one level along all stretches. */
    @Override
    public Layer at(double levelM, Stamp stamp) {
        List<Case> cases = new ArrayList<>();
        for (int stretch = 0; stretch < terrain.stretches().size(); stretch++) {
            cases.add(new Case(
                    stretch, "asked", Math.round(levelM * 100), Layer.NO_TIME, Long.MAX_VALUE, null, (byte) 0));
        }
        return layer(cases, Map.of(), plans.now().buildings(), stamp);
    }

    @Override
    public double highestLevelM() {
        return terrain.facts().highestLevelM();
    }

    private static boolean isSame(List<Case> some, List<Case> others) {
        boolean same = some.size() == others.size();
        for (int i = 0; same && i < some.size(); i++) {
            same = some.get(i).isLike(others.get(i));
        }
        return same;
    }

    private static Case current(LiveState live, int stretch, int sensor) {
        return new Case(
                stretch,
                "current",
                SeaGauges.levelCm(live, sensor),
                live.observedAtMs()[sensor],
                Long.MAX_VALUE,
                live.catalogue().sensor(sensor).id(),
                live.flag()[sensor]);
    }

    /** The next threshold's level, where the extrapolated one is expected to reach it. */
    private static Case expected(LiveState live, int stretch, int sensor) {
        LiveState.Crossings crossings = live.crossings();
        long latestMs = crossings.latestMs()[sensor];
        return new Case(
                stretch,
                "expected",
                Math.round(100 * crossings.levelM()[sensor]),
                crossings.earliestMs()[sensor],
                latestMs == 0 ? Long.MAX_VALUE : latestMs,
                live.catalogue().sensor(sensor).id(),
                live.flag()[sensor]);
    }

    private Layer layer(List<Case> cases, Map<String, String> absent, Footprints footprints, Stamp stamp) {
        Layer.Writer writer = new Layer.Writer(INFO, stamp).about(json -> about(json, cases, absent, footprints));
        record Row(String id, Case its, Part part, boolean withDefences) {}
        List<Row> rows = new ArrayList<>();
        for (Case its : cases) {
            for (boolean withDefences : terrain.hasDefences() ? new boolean[] {true, false} : new boolean[] {true}) {
                for (Part part : parts(new Key(its.stretch, its.levelCm, withDefences, footprints))) {
                    String id = String.join(
                            ".",
                            terrain.stretches().get(its.stretch).id(),
                            its.name + (its.name.equals("asked") ? "-" + its.levelCm + "cm" : ""),
                            withDefences ? "defended" : "undefended",
                            part.depth.name().toLowerCase(Locale.ROOT));
                    rows.add(new Row(id, its, part, withDefences));
                }
            }
        }
        rows.sort(Comparator.comparing(Row::id));
        for (Row row : rows) {
            writer.feature(
                    row.id,
                    row.id,
                    row.part.area,
                    row.its.fromMs,
                    row.its.toMs,
                    json -> properties(json, row.its, row.part, row.withDefences, footprints));
        }
        return writer.done();
    }

    private void properties(FlatJson json, Case its, Part part, boolean withDefences, Footprints footprints) {
        Terrain.Stretch stretch = terrain.stretches().get(its.stretch);
        json.text("stretch", stretch.id())
                .text("stretchNameDa", stretch.name().da())
                .text("stretchNameEn", stretch.name().en())
                .text("case", its.name)
                .number("levelM", its.levelM())
                .text("datum", terrain.facts().datum().name())
                .text("depthClass", part.depth.tag())
                .text("depthDa", part.depth.da())
                .text("depthEn", part.depth.en())
                .number("depthMinM", part.depth.fromM())
                .number("depthMaxM", part.depth.toM())
                .number("areaM2", Math.rint(100 * part.areaM2) / 100)
                .truth("withDefences", withDefences);
        if (!footprints.isUnknown() && part.depth != DepthClass.SHIELDED) {
            json.whole("buildingsWet", part.buildings.wet()).whole("buildingsDamaged", part.buildings.damaged());
        } else {
            json.nothing("buildingsWet").nothing("buildingsDamaged");
        }
        if (its.sensorId != null) {
            json.text("sensor", its.sensorId).whole("flag", its.flag);
        }
        json.text("source", terrain.facts().source());
    }

    private void about(FlatJson json, List<Case> cases, Map<String, String> absent, Footprints footprints) {
        Terrain.Facts facts = terrain.facts();
        json.text(
                        "method",
                        "wet: ground below the level, and on some way from the sea no ground, crest or invert above it")
                .text("notAForecastDa", INFO.description().da())
                .text("notAForecastEn", INFO.description().en())
                .text("terrainSource", facts.source())
                .text("terrainLicence", facts.licence())
                .text("terrainCrs", facts.crs())
                .text("datum", facts.datum().name())
                .number("cellWidth", Math.abs(terrain.grid().dx()))
                .number("cellHeight", Math.abs(terrain.grid().dy()))
                .number("nodataShare", facts.nodataShare())
                .whole("neighbours", facts.neighbours())
                .number("highestLevel", facts.highestLevelM())
                .truth("hasDefences", terrain.hasDefences())
                .instant("buildingsAsOf", footprints.changedAtMs());
        json.open("levels");
        for (Case its : cases) {
            json.number(terrain.stretches().get(its.stretch).id() + "." + its.name, its.levelM());
        }
        json.close().open("absent");
        absent.forEach(json::text);
        json.close();
    }

    private List<Part> parts(Key key) {
        synchronized (computed) {
            List<Part> known = computed.get(key);
            if (known != null) {
                return known;
            }
        }
        SeaLevels levels = SeaLevels.along(terrain, key.stretch, key.levelCm / 100.0, key.withDefences);
        Map<DepthClass, TerrainBuildings.Count> counts =
                buildings.along(key.stretch, key.footprints, new FloodDepths(terrain, levels));
        List<Part> parts = FloodExtent.at(terrain, levels).parts().stream()
                .map(part -> new Part(
                        part.depth(),
                        toCrs84.apply(part.area()),
                        part.areaM2(),
                        counts.getOrDefault(part.depth(), TerrainBuildings.Count.NONE)))
                .toList();
        synchronized (computed) {
            computed.put(key, parts);
            while (computed.size() > KEPT) {
                computed.remove(computed.keySet().iterator().next());
            }
        }
        return parts;
    }
}
