package dk.vandvagt.wire;

/**
 * Goes through CBOR (RFC 8949) byte by byte, allocating nothing; what reads one shape of it extends this. Each method stands at
 * the first byte of an item, goes past it, and returns false where the bytes are not well-formed.
 */
abstract class CborScanner {
    static final int MAX_DEPTH = JsonScanner.MAX_DEPTH;

    static final int UNSIGNED = 0;
    static final int NEGATIVE = 1;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;
    static final int TAG = 6;
    static final int SIMPLE = 7;

    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xFF;
    private static final int DECIMAL_FRACTION = 4;
    /** Powers of ten up to it are exact as doubles, so that one division rounds once. */
    private static final int EXACT_POWER = 22;

    private static final long EXACT_WHOLE = 1L << 53;

    byte[] in = {};
    int at;
    int end;

    /** Of the head read last. */
    int major;

    private int info;
    private long argument;

    /** Of the number gone past last. */
    double number;

    /** Of the number gone past last: an integer that fits {@link #whole}. */
    boolean integer;

    long whole;

    /** Of the text gone past last: where it lies in {@link #text}. */
    int textFrom;

    int textTo;
    byte[] text = in;
    boolean notUtf8;

    private byte[] joined = new byte[64];

    final void scan(byte[] payload, int offset, int length) {
        in = payload;
        at = offset;
        end = offset + length;
        notUtf8 = false;
    }

    final int majorHere() {
        return at < end ? (in[at] & 0xFF) >>> 5 : -1;
    }

    /** An item's first bytes: its major type and argument. */
    final boolean head() {
        if (at >= end) {
            return false;
        }
        int first = in[at++] & 0xFF;
        major = first >>> 5;
        info = first & 0x1F;
        argument = info;
        if (info < 24) {
            return true;
        }
        if (info == INDEFINITE) {
            return major >= BYTES && major <= MAP;
        }
        if (info > 27) {
            return false;
        }
        int size = 1 << (info - 24);
        if (end - at < size) {
            return false;
        }
        argument = 0;
        for (int i = 0; i < size; i++) {
            argument = argument << 8 | in[at++] & 0xFF;
        }
        // RFC 8949, 3.3: a simple value below 32 in two bytes is not well-formed
        return major != SIMPLE || info != 24 || argument >= 32;
    }

    /** The argument of a tag's head. */
    final long tag() {
        return argument;
    }

    /** How many items follow the head of an array or a map (pairs), −1 where a break ends them, −2 where they cannot all be there. */
    final int count() {
        if (info == INDEFINITE) {
            return -1;
        }
        return argument < 0 || argument > end - at ? -2 : (int) argument;
    }

    /** After {@code done} items of {@code count}: whether another follows; goes past the break. */
    final boolean more(int done, int count) {
        if (count >= 0) {
            return done < count;
        }
        if (at < end && (in[at] & 0xFF) == BREAK) {
            at++;
            return false;
        }
        return true;
    }

    final boolean skip(int depth) {
        if (depth > MAX_DEPTH) {
            return false;
        }
        if (majorHere() == TEXT) {
            return text();
        }
        if (!head()) {
            return false;
        }
        return switch (major) {
            case BYTES -> bytes();
            case ARRAY -> items(depth, 1);
            case MAP -> items(depth, 2);
            case TAG -> skip(depth + 1);
            default -> true;
        };
    }

