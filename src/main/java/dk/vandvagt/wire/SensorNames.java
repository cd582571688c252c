package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Device;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which sensor a name in a payload means, in one revision of the catalogue: the one that a device of that name feeds, otherwise
 * the sensor of that id. Looking up the bytes of a name allocates nothing.
 */
final class SensorNames {
    static final int UNKNOWN = -1;

    private final byte[][] names;
    private final int[] indexes;
    private final int mask;
    private final Map<String, Integer> byText = new HashMap<>();

    SensorNames(Catalogue catalogue) {
        for (int i = 0; i < catalogue.sensorCount(); i++) {
            if (!catalogue.sensor(i).retired()) {
                byText.put(catalogue.sensor(i).id(), i);
            }
        }
        for (Device device : catalogue.devices()) {
            int index = device.sensorId().isEmpty() ? UNKNOWN : catalogue.sensorIndex(device.sensorId());
            if (index != UNKNOWN) {
                byText.put(device.id(), index);
            }
        }
        // at most half full, so that a search for what is not there ends soon
        int size = Integer.highestOneBit(Math.max(1, byText.size())) * 4;
        names = new byte[size][];
        indexes = new int[size];
        mask = size - 1;
        Arrays.fill(names, new byte[0]);
        byText.forEach((name, index) -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            int slot = slot(bytes, 0, bytes.length);
            names[slot] = bytes;
            indexes[slot] = index;
        });
    }

    /** The sensor's index or {@link #UNKNOWN}. */
    int sensorIndex(String name) {
        return byText.getOrDefault(name, UNKNOWN);
    }

    /** As {@link #sensorIndex(String)}, of the UTF-8 bytes from {@code from} to {@code to}. */
    int sensorIndex(byte[] in, int from, int to) {
        int slot = slot(in, from, to);
        return names[slot].length == 0 ? UNKNOWN : indexes[slot];
    }

    /** By topic: a device of that name, or the sensor whose id is the topic's last level. */
    int sensorIndexOfTopic(String topic) {
        int index = sensorIndex(topic);
        return index != UNKNOWN ? index : sensorIndex(topic.substring(topic.lastIndexOf('/') + 1));
    }

    /** Where the name stands, or the empty place where it would. */
    private int slot(byte[] in, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + in[i];
        }
        int slot = (hash ^ hash >>> 15) & mask;
        while (names[slot].length != 0 && !Arrays.equals(names[slot], 0, names[slot].length, in, from, to)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
