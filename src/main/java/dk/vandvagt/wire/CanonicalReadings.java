package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Unit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Vandvagt's own format: {@link CanonicalJson} or {@link CanonicalCbor} on {@code {prefix}/readings/{sensorId}}, one sensor a topic. */
public final class CanonicalReadings implements Decoder {
    private final String prefix;
    private final boolean binary;

    /** @param prefix such as {@code vandvagt/v1}, without a slash at its end */
    public CanonicalReadings(String prefix) {
        this(prefix, false);
    }

    /** @param binary in CBOR rather than JSON */
    CanonicalReadings(String prefix, boolean binary) {
        this.prefix = prefix;
        this.binary = binary;
    }

    @Override
    public List<String> filters() {
        return List.of(ReadingTopics.filter(prefix));
    }

    @Override
    public Session open(Catalogue catalogue) {
        return new CanonicalSession(prefix, binary, catalogue);
    }

    private static final class CanonicalSession implements Session {
        private final String prefix;
        private final boolean binary;
        private final CanonicalJson json = new CanonicalJson();
        private final CanonicalCbor cbor = new CanonicalCbor();
        private Catalogue catalogue;
        private ReadingTopics topics;

        CanonicalSession(String prefix, boolean binary, Catalogue catalogue) {
            this.prefix = prefix;
            this.binary = binary;
            this.catalogue = catalogue;
            this.topics = new ReadingTopics(prefix, catalogue);
        }

        @Override
        public void use(Catalogue catalogue) {
            this.catalogue = catalogue;
            this.topics = new ReadingTopics(prefix, catalogue);
        }

        @Override
        public @Nullable Refusal decode(
                String topic, byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into) {
            int sensorIndex = topics.sensorIndex(topic);
            if (sensorIndex == ReadingTopics.UNKNOWN_TOPIC) {
                return Refusal.UNKNOWN_TOPIC;
            }
            if (sensorIndex == ReadingTopics.UNKNOWN_SENSOR) {
                return Refusal.UNKNOWN_SENSOR;
            }
            Unit unit = catalogue.sensor(sensorIndex).unit();
            return binary
                    ? cbor.decode(sensorIndex, unit, payload, offset, length, into)
                    : json.decode(sensorIndex, unit, payload, offset, length, into);
        }
    }
}
