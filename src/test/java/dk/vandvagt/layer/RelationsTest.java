package dk.vandvagt.layer;

import static dk.vandvagt.layer.TemporalRelation.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;

/** The relations of times by Allen's theorem, those of geometries against the older algorithm of JTS. */
class RelationsTest {
    private static final Set<TemporalRelation> ALLEN = EnumSet.of(
            T_BEFORE,
            T_AFTER,
            T_MEETS,
            T_METBY,
            T_OVERLAPS,
            T_OVERLAPPEDBY,
            T_STARTS,
            T_STARTEDBY,
            T_DURING,
            T_CONTAINS,
            T_FINISHES,
            T_FINISHEDBY,
            T_EQUALS);

    @Test
    void shouldHaveExactlyOneOfAllensRelationsBetweenAnyTwoIntervals() {
        int n = 7;
        for (int a1 = 0; a1 < n; a1++) {
            for (int b1 = a1 + 1; b1 < n; b1++) {
                for (int a2 = 0; a2 < n; a2++) {
                    for (int b2 = a2 + 1; b2 < n; b2++) {
                        List<TemporalRelation> held = new ArrayList<>();
                        for (TemporalRelation each : ALLEN) {
                            if (each.holds(a1, b1, a2, b2)) {
                                held.add(each);
                            }
                        }
                        assertThat(held).hasSize(1);
                        boolean apart = held.contains(T_BEFORE) || held.contains(T_AFTER);
                        assertThat(T_DISJOINT.holds(a1, b1, a2, b2)).isEqualTo(apart);
                        assertThat(T_INTERSECTS.holds(a1, b1, a2, b2)).isEqualTo(!apart);
                        assertThat(inverse(held.getFirst()).holds(a2, b2, a1, b1))
                                .isTrue();
                    }
                }
            }
        }
    }

    private static TemporalRelation inverse(TemporalRelation relation) {
        return switch (relation) {
            case T_BEFORE -> T_AFTER;
            case T_AFTER -> T_BEFORE;
            case T_MEETS -> T_METBY;
            case T_METBY -> T_MEETS;
            case T_OVERLAPS -> T_OVERLAPPEDBY;
            case T_OVERLAPPEDBY -> T_OVERLAPS;
            case T_STARTS -> T_STARTEDBY;
            case T_STARTEDBY -> T_STARTS;
            case T_DURING -> T_CONTAINS;
            case T_CONTAINS -> T_DURING;
            case T_FINISHES -> T_FINISHEDBY;
            case T_FINISHEDBY -> T_FINISHES;
            case T_EQUALS, T_DISJOINT, T_INTERSECTS -> relation;
        };
    }

    @Test
    void shouldRelateGeometriesAsTheOlderAlgorithmOfJtsDoes() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("RelationsTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            Geometry a = any(random);
            Geometry b = any(random);
            for (SpatialRelation relation : SpatialRelation.values()) {
                boolean expected = older(relation, a, b);
                assertThat(relation.holds(a, b)).as("%s(%s,%s)", relation, a, b).isEqualTo(expected);
                assertThat(relation.against(b).of(a, b))
                        .as("%s(%s,%s)", relation, a, b)
                        .isEqualTo(expected);
                assertThat(relation.turned().against(a).of(b, a))
                        .as("%s(%s,%s)", relation, a, b)
                        .isEqualTo(expected);
            }
        }
    }

    private static boolean older(SpatialRelation relation, Geometry a, Geometry b) {
        return switch (relation) {
            case S_INTERSECTS -> a.intersects(b);
            case S_DISJOINT -> a.disjoint(b);
            case S_EQUALS -> a.equalsTopo(b);
            case S_TOUCHES -> a.touches(b);
            case S_WITHIN -> a.within(b);
            case S_CONTAINS -> a.contains(b);
            case S_OVERLAPS -> a.overlaps(b);
            case S_CROSSES -> a.crosses(b);
        };
    }

    /** On a small grid, so that borders and corners meet often. */
    private static Geometry any(Random random) {
        GeometryFactory shapes = new GeometryFactory();
        return switch (random.nextInt(4)) {
            case 0 -> shapes.createPoint(corner(random));
            case 1 -> shapes.createMultiPointFromCoords(new Coordinate[] {corner(random), corner(random)});
            case 2 -> {
                Coordinate from = corner(random);
                Coordinate to = corner(random);
                yield from.equals2D(to)
                        ? shapes.createPoint(from)
                        : shapes.createLineString(new Coordinate[] {from, to});
            }
            default -> {
                Coordinate low = corner(random);
                double width = 1 + random.nextInt(3);
                double height = 1 + random.nextInt(3);
                boolean triangle = random.nextBoolean();
                Coordinate right = new Coordinate(low.x + width, low.y);
                Coordinate top = new Coordinate(low.x + width, low.y + height);
                Coordinate left = new Coordinate(low.x, low.y + height);
                yield triangle
                        ? shapes.createPolygon(new Coordinate[] {low, right, top, low})
                        : shapes.createPolygon(new Coordinate[] {low, right, top, left, low});
            }
        };
    }

    private static Coordinate corner(Random random) {
        return new Coordinate(random.nextInt(5), random.nextInt(5));
    }
}
