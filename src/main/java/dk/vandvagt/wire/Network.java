package dk.vandvagt.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where a LoRaWAN network server, or a platform behind one, puts what an uplink is about. */
enum Network {
    /** ChirpStack 4, integration events in JSON: event {@code up}. */
    CHIRPSTACK {
        @Override
        Uplink read(String topic, JsonNode message, long receivedAtMs) {
            int event = topic.lastIndexOf("/event/");
            if (event >= 0 && !topic.endsWith("/event/up")) {
                return refused(Refusal.NOT_A_READING);
            }
            String devEui = message.at("/deviceInfo/devEui").asText("");
            if (!message.has("fPort") && !message.has("data") && !message.has("object")) {
                // over HTTP nothing but its members tells an event from another; join, status, ack and log have none of
                // these
                return refused(Refusal.NOT_A_READING);
            }
            return uplink(
                    devEui,
                    message.path("fCnt"),
                    message.path("devAddr").asText(""),
                    message.path("time"),
                    message.path("object"),
                    message);
        }
    },
    /** The Things Stack 3: a member that is zero, false or empty is left out of its JSON. */
    TTN {
        @Override
        Uplink read(String topic, JsonNode message, long receivedAtMs) {
            JsonNode up = message.path("uplink_message");
            if (!up.isObject()) {
                return refused(Refusal.NOT_A_READING);
            }
            JsonNode ids = message.path("end_device_ids");
            JsonNode time = up.has("received_at") ? up.path("received_at") : message.path("received_at");
            // the first uplink after a join has f_cnt 0, which is left out
            JsonNode counter = up.has("f_cnt") ? up.path("f_cnt") : ZERO;
            String session =
                    up.path("session_key_id").asText("") + ids.path("dev_addr").asText("");
            String eui = ids.path("dev_eui").asText("");
            return uplink(
                    eui.isEmpty() ? ids.path("device_id").asText("") : eui,
                    counter,
                    session,
                    time,
                    up.path("decoded_payload"),
                    message);
        }
    },
    /**
     * OS2iot, which hands on whatever the payload decoder chosen in it makes: the device by one of the usual members, or by the
     * topic's last level; the time by one of them, or the time received.
     */
    OS2IOT {
        private static final String[] DEVICE = {"deviceEUI", "devEUI", "devEui", "deviceEui", "deviceId", "id"};
        private static final String[] TIME = {"time", "timestamp", "observedAt", "dateObserved"};

        @Override
        Uplink read(String topic, JsonNode message, long receivedAtMs) {
            String device = "";
            for (String member : DEVICE) {
                if (device.isEmpty() && message.path(member).isTextual()) {
                    device = message.path(member).textValue();
                }
            }
            if (device.isEmpty()) {
                device = message.at("/deviceInfo/devEui").asText("");
            }
            if (device.isEmpty()) {
                device = topic.substring(topic.lastIndexOf('/') + 1);
            }
            JsonNode payload = message;
            for (String member : new String[] {"data", "object", "payload"}) {
                if (payload == message && message.path(member).isObject()) {
                    payload = message.path(member);
                }
            }
            for (String member : TIME) {
                if (message.has(member)) {
                    return uplink(device, message.path("fCnt"), "", message.path(member), payload, message);
                }
            }
            return new Uplink(device, counter(message.path("fCnt")), "", receivedAtMs, payload, message, null);
        }
    };

    private static final JsonNode ZERO = com.fasterxml.jackson.databind.node.IntNode.valueOf(0);
    private static final JsonNode NOTHING = MissingNode.getInstance();

    /** Never throws; what is missing or odd in the message becomes the uplink's refusal. */
    abstract Uplink read(String topic, JsonNode message, long receivedAtMs);

    static Uplink refused(Refusal refusal) {
        return new Uplink("", -1, "", 0, NOTHING, NOTHING, refusal);
    }

    static Uplink uplink(
            String deviceId, JsonNode counter, String session, JsonNode time, JsonNode payload, JsonNode message) {
        long observedAtMs = time(time);
        Refusal refusal = null;
        if (deviceId.isEmpty()) {
            refusal = Refusal.UNKNOWN_DEVICE;
        } else if (time.isMissingNode()) {
            refusal = Refusal.MISSING_TIME;
        } else if (observedAtMs < CanonicalJson.EARLIEST_MS || observedAtMs >= CanonicalJson.LATEST_MS) {
            refusal = Refusal.BAD_TIME;
        }
        return new Uplink(deviceId, counter(counter), session, observedAtMs, payload, message, refusal);
    }

    static long counter(JsonNode counter) {
        return counter.isIntegralNumber() && counter.canConvertToLong() ? counter.longValue() : -1;
    }

    /** Epoch milliseconds of RFC 3339 text or of a whole number, or {@link Rfc3339#INVALID}. */
    private static long time(@Nullable JsonNode time) {
        if (time == null) {
            return Rfc3339.INVALID;
        }
        if (time.isTextual()) {
            byte[] text = time.textValue().getBytes(StandardCharsets.UTF_8);
            return Rfc3339.parse(text, 0, text.length);
        }
        return time.isIntegralNumber() && time.canConvertToLong() ? time.longValue() : Rfc3339.INVALID;
    }
}
