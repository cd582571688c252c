package dk.vandvagt.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Acknowledges what is settled, in order, on a thread of its own: whoever settles must not wait for a connection. */
final class Acknowledger implements Runnable {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Thread thread;
    private final Queue<Delivery> settled = new ConcurrentLinkedQueue<>();
    private final LongAdder acknowledged = new LongAdder();
    private volatile boolean parked;
    private volatile boolean finishing;

    Acknowledger(String name) {
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Any thread; returns at once. */
    void settled(Delivery delivery) {
        settled.add(delivery);
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** Returns when all that is settled by now is acknowledged. */
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
            acknowledgeSettled();
            parked = true;
            if (settled.isEmpty() && !finishing) {
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
            parked = false;
        }
        acknowledgeSettled();
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

    long acknowledged() {
        return acknowledged.sum();
    }
}
