package dk.vandvagt.layer;

import dk.vandvagt.layer.Condition.Test;
import dk.vandvagt.station.Nearest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/** Gives every part of a condition its type, and what it is of a feature. */
final class Cql2Compiler {
    /** No bound, or no value: times that no feature has. */
    private static final long NO_BEGINNING = Long.MIN_VALUE;

    private static final long NONE = Long.MIN_VALUE + 1;
    private static final long NO_END = Long.MAX_VALUE;

    private static final FeatureView NO_FEATURE = new FeatureView() {
        @Override
        public @Nullable Object value(int property) {
            return null;
        }

        @Override
        public @Nullable Geometry geometry() {
            return null;
        }
    };

    private final Schema schema;
    private final FilterPlace place;

    Cql2Compiler(Schema schema, UnaryOperator<Geometry> toCrs84) {
        this.schema = schema;
        this.place = new FilterPlace(toCrs84);
    }

    /** NaN where unknown. */
    private interface NumberOf {
        double of(FeatureView feature);
    }

    private interface TextOf {
        @Nullable
        String of(FeatureView feature);
    }

    /** {@link #NONE} where unknown. */
    private interface TimeOf {
        long of(FeatureView feature);
    }

    private interface GeometryOf {
        @Nullable
        Geometry of(FeatureView feature);
    }

    private sealed interface Value {
        String kind();
    }

    private record Numbers(NumberOf read, boolean isConstant) implements Value {
        @Override
        public String kind() {
            return "a number";
        }
    }

    private record Texts(TextOf read, @Nullable String constant) implements Value {
        @Override
        public String kind() {
            return "a text";
        }
    }

    private record Truths(Test read) implements Value {
        @Override
        public String kind() {
            return "true or false";
        }
    }

    /** @param isDay in days since 1970-01-01, otherwise in epoch milliseconds */
    private record Times(TimeOf read, boolean isDay, boolean isConstant) implements Value {
        @Override
        public String kind() {
            return isDay ? "a day" : "a timestamp";
        }
    }

    private record Spans(TimeOf from, TimeOf to, boolean isDay) implements Value {
        @Override
        public String kind() {
            return "an interval";
        }
    }

    private record Geometries(GeometryOf read, @Nullable Geometry constant) implements Value {
        @Override
        public String kind() {
            return "a geometry";
        }
    }

    Test test(Cql2 node) throws Cql2Fault {
        Value value = value(node);
        if (value instanceof Truths truths) {
            return truths.read;
        }
        throw new Cql2Fault(node.at(), value.kind(), "a condition, something that is true or false");
    }

    private Value value(Cql2 node) throws Cql2Fault {
        return switch (node) {
            case Cql2.And and -> new Truths(all(tests(and.all())));
            case Cql2.Or or -> new Truths(any(tests(or.any())));
            case Cql2.Not not -> {
                Test negated = test(not.negated());
                yield new Truths(feature -> {
                    int truth = negated.of(feature);
                    return truth == Condition.UNKNOWN ? truth : 1 - truth;
                });
            }
            case Cql2.Compare compare ->
                new Truths(compare(
                        compare.how(), compare.left(), value(compare.left()), compare.right(), value(compare.right())));
            case Cql2.Like like -> new Truths(like(like));
            case Cql2.Between between -> {
                Value value = value(between.value());
                Test above = compare(
                        Cql2.Comparison.GREATER_OR_EQUAL, between.value(), value, between.low(), value(between.low()));
                Test below = compare(
                        Cql2.Comparison.LESS_OR_EQUAL, between.value(), value, between.high(), value(between.high()));
                yield new Truths(all(List.of(above, below)));
            }
            case Cql2.In in -> new Truths(in(in));
            case Cql2.IsNull isNull -> new Truths(isNull(value(isNull.value())));
            case Cql2.Spatial spatial -> new Truths(spatial(spatial));
            case Cql2.Temporal temporal -> new Truths(temporal(temporal));
            case Cql2.Arithmetic arithmetic -> arithmetic(arithmetic);
            case Cql2.Folded folded -> folded(folded);
            case Cql2.Named named -> property(named);
            case Cql2.Text text -> new Texts(feature -> text.value(), text.value());
            case Cql2.Numeral numeral -> {
                double number = numeral.value();
                yield new Numbers(feature -> number, true);
            }
            case Cql2.Truth truth -> {
                int known = Test.of(truth.value());
                yield new Truths(feature -> known);
            }
            case Cql2.Day day -> {
                long epochDay = day.epochDay();
                yield new Times(feature -> epochDay, true, true);
            }
            case Cql2.Timestamp timestamp -> {
                long atMs = timestamp.atMs();
                yield new Times(feature -> atMs, false, true);
            }
            case Cql2.Interval interval -> interval(interval);
            case Cql2.Open open -> throw new Cql2Fault(open.at(), "\"..\"", "it as a bound of an INTERVAL only");
            case Cql2.Shape shape -> constant(place.of(shape));
            case Cql2.Bbox box -> constant(place.of(box));
        };
    }

