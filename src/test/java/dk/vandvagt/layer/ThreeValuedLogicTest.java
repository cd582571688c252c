package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Geometry;

/** Random conditions on random features with gaps, against the truth table of OGC 21-065r2 looked up cell by cell. */
class ThreeValuedLogicTest {
    private static final Boolean[] KNOWN_OR_NOT = {true, false, null};

    /** The standard's table: predicate 1, predicate 2, AND, OR. */
    private static final Boolean[][] TABLE = {
        {true, true, true, true},
        {true, false, false, true},
        {false, true, false, true},
        {false, false, false, false},
        {true, null, null, true},
        {false, null, false, null},
        {null, true, null, true},
        {null, false, false, null},
        {null, null, null, null},
    };

    private record Row(@Nullable Object[] values) implements FeatureView {
        @Override
        public @Nullable Object value(int property) {
            return values[property];
        }

        @Override
        public @Nullable Geometry geometry() {
            return null;
        }
    }

    private record Asked(String text, @Nullable Boolean truth) {}

    private final List<Property> properties = new ArrayList<>();
    private final Schema schema;

    ThreeValuedLogicTest() {
        for (int i = 0; i < 3; i++) {
            properties.add(Property.of("t" + i, Property.Type.TRUTH, "t", "t"));
            properties.add(Property.of("n" + i, Property.Type.NUMBER, "n", "n"));
        }
        schema = new Schema(Schema.Shape.ANY, properties);
    }

    private static @Nullable Boolean lookedUp(@Nullable Boolean one, @Nullable Boolean other, int column) {
        for (Boolean[] row : TABLE) {
            if (Objects.equals(row[0], one) && Objects.equals(row[1], other)) {
                return row[column];
            }
        }
        throw new AssertionError();
    }

    @Test
    void shouldAgreeWithTheStandardsTruthTable() throws Cql2Fault {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("ThreeValuedLogicTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Row row = row(random);
            Asked asked = any(random, row, 1 + random.nextInt(5));
            int expected = asked.truth == null ? Condition.UNKNOWN : asked.truth ? Condition.TRUE : Condition.FALSE;
            Cql2 tree = Cql2Text.parse(asked.text);
            Cql2 sameFromJson = Cql2Json.parse(Cql2Written.json(tree));
            assertThat(Condition.of(tree, schema, UnaryOperator.identity()).truth(row))
                    .as(asked.text)
                    .isEqualTo(expected);
            assertThat(Condition.of(sameFromJson, schema, UnaryOperator.identity())
                            .truth(row))
                    .as(asked.text)
                    .isEqualTo(expected);
        }
    }

    private Row row(Random random) {
        @Nullable Object[] values = new Object[properties.size()];
        for (int i = 0; i < values.length; i += 2) {
            values[i] = KNOWN_OR_NOT[random.nextInt(3)];
            values[i + 1] = random.nextInt(3) == 0 ? null : (double) random.nextInt(3);
        }
        return new Row(values);
    }

    private Asked any(Random random, Row row, int depth) {
        if (depth == 0 || random.nextInt(5) == 0) {
            return leaf(random, row);
        }
        Asked one = any(random, row, depth - 1);
        switch (random.nextInt(4)) {
            case 0 -> {
                return new Asked("NOT (" + one.text + ")", one.truth == null ? null : !one.truth);
            }
            case 1 -> {
                return new Asked("(" + one.text + ") IS NULL", one.truth == null);
            }
            default -> {
                Asked other = any(random, row, depth - 1);
                boolean and = random.nextBoolean();
                return new Asked(
                        "(" + one.text + (and ? ") AND (" : ") OR (") + other.text + ")",
                        lookedUp(one.truth, other.truth, and ? 2 : 3));
            }
        }
    }

    private Asked leaf(Random random, Row row) {
        int i = 2 * random.nextInt(3);
        Boolean truth = (Boolean) row.values[i];
        Double number = (Double) row.values[i + 1];
        String name = properties.get(i + 1).name();
        int other = random.nextInt(3);
        return switch (random.nextInt(7)) {
            case 0 -> new Asked(properties.get(i).name() + " = true", truth);
            case 1 -> new Asked(properties.get(i).name(), truth);
            case 2 -> new Asked(name + " > " + other, number == null ? null : number > other);
            case 3 ->
                new Asked(name + " BETWEEN 1 AND " + other, number == null ? null : number >= 1 && number <= other);
            case 4 ->
                new Asked(name + " NOT IN (0," + other + ")", number == null ? null : number != 0 && number != other);
            case 5 -> new Asked(name + " IS NOT NULL", number != null);
            default -> new Asked(other > 1 ? "TRUE" : "false", other > 1);
        };
    }
}
