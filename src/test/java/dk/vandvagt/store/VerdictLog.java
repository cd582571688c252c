package dk.vandvagt.store;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.VerdictSource;
import dk.vandvagt.shard.Verdicts;
import java.util.ArrayList;
import java.util.List;

/** A verdict log in memory that forgets only when told. */
final class VerdictLog implements VerdictSource {
    private final List<Verdicts> log = new ArrayList<>();
    private long committed = -1;
    private int forgotten;

    synchronized void append(Verdicts verdicts) {
        log.add(verdicts);
        notifyAll();
    }

    synchronized void forgetUpTo(int sequence) {
        forgotten = sequence;
    }

    /** Sequence of the next entry; the first is 1. */
    synchronized long next() {
        return log.size() + 1L;
    }

    synchronized long last() {
        return log.size();
    }

    synchronized long committed() {
        return committed;
    }

    Entry entry() {
        return new Entry(this, next());
    }

    @Override
    public synchronized List<Verdicts> read(long afterSequence, int maxObservations, long timeoutMs)
            throws InterruptedException {
        if (afterSequence >= log.size()) {
            wait(timeoutMs);
        }
        List<Verdicts> read = new ArrayList<>();
        int observations = 0;
        for (int i = (int) Math.max(forgotten, afterSequence); i < log.size() && observations < maxObservations; i++) {
            read.add(log.get(i));
            observations += log.get(i).size();
        }
        return read;
    }

    @Override
    public synchronized void committed(long sequence) {
        committed = sequence;
    }

    /** One sequence in the making. */
    static final class Entry {
        private final VerdictLog log;
        private final long sequence;
        private long receivedAtMs;
        private final List<String> sensorId = new ArrayList<>();
        private final List<Byte> kind = new ArrayList<>();
        private final List<Long> observedAtMs = new ArrayList<>();
        private final List<Double> value = new ArrayList<>();
        private final List<Byte> flag = new ArrayList<>();
        private final List<Byte> test = new ArrayList<>();
        private final List<Exceedance> exceedances = new ArrayList<>();
        private final List<Transition> transitions = new ArrayList<>();

        private Entry(VerdictLog log, long sequence) {
            this.log = log;
            this.sequence = sequence;
            this.receivedAtMs = 1_700_000_000_000L + sequence;
        }

        Entry receivedAt(long ms) {
            receivedAtMs = ms;
            return this;
        }

        Entry arrived(String sensor, long atMs, double v) {
            return arrived(sensor, atMs, v, Flag.PASS, 0);
        }

        Entry arrived(String sensor, long atMs, double v, int f, int t) {
            return observation(Verdicts.ARRIVED, sensor, atMs, v, f, t);
        }

        Entry reflagged(String sensor, long atMs, double v, int f, int t) {
            return observation(Verdicts.REFLAGGED, sensor, atMs, v, f, t);
        }

        private Entry observation(byte k, String sensor, long atMs, double v, int f, int t) {
            kind.add(k);
            sensorId.add(sensor);
            observedAtMs.add(atMs);
            value.add(v);
            flag.add((byte) f);
            test.add((byte) t);
            return this;
        }

        Entry told(Exceedance exceedance) {
            exceedances.add(exceedance);
            return this;
        }

        Entry told(Transition transition) {
            transitions.add(transition);
            return this;
        }

        Verdicts end() {
            int size = kind.size();
            byte[] kinds = new byte[size];
            byte[] flags = new byte[size];
            byte[] tests = new byte[size];
            for (int i = 0; i < size; i++) {
                kinds[i] = kind.get(i);
                flags[i] = flag.get(i);
                tests[i] = test.get(i);
            }
            Verdicts verdicts = new Verdicts(
                    sequence,
                    receivedAtMs,
                    receivedAtMs,
                    size,
                    sensorId.toArray(String[]::new),
                    kinds,
                    observedAtMs.stream().mapToLong(Long::longValue).toArray(),
                    value.stream().mapToDouble(Double::doubleValue).toArray(),
                    flags,
                    tests,
                    List.copyOf(exceedances),
                    List.copyOf(transitions));
            log.append(verdicts);
            return verdicts;
        }
    }
}
