package dk.vandvagt.layer;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;

/** Milliseconds that a compiled condition takes over 10,000 features, and to compile. */
public final class ConditionBench {
    private static final int FEATURES = 10_000;
    private static final int ROUNDS = 300;

    private ConditionBench() {}

    private record Row(@Nullable Object[] values, Geometry geometry) implements FeatureView {
        @Override
        public @Nullable Object value(int property) {
            return values[property];
        }
    }

    public static void main(String[] args) throws Cql2Fault {
        Schema schema = new Schema(
                Schema.Shape.POINT,
                List.of(
                        Property.of("name", Property.Type.TEXT, "", ""),
                        Property.of("severity", Property.Type.WHOLE, "", ""),
                        Property.of("levelM", Property.Type.NUMBER, "", ""),
                        Property.of("stale", Property.Type.TRUTH, "", ""),
                        Property.of("observedAt", Property.Type.INSTANT, "", "")));
        Random random = new Random(1);
        GeometryFactory points = new GeometryFactory();
        Row[] rows = new Row[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            rows[i] = new Row(
                    new Object[] {
                        "Målestation " + i,
                        (long) random.nextInt(4),
                        i % 10 == 0 ? null : random.nextDouble() * 3,
                        random.nextBoolean(),
                        Instant.ofEpochSecond(1_700_000_000L + i)
                    },
                    points.createPoint(new Coordinate(8 + random.nextDouble() * 4, 54 + random.nextDouble() * 3)));
        }
        for (String text : List.of(
                "severity >= 2",
                "levelM > 1.5 AND severity <> 0",
                "stale = true OR levelM BETWEEN 1 AND 2",
                "observedAt > TIMESTAMP('2023-11-14T23:00:00Z')",
                "name = 'Målestation 77'",
                "name LIKE '%station 7%'",
                "CASEI(name) LIKE CASEI('MÅLE%7')",
                "ACCENTI(CASEI(name)) = ACCENTI(CASEI('malestation 77'))",
                "levelM * 2 + severity > 3",
                "name IN ('Målestation 1','Målestation 2','Målestation 3')",
                "S_INTERSECTS(geometry,BBOX(9,55,10,56))",
                "S_WITHIN(geometry,POLYGON((9 55,10 55,10.5 55.5,10 56,9 56,9 55)))")) {
            measure(text, schema, rows);
        }
    }

    private static void measure(String text, Schema schema, Row[] rows) throws Cql2Fault {
        double[] ms = new double[ROUNDS];
        double[] compiledMs = new double[ROUNDS];
        int picked = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            Condition condition = Condition.of(Cql2Text.parse(text), schema, UnaryOperator.identity());
            long compiled = System.nanoTime();
            picked = 0;
            for (Row row : rows) {
                picked += condition.holds(row) ? 1 : 0;
            }
            compiledMs[round] = (compiled - begin) / 1e6;
            ms[round] = (System.nanoTime() - compiled) / 1e6;
        }
        Arrays.sort(ms);
        Arrays.sort(compiledMs);
        System.out.printf(
                "%6.3f ms (p99 %6.3f), compiled in %5.3f ms, %5d of %d: %s%n",
                ms[ROUNDS / 2], ms[ROUNDS * 99 / 100], compiledMs[ROUNDS / 2], picked, FEATURES, text);
    }
}
