package dk.vandvagt.wire;

/**
 * Goes through JSON (RFC 8259, strictly) byte by byte, allocating nothing; what reads one shape of it extends this. Each method
 * stands at the first byte of what it is named for, goes past it, and returns false where the bytes are not that.
 */
abstract class JsonScanner {
    /** How deep arrays and objects may lie within an ignored member. */
    static final int MAX_DEPTH = 32;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] NAN = {'N', 'a', 'N'};
    private static final byte[] INFINITY = {'I', 'n', 'f', 'i', 'n', 'i', 't', 'y'};

    byte[] in = {};
    int at;
    int end;
    /** Of the number gone past last: neither fraction nor exponent. */
    boolean integer;
    /** Of the string gone past last: it holds a backslash. */
    boolean escaped;
    /** See {@link #unescape}. */
    byte[] unescaped = new byte[64];

    final void scan(byte[] payload, int offset, int length) {
        in = payload;
        at = offset;
        end = offset + length;
    }

    final boolean isNumber(int start) {
        return in[start] == '-' || isDigit(in[start]);
    }

    /** Goes past a token that JSON does not have, but that common encoders write for what is not finite. */
    final boolean notFinite() {
        int start = at;
        if (literal(NAN)) {
            return true;
        }
        take('-');
        if (literal(INFINITY)) {
            return true;
        }
        at = start;
        return false;
    }

    final boolean value(int depth) {
        if (at == end) {
            return false;
        }
        return switch (in[at]) {
            case '"' -> string();
            case '{' -> depth < MAX_DEPTH && members(depth + 1);
            case '[' -> depth < MAX_DEPTH && elements(depth + 1);
            case 't' -> literal(TRUE);
            case 'f' -> literal(FALSE);
            case 'n' -> literal(NULL);
            default -> number();
        };
    }

    final boolean members(int depth) {
        at++;
        skipSpace();
        if (take('}')) {
            return true;
        }
        do {
            skipSpace();
            if (at == end || in[at] != '"' || !string()) {
                return false;
            }
            skipSpace();
            if (!take(':')) {
                return false;
            }
            skipSpace();
            if (!value(depth)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take('}');
    }

    final boolean elements(int depth) {
        at++;
        skipSpace();
        if (take(']')) {
            return true;
        }
        do {
            skipSpace();
            if (!value(depth)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(']');
    }

    final boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        integer = true;
        if (take('.')) {
            integer = false;
            if (!digits()) {
                return false;
            }
        }
        if (at < end && (in[at] | 0x20) == 'e') {
            integer = false;
            at++;
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    final boolean digits() {
        int start = at;
        while (at < end && isDigit(in[at])) {
            at++;
        }
        return at > start;
    }

    final boolean string() {
        escaped = false;
        at++;
        while (at < end) {
            byte b = in[at++];
            if (b == '"') {
                return true;
            }
            if (b == '\\') {
                escaped = true;
                if (!escape()) {
                    return false;
                }
            } else if (b >= 0 && b < ' ') {
                return false;
            }
        }
        return false;
    }

    /** Stands behind the backslash. */
    final boolean escape() {
        if (at == end) {
            return false;
        }
        switch (in[at++]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return true;
            }
            case 'u' -> {
                if (end - at < 4 || hex4(at) < 0) {
                    return false;
                }
                at += 4;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** Writes what a string means to {@link #unescaped}, anything but ASCII as a 0 byte, and returns the length. */
    final int unescape(int from, int to) {
        if (unescaped.length < to - from) {
            unescaped = new byte[to - from];
        }
        int length = 0;
        for (int i = from; i < to; i++) {
            int c = in[i];
            if (c == '\\') {
                c = in[++i];
                switch (c) {
                    case 'b' -> c = '\b';
                    case 'f' -> c = '\f';
                    case 'n' -> c = '\n';
                    case 'r' -> c = '\r';
                    case 't' -> c = '\t';
                    case 'u' -> {
                        c = hex4(i + 1);
                        i += 4;
                    }
                    default -> {
                        // stands for itself
                    }
                }
            }
            unescaped[length++] = c < 0 || c > 0x7F ? 0 : (byte) c;
        }
        return length;
    }

    /** The four hexadecimal digits there, or a negative number. */
    final int hex4(int i) {
        return hex(in[i]) << 12 | hex(in[i + 1]) << 8 | hex(in[i + 2]) << 4 | hex(in[i + 3]);
    }

    static int hex(byte b) {
        if (isDigit(b)) {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    final boolean literal(byte[] word) {
        if (end - at < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (in[at + i] != word[i]) {
                return false;
            }
        }
        at += word.length;
        return true;
    }

    final boolean take(char wanted) {
        if (at < end && in[at] == wanted) {
            at++;
            return true;
        }
        return false;
    }

    final void skipSpace() {
        while (at < end) {
            byte b = in[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
