package dk.vandvagt.layer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;

/**
 * A GeoJSON FeatureCollection of buildings, one feature a building, to their outlines, or to its faults, each with its place. Properties
 * are left. It is read feature by feature, since such files are large.
 */
public final class BuildingReader {
    public static final int MOST_BYTES = 32 << 20;
    public static final int MOST_BUILDINGS = 100_000;
    /** Longer than any hall; a parcel or a municipality among the buildings is told. */
    private static final int MOST_ACROSS_M = 2000;

    private static final double M_PER_DEGREE = 111_200;
    private static final ObjectMapper JSON = AreaReader.json(MOST_BYTES);

    private final AreaReader areas;
    private final List<Geometry> outlines = new ArrayList<>();
    private boolean typed;
    private boolean any;

    private BuildingReader(Crs crs, Catalogue catalogue) {
        areas = new AreaReader(crs, catalogue);
    }

    /** @param outlines CRS84; empty where there are faults */
    public record Upload(List<Geometry> outlines, List<ZoneFault> faults) {
        public Upload {
            outlines = List.copyOf(outlines);
            faults = List.copyOf(faults);
        }
    }

    /**
     * @param crs that the positions are in, in its own axis order
     * @param catalogue whose stations the buildings stand around
     */
    public static Upload read(byte[] bytes, Crs crs, Catalogue catalogue) {
        BuildingReader reader = new BuildingReader(crs, catalogue);
        try {
            reader.read(bytes);
        } catch (AreaReader.Stop told) {
            // its fault is kept
        }
        return new Upload(reader.areas.faults().isEmpty() ? reader.outlines : List.of(), reader.areas.faults());
    }

    private void read(byte[] bytes) throws AreaReader.Stop {
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw areas.stop("body", "no JSON object", "a GeoJSON FeatureCollection");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                member(json, json.currentName());
            }
            if (json.nextToken() != null) {
                throw areas.stop("body", "more after the FeatureCollection", "nothing after it");
            }
        } catch (IOException notJson) {
            throw areas.notJson(notJson, "a GeoJSON FeatureCollection");
        }
        if (!typed) {
            throw areas.stop("type", "missing", "FeatureCollection");
        }
        if (!any) {
            throw areas.stop("features", "missing", "the buildings, one feature each");
        }
    }

    private void member(JsonParser json, String name) throws IOException, AreaReader.Stop {
        JsonToken first = json.nextToken();
        switch (name) {
            case "type" -> {
                if (first != JsonToken.VALUE_STRING || !json.getText().equals("FeatureCollection")) {
                    throw areas.stop("type", json.getText(), "FeatureCollection");
                }
                typed = true;
            }
            case "crs" -> areas.refuseAnotherCrs(JSON.createObjectNode().set("crs", json.<JsonNode>readValueAsTree()));
            case "features" -> {
                if (first != JsonToken.START_ARRAY) {
                    throw areas.stop("features", json.getText(), "a list, one feature a building");
                }
                any = true;
                for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                    feature(json.readValueAsTree(), i);
                }
            }
            default -> json.skipChildren();
        }
    }

    private void feature(JsonNode feature, int i) throws AreaReader.Stop {
        if (i >= MOST_BUILDINGS) {
            throw areas.stop("features", "more than " + MOST_BUILDINGS, "at most as many buildings");
        }
        if (areas.isEnough()) {
            throw new AreaReader.Stop();
        }
        String at = "features[" + i + "].";
        try {
            if (!feature.path("type").asText().equals("Feature")) {
                throw areas.stop(at + "type", AreaReader.shown(feature.get("type")), "Feature");
            }
            Geometry outline = areas.geometry(feature.path("geometry"), at + "geometry");
            Envelope box = outline.getEnvelopeInternal();
            double acrossM =
                    Math.max(box.getHeight(), box.getWidth() * Math.cos(Math.toRadians(box.getMinY()))) * M_PER_DEGREE;
            if (acrossM > MOST_ACROSS_M) {
                throw areas.stop(
                        at + "geometry",
                        Math.round(acrossM) + " m across",
                        "the outline of a building, at most " + MOST_ACROSS_M + " m across");
            }
            outlines.add(outline);
        } catch (AreaReader.Stop told) {
            // the others have faults to tell as well
        }
    }
}
