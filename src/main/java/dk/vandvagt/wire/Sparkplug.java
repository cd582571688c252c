package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sparkplug B (Eclipse Sparkplug 3.0.0): a node's birth names its metrics, later data may name them by alias. A gap in a node's
 * sequence means that a birth may have been missed: until the next, nothing of that node is taken. A metric feeds what the device
 * {@code group/node/device} maps its name to, or the sensor whose id is its name.
 */
final class Sparkplug implements Decoder {
    private static final String NAMESPACE = "spBv1.0";
    private static final String REBIRTH_COUNT = "bdSeq";
    private static final int MOST_NODES = 2_000;

    // fields of a payload: section 6.4.1
    private static final int TIMESTAMP = 1;
    private static final int METRICS = 2;
    private static final int SEQ = 3;

    private final List<String> filters;

    Sparkplug(List<String> filters) {
        this.filters = List.copyOf(filters);
    }

    @Override
    public List<String> filters() {
        return filters;
    }

    @Override
    public Session open(Catalogue catalogue) {
        return new SparkplugSession(catalogue);
    }

    private record Payload(long timestampMs, long seq, List<SparkplugMetric> metrics, int hash) {
        long bdSeq() {
            for (SparkplugMetric metric : metrics) {
                if (metric.name().equals(REBIRTH_COUNT)) {
                    return (long) metric.value();
                }
            }
            return -1;
        }
    }