    private boolean items(int depth, int each) {
        int count = count();
        if (count == -2) {
            return false;
        }
        for (int done = 0; more(done, count); done++) {
            for (int i = 0; i < each; i++) {
                if (!skip(depth + 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean bytes() {
        if (info != INDEFINITE) {
            return goPast(argument);
        }
        while (more(0, -1)) {
            if (!head() || major != BYTES || info == INDEFINITE || !goPast(argument)) {
                return false;
            }
        }
        return true;
    }

    private boolean goPast(long length) {
        if (length < 0 || length > end - at) {
            return false;
        }
        at += (int) length;
        return true;
    }

    /** A text, in one piece or in chunks. */
    final boolean text() {
        if (!head() || major != TEXT) {
            return false;
        }
        if (info != INDEFINITE) {
            text = in;
            textFrom = at;
            boolean whole = goPast(argument);
            textTo = at;
            return whole && wellFormed(textFrom, textTo);
        }
        int length = 0;
        while (more(0, -1)) {
            if (!head() || major != TEXT || info == INDEFINITE) {
                return false;
            }
            int from = at;
            if (!goPast(argument) || !wellFormed(from, at)) {
                return false;
            }
            if (joined.length < length + at - from) {
                joined = new byte[Math.max(2 * joined.length, end)];
            }
            System.arraycopy(in, from, joined, length, at - from);
            length += at - from;
        }
        text = joined;
        textFrom = 0;
        textTo = length;
        return true;
    }

    private boolean wellFormed(int from, int to) {
        notUtf8 |= !Utf8.isWellFormed(in, from, to - from);
        return !notUtf8;
    }

    final boolean textIs(char only) {
        return textTo - textFrom == 1 && text[textFrom] == only;
    }

    /** What {@link #number()} found. */
    enum Kind {
        NUMBER,
        NO_NUMBER,
        NOT_WELL_FORMED
    }

    /** Goes past any item; where it is an integer, a float or a decimal fraction (tag 4), {@link #number} is its value. */
    final Kind number(int depth) {
        int kind = majorHere();
        int first = kind < 0 ? 0 : in[at] & 0x1F;
        integer = false;
        if (kind == UNSIGNED || kind == NEGATIVE) {
            if (!head()) {
                return Kind.NOT_WELL_FORMED;
            }
            // −1 − n is the complement of n; beyond a long only the double is there
            integer = argument >= 0;
            whole = kind == UNSIGNED ? argument : ~argument;
            double unsigned = argument >= 0 ? argument : (argument >>> 1) * 2.0;
            number = integer ? whole : kind == UNSIGNED ? unsigned : -unsigned;
            return Kind.NUMBER;
        }
        if (kind == SIMPLE && first >= 25 && first <= 27) {
            if (!head()) {
                return Kind.NOT_WELL_FORMED;
            }
            number = switch (info) {
                case 25 -> Float.float16ToFloat((short) argument);
                case 26 -> Float.intBitsToFloat((int) argument);
                default -> Double.longBitsToDouble(argument);
            };
            return Kind.NUMBER;
        }
        if (kind == TAG && first == DECIMAL_FRACTION && depth < MAX_DEPTH) {
            return decimalFraction(depth);
        }
        return skip(depth) ? Kind.NO_NUMBER : Kind.NOT_WELL_FORMED;
    }

    private Kind decimalFraction(int depth) {
        int start = at;
        at++;
        if (head()
                && major == ARRAY
                && info == 2
                && majorHere() <= NEGATIVE
                && number(depth + 1) == Kind.NUMBER
                && integer) {
            long exponent = whole;
            if (majorHere() <= NEGATIVE && number(depth + 1) == Kind.NUMBER && integer) {
                integer = false;
                boolean exact = Math.abs(exponent) <= EXACT_POWER && Math.abs(whole) <= EXACT_WHOLE;
                double power = exact ? EXACT_TENS[(int) Math.abs(exponent)] : 1;
                number = exponent < 0 ? whole / power : whole * power;
                return exact ? Kind.NUMBER : Kind.NO_NUMBER;
            }
        }
        at = start;
        return skip(depth) ? Kind.NO_NUMBER : Kind.NOT_WELL_FORMED;
    }

    private static final double[] EXACT_TENS = new double[EXACT_POWER + 1];

    static {
        EXACT_TENS[0] = 1;
        for (int i = 1; i <= EXACT_POWER; i++) {
            EXACT_TENS[i] = EXACT_TENS[i - 1] * 10;
        }
    }
}
