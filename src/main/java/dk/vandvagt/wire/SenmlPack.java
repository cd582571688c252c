package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Unit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of one SenML pack (RFC 8428) as they are resolved, whatever they were written in: what stands in a base field
 * holds for the records after it. Allocates nothing while no name is longer than those before.
 */
final class SenmlPack {
    // labels of RFC 8428, table 4
    static final int BASE_VERSION = -1;
    static final int BASE_NAME = -2;
    static final int BASE_TIME = -3;
    static final int BASE_UNIT = -4;
    static final int BASE_VALUE = -5;
    static final int BASE_SUM = -6;
    static final int NAME = 0;
    static final int UNIT = 1;
    static final int VALUE = 2;
    static final int STRING_VALUE = 3;
    static final int BOOLEAN_VALUE = 4;
    static final int SUM = 5;
    static final int TIME = 6;
    static final int UPDATE_TIME = 7;
    static final int DATA_VALUE = 8;
    /** No label of the RFC's, and none that must be understood. */
    static final int OTHER = 100;

    /** Below it a time counts from now: RFC 8428, 4.5.3. */
    private static final double RELATIVE_BELOW_SECONDS = 1 << 28;
    /** RFC 8428, 4.4. */
    private static final int VERSION = 10;
    /** The same with secondary units such as mm: RFC 9100, section 6. */
    private static final int VERSION_WITH_SECONDARY_UNITS = 26;

    private static final Unit[] UNITS = Unit.values();
    private static final byte[][] SYMBOLS = symbols();
    private static final int NO_UNIT = -1;
    private static final int OTHER_UNIT = -2;

    private Catalogue catalogue;
    private SensorNames names;

    private long receivedAtMs;
    private int records;
    private boolean anyKnown;
    private @Nullable Refusal firstFault;

    private byte[] name = new byte[128];
    private int baseNameLength;
    private double baseTime;
    private int baseUnit;
    private double baseValue;

    private byte[] ownName = new byte[128];
    private int ownNameLength;
    private double time;
    private int unit;
    private double value;
    private int seen;

    SenmlPack(Catalogue catalogue) {
        this.catalogue = catalogue;
        this.names = new SensorNames(catalogue);
    }

    private static byte[][] symbols() {
        byte[][] symbols = new byte[UNITS.length][];
        for (int i = 0; i < UNITS.length; i++) {
            symbols[i] = UNITS[i].symbol().getBytes(StandardCharsets.UTF_8);
        }
        return symbols;
    }

    void use(Catalogue catalogue) {
        this.catalogue = catalogue;
        this.names = new SensorNames(catalogue);
    }

    void begin(long receivedAtMs) {
        this.receivedAtMs = receivedAtMs;
        records = 0;
        anyKnown = false;
        firstFault = null;
        baseNameLength = 0;
        baseTime = 0;
        baseUnit = NO_UNIT;
        baseValue = 0;
    }

    /** False where there are more than may be. */
    boolean beginRecord() {
        ownNameLength = 0;
        time = 0;
        unit = NO_UNIT;
        value = 0;
        seen = 0;
        return ++records <= Decoder.MAX_READINGS;
    }

    boolean tooMany() {
        return records > Decoder.MAX_READINGS;
    }

    void label(int label) {
        if (label != OTHER) {
            int bit = bit(label);
            blameIf((seen & bit) != 0, Refusal.DUPLICATE_MEMBER);
            seen |= bit;
        }
    }

    private static int bit(int label) {
        return 1 << (label - BASE_SUM);
    }

    private boolean has(int label) {
        return (seen & bit(label)) != 0;
    }

    static boolean isText(int label) {
        return label == BASE_NAME || label == NAME || label == BASE_UNIT || label == UNIT;
    }

    static boolean isNumber(int label) {
        return label == BASE_VERSION
                || label == BASE_TIME
                || label == BASE_VALUE
                || label == VALUE
                || label == TIME
                || label == UPDATE_TIME
                || label == BASE_SUM
                || label == SUM;
    }

    void text(int label, byte[] in, int from, int to) {
        int length = to - from;
        switch (label) {
            case BASE_NAME -> {
                name = atLeast(name, length);
                System.arraycopy(in, from, name, 0, length);
                baseNameLength = length;
            }
            case NAME -> {
                ownName = atLeast(ownName, length);
                System.arraycopy(in, from, ownName, 0, length);
                ownNameLength = length;
            }
            case BASE_UNIT -> baseUnit = unit(in, from, to);
            default -> unit = unit(in, from, to);
        }
    }

