package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Sensor;
import org.jspecify.annotations.Nullable;

/**
 * A message that is one number, such as {@code 2.27}, observed when it was received; the topic says whose it is. Sent again it
 * counts as another reading, since nothing tells it from one.
 */
final class PlainNumber extends JsonScanner {
    @Nullable
    Refusal decode(
            Catalogue catalogue,
            int sensorIndex,
            byte[] payload,
            int offset,
            int length,
            long receivedAtMs,
            ReadingBuffer into) {
        if (length > Decoder.MAX_PAYLOAD_BYTES) {
            return Refusal.OVERSIZED;
        }
        scan(payload, offset, length);
        skipSpace();
        if (at == end) {
            return Refusal.EMPTY;
        }
        if (notFinite()) {
            return Refusal.NOT_FINITE;
        }
        int start = at;
        boolean isNumber = number();
        int numberEnd = at;
        skipSpace();
        if (!isNumber || at != end) {
            return Refusal.BAD_VALUE;
        }
        Sensor sensor = catalogue.sensor(sensorIndex);
        double kept = sensor.unit().keep(Decimal.parse(in, start, numberEnd));
        if (!Double.isFinite(kept)) {
            return Refusal.NOT_FINITE;
        }
        into.add(sensorIndex, receivedAtMs, kept + 0.0);
        return null;
    }
}
