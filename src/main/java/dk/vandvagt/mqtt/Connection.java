package dk.vandvagt.mqtt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker, from connecting to its loss: an epoch of acknowledgements. It is never connected twice; a Paho
 * client that is carries its queues and packet ids over into a time where they mean something else.
 */
final class Connection implements MqttCallback {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private static final int CONNECT_SECONDS = 10;
    private static final long DISCONNECT_MS = 1_000;
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;
    /** Far above what a message may hold, so that too large ones are seen and counted; a broker discards beyond it. */
    private static final long MAX_PACKET_BYTES = 1 << 20;

    private static final long HOLD_BACK_STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int QOS_1 = 1;
    private static final int ONLY_WHEN_NEW = 1;
    private static final int FIRST_FAILURE_CODE = 0x80;

    interface Listener {
        /**
         * On Paho's callback thread. May hold back, by {@link Connection#awaitRoom}: no more is read from the connection then,
         * and the broker must wait.
         */
        void onMessage(Connection from, String topic, MqttMessage message);
    }

    private final MqttAsyncClient client;
    private final Broker broker;
    private final Listener listener;
    private final CountDownLatch lost = new CountDownLatch(1);
    private volatile boolean holdingBack;
    private volatile long heldBackUntilNanos;

    Connection(Broker broker, Listener listener) throws MqttException {
        this.broker = broker;
        this.listener = listener;
        this.heldBackUntilNanos = System.nanoTime() - keepAliveNanos();
        KeepAlive keepAlive = new KeepAlive("mqtt-" + broker.clientId() + "-ping", this::mayHaveUnread);
        this.client = new MqttAsyncClient(broker.uri(), broker.clientId(), new MemoryPersistence(), keepAlive, null);
        client.setManualAcks(true);
        client.setCallback(this);
    }

    /**
     * Connects; messages of the session may arrive before this returns.
     *
     * @return whether the broker still had the session, and so delivers again what was not acknowledged
     */
    boolean open() throws MqttException {
        IMqttToken token = client.connect(options());
        token.waitForCompletion(TimeUnit.SECONDS.toMillis(2 * CONNECT_SECONDS));
        return token.getSessionPresent();
    }

    void subscribe(List<String> filters) throws MqttException {
        MqttSubscription[] subscriptions = filters.stream()
                .map(filter -> {
                    MqttSubscription subscription = new MqttSubscription(filter, QOS_1);
                    subscription.setRetainHandling(ONLY_WHEN_NEW);
                    return subscription;
                })
                .toArray(MqttSubscription[]::new);
        IMqttToken token = client.subscribe(subscriptions, null, null, new MqttProperties());
        token.waitForCompletion(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
        for (int code : token.getReasonCodes()) {
            if (code >= FIRST_FAILURE_CODE) {
                throw new MqttException(code);
            }
        }
    }

    /** Returns once the connection is gone. */
    void awaitLoss() throws InterruptedException {
        // Paho tells the loss; asking as well costs nothing, and a source that waits for ever would be deaf
        boolean gone = false;
        while (!gone) {
            gone = lost.await(1, TimeUnit.SECONDS) || !client.isConnected();
        }
    }

    /**
     * Waits, a little longer each time, for whoever is to take the next message.
     *
     * @param attempts made so far
     * @return false when there is nothing to wait for any more: the connection is gone
     */
    boolean awaitRoom(int attempts) {
        holdingBack = true;
        LockSupport.parkNanos(this, Math.min(attempts, 10) * HOLD_BACK_STEP_NANOS);
        heldBackUntilNanos = System.nanoTime();
        holdingBack = false;
        return lost.getCount() > 0;
    }

    /** Whether what the broker sent in the last interval may not have been read yet. */
    private boolean mayHaveUnread() {
        return holdingBack || System.nanoTime() - heldBackUntilNanos < keepAliveNanos();
    }

    private long keepAliveNanos() {
        return TimeUnit.SECONDS.toNanos(broker.keepAliveSeconds());
    }

    /** @return false when the connection is gone: the broker will deliver the message again */
    boolean acknowledge(int packetId) {
        if (lost.getCount() == 0) {
            return false;
        }
        try {
            client.messageArrivedComplete(packetId, QOS_1);
            return true;
        } catch (MqttException e) {
            log.debug("{}: {} not acknowledged", broker, packetId, e);
            return false;
        }
    }

    /** Disconnects after what was acknowledged before; the session stays. */
    void close() {
        boolean done = false;
        if (client.isConnected()) {
            try {
                client.disconnect(0).waitForCompletion(DISCONNECT_MS);
                done = true;
            } catch (MqttException e) {
                log.debug("{}: not disconnected in time", broker, e);
            }
        }
        if (!done) {
            drop();
        }
        lost.countDown();
    }

    /** Cuts the connection; the broker will deliver again what was not acknowledged. */
    void drop() {
        lost.countDown();
        try {
            client.disconnectForcibly(0, DISCONNECT_MS, false);
        } catch (MqttException e) {
            log.debug("{}: not disconnected", broker, e);
        }
    }

    private MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(NEVER_EXPIRES);
        options.setReceiveMaximum(broker.receiveMaximum());
        options.setMaximumPacketSize(MAX_PACKET_BYTES);
        options.setKeepAliveInterval(broker.keepAliveSeconds());
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setAutomaticReconnect(false);
        SocketFactory sockets = broker.sockets();
        if (sockets != null) {
            options.setSocketFactory(sockets);
        }
        if (broker.username() != null) {
            options.setUserName(broker.username());
        }
        char[] password = broker.password();
        if (password != null) {
            options.setPassword(utf8(password));
        }
        return options;
    }

    private static byte[] utf8(char[] text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        return Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit());
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        listener.onMessage(this, topic, message);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        log.warn("{}: connection lost: {}", broker, reason(response));
        lost.countDown();
    }

    private static String reason(MqttDisconnectResponse response) {
        String reason = response.getReasonString();
        Throwable cause = response.getException();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return reason != null ? reason : cause != null ? cause.toString() : "code " + response.getReturnCode();
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        log.warn("{}: {}", broker, exception.toString());
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // it publishes nothing
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // open() waits for the same
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // no authentication method was asked for
    }
}
