package dk.vandvagt.wire;

import org.jspecify.annotations.Nullable;

/** SenML in CBOR: RFC 8428, section 6. One pass, allocating nothing; one thread at a time. */
final class SenmlCbor extends CborScanner {
    private final SenmlPack pack;

    SenmlCbor(SenmlPack pack) {
        this.pack = pack;
    }

    @Nullable
    Refusal decode(byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into) {
        if (length > Decoder.MAX_PAYLOAD_BYTES) {
            return Refusal.OVERSIZED;
        }
        if (length == 0) {
            return Refusal.EMPTY;
        }
        scan(payload, offset, length);
        pack.begin(receivedAtMs);
        int before = into.size();
        Refusal refusal;
        if (records(into)) {
            refusal = pack.end();
        } else {
            refusal = notUtf8 ? Refusal.NOT_UTF8 : pack.tooMany() ? Refusal.TOO_MANY_READINGS : Refusal.MALFORMED;
        }
        if (refusal != null) {
            into.truncate(before);
        }
        return refusal;
    }

    private boolean records(ReadingBuffer into) {
        if (!head() || major != ARRAY) {
            return false;
        }
        int count = count();
        if (count == -2) {
            return false;
        }
        for (int done = 0; more(done, count); done++) {
            if (!pack.beginRecord() || !record()) {
                return false;
            }
            pack.endRecord(into);
        }
        return at == end;
    }

    private boolean record() {
        if (!head() || major != MAP) {
            return false;
        }
        int count = count();
        if (count == -2) {
            return false;
        }
        for (int done = 0; more(done, count); done++) {
            int label = SenmlPack.OTHER;
            int key = majorHere();
            if (key == UNSIGNED || key == NEGATIVE) {
                if (number(1) == Kind.NOT_WELL_FORMED) {
                    return false;
                }
                if (integer && whole >= SenmlPack.BASE_SUM && whole <= SenmlPack.DATA_VALUE) {
                    label = (int) whole;
                }
            } else if (key == TEXT) {
                if (!text()) {
                    return false;
                }
                if (textTo > textFrom && text[textTo - 1] == '_') {
                    pack.mustUnderstand();
                }
            } else if (!skip(1)) {
                return false;
            }
            pack.label(label);
            if (!field(label)) {
                return false;
            }
        }
        return true;
    }

    private boolean field(int label) {
        if (SenmlPack.isText(label)) {
            if (majorHere() == TEXT) {
                if (!text()) {
                    return false;
                }
                pack.text(label, text, textFrom, textTo);
                return true;
            }
            pack.wrongKind(label);
            return skip(1);
        }
        if (SenmlPack.isNumber(label)) {
            Kind kind = number(1);
            if (kind == Kind.NUMBER) {
                pack.number(label, number);
            } else if (kind == Kind.NO_NUMBER) {
                pack.wrongKind(label);
            }
            return kind != Kind.NOT_WELL_FORMED;
        }
        return skip(1);
    }
}
