package dk.vandvagt.layer;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the features of a layer say, one array a property: beside the ready JSON, for conditions, sort orders and other formats. */
final class Columns implements FlatJson.Notes {
    private static final long NONE = Long.MIN_VALUE;
    private static final int AT_FIRST = 64;

    private final Schema schema;
    /** By property: double[], long[], byte[] (0 none, 1 false, 2 true) or String[]. */
    private final Object[] columns;

    private int row = -1;
    private int room = AT_FIRST;
    private int guess;

    Columns(Schema schema) {
        this.schema = schema;
        columns = new Object[schema.properties().size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = switch (schema.property(i).type()) {
                case NUMBER -> filled(new double[AT_FIRST], 0);
                case WHOLE, INSTANT -> filled(new long[AT_FIRST], 0);
                case TRUTH -> new byte[AT_FIRST];
                case TEXT -> new @Nullable String[AT_FIRST];
            };
        }
    }

    void nextRow() {
        row++;
        guess = 0;
        if (row == room) {
            grow();
        }
    }

    private void grow() {
        int more = room * 2;
        for (int i = 0; i < columns.length; i++) {
            columns[i] = switch (columns[i]) {
                case double[] numbers -> filled(Arrays.copyOf(numbers, more), room);
                case long[] wholes -> filled(Arrays.copyOf(wholes, more), room);
                case byte[] truths -> Arrays.copyOf(truths, more);
                case Object[] texts -> Arrays.copyOf(texts, more);
                default -> throw new IllegalStateException();
            };
        }
        room = more;
    }

    private static double[] filled(double[] numbers, int from) {
        Arrays.fill(numbers, from, numbers.length, Double.NaN);
        return numbers;
    }

    private static long[] filled(long[] wholes, int from) {
        Arrays.fill(wholes, from, wholes.length, NONE);
        return wholes;
    }

    /** Features say their properties in about the order of the schema: the next one is mostly the one after the last. */
    private int at(String name) {
        if (guess < columns.length && schema.property(guess).name().equals(name)) {
            return guess++;
        }
        int index = schema.index(name);
        if (index < 0) {
            throw new IllegalStateException("the schema does not know the property " + name);
        }
        guess = index + 1;
        return index;
    }

    private Object column(String name, Property.Type type) {
        int at = at(name);
        if (schema.property(at).type() != type) {
            throw new IllegalStateException("the property " + name + " is "
                    + schema.property(at).type() + " in the schema, but " + type + " came");
        }
        return columns[at];
    }

    @Override
    public void text(String name, @Nullable String value) {
        ((@Nullable Object[]) column(name, Property.Type.TEXT))[row] = value;
    }

    @Override
    public void number(String name, double value) {
        ((double[]) column(name, Property.Type.NUMBER))[row] = Double.isFinite(value) ? value : Double.NaN;
    }

    @Override
    public void whole(String name, long value) {
        ((long[]) column(name, Property.Type.WHOLE))[row] = value;
    }

    @Override
    public void truth(String name, boolean value) {
        ((byte[]) column(name, Property.Type.TRUTH))[row] = (byte) (value ? 2 : 1);
    }

    @Override
    public void instant(String name, long atMs) {
        ((long[]) column(name, Property.Type.INSTANT))[row] = atMs == 0 ? NONE : atMs;
    }

    @Nullable
    Object value(int property, int of) {
        return switch (schema.property(property).type()) {
            case NUMBER -> {
                double number = ((double[]) columns[property])[of];
                yield Double.isNaN(number) ? null : number;
            }
            case WHOLE -> {
                long whole = ((long[]) columns[property])[of];
                yield whole == NONE ? null : whole;
            }
            case INSTANT -> {
                long atMs = ((long[]) columns[property])[of];
                yield atMs == NONE ? null : Instant.ofEpochMilli(atMs);
            }
            case TRUTH -> {
                byte truth = ((byte[]) columns[property])[of];
                yield truth == 0 ? null : truth == 2;
            }
            case TEXT -> ((Object[]) columns[property])[of];
        };
    }

    void write(FlatJson json, int property, int of) {
        Property described = schema.property(property);
        String name = described.name();
        switch (described.type()) {
            case NUMBER -> json.number(name, ((double[]) columns[property])[of]);
            case WHOLE -> {
                long whole = ((long[]) columns[property])[of];
                if (whole == NONE) {
                    json.nothing(name);
                } else {
                    json.whole(name, whole);
                }
            }
            case INSTANT -> json.instant(name, ((long[]) columns[property])[of]);
            case TRUTH -> {
                byte truth = ((byte[]) columns[property])[of];
                if (truth == 0) {
                    json.nothing(name);
                } else {
                    json.truth(name, truth == 2);
                }
            }
            case TEXT -> json.text(name, (String) ((Object[]) columns[property])[of]);
        }
    }
}
