package dk.vandvagt.mqtt;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pings for one connection, also while nothing is read from it. Paho's own sender takes an answer that it has not read for one
 * that did not come, and would cut the connection each time the inlet is full for two intervals.
 */
final class KeepAlive {
    /**
     * What Paho's clients of both protocols offer to their ping senders; they share no types.
     *
     * @param check pings where due, cuts a silent connection, and schedules the next
     * @param ping pings, whatever came back so far
     */
    record Pinging(LongSupplier everyMs, Runnable check, Ping ping) {}

    interface Ping {
        void send() throws IOException;
    }

    private final BooleanSupplier unread;
    private final ScheduledExecutorService timer;
    private @Nullable Pinging connection;

    /** @param unread whether the answers to earlier pings may lie unread */
    KeepAlive(String name, BooleanSupplier unread) {
        this.unread = unread;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    void use(Pinging pinging) {
        connection = pinging;
    }

    void start() {
        if (connection != null) {
            schedule(connection.everyMs().getAsLong());
        }
    }

    void stop() {
        timer.shutdownNow();
    }

    void schedule(long delayMs) {
        try {
            timer.schedule(this::ping, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // stopped meanwhile
        }
    }

    private void ping() {
        Pinging to = connection;
        if (to == null) {
            return;
        }
        if (!unread.getAsBoolean()) {
            to.check().run();
            return;
        }
        try {
            to.ping().send();
            schedule(to.everyMs().getAsLong());
        } catch (IOException e) {
            // no longer connected: the loss is told elsewhere
        }
    }
}
