package dk.vandvagt.simulator;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** The few items of CBOR (RFC 8949) that readings need, each in its shortest form. */
final class CborWriter {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int DECIMAL_FRACTION = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    CborWriter array(int items) {
        head(ARRAY, items);
        return this;
    }

    CborWriter map(int pairs) {
        head(MAP, pairs);
        return this;
    }

    CborWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        head(TEXT, utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    CborWriter integer(long value) {
        if (value < 0) {
            head(NEGATIVE, -1 - value);
        } else {
            head(UNSIGNED, value);
        }
        return this;
    }

    /** Exactly the digits: an integer, or a decimal fraction (section 3.4.4), which rounds nothing. */
    CborWriter number(String json) {
        BigDecimal value = new BigDecimal(json);
        if (value.scale() <= 0) {
            return integer(value.longValueExact());
        }
        head(TAG, DECIMAL_FRACTION);
        return array(2).integer(-value.scale()).integer(value.unscaledValue().longValueExact());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private void head(int major, long argument) {
        int type = major << 5;
        if (argument < 24) {
            bytes.write(type | (int) argument);
        } else if (argument < 1L << 8) {
            bytes.write(type | 24);
            bigEndian(argument, 1);
        } else if (argument < 1L << 16) {
            bytes.write(type | 25);
            bigEndian(argument, 2);
        } else if (argument < 1L << 32) {
            bytes.write(type | 26);
            bigEndian(argument, 4);
        } else {
            bytes.write(type | 27);
            bigEndian(argument, 8);
        }
    }

    private void bigEndian(long argument, int size) {
        for (int i = size - 1; i >= 0; i--) {
            bytes.write((int) (argument >>> (8 * i)));
        }
    }
}
