package dk.vandvagt.simulator;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** SenML packs (RFC 8428): the sensor's id is the base name, the first reading's time the base time. */
final class Senml implements Encoder {
    // labels of section 6, table 4
    private static final int BASE_NAME = -2;
    private static final int BASE_TIME = -3;
    private static final int BASE_UNIT = -4;
    private static final int VALUE = 2;
    private static final int TIME = 6;

    private final String topicPrefix;
    private final boolean cbor;
    private final Map<String, String> units;

    /** @param units by sensor id; a sensor without one is sent without */
    Senml(String topicPrefix, boolean cbor, Map<String, String> units) {
        this.topicPrefix = topicPrefix;
        this.cbor = cbor;
        this.units = units;
    }

    @Override
    public int mostReadings() {
        return Format.MOST_READINGS;
    }

    @Override
    public List<Message> messages(List<Reading> readings, long sentAtMs) {
        Reading last = readings.getLast();
        return List.of(new Message(
                topicPrefix + '/' + last.sensorId(),
                cbor ? cbor(readings) : json(readings),
                readings.size(),
                last.observedAtMs(),
                sentAtMs));
    }

    private byte[] json(List<Reading> readings) {
        Reading first = readings.getFirst();
        String unit = units.get(first.sensorId());
        StringBuilder pack = new StringBuilder();
        for (Reading reading : readings) {
            if (reading == first) {
                pack.append("[{\"bn\":\"")
                        .append(first.sensorId())
                        .append("\",\"bt\":")
                        .append(seconds(first.observedAtMs()));
                if (unit != null) {
                    pack.append(",\"bu\":\"").append(unit).append('"');
                }
                pack.append(",\"v\":");
            } else {
                pack.append(",{\"t\":")
                        .append(seconds(reading.observedAtMs() - first.observedAtMs()))
                        .append(",\"v\":");
            }
            pack.append(reading.value()).append('}');
        }
        return pack.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] cbor(List<Reading> readings) {
        Reading first = readings.getFirst();
        String unit = units.get(first.sensorId());
        CborWriter pack = new CborWriter().array(readings.size());
        for (Reading reading : readings) {
            if (reading == first) {
                pack.map(unit == null ? 3 : 4)
                        .integer(BASE_NAME)
                        .text(first.sensorId())
                        .integer(BASE_TIME)
                        .number(seconds(first.observedAtMs()));
                if (unit != null) {
                    pack.integer(BASE_UNIT).text(unit);
                }
            } else {
                pack.map(2).integer(TIME).number(seconds(reading.observedAtMs() - first.observedAtMs()));
            }
            pack.integer(VALUE).number(reading.value());
        }
        return pack.bytes();
    }

    private static String seconds(long millis) {
        BigDecimal seconds = BigDecimal.valueOf(millis, 3).stripTrailingZeros();
        return seconds.scale() < 0 ? String.valueOf(seconds.longValueExact()) : seconds.toPlainString();
    }
}
