package dk.vandvagt.wire;

import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** A payload format, as a source names it in the settings. */
public enum Format {
    /** Vandvagt's own JSON, one sensor a topic. */
    CANONICAL_JSON((filters, prefix) -> new CanonicalReadings(prefix)),
    /** The same in CBOR. */
    CANONICAL_CBOR((filters, prefix) -> new CanonicalReadings(prefix, true)),
    /** RFC 8428, section 5. */
    SENML_JSON(ByTopicOrName.Kind.SENML_JSON),
    /** RFC 8428, section 6. */
    SENML_CBOR(ByTopicOrName.Kind.SENML_CBOR),
    /** ChirpStack 4, in JSON. */
    CHIRPSTACK(Network.CHIRPSTACK, "application/+/device/+/event/up"),
    /** The Things Stack 3. */
    TTN(Network.TTN, "v3/+/devices/+/up"),
    /** What OS2iot hands on to an MQTT or HTTP data target. */
    OS2IOT(Network.OS2IOT),
    /** Sparkplug B, with its births. */
    SPARKPLUG((filters, prefix) -> new Sparkplug(filters), "spBv1.0/#"),
    /** One number, at the time it was received. */
    PLAIN(ByTopicOrName.Kind.PLAIN),
    /** Lines of time and value. */
    CSV(ByTopicOrName.Kind.CSV);

    private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');
    /** Takes the topic filters and the prefix of Vandvagt's own topics. */
    private final BiFunction<List<String>, String, Decoder> decoder;

    private final List<String> usualFilters;

    Format(ByTopicOrName.Kind kind) {
        this((filters, prefix) -> new ByTopicOrName(kind, filters));
    }

    Format(Network network, String... usualFilters) {
        this((filters, prefix) -> new NetworkUplinks(network, filters), usualFilters);
    }

    Format(BiFunction<List<String>, String, Decoder> decoder, String... usualFilters) {
        this.decoder = decoder;
        this.usualFilters = List.of(usualFilters);
    }

    /** As written in the settings, such as {@code canonical-json}. */
    public String tag() {
        return tag;
    }

    /**
     * @param filters MQTT topic filters to subscribe to
     * @param topicPrefix of Vandvagt's own topics, such as {@code vandvagt/v1}
     */
    public Decoder decoder(List<String> filters, String topicPrefix) {
        return decoder.apply(filters, topicPrefix);
    }

    /** What a source subscribes to when its settings name no topics; empty where they must. */
    public List<String> usualFilters(String topicPrefix) {
        return this == CANONICAL_JSON || this == CANONICAL_CBOR
                ? List.of(ReadingTopics.filter(topicPrefix))
                : usualFilters;
    }
}
