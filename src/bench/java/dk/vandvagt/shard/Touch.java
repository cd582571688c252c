package dk.vandvagt.shard;

import dk.vandvagt.quality.Flag;

/**
 * The least that judging a reading can cost: its state is read and written, and nothing is decided. All that belongs to a sensor
 * lies side by side in one array. A level reading reads the whole hot block (times, deadlines, quality limits), writes what
 * changes in it (newest, received, deadline, count), reads the line of each rung that says whether the reading is beyond it
 * (settings and state), writes its own entry of the window and reads time and value of every entry of the 3 h trend window, as
 * the regression must. A rain reading does the same, but instead of a trend window it reads its newest spans and reads and
 * writes the cursor of each of the ten accumulation windows. Both write their verdict. The loads are summed up, so that none is
 * left out.
 */
final class Touch {
    private static final int HOT = 16;
    private static final int WRITTEN = 4;
    private static final int RUNG = 12;
    private static final int RUNG_READ = 4;
    private static final int ENTRY = 2;
    private static final int WINDOW = 32;
    private static final int TREND = 19;
    private static final int SPANS = 2;
    private static final int SPAN = 3;
    private static final int CURSORS = 10;

    private final int rungs;
    private final int stride;
    private final long[] state;

    /** @param rungs thresholds of each sensor */
    Touch(int sensors, int rungs) {
        this.rungs = rungs;
        stride = HOT + RUNG * rungs + ENTRY * WINDOW;
        state = new long[Math.multiplyExact(sensors, stride)];
    }

    long judge(Batch batch, ShardOutput out) {
        int[] sensorIndex = batch.sensorIndex();
        long[] observedAtMs = batch.observedAtMs();
        double[] value = batch.value();
        long sum = 0;
        for (int i = 0; i < batch.size(); i++) {
            int s = sensorIndex[i];
            sum += Fleet.isRain(s) ? rain(s, observedAtMs[i], value[i]) : level(s, observedAtMs[i], value[i]);
            out.verdict(Verdicts.ARRIVED, s, observedAtMs[i], value[i], Flag.PASS, (byte) sum);
        }
        return sum;
    }

    private long hotAndRungs(int at, long observedAtMs) {
        long[] state = this.state;
        long sum = 0;
        for (int k = 0; k < HOT; k++) {
            sum += state[at + k];
        }
        for (int k = 0; k < WRITTEN - 1; k++) {
            state[at + k] = observedAtMs;
        }
        state[at + WRITTEN - 1]++;
        int rung = at + HOT;
        for (int r = 0; r < rungs; r++) {
            for (int k = 0; k < RUNG_READ; k++) {
                sum += state[rung + k];
            }
            rung += RUNG;
        }
        return sum;
    }

    private long level(int s, long observedAtMs, double value) {
        long[] state = this.state;
        int at = s * stride;
        long sum = hotAndRungs(at, observedAtMs);
        int newest = (int) state[at + WRITTEN - 1];
        int window = at + HOT + RUNG * rungs;
        int entry = window + ENTRY * (newest & WINDOW - 1);
        state[entry] = observedAtMs;
        state[entry + 1] = Double.doubleToRawLongBits(value);
        for (int k = 0; k < TREND; k++) {
            entry = window + ENTRY * (newest - k & WINDOW - 1);
            sum += state[entry] + state[entry + 1];
        }
        return sum;
    }

    private long rain(int s, long observedAtMs, double value) {
        long[] state = this.state;
        int at = s * stride;
        long sum = hotAndRungs(at, observedAtMs);
        int newest = (int) state[at + WRITTEN - 1];
        int ring = at + HOT + RUNG * rungs;
        int entry = ring + ENTRY * (newest & WINDOW / 2 - 1);
        state[entry] = observedAtMs;
        state[entry + 1] = Double.doubleToRawLongBits(value);
        int cursors = ring + ENTRY * WINDOW / 2;
        for (int k = 0; k < CURSORS; k++) {
            sum += state[cursors + k]++;
        }
        for (int k = 0; k < SPANS * SPAN; k++) {
            sum += state[cursors + CURSORS + k];
        }
        return sum;
    }
}
