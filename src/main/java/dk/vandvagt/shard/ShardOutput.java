package dk.vandvagt.shard;

import dk.vandvagt.alert.Edge;
import dk.vandvagt.alert.OperatorCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one shard found in one batch: a verdict for each observation it changed, and the edges. Grows; may be used again. */
final class ShardOutput {
    private byte[] kind;
    private byte[] flag;
    private byte[] test;
    private int[] sensorIndex;
    private long[] observedAtMs;
    private double[] value;
    private int size;
    private final List<Edge> edges = new ArrayList<>(0);
    private final List<OperatorCall> calls = new ArrayList<>(0);

    ShardOutput(int capacity) {
        kind = new byte[capacity];
        flag = new byte[capacity];
        test = new byte[capacity];
        sensorIndex = new int[capacity];
        observedAtMs = new long[capacity];
        value = new double[capacity];
    }

    void clear() {
        size = 0;
        edges.clear();
        calls.clear();
    }

    void verdict(byte kind, int sensorIndex, long observedAtMs, double value, byte flag, byte test) {
        if (size == this.kind.length) {
            grow(Math.max(16, 2 * size));
        }
        this.kind[size] = kind;
        this.sensorIndex[size] = sensorIndex;
        this.observedAtMs[size] = observedAtMs;
        this.value[size] = value;
        this.flag[size] = flag;
        this.test[size] = test;
        size++;
    }

    private void grow(int capacity) {
        kind = Arrays.copyOf(kind, capacity);
        flag = Arrays.copyOf(flag, capacity);
        test = Arrays.copyOf(test, capacity);
        sensorIndex = Arrays.copyOf(sensorIndex, capacity);
        observedAtMs = Arrays.copyOf(observedAtMs, capacity);
        value = Arrays.copyOf(value, capacity);
    }

    void edge(Edge edge) {
        edges.add(edge);
    }

    void call(OperatorCall call) {
        calls.add(call);
    }

    List<OperatorCall> calls() {
        return calls;
    }

    int size() {
        return size;
    }

    List<Edge> edges() {
        return edges;
    }

    byte kind(int i) {
        return kind[i];
    }

    int sensorIndex(int i) {
        return sensorIndex[i];
    }

    long observedAtMs(int i) {
        return observedAtMs[i];
    }

    double value(int i) {
        return value[i];
    }

    byte flag(int i) {
        return flag[i];
    }

    byte test(int i) {
        return test[i];
    }
}
