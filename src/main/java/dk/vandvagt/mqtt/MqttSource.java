package dk.vandvagt.mqtt;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Inlet;
import dk.vandvagt.shard.Receipt;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.Decoder;
import dk.vandvagt.wire.ReadingBuffer;
import dk.vandvagt.wire.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings from one broker, over a session there that never expires. Whatever happens to the connection, to the broker or to
 * this process: a QoS 1 message is acknowledged after it is settled, in order of receipt, or delivered again.
 */
public final class MqttSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MqttSource.class);

    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long CLOSE_MS = 5_000;

    private final Broker broker;
    private final Decoder decoder;
    private final List<String> filters;
    private final LongSupplier wallClockMs;
    private final Runnable onSubscribed;
    private final Inlet inlet;
    private final Acknowledger acknowledger;
    private final Thread connector;
    private final BackOff backOff = new BackOff(RandomGenerator.getDefault());
    private final LongAdder receivedMessages = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder offered = new LongAdder();
    private final LongAdder connections = new LongAdder();

    private volatile Catalogue catalogue;
    private volatile boolean taking = true;
    private volatile boolean closing;
    private volatile boolean subscribed;
    private volatile @Nullable String trouble;
    private volatile boolean holdingBack;

    /**
     * @param filters what it subscribes to, such as the decoder's, or those as shared subscriptions
     * @param inlet where readings and refusals go
     * @param wallClockMs epoch milliseconds, for when a message was received
     * @param onSubscribed told, on the source's own thread, each time the subscription stands: from then on nothing sent to the
     *     broker can pass it by
     */
    public MqttSource(
            Broker broker,
            Decoder decoder,
            List<String> filters,
            Catalogue catalogue,
            Inlet inlet,
            LongSupplier wallClockMs,
            Runnable onSubscribed) {
        this.broker = broker;
        this.decoder = decoder;
        this.filters = List.copyOf(filters);
        this.catalogue = catalogue;
        this.wallClockMs = wallClockMs;
        this.onSubscribed = onSubscribed;
        String name = "mqtt-" + broker.clientId();
        this.inlet = inlet;
        this.acknowledger = new Acknowledger(name + "-acknowledger");
        this.connector = Thread.ofPlatform().daemon().name(name + "-connector").unstarted(this::stayConnected);
    }

    /** Returns at once; connects, and connects again, until closed. */
    public void start() {
        acknowledger.start();
        connector.start();
    }

    /** From the next message on this revision holds. */
    public void use(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Leaves what comes from now on, unacknowledged, to the broker; acknowledging goes on. */
    public void stopTaking() {
        taking = false;
    }

    /** Acknowledges what is settled by now, and disconnects; the session stays at the broker and keeps the rest. */
    @Override
    public void close() {
        stopTaking();
        closing = true;
        acknowledger.finish();
        connector.interrupt();
        try {
            connector.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stayConnected() {
        while (!closing) {
            long openedNanos = System.nanoTime();
            try {
                oneConnection();
            } catch (IOException e) {
                trouble = String.valueOf(e.getMessage());
                log.warn("{}: {}", broker, e.getMessage());
            } catch (InterruptedException e) {
                // closing, or nobody's business
            } catch (RuntimeException e) {
                log.error("{}: connection given up", broker, e);
            }
            subscribed = false;
            if (System.nanoTime() - openedNanos > STABLE_NANOS) {
                backOff.reset();
            }
            pause(backOff.nextMs());
        }
    }

    private void oneConnection() throws IOException, InterruptedException {
        Connection connection = Connection.to(broker, new Intake());
        try {
            boolean sessionPresent = connection.open();
            connections.increment();
            connection.subscribe(filters);
            subscribed = true;
            trouble = null;
            log.info("{}: subscribed to {}, {} session", broker, filters, sessionPresent ? "same" : "new");
            onSubscribed.run();
            connection.awaitLoss();
        } finally {
            if (closing) {
                connection.close();
            } else {
                connection.drop();
            }
        }
    }

    private void pause(long delayMs) {
        if (!closing) {
            try {
                Thread.sleep(delayMs);
            } catch (InterruptedException e) {
                // closing
            }
        }
    }

    /** Why the last attempt to connect failed, null where none has since the subscription stood. */
    public @Nullable String trouble() {
        return trouble;
    }

    public Tallies tallies() {
        return new Tallies(
                receivedMessages.sum(),
                receivedBytes.sum(),
                offered.sum(),
                acknowledger.acknowledged(),
                Math.max(0, connections.sum() - 1),
                holdingBack,
                subscribed);
    }

    /**
     * Counts since the source was made.
     *
     * @param receivedMessages read from the broker, repeats included
     * @param receivedBytes of their payloads
     * @param offered messages the inlet has taken
     * @param acknowledged messages acknowledged on the connection they came by
     * @param reconnects connections after the first
     * @param holdingBack whether a message waits for the inlet now, and with it the broker
     * @param subscribed whether the subscription stands now
     */
    public record Tallies(
            long receivedMessages,
            long receivedBytes,
            long offered,
            long acknowledged,
            long reconnects,
            boolean holdingBack,
            boolean subscribed) {}

    /** What one connection brings in: decoded on Paho's callback thread, which is one a connection. */
    private final class Intake implements Connection.Listener {
        private final ReadingBuffer readings = new ReadingBuffer();
        private Catalogue revision = catalogue;
        private final Decoder.Session session = decoder.open(revision);

        @Override
        public void onMessage(Connection from, String topic, byte[] payload, int qos, int packetId) {
            if (!taking) {
                return;
            }
            receivedMessages.increment();
            receivedBytes.add(payload.length);
            Receipt receipt = qos > 0 ? new Delivery(from, packetId, acknowledger) : Receipt.NOBODY;
            hand(from, arrival(topic, payload, receipt));
        }

        /** Waits while the inlet is full. What it has not taken when the connection goes comes again on the next. */
        private void hand(Connection from, Arrival arrival) {
            int attempts = 0;
            while (!inlet.offer(arrival)) {
                holdingBack = true;
                if (!from.awaitRoom(++attempts) || !taking) {
                    holdingBack = false;
                    return;
                }
            }
            holdingBack = false;
            offered.increment();
        }

        private Arrival arrival(String topic, byte[] payload, Receipt receipt) {
            if (revision != catalogue) {
                revision = catalogue;
                session.use(revision);
            }
            readings.clear();
            long receivedAtMs = wallClockMs.getAsLong();
            Refusal refusal = decode(topic, payload, receivedAtMs);
            return refusal == null
                    ? Arrival.of(receipt, readings, receivedAtMs)
                    : Arrival.refused(receipt, refusal, receivedAtMs);
        }

        private @Nullable Refusal decode(String topic, byte[] payload, long receivedAtMs) {
            try {
                return session.decode(topic, payload, 0, payload.length, receivedAtMs, readings);
            } catch (RuntimeException e) {
                // a decoder's defect must not make a message that comes again for ever
                log.error("{}: decoder failed on {} bytes at {}", broker, payload.length, topic, e);
                return Refusal.MALFORMED;
            }
        }
    }
}
