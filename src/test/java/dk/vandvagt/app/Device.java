package dk.vandvagt.app;

import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.mqtt.NoDelaySockets;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a round's messages in order at QoS 1 and knows which were acknowledged. What was not acknowledged on one connection
 * is sent again on the next, in the same order, before anything new; after {@link #brokerForgot} the whole round is.
 */
final class Device implements AutoCloseable {
    record Account(String name, String password) {
        void on(MqttConnectionOptions options) {
            options.setUserName(name);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** One message: where to, and what it says. */
    record Message(String topic, String payload) {}

    private static final int WINDOW = 32;
    private static final long CONNECT_WITHIN_MS = 3_000;
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;

    private final String uri;
    private final String id;
    private final @Nullable Account account;
    private final AtomicBoolean forgot = new AtomicBoolean();
    private @Nullable MqttAsyncClient client;
    private BitSet acknowledged = new BitSet();
    private int epoch;
    private long acknowledgements;

    /** @param account null where anybody may publish */
    Device(String id, int port, @Nullable Account account) {
        this.account = account;
        this.id = id;
        uri = "tcp://127.0.0.1:" + port;
    }

    /** What the broker acknowledged in this round it may have lost; to be told before it can be reached again. */
    void brokerForgot() {
        forgot.set(true);
    }

    boolean mustRepeat() {
        return forgot.get();
    }

    /**
     * Returns when all are acknowledged.
     *
     * @param onPosition told once for each message, just before it is sent for the first time
     */
    void publish(List<Message> round, IntConsumer onPosition, long paceMs, long deadlineNanos)
            throws InterruptedException {
        synchronized (this) {
            acknowledged = new BitSet();
            epoch++;
        }
        int next = 0;
        int told = 0;
        while (firstOpen() < round.size() || forgot.get()) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("only " + firstOpen() + " of " + round.size() + " messages acknowledged");
            }
            MqttAsyncClient now = client;
            if (now == null || !now.isConnected() || forgot.get()) {
                if (!connect()) {
                    continue;
                }
                next = firstOpen();
            } else if (next < round.size() && next - firstOpen() < WINDOW) {
                if (next == told) {
                    told++;
                    onPosition.accept(next);
                    if (paceMs > 0) {
                        TimeUnit.MILLISECONDS.sleep(paceMs);
                    }
                }
                if (send(now, next, round.get(next))) {
                    next++;
                }
            } else {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    private synchronized int firstOpen() {
        return acknowledged.nextClearBit(0);
    }

    private synchronized void acknowledge(int ofEpoch, int position) {
        if (ofEpoch == epoch) {
            acknowledged.set(position);
            acknowledgements++;
        }
    }

    synchronized long acknowledgements() {
        return acknowledgements;
    }

    private boolean send(MqttAsyncClient now, int position, Message message) {
        int mine = epoch;
        MqttMessage mqtt = new MqttMessage(message.payload.getBytes(StandardCharsets.UTF_8), 1, false, null);
        try {
            now.publish(message.topic, mqtt, null, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    int[] codes = token.getReasonCodes();
                    if (codes == null || codes.length == 0 || codes[0] < NO_MATCHING_SUBSCRIBERS) {
                        acknowledge(mine, position);
                    } else {
                        // nobody would get it: the whole window goes again on another connection
                        drop(now);
                    }
                }

                @Override
                public void onFailure(IMqttToken token, Throwable exception) {
                    // the connection is gone, or soon will be
                    drop(now);
                }
            });
            return true;
        } catch (MqttException lost) {
            drop(now);
            return false;
        }
    }

    private static void drop(MqttAsyncClient which) {
        Thread.ofVirtual().start(() -> {
            try {
                which.disconnectForcibly(0, 1, false);
            } catch (MqttException gone) {
                // it is gone either way
            }
        });
    }

    private boolean connect() throws InterruptedException {
        MqttAsyncClient old = client;
        client = null;
        if (old != null) {
            drop(old);
        }
        boolean all = forgot.getAndSet(false);
        synchronized (this) {
            epoch++;
            if (all) {
                acknowledged = new BitSet();
            }
        }
        try {
            MqttAsyncClient next = new Mqtt5Client(uri, id);
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setCleanStart(true);
            options.setReceiveMaximum(2 * WINDOW);
            options.setSocketFactory(new NoDelaySockets());
            if (account != null) {
                account.on(options);
            }
            next.connect(options).waitForCompletion(CONNECT_WITHIN_MS);
            client = next;
            return true;
        } catch (MqttException notYet) {
            TimeUnit.MILLISECONDS.sleep(20);
            return false;
        }
    }

    @Override
    public void close() {
        MqttAsyncClient last = client;
        if (last != null) {
            drop(last);
        }
    }
}
