package dk.vandvagt.store;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.Verdicts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What one transaction writes: verdicts of several sequences, in order. Its items are counted observations first, then
 * exceedances, then transitions.
 */
final class Load {
    /** @param at index into {@code verdicts}' arrays */
    record Observation(Verdicts verdicts, int at) {
        String sensorId() {
            return verdicts.sensorId()[at];
        }

        long observedAtMs() {
            return verdicts.observedAtMs()[at];
        }

        boolean arrived() {
            return verdicts.kind()[at] == Verdicts.ARRIVED;
        }

        double value() {
            return verdicts.value()[at];
        }

        byte flag() {
            return verdicts.flag()[at];
        }

        byte test() {
            return verdicts.test()[at];
        }
    }

    /** @param ordinal index in its sequence's list */
    record Told<T>(long sequence, int ordinal, T what) {}

    final List<Observation> observations;
    final List<Told<Exceedance>> exceedances;
    final List<Told<Transition>> transitions;

    private Load(
            List<Observation> observations, List<Told<Exceedance>> exceedances, List<Told<Transition>> transitions) {
        this.observations = observations;
        this.exceedances = exceedances;
        this.transitions = transitions;
    }

    static Load of(List<Verdicts> drained) {
        Load load = new Load(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Verdicts verdicts : drained) {
            for (int i = 0; i < verdicts.size(); i++) {
                load.observations.add(new Observation(verdicts, i));
            }
            number(verdicts.sequence(), verdicts.exceedances(), load.exceedances);
            number(verdicts.sequence(), verdicts.transitions(), load.transitions);
        }
        return load;
    }

    private static <T> void number(long sequence, List<T> from, List<Told<T>> to) {
        for (int i = 0; i < from.size(); i++) {
            to.add(new Told<>(sequence, i, from.get(i)));
        }
    }

    int items() {
        return observations.size() + exceedances.size() + transitions.size();
    }

    Load part(int from, int to) {
        BitSet wanted = new BitSet();
        wanted.set(from, to);
        return select(wanted);
    }

    Load without(BitSet items) {
        BitSet wanted = new BitSet();
        wanted.set(0, items());
        wanted.andNot(items);
        return select(wanted);
    }

    private Load select(BitSet wanted) {
        int events = observations.size();
        int alerts = events + exceedances.size();
        return new Load(
                select(observations, wanted.get(0, events)),
                select(exceedances, wanted.get(events, alerts)),
                select(transitions, wanted.get(alerts, items())));
    }

    private static <T> List<T> select(List<T> all, BitSet wanted) {
        return wanted.stream().mapToObj(all::get).toList();
    }

    /** An item as the quarantine shows it. */
    Refused refused(int item, String sqlState, String reason) {
        if (item < observations.size()) {
            Observation o = observations.get(item);
            String record = "kind=%d observedAtMs=%d value=%s flag=%d test=%d receivedAtMs=%d"
                    .formatted(
                            o.verdicts.kind()[o.at],
                            o.observedAtMs(),
                            o.value(),
                            o.flag(),
                            o.test(),
                            o.verdicts.receivedAtMs());
            return new Refused(o.verdicts.sequence(), "observation", o.at, o.sensorId(), record, sqlState, reason);
        }
        int rest = item - observations.size();
        if (rest < exceedances.size()) {
            Told<Exceedance> told = exceedances.get(rest);
            return new Refused(
                    told.sequence,
                    "exceedance",
                    told.ordinal,
                    told.what.sensorId(),
                    told.what.toString(),
                    sqlState,
                    reason);
        }
        Told<Transition> told = transitions.get(rest - exceedances.size());
        return new Refused(
                told.sequence,
                "transition",
                told.ordinal,
                told.what.sensorId(),
                told.what.toString(),
                sqlState,
                reason);
    }

    /** An item that the database would not have, and why; all of it text that any database takes. */
    record Refused(
            long sequence, String kind, int ordinal, String sensorId, String record, String sqlState, String reason) {
        Refused {
            sensorId = storable(sensorId);
            record = storable(record);
            reason = storable(reason);
        }

        /** It may have been refused for its NUL, which PostgreSQL holds in no text: shown by its symbol. */
        private static String storable(String text) {
            return text.replace('\0', '\u2400');
        }
    }
}
