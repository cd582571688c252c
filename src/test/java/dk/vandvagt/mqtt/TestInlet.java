package dk.vandvagt.mqtt;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Inlet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An inlet that takes as many as it is opened for, and settles when the test says so, oldest first. */
final class TestInlet implements Inlet {
    private final Deque<Arrival> unsettled = new ArrayDeque<>();
    private final List<Arrival> taken = new ArrayList<>();
    private long room;
    private boolean settlesAtOnce;

    static TestInlet open() {
        TestInlet inlet = new TestInlet();
        inlet.openFor(Long.MAX_VALUE);
        return inlet;
    }

    static TestInlet shut() {
        return new TestInlet();
    }

    synchronized void openFor(long messages) {
        room = messages;
    }

    /** From now on, and what waits. */
    synchronized void settleAtOnce() {
        settlesAtOnce = true;
        settle(unsettled.size());
    }

    @Override
    public synchronized boolean offer(Arrival arrival) {
        if (room == 0) {
            return false;
        }
        room--;
        taken.add(arrival);
        unsettled.addLast(arrival);
        if (settlesAtOnce) {
            settle(unsettled.size());
        }
        return true;
    }

    synchronized void settle(int messages) {
        for (int i = 0; i < messages; i++) {
            Arrival oldest = unsettled.removeFirst();
            oldest.receipt().settled(oldest.refusal());
        }
    }

    synchronized int size() {
        return taken.size();
    }

    synchronized List<Arrival> taken() {
        return List.copyOf(taken);
    }

    /** The values of all readings taken so far, in order. */
    synchronized List<Double> values() {
        List<Double> values = new ArrayList<>();
        for (Arrival arrival : taken) {
            for (double value : arrival.value()) {
                values.add(value);
            }
        }
        return values;
    }
}