    private static Value constant(Geometry geometry) {
        return new Geometries(feature -> geometry, geometry);
    }

    private List<Test> tests(List<Cql2> nodes) throws Cql2Fault {
        List<Test> tests = new ArrayList<>(nodes.size());
        for (Cql2 each : nodes) {
            tests.add(test(each));
        }
        return tests;
    }

    private static Test all(List<Test> tests) {
        Test[] each = tests.toArray(Test[]::new);
        return feature -> {
            int truth = Condition.TRUE;
            for (Test test : each) {
                int one = test.of(feature);
                if (one == Condition.FALSE) {
                    return one;
                }
                truth = one == Condition.UNKNOWN ? one : truth;
            }
            return truth;
        };
    }

    private static Test any(List<Test> tests) {
        Test[] each = tests.toArray(Test[]::new);
        return feature -> {
            int truth = Condition.FALSE;
            for (Test test : each) {
                int one = test.of(feature);
                if (one == Condition.TRUE) {
                    return one;
                }
                truth = one == Condition.UNKNOWN ? one : truth;
            }
            return truth;
        };
    }

    private Value property(Cql2.Named named) throws Cql2Fault {
        int i = schema.index(named.property());
        if (i < 0) {
            if (named.property().equals(Schema.GEOMETRY)) {
                return new Geometries(FeatureView::geometry, null);
            }
            throw unknown(named);
        }
        return switch (schema.property(i).type()) {
            case TEXT -> new Texts(feature -> (String) feature.value(i), null);
            case NUMBER, WHOLE ->
                new Numbers(
                        feature -> {
                            Number number = (Number) feature.value(i);
                            return number == null ? Double.NaN : number.doubleValue();
                        },
                        false);
            case TRUTH ->
                new Truths(feature -> {
                    Boolean truth = (Boolean) feature.value(i);
                    return truth == null ? Condition.UNKNOWN : Test.of(truth);
                });
            case INSTANT ->
                new Times(
                        feature -> {
                            Instant instant = (Instant) feature.value(i);
                            return instant == null ? NONE : instant.toEpochMilli();
                        },
                        false,
                        false);
        };
    }

    private Cql2Fault unknown(Cql2.Named named) {
        List<String> known = new ArrayList<>();
        for (Property each : schema.properties()) {
            known.add(each.name());
        }
        known.add(Schema.GEOMETRY);
        return new Cql2Fault(
                named.at(),
                "the property " + Cql2Fault.quoted(named.property()),
                "one of " + String.join(", ", known),
                Nearest.to(named.property(), known));
    }

    // comparison

