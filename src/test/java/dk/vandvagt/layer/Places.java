package dk.vandvagt.layer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;

/** A small collection with every type of property and every kind of gap, for conditions to be asked of. */
final class Places {
    static final Schema SCHEMA = new Schema(
            Schema.Shape.ANY,
            List.of(
                    Property.of("name", Property.Type.TEXT, "Name", "Navn"),
                    Property.of("nameascii", Property.Type.TEXT, "Name in ASCII", "Navn i ASCII"),
                    Property.of("severity", Property.Type.WHOLE, "Severity", "Alvor"),
                    Property.of("levelM", Property.Type.NUMBER, "Level", "Vandstand", "m"),
                    Property.of("stale", Property.Type.TRUTH, "Stale", "Forældet"),
                    Property.of("start", Property.Type.INSTANT, "Begin", "Begyndelse"),
                    Property.of("end", Property.Type.INSTANT, "End", "Slutning")));

    private final List<Place> all = new ArrayList<>();

    /** One feature, its values in the order of the schema. */
    record Place(
            String id, @Nullable Object[] values, @Nullable Geometry geometry) implements FeatureView {
        @Override
        public @Nullable Object value(int property) {
            return values[property];
        }
    }

    static Places some() {
        Places places = new Places();
        // times as the temporal tests of the standard's Annex A need them
        places.add(
                "a",
                "København",
                "Kobenhavn",
                3L,
                1.62,
                true,
                "2021-04-16T10:15:59Z",
                "2022-04-16T10:16:06Z",
                "POINT(12.57 55.68)");
        places.add(
                "b",
                "Assens",
                "Assens",
                2L,
                2.02,
                false,
                "2022-04-16T10:13:19Z",
                "2022-04-16T10:15:59Z",
                "POINT(9.89 55.27)");
        places.add(
                "c",
                "Børkop",
                "Borkop",
                0L,
                -0.35,
                null,
                "2022-04-16T10:15:10Z",
                "2023-04-16T10:15:10Z",
                "POLYGON((9 55, 10 55, 10 56, 9 56, 9 55))");
        places.add("d", null, "Nowhere", null, null, null, null, null, null);
        places.add("e", "50%_off\\", "e", 1L, 0.0, false, null, null, "LINESTRING(9.5 54.5, 9.5 56.5)");
        return places;
    }

    private void add(
            String id,
            @Nullable String name,
            String ascii,
            @Nullable Long severity,
            @Nullable Double levelM,
            @Nullable Boolean stale,
            @Nullable String start,
            @Nullable String end,
            @Nullable String wkt) {
        all.add(new Place(
                id,
                new Object[] {name, ascii, severity, levelM, stale, instant(start), instant(end)},
                wkt == null ? null : geometry(wkt)));
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    static Geometry geometry(String wkt) {
        try {
            return new WKTReader().read(wkt);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    List<Place> all() {
        return all;
    }

    /** Ids of those that a condition holds of, one after the other. */
    String where(String text) throws Cql2Fault {
        return where(Cql2Text.parse(text), UnaryOperator.identity());
    }

    String where(Cql2 tree, UnaryOperator<Geometry> toCrs84) throws Cql2Fault {
        Condition condition = Condition.of(tree, SCHEMA, toCrs84);
        StringBuilder ids = new StringBuilder();
        for (Place place : all) {
            if (condition.holds(place)) {
                ids.append(place.id);
            }
        }
        return ids.toString();
    }
}
