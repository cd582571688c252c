package dk.vandvagt.wire;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * The double nearest to a decimal number, ties to even, as {@link Double#parseDouble} gives it but without allocating.
 *
 * <p>After Daniel Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51(8), 2021.
 */
final class Decimal {
    private static final int SMALLEST_POWER = -342;
    private static final int LARGEST_POWER = 308;
    /** Powers of five, scaled to 128 bits with the highest set: the upper and the lower halves. */
    private static final long[] FIVES_HIGH = new long[LARGEST_POWER - SMALLEST_POWER + 1];

    private static final long[] FIVES_LOW = new long[LARGEST_POWER - SMALLEST_POWER + 1];

    private static final double[] EXACT_TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final long LARGEST_EXACT = 1L << 53;
    /** Every number of that many digits fits 64 bits without a sign. */
    private static final int KEPT_DIGITS = 19;

    private static final int MANTISSA_BITS = 52;
    private static final int EXPONENT_BIAS = 1023;
    private static final int INFINITE_EXPONENT = 0x7FF;
    private static final int SATURATED_EXPONENT = 100_000;
    private static final double UNDECIDED = Double.NaN;

    static {
        for (int power = SMALLEST_POWER; power <= LARGEST_POWER; power++) {
            BigInteger scaled = power < 0
                    ? reciprocalOfFive(-power)
                    : normalised(BigInteger.valueOf(5).pow(power));
            FIVES_HIGH[power - SMALLEST_POWER] = scaled.shiftRight(64).longValue();
            FIVES_LOW[power - SMALLEST_POWER] = scaled.longValue();
        }
    }

    private Decimal() {}

    /** Up to 27 rounded up, beyond cut: what the proof of the algorithm asks for. */
    private static BigInteger reciprocalOfFive(int power) {
        BigInteger five = BigInteger.valueOf(5).pow(power);
        int bits = five.bitLength();
        int shift = power > 27 ? 2 * bits + 128 : bits + 127;
        return normalised(BigInteger.ONE.shiftLeft(shift).divide(five).add(BigInteger.ONE));
    }

    private static BigInteger normalised(BigInteger number) {
        return number.shiftLeft(128 - number.bitLength());
    }

    /**
     * @param in a number of the JSON grammar (RFC 8259, section 6) from {@code from} to {@code to}, and nothing else
     * @return infinite where it is beyond a double
     */
    static double parse(byte[] in, int from, int to) {
        boolean negative = in[from] == '-';
        int i = negative ? from + 1 : from;
        long digits = 0;
        int kept = 0;
        int exponent = 0;
        boolean cut = false;
        boolean pastPoint = false;
        for (; i < to; i++) {
            byte b = in[i];
            if (b == '.') {
                pastPoint = true;
                continue;
            }
            if (b < '0' || b > '9') {
                break;
            }
            if (kept < KEPT_DIGITS) {
                digits = digits * 10 + (b - '0');
                if (digits != 0) {
                    kept++;
                }
                if (pastPoint) {
                    exponent--;
                }
            } else {
                cut |= b != '0';
                if (!pastPoint) {
                    exponent++;
                }
            }
        }
        if (i < to) {
            exponent += exponent(in, i + 1, to);
        }
        double magnitude = magnitude(digits, exponent);
        if (cut && magnitude != magnitude(digits + 1, exponent)) {
            magnitude = UNDECIDED;
        }
        if (Double.isNaN(magnitude)) {
            return Double.parseDouble(new String(in, from, to - from, StandardCharsets.ISO_8859_1));
        }
        return negative ? -magnitude : magnitude;
    }

    private static int exponent(byte[] in, int from, int to) {
        int i = from;
        boolean negative = in[i] == '-';
        if (negative || in[i] == '+') {
            i++;
        }
        int exponent = 0;
        for (; i < to; i++) {
            exponent = Math.min(SATURATED_EXPONENT, exponent * 10 + (in[i] - '0'));
        }
        return negative ? -exponent : exponent;
    }

    /** {@code digits · 10^exponent}, the digits unsigned; {@link #UNDECIDED} in the rare cases that need more bits. */
    private static double magnitude(long digits, int exponent) {
        if (digits == 0) {
            return 0;
        }
        if (digits > 0 && digits <= LARGEST_EXACT && exponent >= -22 && exponent <= 22) {
            return exponent < 0 ? digits / EXACT_TENS[-exponent] : digits * EXACT_TENS[exponent];
        }
        if (exponent < SMALLEST_POWER) {
            return 0;
        }
        if (exponent > LARGEST_POWER) {
            return Double.POSITIVE_INFINITY;
        }
        return scaled(digits, exponent);
    }

    private static double scaled(long digits, int exponent) {
        int zeros = Long.numberOfLeadingZeros(digits);
        long w = digits << zeros;
        long fiveHigh = FIVES_HIGH[exponent - SMALLEST_POWER];
        long high = Math.unsignedMultiplyHigh(w, fiveHigh);
        long low = w * fiveHigh;
        int shift = 64 - MANTISSA_BITS - 3;
        long roundingBits = (1L << shift) - 1;
        if ((high & roundingBits) == roundingBits) {
            long carried = Math.unsignedMultiplyHigh(w, FIVES_LOW[exponent - SMALLEST_POWER]);
            low += carried;
            if (Long.compareUnsigned(low, carried) < 0) {
                high++;
            }
        }
        if (low == -1L && (exponent < -27 || exponent > 55)) {
            return UNDECIDED;
        }
        int upperBit = (int) (high >>> 63);
        long mantissa = high >>> (upperBit + shift);
        // 217706 / 2^16 is log2(10), close enough in this range
        int binaryExponent = ((217_706 * exponent) >> 16) + 63 + upperBit - zeros + EXPONENT_BIAS;
        if (binaryExponent <= 0) {
            return subnormal(mantissa, 1 - binaryExponent);
        }
        boolean mayBeTie = Long.compareUnsigned(low, 1) <= 0 && exponent >= -4 && exponent <= 23;
        if (mayBeTie && (mantissa & 3) == 1 && mantissa << (upperBit + shift) == high) {
            mantissa &= ~1L;
        }
        mantissa = (mantissa + (mantissa & 1)) >>> 1;
        if (mantissa >= 1L << (MANTISSA_BITS + 1)) {
            mantissa = 1L << MANTISSA_BITS;
            binaryExponent++;
        }
        return binaryExponent >= INFINITE_EXPONENT
                ? Double.POSITIVE_INFINITY
                : Double.longBitsToDouble((mantissa & ~(1L << MANTISSA_BITS)) | (long) binaryExponent << MANTISSA_BITS);
    }

    private static double subnormal(long mantissa, int shift) {
        if (shift >= 64) {
            return 0;
        }
        long shifted = mantissa >>> shift;
        // a carry into the exponent's lowest bit is the smallest normal number, as it should be
        return Double.longBitsToDouble((shifted + (shifted & 1)) >>> 1);
    }
}
