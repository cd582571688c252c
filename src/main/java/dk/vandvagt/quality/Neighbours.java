package dk.vandvagt.quality;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Sensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the neighbours of a shard's sensors measured: the shard overhears them in the batches that all shards see, and keeps
 * levels of its own. So a comparison rests on the journal's order alone, whichever shard owns the neighbour.
 */
public final class Neighbours {
    private static final int NONE = -1;
    private static final int[] NOBODY = {};

    private final int[] slotOfIndex;
    private final int[] slotOfSensor;
    private final long[] apartMs;
    private final int[][] listeners;
    private final int[] heardIndex;
    private final QualityLimits[] heardLimits;
    private final long[] keepMs;
    private final long[] newestAtMs;
    private final Recent heard;
    private final long latenessMs;

    /**
     * @param sensors the shard's own, in the order of the indexes used here
     * @param keepMs how long each of them keeps its own observations
     */
    public Neighbours(Catalogue catalogue, List<Sensor> sensors, long[] keepMs) {
        latenessMs = catalogue.judging().latenessWindowMs();
        slotOfIndex = new int[catalogue.sensorCount()];
        Arrays.fill(slotOfIndex, NONE);
        slotOfSensor = new int[sensors.size()];
        apartMs = new long[sensors.size()];
        List<Integer> heardBySlot = new ArrayList<>();
        List<List<Integer>> listening = new ArrayList<>();
        for (int s = 0; s < sensors.size(); s++) {
            int index =
                    catalogue.sensorIndex(sensors.get(s).quality().neighbour().sensorId());
            slotOfSensor[s] = NONE;
            if (index >= 0) {
                if (slotOfIndex[index] == NONE) {
                    slotOfIndex[index] = heardBySlot.size();
                    heardBySlot.add(index);
                    listening.add(new ArrayList<>());
                }
                slotOfSensor[s] = slotOfIndex[index];
                listening.get(slotOfIndex[index]).add(s);
                apartMs[s] = Math.max(
                        sensors.get(s).intervalMs(), catalogue.sensor(index).intervalMs());
            }
        }
        int slots = heardBySlot.size();
        heardIndex = heardBySlot.stream().mapToInt(Integer::intValue).toArray();
        listeners = new int[slots][];
        heardLimits = new QualityLimits[slots];
        this.keepMs = new long[slots];
        newestAtMs = new long[slots];
        int[] capacity = new int[slots];
        for (int n = 0; n < slots; n++) {
            listeners[n] = listening.get(n).stream().mapToInt(Integer::intValue).toArray();
            Sensor sensor = catalogue.sensor(heardIndex[n]);
            heardLimits[n] = sensor.quality();
            for (int s : listeners[n]) {
                this.keepMs[n] = Math.max(this.keepMs[n], keepMs[s] + 2 * apartMs[s]);
            }
            capacity[n] = Recent.capacity(this.keepMs[n], sensor.intervalMs());
        }
        heard = new Recent(capacity);
    }

    /** Whether no sensor of the shard is compared with any. */
    public boolean isEmpty() {
        return heardIndex.length == 0;
    }

    /** The sensors that are compared with this one of the whole catalogue. */
    public int[] listeners(int sensorIndex) {
        int slot = slotOfIndex[sensorIndex];
        return slot == NONE ? NOBODY : listeners[slot];
    }

    /**
     * Takes in what a neighbour measured.
     *
     * @param value on its own zero
     * @return whether that is news: not a redelivery, and not older than the lateness window
     */
    public boolean hear(int sensorIndex, long observedAtMs, double value, double zeroM) {
        int slot = slotOfIndex[sensorIndex];
        if (slot == NONE || observedAtMs < newestAtMs[slot] - latenessMs) {
            return false;
        }
        QualityLimits limits = heardLimits[slot];
        boolean outside = value < limits.sensorMin() || value > limits.sensorMax();
        // what its own sensor cannot have measured says nothing about another's
        double level = outside ? Double.NaN : value + zeroM;
        int i = heard.find(slot, observedAtMs);
        if (i >= 0) {
            boolean same = Double.compare(heard.value(slot, i), level) == 0;
            heard.setValue(slot, i, level);
            return !same;
        }
        heard.insert(slot, -i - 1, observedAtMs, level, Flag.NOT_EVALUATED, QualityTest.NONE.code());
        if (observedAtMs > newestAtMs[slot]) {
            newestAtMs[slot] = observedAtMs;
            heard.evict(slot, heard.evictable(slot, observedAtMs - keepMs[slot]));
        }
        return true;
    }

    /** How far from a neighbour's observation one of this sensor may lie to be compared with it. */
    public long apartMs(int sensor) {
        return apartMs[sensor];
    }

    /** What the sensor's neighbour measured nearest to an instant, the earlier of two as near; NaN where nothing near enough. */
    double near(int sensor, long atMs) {
        int slot = slotOfSensor[sensor];
        if (slot == NONE) {
            return Double.NaN;
        }
        double nearest = Double.NaN;
        long apart = apartMs[sensor];
        for (int i = heard.size(slot) - 1; i >= 0; i--) {
            long off = Math.abs(heard.observedAtMs(slot, i) - atMs);
            double level = heard.value(slot, i);
            if (off <= apart && !Double.isNaN(level)) {
                nearest = level;
                apart = off;
            } else if (heard.observedAtMs(slot, i) < atMs - apart) {
                break;
            }
        }
        return nearest;
    }

    /** How many neighbours are overheard; the arguments of the calls below run to it. */
    public int count() {
        return heardIndex.length;
    }

    /** Index in the catalogue. */
    public int sensorIndex(int neighbour) {
        return heardIndex[neighbour];
    }

    public int size(int neighbour) {
        return heard.size(neighbour);
    }

    public long observedAtMs(int neighbour, int i) {
        return heard.observedAtMs(neighbour, i);
    }

    /** NaN where it was outside the neighbour's span. */
    public double level(int neighbour, int i) {
        return heard.value(neighbour, i);
    }

    /** From a snapshot, in order of time; what another shard's part has brought already is passed over. */
    public void restore(int sensorIndex, long observedAtMs, double level) {
        int slot = slotOfIndex[sensorIndex];
        if (slot != NONE && observedAtMs > newestAtMs[slot]) {
            heard.insert(slot, heard.size(slot), observedAtMs, level, Flag.NOT_EVALUATED, QualityTest.NONE.code());
            newestAtMs[slot] = observedAtMs;
        }
    }
}