    private static byte[] atLeast(byte[] bytes, int length) {
        return bytes.length >= length ? bytes : Arrays.copyOf(bytes, 2 * length);
    }

    private static int unit(byte[] in, int from, int to) {
        for (int i = 0; i < SYMBOLS.length; i++) {
            if (Arrays.equals(SYMBOLS[i], 0, SYMBOLS[i].length, in, from, to)) {
                return i;
            }
        }
        return OTHER_UNIT;
    }

    void number(int label, double number) {
        if (!Double.isFinite(number)) {
            blameIf(true, Refusal.NOT_FINITE);
            return;
        }
        switch (label) {
            case BASE_VERSION ->
                blameIf(
                        number != Math.rint(number)
                                || number < 1
                                || number > VERSION && number != VERSION_WITH_SECONDARY_UNITS,
                        Refusal.UNSUPPORTED_VERSION);
            case BASE_TIME -> baseTime = number;
            case BASE_VALUE -> baseValue = number;
            case TIME -> time = number;
            case VALUE -> value = number;
            default -> {
                // sums and update times are not read
            }
        }
    }

    /** A field that is not of its label's kind. */
    void wrongKind(int label) {
        blameIf(true, label == TIME || label == BASE_TIME ? Refusal.BAD_TIME : Refusal.BAD_VALUE);
    }

    /** A field whose name ends in an underscore, which RFC 8428, 4.4, bids whoever does not know it to refuse. */
    void mustUnderstand() {
        blameIf(true, Refusal.MUST_UNDERSTAND);
    }

    void endRecord(ReadingBuffer into) {
        boolean measures = has(VALUE) || has(STRING_VALUE) || has(BOOLEAN_VALUE) || has(DATA_VALUE) || has(SUM);
        if (!measures && !has(NAME)) {
            // base fields alone
            return;
        }
        name = atLeast(name, baseNameLength + ownNameLength);
        System.arraycopy(ownName, 0, name, baseNameLength, ownNameLength);
        int sensorIndex = names.sensorIndex(name, 0, baseNameLength + ownNameLength);
        if (sensorIndex == SensorNames.UNKNOWN) {
            // packs hold what nobody asked for, as the temperature beside a level
            return;
        }
        anyKnown = true;
        if (!has(VALUE)) {
            boolean other = has(STRING_VALUE) || has(BOOLEAN_VALUE) || has(DATA_VALUE);
            blameIf(true, other ? Refusal.BAD_VALUE : Refusal.MISSING_VALUE);
            return;
        }
        Sensor sensor = catalogue.sensor(sensorIndex);
        int sent = has(UNIT) ? unit : baseUnit;
        Unit read = sent == NO_UNIT ? sensor.unit() : sent == OTHER_UNIT ? null : sensor.unitOf(UNITS[sent].symbol());
        if (read == null) {
            blameIf(true, Refusal.UNIT_MISMATCH);
            return;
        }
        double seconds = baseTime + time;
        long observedAtMs = Math.round(seconds * 1000);
        if (seconds < RELATIVE_BELOW_SECONDS) {
            observedAtMs += receivedAtMs;
        }
        blameIf(observedAtMs < CanonicalJson.EARLIEST_MS || observedAtMs >= CanonicalJson.LATEST_MS, Refusal.BAD_TIME);
        double kept = read.keep(baseValue + value);
        blameIf(!Double.isFinite(kept), Refusal.NOT_FINITE);
        if (firstFault == null) {
            // minus zero becomes zero: the same water, and a redelivery must equal it
            into.add(sensorIndex, observedAtMs, kept + 0.0);
        }
    }

    /** After the last record: null where the readings stand. */
    @Nullable
    Refusal end() {
        if (firstFault != null) {
            return firstFault;
        }
        return records == 0 ? Refusal.EMPTY : anyKnown ? null : Refusal.UNKNOWN_SENSOR;
    }

    private void blameIf(boolean atFault, Refusal refusal) {
        if (atFault && firstFault == null) {
            firstFault = refusal;
        }
    }
}