    private static Test compare(Cql2.Comparison how, Cql2 leftNode, Value left, Cql2 rightNode, Value right)
            throws Cql2Fault {
        Value leftCast = cast(left, right, leftNode);
        Value rightCast = cast(right, leftCast, rightNode);
        return switch (leftCast) {
            case Numbers a when rightCast instanceof Numbers b -> numbers(how, a.read, b.read);
            case Texts a when rightCast instanceof Texts b -> texts(how, a.read, b.read);
            case Truths a
            when rightCast instanceof Truths b ->
                feature -> {
                    int one = a.read.of(feature);
                    int other = b.read.of(feature);
                    return one == Condition.UNKNOWN || other == Condition.UNKNOWN
                            ? Condition.UNKNOWN
                            : Test.of(how.holds(one - other));
                };
            case Times a when rightCast instanceof Times b -> times(how, a, b);
            case Numbers it -> throw incomparable(rightNode, rightCast, it);
            case Texts it -> throw incomparable(rightNode, rightCast, it);
            case Truths it -> throw incomparable(rightNode, rightCast, it);
            case Times it -> throw incomparable(rightNode, rightCast, it);
            case Spans it ->
                throw new Cql2Fault(leftNode.at(), it.kind(), "a temporal function such as T_INTERSECTS for it");
            case Geometries it ->
                throw new Cql2Fault(leftNode.at(), it.kind(), "a spatial function such as S_INTERSECTS for it");
        };
    }

    /** A text that is written down is the time it names, where a time is asked for. */
    private static Value cast(Value value, Value like, Cql2 node) throws Cql2Fault {
        String text = value instanceof Texts texts ? texts.constant : null;
        if (text == null || !(like instanceof Times || like instanceof Spans)) {
            return value;
        }
        Long day = Rfc3339.day(text);
        if (day != null) {
            return new Times(feature -> day, true, true);
        }
        Long atMs = Rfc3339.timestamp(text);
        if (atMs != null) {
            return new Times(feature -> atMs, false, true);
        }
        throw new Cql2Fault(
                node.at(),
                Cql2Fault.quoted(text),
                "a time such as DATE('2023-10-20') or TIMESTAMP('2023-10-20T18:00:00Z')");
    }

    private static Cql2Fault incomparable(Cql2 node, Value value, Value other) {
        return new Cql2Fault(node.at(), value.kind(), other.kind() + ", to be compared with one");
    }

    private static Test numbers(Cql2.Comparison how, NumberOf left, NumberOf right) {
        return switch (how) {
            case EQUAL ->
                feature -> {
                    double a = left.of(feature);
                    double b = right.of(feature);
                    return a == b ? Condition.TRUE : falseOrUnknown(a, b);
                };
            case UNEQUAL ->
                feature -> {
                    double a = left.of(feature);
                    double b = right.of(feature);
                    return a < b || a > b ? Condition.TRUE : falseOrUnknown(a, b);
                };
            case LESS ->
                feature -> {
                    double a = left.of(feature);
                    double b = right.of(feature);
                    return a < b ? Condition.TRUE : falseOrUnknown(a, b);
                };
            case LESS_OR_EQUAL ->
                feature -> {
                    double a = left.of(feature);
                    double b = right.of(feature);
                    return a <= b ? Condition.TRUE : falseOrUnknown(a, b);
                };
            case GREATER ->
                feature -> {
                    double a = left.of(feature);
                    double b = right.of(feature);
                    return a > b ? Condition.TRUE : falseOrUnknown(a, b);
                };
            case GREATER_OR_EQUAL ->
                feature -> {
                    double a = left.of(feature);
                    double b = right.of(feature);
                    return a >= b ? Condition.TRUE : falseOrUnknown(a, b);
                };
        };
    }

    private static int falseOrUnknown(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? Condition.UNKNOWN : Condition.FALSE;
    }

    private static Test texts(Cql2.Comparison how, TextOf left, TextOf right) {
        return feature -> {
            String a = left.of(feature);
            String b = right.of(feature);
            if (a == null || b == null) {
                return Condition.UNKNOWN;
            }
            return Test.of(
                    switch (how) {
                        case EQUAL -> a.equals(b);
                        case UNEQUAL -> !a.equals(b);
                        case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> how.holds(a.compareTo(b));
                    });
        };
    }

