package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A delivery log that outlives its channel, and whose disk may refuse. */
final class TestLog implements DeliveryLog {
    private final List<Transition> durable = new ArrayList<>();
    private final Set<String> told = new LinkedHashSet<>();
    private int refusals;

    synchronized void add(Transition transition) {
        durable.add(transition);
    }

    synchronized List<Transition> all() {
        return List.copyOf(durable);
    }

    synchronized void refuse(int times) {
        refusals = times;
    }

    @Override
    public synchronized List<Transition> notTold(String channel) {
        return durable.stream()
                .filter(transition -> !told.contains(channel + " " + transition.id()))
                .toList();
    }

    @Override
    public synchronized void told(String transitionId, String channel) throws IOException {
        if (refusals > 0) {
            refusals--;
            throw new IOException("disk full");
        }
        told.add(channel + " " + transitionId);
    }

    synchronized int told() {
        return told.size();
    }
}
