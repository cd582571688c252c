package dk.vandvagt.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.ProfileField;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What devices send through a {@link Network}, read by their profiles. A field that is missing gives no reading: a battery-only
 * frame gives the battery alone. A field that is no number refuses the message, as codecs write faults there ("No Sensor"). A
 * field that the device itself doubts (tilted) is left out.
 */
final class NetworkUplinks implements Decoder {
    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(JsonScanner.MAX_DEPTH)
                            .maxNumberLength(100)
                            .maxStringLength(MAX_PAYLOAD_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // names are the devices' own: a hostile one must not fill a table for ever
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final Network network;
    private final List<String> filters;

    NetworkUplinks(Network network, List<String> filters) {
        this.network = network;
        this.filters = List.copyOf(filters);
    }

    @Override
    public List<String> filters() {
        return filters;
    }

    @Override
    public Session open(Catalogue catalogue) {
        return new UplinkSession(network, catalogue);
    }

    private static final class UplinkSession implements Session {
        private final Network network;
        private final Uplinks uplinks = new Uplinks();
        private Devices devices;

        UplinkSession(Network network, Catalogue catalogue) {
            this.network = network;
            this.devices = new Devices(catalogue);
        }

        @Override
        public void use(Catalogue catalogue) {
            devices = new Devices(catalogue);
        }

        @Override
        public @Nullable Refusal decode(
                String topic, byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into) {
            if (length > MAX_PAYLOAD_BYTES) {
                return Refusal.OVERSIZED;
            }
            if (length == 0) {
                return Refusal.EMPTY;
            }
            if (!Utf8.isWellFormed(payload, offset, length)) {
                return Refusal.NOT_UTF8;
            }
            JsonNode message;
            try {
                // of bytes Jackson would guess the encoding, and fail at its guess
                message = JSON.readTree(new String(payload, offset, length, StandardCharsets.UTF_8));
            } catch (JacksonException notJson) {
                return Refusal.MALFORMED;
            }
            if (message.isMissingNode()) {
                return Refusal.EMPTY;
            }
            if (!message.isObject()) {
                return Refusal.MALFORMED;
            }
            Uplink uplink = network.read(topic, message, receivedAtMs);
            if (uplink.refusal() != null) {
                return uplink.refusal();
            }
            int before = into.size();
            Refusal refusal = readings(uplink, into);
            if (refusal != null) {
                into.truncate(before);
            } else if (uplinks.observedAtMs(uplink) == Uplinks.NEW) {
                uplinks.remember(uplink);
            }
            return refusal;
        }

        private @Nullable Refusal readings(Uplink uplink, ReadingBuffer into) {
            List<Devices.Feed> feeds = devices.feeds(uplink.deviceId());
            if (feeds == null || feeds.isEmpty()) {
                return Refusal.UNKNOWN_DEVICE;
            }
            // Told again it comes out as it did, for whether the first was ever stored is not known here: a redelivery
            // of the
            // same readings. What another network or gateway adds of its own, such as its signal, would correct the
            // first's.
            long firstAtMs = uplinks.observedAtMs(uplink);
            long observedAtMs = firstAtMs == Uplinks.NEW ? uplink.observedAtMs() : firstAtMs;
            boolean byAnother = observedAtMs != uplink.observedAtMs();
            JsonNode errors = uplink.payload().path("errors");
            if (errors.isArray() && !errors.isEmpty()) {
                // how TTN's own codecs say that they could not: an unknown port, a frame too short
                return Refusal.NOT_DECODED;
            }
            boolean any = false;
            boolean payloadAsked = false;
            for (Devices.Feed feed : feeds) {
                boolean ofPayload = feed.field().of() == ProfileField.Part.PAYLOAD;
                payloadAsked |= ofPayload;
                if (byAnother && !ofPayload) {
                    continue;
                }
                JsonNode part = ofPayload ? uplink.payload() : uplink.message();
                JsonNode sent = part.at(feed.pointer());
                if (sent.isMissingNode() || sent.isNull() || feed.isDoubted(part)) {
                    continue;
                }
                if (!sent.isNumber()) {
                    return Refusal.BAD_VALUE;
                }
                double kept = feed.keep(sent.doubleValue());
                if (!Double.isFinite(kept)) {
                    return Refusal.NOT_FINITE;
                }
                any = true;
                into.add(feed.sensorIndex(), observedAtMs, kept);
            }
            if (any) {
                return null;
            }
            if (byAnother) {
                return Refusal.DUPLICATE_UPLINK;
            }
            return payloadAsked && !uplink.payload().isObject() ? Refusal.NOT_DECODED : Refusal.NO_MAPPED_FIELD;
        }
    }
}
