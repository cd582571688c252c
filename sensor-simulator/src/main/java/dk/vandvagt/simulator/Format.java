package dk.vandvagt.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** The payload formats, by the names that the service's settings give them, each with the topics it usually goes to. */
enum Format {
    CANONICAL_JSON("vandvagt/v1/readings"),
    CANONICAL_CBOR("vandvagt/v1/readings"),
    SENML_JSON("senml"),
    SENML_CBOR("senml"),
    CHIRPSTACK("application/1/device"),
    TTN("v3/vandvagt/devices"),
    OS2IOT("os2iot"),
    SPARKPLUG("spBv1.0/vandvagt"),
    PLAIN("plain"),
    CSV("csv");

    /** Keeps a message below the 64 KiB that the service takes. */
    static final int MOST_READINGS = 1000;

    private final String usualPrefix;

    Format(String usualPrefix) {
        this.usualPrefix = usualPrefix;
    }

    String usualPrefix() {
        return usualPrefix;
    }

    /** As written in settings, such as {@code canonical-json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Format of(String tag) {
        for (Format format : values()) {
            if (format.toString().equals(tag)) {
                return format;
            }
        }
        throw new IllegalArgumentException("'" + tag + "' is no format; expected one of " + Arrays.toString(values()));
    }

    /** @param units by sensor id, for the formats that tell them */
    Encoder encoder(String topicPrefix, Map<String, String> units) {
        return switch (this) {
            case CANONICAL_JSON -> new CanonicalJson(topicPrefix);
            case CANONICAL_CBOR -> new CanonicalCbor(topicPrefix);
            case SENML_JSON -> new Senml(topicPrefix, false, units);
            case SENML_CBOR -> new Senml(topicPrefix, true, units);
            case CHIRPSTACK -> new LoraUplinks(LoraUplinks.Network.CHIRPSTACK, topicPrefix);
            case TTN -> new LoraUplinks(LoraUplinks.Network.TTN, topicPrefix);
            case OS2IOT -> new LoraUplinks(LoraUplinks.Network.OS2IOT, topicPrefix);
            case SPARKPLUG -> new Sparkplug(topicPrefix);
            case PLAIN -> new PlainText(topicPrefix, false);
            case CSV -> new PlainText(topicPrefix, true);
        };
    }
}
