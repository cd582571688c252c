package dk.vandvagt.mqtt;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttPingReq;
import org.jspecify.annotations.Nullable;

/**
 * Pings for one connection, also while nothing is read from it. Paho's own sender takes an answer that it has not read for one
 * that did not come, and would cut the connection each time the inlet is full for two intervals.
 */
final class KeepAlive implements MqttPingSender {
    private final BooleanSupplier unread;
    private final ScheduledExecutorService timer;
    private @Nullable ClientComms comms;

    /** @param unread whether the answers to earlier pings may lie unread */
    KeepAlive(String name, BooleanSupplier unread) {
        this.unread = unread;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    @Override
    public void init(ClientComms comms) {
        this.comms = comms;
    }

    @Override
    public void start() {
        if (comms != null) {
            schedule(comms.getKeepAlive());
        }
    }

    @Override
    public void stop() {
        timer.shutdownNow();
    }

    @Override
    public void schedule(long delayMs) {
        try {
            timer.schedule(this::ping, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // stopped meanwhile
        }
    }

    private void ping() {
        ClientComms comms = this.comms;
        if (comms == null) {
            return;
        }
        if (!unread.getAsBoolean()) {
            // pings where due, cuts a silent connection, and schedules the next
            comms.checkForActivity();
            return;
        }
        try {
            comms.sendNoWait(new MqttPingReq(), new MqttToken(comms.getClient().getClientId()));
            schedule(comms.getKeepAlive());
        } catch (MqttException e) {
            // no longer connected: the loss is told elsewhere
        }
    }
}
