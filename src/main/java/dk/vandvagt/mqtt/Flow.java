package dk.vandvagt.mqtt;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Inlet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A source's messages on their way in, and their acknowledgements on the way out, each in order. Paho's callback thread must
 * never wait (its reader stops behind it, and with it the answers to pings), so what the inlet does not take is held here and
 * offered again by the flow's own thread.
 */
final class Flow implements Runnable {
    private static final long OFFER_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Inlet inlet;
    private final int capacity;
    private final Thread thread;
    private final Deque<Held> held = new ArrayDeque<>();
    private final Queue<Delivery> settled = new ConcurrentLinkedQueue<>();
    private final LongAdder offered = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private volatile boolean parked;
    private volatile boolean finishing;

    private record Held(Connection connection, Arrival arrival, boolean comesAgain) {}

    Flow(String name, Inlet inlet, int capacity) {
        this.inlet = inlet;
        this.capacity = capacity;
        this.thread = Thread.ofPlatform().daemon().name(name + "-flow").unstarted(this);
    }

    void start() {
        thread.start();
    }

    /**
     * Hands a message to the inlet, or holds it behind those held already.
     *
     * @param comesAgain whether the broker delivers it again should it not be acknowledged
     * @return false when no more can be held: the message is not taken
     */
    boolean take(Connection connection, Arrival arrival, boolean comesAgain) {
        synchronized (held) {
            if (held.isEmpty() && inlet.offer(arrival)) {
                offered.increment();
                return true;
            }
            if (held.size() >= capacity) {
                return false;
            }
            held.addLast(new Held(connection, arrival, comesAgain));
        }
        wake();
        return true;
    }

    /** Forgets what earlier connections left here and the broker now delivers again. */
    void forgetWhatComesAgain(Connection present) {
        synchronized (held) {
            held.removeIf(message -> message.comesAgain() && message.connection() != present);
        }
    }

    /** Any thread; returns at once. */
    void settled(Delivery delivery) {
        settled.add(delivery);
        wake();
    }

    /** Acknowledges what is settled by now and ends. What is held stays unacknowledged, for the broker to keep. */
    void finish() {
        finishing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!finishing) {
            offerHeld();
            acknowledgeSettled();
            parked = true;
            if (settled.isEmpty() && !finishing) {
                LockSupport.parkNanos(this, held() > 0 ? OFFER_AGAIN_NANOS : IDLE_NANOS);
            }
            parked = false;
        }
        acknowledgeSettled();
    }

    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void offerHeld() {
        synchronized (held) {
            Held first = held.peekFirst();
            while (first != null && inlet.offer(first.arrival())) {
                offered.increment();
                held.removeFirst();
                first = held.peekFirst();
            }
        }
    }

    private void acknowledgeSettled() {
        Delivery delivery = settled.poll();
        while (delivery != null) {
            if (delivery.connection().acknowledge(delivery.packetId())) {
                acknowledged.increment();
            }
            delivery = settled.poll();
        }
    }

    long offered() {
        return offered.sum();
    }

    long acknowledged() {
        return acknowledged.sum();
    }

    int held() {
        synchronized (held) {
            return held.size();
        }
    }
}
