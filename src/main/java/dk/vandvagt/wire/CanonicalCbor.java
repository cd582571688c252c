package dk.vandvagt.wire;

import dk.vandvagt.station.Unit;
import org.jspecify.annotations.Nullable;

/**
 * The canonical payload in CBOR: the members of {@link CanonicalJson} in a map, or an array of such maps. {@code t} is RFC 3339
 * text (tag 0 or none), epoch milliseconds (an integer without a tag) or epoch seconds (tag 1). One thread at a time.
 */
public final class CanonicalCbor extends CborScanner {
    private static final int TAG_RFC3339 = 0;
    private static final int TAG_EPOCH_SECONDS = 1;

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
        if (length == 0) {
            return Refusal.EMPTY;
        }
        scan(payload, offset, length);
        readings = 0;
        firstFault = null;
        int before = into.size();
        if (!document(sensorIndex, unit, into)) {
            into.truncate(before);
            return notUtf8
                    ? Refusal.NOT_UTF8
                    : readings > Decoder.MAX_READINGS ? Refusal.TOO_MANY_READINGS : Refusal.MALFORMED;
        }
        if (firstFault != null) {
            into.truncate(before);
        } else if (readings == 0) {
            return Refusal.EMPTY;
        }
        return firstFault;
    }

    private boolean document(int sensorIndex, Unit unit, ReadingBuffer into) {
        if (majorHere() == MAP) {
            return reading(sensorIndex, unit, into) && at == end;
        }
        if (!head() || major != ARRAY) {
            return false;
        }
        int count = count();
        if (count == -2) {
            return false;
        }
        for (int done = 0; more(done, count); done++) {
            if (!reading(sensorIndex, unit, into)) {
                return false;
            }
        }
        return at == end;
    }

    private boolean reading(int sensorIndex, Unit unit, ReadingBuffer into) {
        if (!head() || major != MAP || ++readings > Decoder.MAX_READINGS) {
            return false;
        }
        int count = count();
        if (count == -2) {
            return false;
        }
        boolean hasTime = false;
        boolean hasValue = false;
        long observedAtMs = 0;
        double value = 0;
        for (int done = 0; more(done, count); done++) {
            boolean isTime = false;
            boolean isValue = false;
            if (majorHere() == TEXT) {
                if (!text()) {
                    return false;
                }
                isTime = textIs('t');
                isValue = textIs('v');
            } else if (!skip(1)) {
                return false;
            }
            if (isTime) {
                blameIf(hasTime, Refusal.DUPLICATE_MEMBER);
                hasTime = true;
                observedAtMs = time();
                if (observedAtMs == BROKEN) {
                    return false;
                }
                blameIf(
                        observedAtMs < CanonicalJson.EARLIEST_MS || observedAtMs >= CanonicalJson.LATEST_MS,
                        Refusal.BAD_TIME);
            } else if (isValue) {
                blameIf(hasValue, Refusal.DUPLICATE_MEMBER);
                hasValue = true;
                Kind kind = number(1);
                if (kind == Kind.NOT_WELL_FORMED) {
                    return false;
                }
                value = number;
                blameIf(kind == Kind.NO_NUMBER, Refusal.BAD_VALUE);
                blameIf(kind == Kind.NUMBER && !Double.isFinite(value), Refusal.NOT_FINITE);
            } else if (!skip(1)) {
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

    private static final long BROKEN = Long.MAX_VALUE;

    /** Epoch milliseconds, {@link Rfc3339#INVALID}, or {@link #BROKEN} where the bytes are not well-formed. */
    private long time() {
        if (majorHere() == TAG) {
            if (!head()) {
                return BROKEN;
            }
            long tag = tag();
            if (tag == TAG_EPOCH_SECONDS) {
                Kind kind = number(2);
                // a cast saturates, and NaN becomes 0: both are refused as out of range
                return kind == Kind.NOT_WELL_FORMED
                        ? BROKEN
                        : kind == Kind.NUMBER ? Math.min(Math.round(number * 1000), BROKEN - 1) : Rfc3339.INVALID;
            }
            if (tag != TAG_RFC3339 || majorHere() != TEXT) {
                return skip(2) ? Rfc3339.INVALID : BROKEN;
            }
        }
        if (majorHere() == TEXT) {
            return text() ? Rfc3339.parse(text, textFrom, textTo) : BROKEN;
        }
        Kind kind = number(1);
        if (kind == Kind.NOT_WELL_FORMED) {
            return BROKEN;
        }
        return kind == Kind.NUMBER && integer && whole != BROKEN ? whole : Rfc3339.INVALID;
    }

    private void blameIf(boolean atFault, Refusal refusal) {
        if (atFault && firstFault == null) {
            firstFault = refusal;
        }
    }
}
