package dk.vandvagt.alert;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What operators are called for, for a day after the last time, or for as long as the alert stands that it is about; and floods. */
final class OperatorCalls {
    private static final long KEPT_MS = 24 * 3_600_000L;
    private static final int FLOOD = 10;
    private static final long FLOOD_WITHIN_MS = 10 * 60_000L;

    private final Map<String, OperatorCall> calls = new TreeMap<>();
    /** of the alerts raised lately, by the service's clock */
    private final Deque<Long> raisedAtMs = new ArrayDeque<>();

    void add(OperatorCall call, long clockMs) {
        OperatorCall before = calls.get(call.key());
        calls.put(
                call.key(),
                before == null
                        ? call.at(clockMs, clockMs, 1)
                        : call.at(before.firstAtMs(), clockMs, before.times() + 1));
    }

    /** So many alerts more were raised and told now. */
    void raised(int alerts, long clockMs) {
        while (!raisedAtMs.isEmpty() && raisedAtMs.getFirst() <= clockMs - FLOOD_WITHIN_MS) {
            raisedAtMs.removeFirst();
        }
        for (int i = 0; i < alerts; i++) {
            raisedAtMs.addLast(clockMs);
        }
        if (alerts > 0 && raisedAtMs.size() > FLOOD) {
            OperatorCall flood = OperatorCall.of(OperatorCall.Kind.FLOOD, "", "", "", "", 0);
            OperatorCall before = calls.get(flood.key());
            calls.put(
                    flood.key(),
                    before != null && before.lastAtMs() > clockMs - FLOOD_WITHIN_MS
                            ? flood.at(before.firstAtMs(), clockMs, before.times() + alerts)
                            : flood.at(clockMs, clockMs, raisedAtMs.size()));
        }
    }

    void forget(long clockMs, Predicate<String> stands) {
        if (!calls.isEmpty()) {
            calls.values().removeIf(call -> call.lastAtMs() <= clockMs - KEPT_MS && !stands.test(call.ruleId()));
        }
    }

    List<OperatorCall> all() {
        return List.copyOf(calls.values());
    }

    List<Long> raisedAtMs() {
        return List.copyOf(raisedAtMs);
    }

    void restore(List<OperatorCall> saved, List<Long> raised) {
        saved.forEach(call -> calls.put(call.key(), call));
        raisedAtMs.addAll(raised);
    }
}
