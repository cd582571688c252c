package dk.vandvagt.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a LoRaWAN network tells of a device's uplink: ChirpStack 4, The Things Stack 3 (which leaves a zero counter out) or OS2iot. A sensor
 * is a device; its DevEUI is made of its id. The network's time is when it heard the device, so a batch is its newest reading.
 */
final class LoraUplinks implements Encoder {
    enum Network {
        CHIRPSTACK,
        TTN,
        OS2IOT
    }

    private final Network network;
    private final String topicPrefix;
    private final Map<String, Integer> counters = new HashMap<>();

    LoraUplinks(Network network, String topicPrefix) {
        this.network = network;
        this.topicPrefix = topicPrefix;
    }

    @Override
    public int mostReadings() {
        return 1;
    }

    /** FNV-1a, 64 bit, of the sensor's id. */
    static String devEui(String sensorId) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : sensorId.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return HexFormat.of().toHexDigits(hash);
    }

    @Override
    public List<Message> messages(List<Reading> readings, long sentAtMs) {
        Reading newest = readings.getLast();
        String id = newest.sensorId();
        String eui = devEui(id);
        int counter = counters.merge(id, 1, Integer::sum) - 1;
        // what the network hears is now; a device whose clock is off does not change that
        String heard = Instant.ofEpochMilli(sentAtMs).toString();
        String data = Base64.getEncoder().encodeToString(newest.value().getBytes(StandardCharsets.US_ASCII));
        String topic = switch (network) {
            case CHIRPSTACK -> topicPrefix + '/' + eui + "/event/up";
            case TTN -> topicPrefix + '/' + id.toLowerCase(Locale.ROOT) + "/up";
            case OS2IOT -> topicPrefix + '/' + eui;
        };
        String payload = switch (network) {
            case CHIRPSTACK -> chirpstack(eui, heard, counter, data, newest.value());
            case TTN -> ttn(id, eui, heard, counter, data, newest.value());
            case OS2IOT ->
                "{\"deviceEUI\":\"" + eui.toUpperCase(Locale.ROOT) + "\",\"time\":\"" + heard
                        + "\",\"data\":{\"value\":" + newest.value() + "}}";
        };
        return List.of(new Message(topic, payload.getBytes(StandardCharsets.UTF_8), 1, sentAtMs, sentAtMs));
    }

    private static String chirpstack(String eui, String heard, int counter, String data, String value) {
        return "{\"deduplicationId\":\"" + eui + '-' + counter + "\",\"time\":\"" + heard
                + "\",\"deviceInfo\":{\"tenantName\":\"Vandvagt\",\"deviceProfileName\":\"simulated\",\"devEui\":\""
                + eui
                + "\"},\"devAddr\":\"" + eui.substring(0, 8) + "\",\"adr\":true,\"dr\":5,\"fCnt\":" + counter
                + ",\"fPort\":2,\"confirmed\":false,\"data\":\"" + data + "\",\"object\":{\"value\":" + value
                + "},\"rxInfo\":[{\"gatewayId\":\"a84041ffff1e2d3c\",\"rssi\":-97,\"snr\":7.5}]}";
    }

    private static String ttn(String id, String eui, String heard, int counter, String data, String value) {
        return "{\"end_device_ids\":{\"device_id\":\"" + id.toLowerCase(Locale.ROOT)
                + "\",\"application_ids\":{\"application_id\":\"vandvagt\"},\"dev_eui\":\""
                + eui.toUpperCase(Locale.ROOT)
                + "\",\"dev_addr\":\"" + eui.substring(0, 8).toUpperCase(Locale.ROOT) + "\"},\"received_at\":\"" + heard
                + "\",\"uplink_message\":{\"session_key_id\":\"AXA50M\",\"f_port\":2,"
                // protocol buffers as JSON leave a zero out
                + (counter == 0 ? "" : "\"f_cnt\":" + counter + ',')
                + "\"frm_payload\":\"" + data + "\",\"decoded_payload\":{\"value\":" + value
                + "},\"rx_metadata\":[{\"gateway_ids\":{\"gateway_id\":\"simulated\"},\"rssi\":-97,\"snr\":7.5}],\"received_at\":\""
                + heard + "\"}}";
    }
}