    private static Test times(Cql2.Comparison how, Times left, Times right) {
        boolean byDay = left.isDay || right.isDay;
        TimeOf one = byDay && !left.isDay ? days(left.read) : left.read;
        TimeOf other = byDay && !right.isDay ? days(right.read) : right.read;
        return feature -> {
            long a = one.of(feature);
            long b = other.of(feature);
            return a == NONE || b == NONE ? Condition.UNKNOWN : Test.of(how.holds(Long.compare(a, b)));
        };
    }

    private static TimeOf days(TimeOf timestamps) {
        return feature -> {
            long atMs = timestamps.of(feature);
            return atMs <= NONE || atMs == NO_END ? atMs : Math.floorDiv(atMs, Rfc3339.DAY_MS);
        };
    }

    private Test like(Cql2.Like like) throws Cql2Fault {
        Value value = value(like.value());
        if (!(value instanceof Texts texts)) {
            throw new Cql2Fault(like.value().at(), value.kind(), "a text before LIKE");
        }
        String written = value(like.pattern()) instanceof Texts pattern ? pattern.constant : null;
        if (written == null) {
            throw new Cql2Fault(like.pattern().at(), "no text", "a pattern in 'single quotes' after LIKE");
        }
        LikePattern pattern = new LikePattern(written);
        TextOf read = texts.read;
        return feature -> {
            String text = read.of(feature);
            return text == null ? Condition.UNKNOWN : Test.of(pattern.matches(text));
        };
    }

    private Test in(Cql2.In in) throws Cql2Fault {
        Value value = value(in.value());
        List<Value> items = new ArrayList<>(in.list().size());
        for (Cql2 item : in.list()) {
            items.add(value(item));
        }
        Test known = amongConstants(items, value);
        if (known != null) {
            return known;
        }
        List<Test> each = new ArrayList<>(in.list().size());
        for (int i = 0; i < items.size(); i++) {
            each.add(compare(Cql2.Comparison.EQUAL, in.value(), value, in.list().get(i), items.get(i)));
        }
        return any(each);
    }

    /** The common case, of any length: texts or numbers that are written down. */
    private static @Nullable Test amongConstants(List<Value> items, Value value) {
        if (value instanceof Texts texts) {
            Set<String> among = new HashSet<>();
            for (Value item : items) {
                if (!(item instanceof Texts text) || text.constant == null) {
                    return null;
                }
                among.add(text.constant);
            }
            TextOf read = texts.read;
            return feature -> {
                String text = read.of(feature);
                return text == null ? Condition.UNKNOWN : Test.of(among.contains(text));
            };
        }
        if (value instanceof Numbers numbers) {
            double[] among = new double[items.size()];
            for (int i = 0; i < among.length; i++) {
                if (!(items.get(i) instanceof Numbers number) || !number.isConstant) {
                    return null;
                }
                // plus zero makes one zero of the two
                among[i] = number.read.of(NO_FEATURE) + 0.0;
                if (Double.isNaN(among[i])) {
                    return null;
                }
            }
            Arrays.sort(among);
            NumberOf read = numbers.read;
            return feature -> {
                double number = read.of(feature) + 0.0;
                return Double.isNaN(number) ? Condition.UNKNOWN : Test.of(Arrays.binarySearch(among, number) >= 0);
            };
        }
        return null;
    }

    private static Test isNull(Value value) {
        return switch (value) {
            case Numbers it -> feature -> Test.of(Double.isNaN(it.read.of(feature)));
            case Texts it -> feature -> Test.of(it.read.of(feature) == null);
            case Truths it -> feature -> Test.of(it.read.of(feature) == Condition.UNKNOWN);
            case Times it -> feature -> Test.of(it.read.of(feature) == NONE);
            case Spans it -> feature -> Test.of(it.from.of(feature) == NONE || it.to.of(feature) == NONE);
            case Geometries it -> feature -> Test.of(it.read.of(feature) == null);
        };
    }

