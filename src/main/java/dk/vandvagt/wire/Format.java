package dk.vandvagt.wire;

import java.util.List;
import java.util.Locale;

/** A payload format, as a source names it in the settings. */
public enum Format {
    /** Vandvagt's own JSON, one sensor a topic. */
    CANONICAL_JSON {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new CanonicalReadings(topicPrefix);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of(ReadingTopics.filter(topicPrefix));
        }
    },
    /** The same in CBOR. */
    CANONICAL_CBOR {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new CanonicalReadings(topicPrefix, true);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of(ReadingTopics.filter(topicPrefix));
        }
    },
    /** RFC 8428, section 5. */
    SENML_JSON {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new ByTopicOrName(ByTopicOrName.Kind.SENML_JSON, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of();
        }
    },
    /** RFC 8428, section 6. */
    SENML_CBOR {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new ByTopicOrName(ByTopicOrName.Kind.SENML_CBOR, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of();
        }
    },
    /** ChirpStack 4, in JSON. */
    CHIRPSTACK {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new NetworkUplinks(Network.CHIRPSTACK, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of("application/+/device/+/event/up");
        }
    },
    /** The Things Stack 3. */
    TTN {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new NetworkUplinks(Network.TTN, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of("v3/+/devices/+/up");
        }
    },
    /** What OS2iot hands on to an MQTT or HTTP data target. */
    OS2IOT {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new NetworkUplinks(Network.OS2IOT, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of();
        }
    },
    /** Sparkplug B, with its births. */
    SPARKPLUG {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new Sparkplug(filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of("spBv1.0/#");
        }
    },
    /** One number, at the time it was received. */
    PLAIN {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new ByTopicOrName(ByTopicOrName.Kind.PLAIN, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of();
        }
    },
    /** Lines of time and value. */
    CSV {
        @Override
        public Decoder decoder(List<String> filters, String topicPrefix) {
            return new ByTopicOrName(ByTopicOrName.Kind.CSV, filters);
        }

        @Override
        public List<String> usualFilters(String topicPrefix) {
            return List.of();
        }
    };

    private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As written in the settings, such as {@code canonical-json}. */
    public String tag() {
        return tag;
    }

    /**
     * @param filters MQTT topic filters to subscribe to
     * @param topicPrefix of Vandvagt's own topics, such as {@code vandvagt/v1}
     */
    public abstract Decoder decoder(List<String> filters, String topicPrefix);

    /** What a source subscribes to when its settings name no topics; empty where they must. */
    public abstract List<String> usualFilters(String topicPrefix);
}
