package dk.vandvagt.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One metric of a Sparkplug B payload, as sent.
 *
 * @param name empty where only an alias is sent
 * @param alias −1 where there is none
 * @param timestampMs −1 where there is none
 * @param datatype 0 where it is left to the birth
 * @param kind the field its value stands in; 0 where it is no number
 * @param bits of that value
 */
record SparkplugMetric(String name, long alias, long timestampMs, int datatype, boolean isNull, int kind, long bits) {
    // fields of a metric and datatypes: Sparkplug 3.0.0, section 6.4
    private static final int NAME = 1;
    private static final int ALIAS = 2;
    private static final int TIMESTAMP = 3;
    private static final int DATATYPE = 4;
    private static final int IS_NULL = 7;
    private static final int INT = 10;
    private static final int LONG = 11;
    private static final int FLOAT = 12;
    private static final int DOUBLE = 13;
    private static final int INT8 = 1;
    private static final int INT16 = 2;
    private static final int INT32 = 3;
    private static final int INT64 = 4;

    /** Null where the bytes are no metric. */
    static @Nullable SparkplugMetric read(byte[] in, int from, int to) {
        ProtobufScanner fields = new ProtobufScanner();
        fields.scan(in, from, to);
        String name = "";
        long alias = -1;
        long timestampMs = -1;
        int datatype = 0;
        boolean isNull = false;
        int kind = 0;
        long bits = 0;
        while (fields.next()) {
            int wanted = switch (fields.field) {
                case NAME -> ProtobufScanner.LENGTH;
                case ALIAS, TIMESTAMP, DATATYPE, IS_NULL, INT, LONG -> ProtobufScanner.VARINT;
                case FLOAT -> ProtobufScanner.FIXED32;
                case DOUBLE -> ProtobufScanner.FIXED64;
                default -> fields.type;
            };
            if (wanted != fields.type) {
                return null;
            }
            switch (fields.field) {
                case NAME -> {
                    if (!Utf8.isWellFormed(in, fields.from, fields.to - fields.from)) {
                        return null;
                    }
                    name = new String(in, fields.from, fields.to - fields.from, StandardCharsets.UTF_8);
                }
                case ALIAS -> alias = fields.bits;
                case TIMESTAMP -> timestampMs = fields.bits;
                case DATATYPE -> datatype = (int) fields.bits;
                case IS_NULL -> isNull = fields.bits != 0;
                case INT, LONG, FLOAT, DOUBLE -> {
                    kind = fields.field;
                    bits = fields.bits;
                }
                default -> {
                    // what metrics say of themselves besides is not read
                }
            }
        }
        return fields.isBroken() ? null : new SparkplugMetric(name, alias, timestampMs, datatype, isNull, kind, bits);
    }

    /** The same, named and typed as its birth did. */
    SparkplugMetric as(String bornName, int bornType) {
        return new SparkplugMetric(
                bornName, alias, timestampMs, datatype == 0 ? bornType : datatype, isNull, kind, bits);
    }

    boolean isNumber() {
        return kind != 0;
    }

    double value() {
        return switch (kind) {
            case INT -> whole(bits & 0xFFFF_FFFFL, datatype);
            case LONG -> datatype == INT64 || bits >= 0 ? bits : (bits >>> 1) * 2.0;
            case FLOAT -> Float.intBitsToFloat((int) bits);
            case DOUBLE -> Double.longBitsToDouble(bits);
            default -> 0;
        };
    }

    /** Negative integers travel as the unsigned ones with the same bits. */
    private static double whole(long bits, int datatype) {
        return switch (datatype) {
            case INT8 -> (byte) bits;
            case INT16 -> (short) bits;
            case INT32 -> (int) bits;
            default -> bits;
        };
    }
}