    // texts and numbers

    private Value folded(Cql2.Folded folded) throws Cql2Fault {
        Value value = value(folded.value());
        if (!(value instanceof Texts texts)) {
            throw new Cql2Fault(folded.value().at(), value.kind(), "a text within " + folded.how());
        }
        if (texts.constant != null) {
            String constant = Folding.of(folded.how(), texts.constant);
            return new Texts(feature -> constant, constant);
        }
        TextOf read = texts.read;
        Cql2.Fold how = folded.how();
        return new Texts(
                feature -> {
                    String text = read.of(feature);
                    return text == null ? null : Folding.of(how, text);
                },
                null);
    }

    /** Goes along the left operands, however many, and not down into them: 1+1+1+… is as deep as it is long. */
    private Value arithmetic(Cql2.Arithmetic arithmetic) throws Cql2Fault {
        List<Cql2.Arithmetic> steps = new ArrayList<>(List.of(arithmetic));
        while (steps.getLast().left() instanceof Cql2.Arithmetic further) {
            steps.add(further);
        }
        Collections.reverse(steps);
        Numbers first = number(steps.getFirst(), steps.getFirst().left());
        int n = steps.size();
        Cql2.Operator[] how = new Cql2.Operator[n];
        NumberOf[] right = new NumberOf[n];
        boolean isConstant = first.isConstant;
        for (int i = 0; i < n; i++) {
            Numbers operand = number(steps.get(i), steps.get(i).right());
            how[i] = steps.get(i).how();
            right[i] = operand.read;
            isConstant &= operand.isConstant;
        }
        NumberOf result = feature -> {
            double number = first.read.of(feature);
            for (int i = 0; i < right.length; i++) {
                number = computed(how[i], number, right[i].of(feature));
            }
            return number;
        };
        if (isConstant) {
            double constant = result.of(NO_FEATURE);
            return new Numbers(feature -> constant, true);
        }
        return new Numbers(result, false);
    }