    private static final class SparkplugSession implements Session {
        private final Map<String, SparkplugNode> nodes = new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, SparkplugNode> eldest) {
                return size() > MOST_NODES;
            }
        };
        private Catalogue catalogue;
        private Devices devices;
        private SensorNames names;

        SparkplugSession(Catalogue catalogue) {
            this.catalogue = catalogue;
            this.devices = new Devices(catalogue);
            this.names = new SensorNames(catalogue);
        }

        @Override
        public void use(Catalogue catalogue) {
            this.catalogue = catalogue;
            devices = new Devices(catalogue);
            names = new SensorNames(catalogue);
        }

        @Override
        public @Nullable Refusal decode(
                String topic, byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into) {
            if (length > MAX_PAYLOAD_BYTES) {
                return Refusal.OVERSIZED;
            }
            String[] levels = topic.split("/", -1);
            if (levels.length < 3 || !levels[0].equals(NAMESPACE)) {
                return Refusal.UNKNOWN_TOPIC;
            }
            if (levels[1].equals("STATE")) {
                return Refusal.NOT_A_READING;
            }
            boolean ofDevice = levels[2].startsWith("D");
            if (levels.length != (ofDevice ? 5 : 4)) {
                return Refusal.UNKNOWN_TOPIC;
            }
            String nodeId = levels[1] + "/" + levels[3];
            String device = ofDevice ? levels[4] : "";
            switch (levels[2]) {
                case "NCMD", "DCMD" -> {
                    return Refusal.NOT_A_READING;
                }
                case "NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH" -> {
                    // read below
                }
                default -> {
                    return Refusal.UNKNOWN_TOPIC;
                }
            }
            if (length == 0) {
                return Refusal.EMPTY;
            }
            Payload message = payload(payload, offset, length);
            if (message == null) {
                return Refusal.MALFORMED;
            }
            if (message.metrics.size() > MAX_READINGS) {
                return Refusal.TOO_MANY_READINGS;
            }
            SparkplugNode node = nodes.computeIfAbsent(nodeId, id -> new SparkplugNode());
            Refusal refusal = follow(node, levels[2], device, message);
            if (refusal != null) {
                return refusal;
            }
            int before = into.size();
            boolean birth = levels[2].endsWith("BIRTH");
            refusal = readings(node, nodeId, device, birth, message, into);
            if (refusal != null) {
                into.truncate(before);
            }
            return refusal;
        }

        private static @Nullable Payload payload(byte[] in, int offset, int length) {
            ProtobufScanner fields = new ProtobufScanner();
            fields.scan(in, offset, offset + length);
            long timestampMs = -1;
            long seq = -1;
            List<SparkplugMetric> metrics = new ArrayList<>();
            while (fields.next()) {
                switch (fields.field) {
                    case TIMESTAMP -> timestampMs = fields.type == ProtobufScanner.VARINT ? fields.bits : -1;
                    case SEQ -> seq = fields.type == ProtobufScanner.VARINT ? fields.bits : -1;
                    case METRICS -> {
                        SparkplugMetric metric = fields.type == ProtobufScanner.LENGTH
                                ? SparkplugMetric.read(in, fields.from, fields.to)
                                : null;
                        if (metric == null) {
                            return null;
                        }
                        metrics.add(metric);
                    }
                    default -> {
                        // uuid and body are not read
                    }
                }
            }
            int hash = Arrays.hashCode(Arrays.copyOfRange(in, offset, offset + length));
            return fields.isBroken() ? null : new Payload(timestampMs, seq, metrics, hash);
        }

        /** What the message says of the node; null where its metrics can be read. */
        private static @Nullable Refusal follow(SparkplugNode node, String type, String device, Payload message) {
            if (type.equals("NDEATH")) {
                // a last will has no sequence, only the count of the birth it belongs to
                node.die(message.bdSeq());
                return Refusal.NOT_A_READING;
            }
            if (type.equals("NBIRTH")) {
                if (message.seq < 0 || message.seq > 255) {
                    return Refusal.SEQUENCE_GAP;
                }
                node.bear(message.bdSeq(), message.seq, message.hash);
                node.bearDevice("");
                return aliases(node, "", message);
            }
            if (!node.isBorn()) {
                return Refusal.NO_BIRTH;
            }
            if (!node.isLastAgain(message.seq, message.hash) && !node.goesOn(message.seq, message.hash)) {
                return Refusal.SEQUENCE_GAP;
            }
            if (type.equals("DDEATH")) {
                node.bury(device);
                return Refusal.NOT_A_READING;
            }
            if (type.equals("DBIRTH")) {
                node.bearDevice(device);
                return aliases(node, device, message);
            }
            return node.isBorn(device) ? null : Refusal.NO_BIRTH;
        }

        private static @Nullable Refusal aliases(SparkplugNode node, String device, Payload message) {
            for (SparkplugMetric metric : message.metrics) {
                if (metric.alias() >= 0
                        && !node.name(
                                metric.alias(), new SparkplugNode.Born(device, metric.name(), metric.datatype()))) {
                    node.forget();
                    return Refusal.TOO_MANY_READINGS;
                }
            }
            return null;
        }

        private @Nullable Refusal readings(
                SparkplugNode node, String nodeId, String device, boolean birth, Payload message, ReadingBuffer into) {
            String deviceId = device.isEmpty() ? nodeId : nodeId + "/" + device;
            List<Devices.Feed> feeds = devices.feeds(deviceId);
            int before = into.size();
            boolean anyNull = false;
            for (SparkplugMetric sent : message.metrics) {
                SparkplugMetric metric = sent;
                if (sent.name().isEmpty()) {
                    SparkplugNode.Born born = node.named(sent.alias());
                    if (born == SparkplugNode.UNKNOWN || !born.device().equals(device)) {
                        return Refusal.UNKNOWN_ALIAS;
                    }
                    metric = sent.as(born.name(), born.datatype());
                }
                Devices.Feed feed = feed(feeds, metric.name());
                int sensorIndex = feed != null ? feed.sensorIndex() : sensorIndex(deviceId, metric.name());
                if (sensorIndex == SensorNames.UNKNOWN) {
                    continue;
                }
                if (metric.isNull()) {
                    anyNull = true;
                    continue;
                }
                if (!metric.isNumber()) {
                    return Refusal.BAD_VALUE;
                }
                Unit unit = catalogue.sensor(sensorIndex).unit();
                double kept = feed != null ? feed.keep(metric.value()) : unit.keep(metric.value()) + 0.0;
                if (!Double.isFinite(kept)) {
                    return Refusal.NOT_FINITE;
                }
                long observedAtMs = metric.timestampMs() >= 0 ? metric.timestampMs() : message.timestampMs;
                if (observedAtMs < 0) {
                    return Refusal.MISSING_TIME;
                }
                if (observedAtMs < CanonicalJson.EARLIEST_MS || observedAtMs >= CanonicalJson.LATEST_MS) {
                    return Refusal.BAD_TIME;
                }
                into.add(sensorIndex, observedAtMs, kept);
            }
            if (into.size() > before) {
                return null;
            }
            return birth || anyNull ? Refusal.NOT_A_READING : Refusal.NO_MAPPED_FIELD;
        }

        private static Devices.@Nullable Feed feed(@Nullable List<Devices.Feed> feeds, String metric) {
            if (feeds != null) {
                for (Devices.Feed feed : feeds) {
                    String pointer = feed.field().pointer();
                    if (pointer.length() == metric.length() + 1 && pointer.startsWith(metric, 1)) {
                        return feed;
                    }
                }
            }
            return null;
        }

        private int sensorIndex(String deviceId, String metric) {
            int index = names.sensorIndex(deviceId + "/" + metric);
            return index != SensorNames.UNKNOWN ? index : names.sensorIndex(metric);
        }
    }
}
