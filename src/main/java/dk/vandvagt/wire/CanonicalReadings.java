package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Vandvagt's own format: {@link CanonicalJson} on {@code {prefix}/readings/{sensorId}}, one sensor a topic. */
public final class CanonicalReadings implements Decoder {
    private final String prefix;

    /** @param prefix such as {@code vandvagt/v1}, without a slash at its end */
    public CanonicalReadings(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public List<String> filters() {
        return List.of(ReadingTopics.filter(prefix));
    }

    @Override
    public Session open(Catalogue catalogue) {
        return new CanonicalSession(prefix, catalogue);
    }

    private static final class CanonicalSession implements Session {
        private final String prefix;
        private final CanonicalJson json = new CanonicalJson();
        private Catalogue catalogue;
        private ReadingTopics topics;

        CanonicalSession(String prefix, Catalogue catalogue) {
            this.prefix = prefix;
            this.catalogue = catalogue;
            this.topics = new ReadingTopics(prefix, catalogue);
        }

        @Override
        public void use(Catalogue catalogue) {
            this.catalogue = catalogue;
            this.topics = new ReadingTopics(prefix, catalogue);
        }

        @Override
        public @Nullable Refusal decode(String topic, byte[] payload, int offset, int length, ReadingBuffer into) {
            int sensorIndex = topics.sensorIndex(topic);
            if (sensorIndex == ReadingTopics.UNKNOWN_TOPIC) {
                return Refusal.UNKNOWN_TOPIC;
            }
            if (sensorIndex == ReadingTopics.UNKNOWN_SENSOR) {
                return Refusal.UNKNOWN_SENSOR;
            }
            return json.decode(sensorIndex, catalogue.sensor(sensorIndex).unit(), payload, offset, length, into);
        }
    }
}
