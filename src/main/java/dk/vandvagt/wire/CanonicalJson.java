package dk.vandvagt.wire;

import dk.vandvagt.station.Unit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The canonical payload, {@code {"t":"2023-10-20T21:40:00Z","v":2.27}} or an array of such: one pass over the bytes, strict by
 * RFC 8259, allocating nothing. One thread at a time.
 *
 * <p>Of several faults the one told is the first of: oversized, not UTF-8, empty, not JSON of that shape or too many readings,
 * and then the first in the order of the document.
 */
public final class CanonicalJson extends JsonScanner {
    /** An instant outside is the mark of a clock never set, or of seconds sent as milliseconds. */
    static final long EARLIEST_MS = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

    static final long LATEST_MS = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();
    /** {@link #name} found a string that is none by RFC 8259. */
    private static final int NO_NAME = -1;
    /** {@link #name} found a name of another length than one. */
    private static final int OTHER_NAME = -2;

    private int readings;
    private @Nullable Refusal firstFault;

    /**
     * Appends the readings of one message, all of them or none.
     *
     * @return null when taken; otherwise why not, and {@code into} is as it was
     */
    public @Nullable Refusal decode(
            int sensorIndex, Unit unit, byte[] payload, int offset, int length, ReadingBuffer into) {
        if (length > Decoder.MAX_PAYLOAD_BYTES) {
            return Refusal.OVERSIZED;
        }
        if (!Utf8.isWellFormed(payload, offset, length)) {
            return Refusal.NOT_UTF8;
        }
        scan(payload, offset, length);
        readings = 0;
        firstFault = null;
        skipSpace();
        if (at == end) {
            return Refusal.EMPTY;
        }
        int before = into.size();
        if (!document(sensorIndex, unit, into)) {
            into.truncate(before);
            return readings > Decoder.MAX_READINGS ? Refusal.TOO_MANY_READINGS : Refusal.MALFORMED;
        }
        if (firstFault != null) {
            into.truncate(before);
        } else if (readings == 0) {
            return Refusal.EMPTY;
        }
        return firstFault;
    }

    // Each of the methods below stands at the first byte of what it is named for, goes past it, and returns false where
    // the
    // bytes are not that.

    private boolean document(int sensorIndex, Unit unit, ReadingBuffer into) {
        boolean ok = in[at] == '[' ? array(sensorIndex, unit, into) : reading(sensorIndex, unit, into);
        skipSpace();
        return ok && at == end;
    }

    private boolean array(int sensorIndex, Unit unit, ReadingBuffer into) {
        at++;
        skipSpace();
        if (take(']')) {
            return true;
        }
        do {
            skipSpace();
            if (!reading(sensorIndex, unit, into)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(']');
    }

    private boolean reading(int sensorIndex, Unit unit, ReadingBuffer into) {
        if (!take('{') || ++readings > Decoder.MAX_READINGS) {
            return false;
        }
        boolean hasTime = false;
        boolean hasValue = false;
        long observedAtMs = 0;
        double value = 0;
        skipSpace();
        if (!take('}')) {
            do {
                skipSpace();
                int name = name();
                skipSpace();
                if (name == NO_NAME || !take(':')) {
                    return false;
                }
                skipSpace();
                int start = at;
                if (name == 't') {
                    blameIf(hasTime, Refusal.DUPLICATE_MEMBER);
                    hasTime = true;
                    if (!value(0)) {
                        return false;
                    }
                    observedAtMs = time(start);
                    blameIf(observedAtMs < EARLIEST_MS || observedAtMs >= LATEST_MS, Refusal.BAD_TIME);
                } else if (name == 'v') {
                    blameIf(hasValue, Refusal.DUPLICATE_MEMBER);
                    hasValue = true;
                    if (notFinite()) {
                        blameIf(true, Refusal.NOT_FINITE);
                    } else if (!value(0)) {
                        return false;
                    } else if (isNumber(start)) {
                        value = Decimal.parse(in, start, at);
                        blameIf(Double.isInfinite(value), Refusal.NOT_FINITE);
                    } else {
                        blameIf(true, Refusal.BAD_VALUE);
                    }
                } else if (!value(0)) {
                    return false;
                }
                skipSpace();
            } while (take(','));
            if (!take('}')) {
                return false;
            }
        }
        blameIf(!hasTime, Refusal.MISSING_TIME);
        blameIf(!hasValue, Refusal.MISSING_VALUE);
        if (firstFault == null) {
            // minus zero becomes zero: the same water, and a redelivery must equal it
            into.add(sensorIndex, observedAtMs, unit.keep(value) + 0.0);
        }
        return true;
    }

    private void blameIf(boolean atFault, Refusal refusal) {
        if (atFault && firstFault == null) {
            firstFault = refusal;
        }
    }

    /** Epoch milliseconds of the value from {@code start} to here, or {@link Rfc3339#INVALID}. */
    private long time(int start) {
        if (in[start] == '"') {
            int length = escaped ? unescape(start + 1, at - 1) : 0;
            return escaped ? Rfc3339.parse(unescaped, 0, length) : Rfc3339.parse(in, start + 1, at - 1);
        }
        // fifteen digits reach the year 33658
        if (!isNumber(start) || !integer || at - start > 15) {
            return Rfc3339.INVALID;
        }
        boolean negative = in[start] == '-';
        long ms = 0;
        for (int i = negative ? start + 1 : start; i < at; i++) {
            ms = ms * 10 + (in[i] - '0');
        }
        return negative ? -ms : ms;
    }

    /** A member's name: its only character, {@link #OTHER_NAME} or {@link #NO_NAME}. */
    private int name() {
        if (end - at > 2 && in[at] == '"' && in[at + 2] == '"' && isPlain(in[at + 1])) {
            at += 3;
            return in[at - 2];
        }
        int start = at;
        if (at == end || in[at] != '"' || !string()) {
            return NO_NAME;
        }
        if (escaped && unescape(start + 1, at - 1) == 1) {
            return unescaped[0];
        }
        return OTHER_NAME;
    }

    private static boolean isPlain(byte b) {
        return b > ' ' && b != '"' && b != '\\';
    }
}
