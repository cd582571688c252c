package dk.vandvagt.data;

import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.mqtt.NoDelaySockets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/** A sensor network that keeps every message until the broker has acknowledged it, whatever happens to the broker. */
public final class SteadyPublisher implements AutoCloseable {
    private static final int WINDOW = 50;
    private static final long SLICE_MS = 500;
    private static final long CONNECT_WITHIN_MS = 5_000;
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;

    private record Sent(
            String topic, byte[] payload, @Nullable IMqttToken token) {}

    private final String uri;
    private final char[] password;
    private final long giveUpAtNanos;
    private final Deque<Sent> window = new ArrayDeque<>();
    private @Nullable MqttAsyncClient client;
    private @Nullable MqttException lastFault;
    private long acknowledged;

    public SteadyPublisher(int port, String password, long giveUpAfterS) {
        this.uri = "tcp://127.0.0.1:" + port;
        this.password = password.toCharArray();
        this.giveUpAtNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(giveUpAfterS);
    }

    public void publish(String sensorId, long observedAtMs, double value) throws InterruptedException {
        String payload = "{\"t\":\"" + Instant.ofEpochMilli(observedAtMs) + "\",\"v\":" + value + "}";
        publish("vandvagt/v1/readings/" + sensorId, payload.getBytes(StandardCharsets.UTF_8));
    }

    public void publish(String topic, byte[] payload) throws InterruptedException {
        while (window.size() >= WINDOW) {
            settleFirst();
        }
        window.addLast(send(topic, payload));
    }

    /** Waits until all is acknowledged. */
    public void flush() throws InterruptedException {
        while (!window.isEmpty()) {
            settleFirst();
        }
    }

    public long acknowledged() {
        return acknowledged;
    }

    /** Waits for the oldest message's acknowledgement; when the connection is lost, all that are open are sent again. */
    private void settleFirst() throws InterruptedException {
        Sent first = window.peekFirst();
        if (first == null) {
            return;
        }
        while (!acknowledged(first)) {
            if (System.nanoTime() > giveUpAtNanos) {
                throw new AssertionError(acknowledged + " messages acknowledged by " + uri + ", then none", lastFault);
            }
            if (!isConnected()) {
                connectAgain();
                sendAgain(each -> true);
            } else if (first.token == null) {
                // there was too much in flight when it was to be sent
                TimeUnit.MILLISECONDS.sleep(1);
                sendAgain(each -> each.token == null);
            }
            first = window.getFirst();
        }
        window.removeFirst();
        acknowledged++;
    }

    private void sendAgain(Predicate<Sent> which) {
        List<Sent> open = List.copyOf(window);
        window.clear();
        open.forEach(each -> window.addLast(which.test(each) ? send(each.topic, each.payload) : each));
    }

    private boolean acknowledged(Sent sent) {
        IMqttToken token = sent.token;
        if (token == null) {
            return false;
        }
        try {
            token.waitForCompletion(SLICE_MS);
            int[] codes = token.getReasonCodes();
            return codes == null || codes.length == 0 || codes[0] < NO_MATCHING_SUBSCRIBERS;
        } catch (MqttException notYet) {
            lastFault = notYet;
            return false;
        }
    }

    private boolean isConnected() {
        MqttAsyncClient now = client;
        return now != null && now.isConnected();
    }

    /** Without a connection, or with too much in flight, it is kept to be sent again. */
    private Sent send(String topic, byte[] payload) {
        MqttAsyncClient now = client;
        if (now != null) {
            try {
                return new Sent(topic, payload, now.publish(topic, new MqttMessage(payload, 1, false, null)));
            } catch (MqttException lost) {
                lastFault = lost;
            }
        }
        return new Sent(topic, payload, null);
    }

    private void connectAgain() throws InterruptedException {
        MqttAsyncClient old = client;
        client = null;
        try {
            if (old != null) {
                old.disconnectForcibly(0, 200, false);
                old.close(true);
            }
        } catch (MqttException gone) {
            // it is gone either way
        }
        try {
            MqttAsyncClient next = new Mqtt5Client(uri, "steady-publisher");
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName("sensors");
            options.setPassword(new String(password).getBytes(StandardCharsets.UTF_8));
            options.setCleanStart(true);
            options.setReceiveMaximum(WINDOW);
            options.setSocketFactory(new NoDelaySockets());
            next.connect(options).waitForCompletion(CONNECT_WITHIN_MS);
            client = next;
        } catch (MqttException notYet) {
            lastFault = notYet;
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Override
    public void close() throws MqttException {
        MqttAsyncClient connected = client;
        if (connected != null) {
            connected.disconnectForcibly(0, 500, true);
            connected.close(true);
        }
    }
}
