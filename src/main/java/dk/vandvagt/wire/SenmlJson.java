package dk.vandvagt.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** SenML in JSON: RFC 8428, section 5. One pass, allocating nothing; one thread at a time. */
final class SenmlJson extends JsonScanner {
    private static final String[] NAMES = {
        "bs", "bv", "bu", "bt", "bn", "bver", "n", "u", "v", "vs", "vb", "s", "t", "ut", "vd"
    };
    private static final byte[][] LABELS = new byte[NAMES.length][];

    static {
        for (int i = 0; i < NAMES.length; i++) {
            LABELS[i] = NAMES[i].getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final int NO_LABEL = Integer.MIN_VALUE;

    private final SenmlPack pack;
    private byte[] plain = new byte[64];
    private int plainLength;

    SenmlJson(SenmlPack pack) {
        this.pack = pack;
    }

    @Nullable
    Refusal decode(byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into) {
        if (length > Decoder.MAX_PAYLOAD_BYTES) {
            return Refusal.OVERSIZED;
        }
        if (!Utf8.isWellFormed(payload, offset, length)) {
            return Refusal.NOT_UTF8;
        }
        scan(payload, offset, length);
        pack.begin(receivedAtMs);
        skipSpace();
        if (at == end) {
            return Refusal.EMPTY;
        }
        int before = into.size();
        Refusal refusal;
        if (records(into)) {
            refusal = pack.end();
        } else {
            refusal = pack.tooMany() ? Refusal.TOO_MANY_READINGS : Refusal.MALFORMED;
        }
        if (refusal != null) {
            into.truncate(before);
        }
        return refusal;
    }

    private boolean records(ReadingBuffer into) {
        if (!take('[')) {
            return false;
        }
        skipSpace();
        if (!take(']')) {
            do {
                skipSpace();
                if (!pack.beginRecord() || !record()) {
                    return false;
                }
                pack.endRecord(into);
                skipSpace();
            } while (take(','));
            if (!take(']')) {
                return false;
            }
        }
        skipSpace();
        return at == end;
    }

    private boolean record() {
        if (!take('{')) {
            return false;
        }
        skipSpace();
        if (take('}')) {
            return true;
        }
        do {
            skipSpace();
            int label = label();
            skipSpace();
            if (label == NO_LABEL || !take(':')) {
                return false;
            }
            skipSpace();
            pack.label(label);
            if (!field(label)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take('}');
    }

    private boolean field(int label) {
        int start = at;
        if (label == SenmlPack.VALUE && notFinite()) {
            pack.number(label, Double.NaN);
            return true;
        }
        if (!value(0)) {
            return false;
        }
        if (SenmlPack.isText(label)) {
            if (in[start] != '"') {
                pack.wrongKind(label);
            } else if (!escaped) {
                pack.text(label, in, start + 1, at - 1);
            } else {
                unescapeAll(start + 1, at - 1);
                pack.text(label, plain, 0, plainLength);
            }
        } else if (SenmlPack.isNumber(label)) {
            if (isNumber(start)) {
                pack.number(label, Decimal.parse(in, start, at));
            } else {
                pack.wrongKind(label);
            }
        }
        return true;
    }

    private int label() {
        int start = at;
        if (at == end || in[at] != '"' || !string()) {
            return NO_LABEL;
        }
        byte[] text = in;
        int from = start + 1;
        int to = at - 1;
        if (escaped) {
            unescapeAll(from, to);
            text = plain;
            from = 0;
            to = plainLength;
        }
        for (int i = 0; i < LABELS.length; i++) {
            if (Arrays.equals(LABELS[i], 0, LABELS[i].length, text, from, to)) {
                return i + SenmlPack.BASE_SUM;
            }
        }
        if (to > from && text[to - 1] == '_') {
            pack.mustUnderstand();
        }
        return SenmlPack.OTHER;
    }

    /** As {@link #unescape}, into a buffer of its own: a name holds more than the scanner's own strings do. */
    private void unescapeAll(int from, int to) {
        plainLength = unescape(from, to);
        if (plain.length < plainLength) {
            plain = new byte[2 * plainLength];
        }
        System.arraycopy(unescaped, 0, plain, 0, plainLength);
    }
}
