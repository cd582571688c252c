package dk.vandvagt.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sparkplug B (Eclipse Sparkplug 3.0.0): one node, a device for each sensor, whose one metric has the sensor's id for a name and goes by alias
 * after its birth. The node is born again each day of event time, as a host that missed a message can take nothing until then; it has
 * no last will and heeds no commands.
 */
final class Sparkplug implements Encoder {
    private static final String NODE = "simulator";
    private static final long BORN_AGAIN_AFTER_MS = 24 * 3_600_000L;

    // datatypes: section 6.4.16
    private static final int INT64 = 4;
    private static final int DOUBLE = 10;
    private static final int BOOLEAN = 11;

    private final String prefix;
    private final Map<String, Integer> aliases = new LinkedHashMap<>();
    private final Map<String, Long> born = new LinkedHashMap<>();
    private long bornAtMs;
    private int births;
    private int sequence;

    /** @param topicPrefix namespace and group, such as {@code spBv1.0/vandvagt} */
    Sparkplug(String topicPrefix) {
        prefix = topicPrefix;
    }

    @Override
    public int mostReadings() {
        return 500;
    }

    @Override
    public List<Message> messages(List<Reading> readings, long sentAtMs) {
        List<Message> messages = new ArrayList<>();
        if (births == 0 || sentAtMs - bornAtMs >= BORN_AGAIN_AFTER_MS) {
            messages.add(nodeBirth(sentAtMs));
        }
        Reading last = readings.getLast();
        String sensorId = last.sensorId();
        int alias = aliases.computeIfAbsent(sensorId, _ -> aliases.size() + 1);
        int from = 0;
        if (born.putIfAbsent(sensorId, sentAtMs) == null) {
            // a birth tells each metric with its value; what waited beside it follows as history
            Payload birth = new Payload(sentAtMs);
            birth.metric(
                    sensorId,
                    alias,
                    DOUBLE,
                    readings.getFirst().observedAtMs(),
                    false,
                    readings.getFirst().value());
            messages.add(
                    message("DBIRTH", sensorId, birth, 1, readings.getFirst().observedAtMs(), sentAtMs));
            from = 1;
        }
        if (from < readings.size()) {
            Payload data = new Payload(sentAtMs);
            for (Reading reading : readings.subList(from, readings.size())) {
                data.metric("", alias, DOUBLE, reading.observedAtMs(), reading != last, reading.value());
            }
            messages.add(message("DDATA", sensorId, data, readings.size() - from, last.observedAtMs(), sentAtMs));
        }
        return messages;
    }

    private Message nodeBirth(long sentAtMs) {
        bornAtMs = sentAtMs;
        sequence = 0;
        born.clear();
        Payload birth = new Payload(sentAtMs);
        birth.metric("bdSeq", -1, INT64, sentAtMs, false, String.valueOf(births++ & 0xFF));
        birth.metric("Node Control/Rebirth", -1, BOOLEAN, sentAtMs, false, "0");
        return message("NBIRTH", "", birth, 0, sentAtMs, sentAtMs);
    }

    private Message message(
            String type, String device, Payload payload, int readings, long observedAtMs, long sentAtMs) {
        String topic = prefix + '/' + type + '/' + NODE + (device.isEmpty() ? "" : '/' + device);
        byte[] bytes = payload.end(sequence);
        sequence = (sequence + 1) & 0xFF;
        return new Message(topic, bytes, readings, observedAtMs, sentAtMs);
    }

    /** Protocol buffers, by the fields of section 6.4.1 and 6.4.3. */
    private static final class Payload {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int LENGTH = 2;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Payload(long timestampMs) {
            varintField(bytes, 1, timestampMs);
        }

        void metric(String name, int alias, int datatype, long atMs, boolean historical, String value) {
            ByteArrayOutputStream metric = new ByteArrayOutputStream();
            if (!name.isEmpty()) {
                byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
                key(metric, 1, LENGTH);
                varint(metric, utf8.length);
                metric.writeBytes(utf8);
            }
            if (alias >= 0) {
                varintField(metric, 2, alias);
            }
            varintField(metric, 3, atMs);
            varintField(metric, 4, datatype);
            if (historical) {
                varintField(metric, 5, 1);
            }
            switch (datatype) {
                case INT64 -> varintField(metric, 11, Long.parseLong(value));
                case BOOLEAN -> varintField(metric, 14, Long.parseLong(value));
                default -> {
                    key(metric, 13, FIXED64);
                    long bits = Double.doubleToLongBits(Double.parseDouble(value));
                    for (int i = 0; i < 8; i++) {
                        metric.write((int) (bits >>> (8 * i)));
                    }
                }
            }
            key(bytes, 2, LENGTH);
            varint(bytes, metric.size());
            bytes.writeBytes(metric.toByteArray());
        }

        byte[] end(int sequence) {
            varintField(bytes, 3, sequence);
            return bytes.toByteArray();
        }

        private static void varintField(ByteArrayOutputStream to, int field, long value) {
            key(to, field, VARINT);
            varint(to, value);
        }

        private static void key(ByteArrayOutputStream to, int field, int type) {
            varint(to, (long) field << 3 | type);
        }

        private static void varint(ByteArrayOutputStream to, long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                to.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            to.write((int) rest);
        }
    }
}