    private static double computed(Cql2.Operator how, double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.NaN;
        }
        double number = switch (how) {
            case PLUS -> a + b;
            case MINUS -> a - b;
            case TIMES -> a * b;
            case OVER -> a / b;
            case MODULO -> a % b;
            case DIV -> a / b < 0 ? Math.ceil(a / b) : Math.floor(a / b);
            case POWER -> Math.pow(a, b);
        };
        return Double.isFinite(number) ? number : Double.NaN;
    }

    private Numbers number(Cql2.Arithmetic arithmetic, Cql2 node) throws Cql2Fault {
        Value value = value(node);
        if (value instanceof Numbers numbers) {
            return numbers;
        }
        throw new Cql2Fault(node.at(), value.kind(), "a number beside " + arithmetic.how().sign);
    }

    // time

    private Value interval(Cql2.Interval interval) throws Cql2Fault {
        Times from = bound(interval.from());
        Times to = bound(interval.to());
        boolean byDay = (from == null || from.isDay) && (to == null || to.isDay) && !(from == null && to == null);
        TimeOf begin = from == null ? feature -> NO_BEGINNING : from.isDay && !byDay ? firstMs(from.read) : from.read;
        TimeOf end = to == null ? feature -> NO_END : to.isDay && !byDay ? lastMs(to.read) : to.read;
        boolean isConstant = (from == null || from.isConstant) && (to == null || to.isConstant);
        if (isConstant && begin.of(NO_FEATURE) > end.of(NO_FEATURE)) {
            throw new Cql2Fault(interval.at(), "an interval that begins after its end", "the earlier bound first");
        }
        return new Spans(begin, end, byDay);
    }

    private @Nullable Times bound(Cql2 node) throws Cql2Fault {
        if (node instanceof Cql2.Open) {
            return null;
        }
        Value value = value(node);
        if (value instanceof Times times) {
            return times;
        }
        throw new Cql2Fault(node.at(), value.kind(), "a day or a timestamp as the bound of an INTERVAL");
    }

    private static TimeOf firstMs(TimeOf days) {
        return feature -> {
            long day = days.of(feature);
            return day == NONE ? NONE : day * Rfc3339.DAY_MS;
        };
    }

    private static TimeOf lastMs(TimeOf days) {
        return feature -> {
            long day = days.of(feature);
            return day == NONE ? NONE : (day + 1) * Rfc3339.DAY_MS - 1;
        };
    }

    private Test temporal(Cql2.Temporal temporal) throws Cql2Fault {
        Spans left = span(temporal, temporal.left());
        Spans right = span(temporal, temporal.right());
        boolean byDay = left.isDay || right.isDay;
        TimeOf from1 = byDay && !left.isDay ? days(left.from) : left.from;
        TimeOf to1 = byDay && !left.isDay ? days(left.to) : left.to;
        TimeOf from2 = byDay && !right.isDay ? days(right.from) : right.from;
        TimeOf to2 = byDay && !right.isDay ? days(right.to) : right.to;
        TemporalRelation how = temporal.how();
        return feature -> {
            long a1 = from1.of(feature);
            long b1 = to1.of(feature);
            long a2 = from2.of(feature);
            long b2 = to2.of(feature);
            return a1 == NONE || b1 == NONE || a2 == NONE || b2 == NONE
                    ? Condition.UNKNOWN
                    : Test.of(how.holds(a1, b1, a2, b2));
        };
    }

    private Spans span(Cql2.Temporal temporal, Cql2 node) throws Cql2Fault {
        Value value = value(node);
        Value time = cast(value, new Times(feature -> NONE, false, true), node);
        if (time instanceof Spans spans) {
            return spans;
        }
        if (!(time instanceof Times times)) {
            throw new Cql2Fault(node.at(), time.kind(), "a time within " + temporal.how());
        }
        if (temporal.how().ofIntervalsOnly) {
            throw new Cql2Fault(
                    node.at(),
                    time.kind(),
                    "an INTERVAL: " + temporal.how() + " is of intervals only; of instants are T_AFTER, T_BEFORE,"
                            + " T_DISJOINT, T_EQUALS and T_INTERSECTS");
        }
        return new Spans(times.read, times.read, times.isDay);
    }

    // space

    private Test spatial(Cql2.Spatial spatial) throws Cql2Fault {
        SpatialRelation how = spatial.how();
        Geometries left = geometries(spatial, spatial.left());
        Geometries right = geometries(spatial, spatial.right());
        if (left.constant != null && right.constant != null) {
            int known = Test.of(how.holds(left.constant, right.constant));
            return feature -> known;
        }
        if (right.constant != null) {
            return against(how, left.read, right.constant);
        }
        if (left.constant != null) {
            return against(how.turned(), right.read, left.constant);
        }
        return feature -> {
            Geometry a = left.read.of(feature);
            Geometry b = right.read.of(feature);
            return a == null || b == null ? Condition.UNKNOWN : Test.of(how.holds(a, b));
        };
    }

    private static Test against(SpatialRelation how, GeometryOf read, Geometry constant) {
        SpatialRelation.Test test = how.against(constant);
        return feature -> {
            Geometry geometry = read.of(feature);
            return geometry == null ? Condition.UNKNOWN : Test.of(test.of(geometry, constant));
        };
    }

    private Geometries geometries(Cql2.Spatial spatial, Cql2 node) throws Cql2Fault {
        Value value = value(node);
        if (value instanceof Geometries geometries) {
            return geometries;
        }
        throw new Cql2Fault(
                node.at(), value.kind(), Schema.GEOMETRY + ", a geometry or a BBOX within " + spatial.how());
    }
}
