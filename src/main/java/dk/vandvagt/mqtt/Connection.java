package dk.vandvagt.mqtt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker, from connecting to its loss: an epoch of acknowledgements. It is never connected twice; a Paho
 * client that is carries its queues and packet ids over into a time where they mean something else. The two protocols have clients of
 * their own; what they have in common is here.
 */
abstract class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    static final int CONNECT_SECONDS = 10;
    static final long DISCONNECT_MS = 1_000;
    static final int QOS_1 = 1;
    static final int FIRST_FAILURE_CODE = 0x80;
    private static final long HOLD_BACK_STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    interface Listener {
        /**
         * On Paho's callback thread. May hold back, by {@link Connection#awaitRoom}: no more is read from the connection then,
         * and the broker must wait.
         */
        void onMessage(Connection from, String topic, byte[] payload, int qos, int packetId);
    }

    private final Broker broker;
    private final CountDownLatch lost = new CountDownLatch(1);
    private volatile boolean holdingBack;
    private volatile long heldBackUntilNanos;

    Connection(Broker broker) {
        this.broker = broker;
        this.heldBackUntilNanos = System.nanoTime() - keepAliveNanos();
    }

    /** By the protocol that the broker is said to speak. */
    static Connection to(Broker broker, Listener listener) throws IOException {
        return broker.onlyMqtt3() ? new Mqtt3Connection(broker, listener) : new Mqtt5Connection(broker, listener);
    }

    /**
     * Connects; messages of the session may arrive before this returns.
     *
     * @return whether the broker still had the session, and so delivers again what was not acknowledged
     * @throws IOException in words that name what the broker said
     */
    abstract boolean open() throws IOException;

    /** Each at QoS 1; throws where the broker refuses one. */
    abstract void subscribe(List<String> filters) throws IOException;

    abstract boolean isConnected();

    /** Sends the PUBACK. */
    abstract void complete(int packetId) throws IOException;

    /** After what was acknowledged before, which Paho may still have in hand; the session stays. */
    abstract void disconnect() throws IOException;

    /** At once. */
    abstract void cut() throws IOException;

    Broker broker() {
        return broker;
    }

    /** Returns once the connection is gone. */
    void awaitLoss() throws InterruptedException {
        // Paho tells the loss; asking as well costs nothing, and a source that waits for ever would be deaf
        boolean gone = false;
        while (!gone) {
            gone = lost.await(1, TimeUnit.SECONDS) || !isConnected();
        }
    }

    /** What Paho tells. */
    void lost(String why) {
        log.warn("{}: connection lost: {}", broker, why);
        lost.countDown();
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
    boolean mayHaveUnread() {
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
            complete(packetId);
            return true;
        } catch (IOException e) {
            log.debug("{}: {} not acknowledged", broker, packetId, e);
            return false;
        }
    }

    /** Disconnects after what was acknowledged before; the session stays. */
    void close() {
        boolean done = false;
        if (isConnected()) {
            try {
                disconnect();
                done = true;
            } catch (IOException e) {
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
            cut();
        } catch (IOException e) {
            log.debug("{}: not disconnected", broker, e);
        }
    }

    static byte[] utf8(char[] text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        return Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit());
    }

    /** A broker that misses the client's certificate says so by hanging up, once TLS 1.3 has begun. */
    String adviceOfTls(Exception e) {
        boolean hungUp = inWords(e).contains("reset")
                || inWords(e).contains("EOF")
                || inWords(e).contains("Broken pipe");
        return hungUp && (broker.uri().startsWith("ssl:") || broker.uri().startsWith("wss:"))
                ? "; where the broker asks for a client's certificate, name it in tls.cert and tls.key"
                : "";
    }

    /** With the cause that says most, such as a certificate's. */
    static String inWords(Exception e) {
        Throwable cause = e.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause;
    }
}
