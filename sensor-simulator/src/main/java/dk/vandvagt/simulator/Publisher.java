package dk.vandvagt.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.HdrHistogram.Histogram;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Publishes at QoS 1 until each message is acknowledged as accepted, over as many connections as it takes. Messages wait
 * in a bounded window in their order; after a lost connection or a refusal everything from each topic's first
 * unacknowledged message on goes out again, so a topic's order holds and the price is duplicates.
 *
 * <p>One thread connects and sends. Paho's callbacks only set fields under the lock and never call Paho. Every
 * connection is a new Paho client: the window here is the only memory of what is in flight, and Paho's outgoing topic
 * aliases, which no option turns off, cannot outlive the connection they were made for.
 */
final class Publisher implements AutoCloseable {
    private static final int SUCCESS = 0x00;
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int QUOTA_EXCEEDED = 0x97;
    /** PUBACK codes that the same message would meet again: MQTT 5.0, section 3.4.2.1. */
    private static final Set<Integer> FINAL_REFUSALS = Set.of(NOT_AUTHORIZED, 0x90, 0x99);
    /** CONNACK codes that the same settings would meet again: MQTT 5.0, section 3.2.2.2. */
    private static final Set<Integer> FINAL_CONNECT_REFUSALS = Set.of(0x84, 0x85, 0x86, NOT_AUTHORIZED, 0x8A, 0x8C);

    /** Where CONNACK names no receive maximum: MQTT 5.0, section 3.2.2.3.3. */
    private static final int DEFAULT_RECEIVE_MAXIMUM = 65_535;

    private static final Duration CONNECT_ATTEMPT = Duration.ofSeconds(10);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(3);
    private static final Duration BETWEEN_NOTICES = Duration.ofSeconds(15);
    private static final long POLL_MS = 50;
    private static final int KEEP_ALIVE_S = 20;
    private static final long LONGEST_LATENCY_US = TimeUnit.HOURS.toMicros(1);

    /** Paho logs every lost connection with its stack; here a notice says it. Held, or the setting would be collected. */
    private static final Logger PAHO_LOG = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        PAHO_LOG.setLevel(Level.OFF);
    }

    private final PublisherSettings settings;
    private final Consumer<String> notices;
    private final Thread sender;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Oldest first; a message leaves only from the front, accepted. */
    private final ArrayDeque<Pending> window = new ArrayDeque<>();
    /** The part of the window that this connection has not been given yet. */
    private final ArrayDeque<Pending> toSend = new ArrayDeque<>();

    private final Map<Integer, Long> refusals = new TreeMap<>();
    private final Histogram latencyUs = new Histogram(LONGEST_LATENCY_US, 3);
    private int connection;
    private int unanswered;
    private boolean connectedOnce;
    private @Nullable String lost;
    private boolean refused;
    private boolean closing;
    private @Nullable String fault;
    private int faultsInARow;
    private long progressNanos;
    private boolean noticed;
    private long lastNoticeNanos;
    private long sent;
    private long acknowledged;
    private long readingsAcknowledged;
    private long republished;
    private long reconnects;

    /** Counts so far; {@code latencyUs} runs from a message's first publish to the PUBACK that accepted it. */
    record Tally(
            long sent,
            long acknowledged,
            long readingsAcknowledged,
            long republished,
            long reconnects,
            Map<Integer, Long> refusals,
            Histogram latencyUs) {}

    private static final class Pending {
        private final Message message;
        private boolean accepted;
        private long firstSentNanos;
        private long acceptedNanos;

        Pending(Message message) {
            this.message = message;
        }
    }

    /** @param notices what a person watching should know, a line each */
    Publisher(PublisherSettings settings, Consumer<String> notices) {
        this.settings = settings;
        this.notices = notices;
        sender = Thread.ofPlatform().name("publisher").daemon().unstarted(this::send);
    }

    /** Returns once connected; false when {@code stop} came first. */
    boolean connect(Stop stop) throws PublishFault, InterruptedException {
        sender.start();
        return await(stop, () -> connectedOnce);
    }

    /** Puts a message into the window, waiting for room; false when {@code stop} came first. */
    boolean publish(Message message, Stop stop) throws PublishFault, InterruptedException {
        lock.lock();
        try {
            if (!await(stop, () -> window.size() < settings.inflight())) {
                return false;
            }
            if (window.isEmpty()) {
                progressNanos = System.nanoTime();
            }
            Pending pending = new Pending(message);
            window.add(pending);
            toSend.add(pending);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything is acknowledged; false when {@code stop} came first. */
    boolean awaitAcknowledged(Stop stop) throws PublishFault, InterruptedException {
        return await(stop, window::isEmpty);
    }

    /** Waits until everything is acknowledged, at most for {@code patience}. */
    boolean awaitAcknowledged(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (!window.isEmpty() && fault == null && System.nanoTime() < deadline) {
                pause(POLL_MS);
            }
            return window.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    Tally tally() {
        lock.lock();
        try {
            return new Tally(
                    sent,
                    acknowledged,
                    readingsAcknowledged,
                    republished,
                    reconnects,
                    new TreeMap<>(refusals),
                    latencyUs.copy());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            sender.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Until {
        boolean holds();
    }

    private boolean await(Stop stop, Until until) throws PublishFault, InterruptedException {
        lock.lock();
        try {
            while (true) {
                String found = fault;
                if (found != null) {
                    throw new PublishFault(found);
                }
                if (until.holds()) {
                    return true;
                }
                if (stop.isRequested()) {
                    return false;
                }
                pause(POLL_MS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void pause(long millis) throws InterruptedException {
        changed.await(millis, TimeUnit.MILLISECONDS);
    }

    private void send() {
        try {
            sendUntilOver();
        } catch (InterruptedException _) {
            fail("the sending thread was interrupted");
        }
    }

    private void sendUntilOver() throws InterruptedException {
        long startedNanos = System.nanoTime();
        while (!ended()) {
            MqttAsyncClient client;
            try {
                client = new MqttAsyncClient(settings.broker(), settings.clientId(), new MemoryPersistence());
            } catch (MqttException e) {
                fail("--broker " + settings.broker() + ": " + reason(e) + "; expected tcp://host:port");
                return;
            }
            try {
                int receiveMaximum = open(client);
                sendUntilLost(client, receiveMaximum);
            } catch (MqttException e) {
                couldNotConnect(e, startedNanos);
            } finally {
                discard(client);
            }
            backOff();
        }
    }

    /** Returns the broker's receive maximum. */
    private int open(MqttAsyncClient client) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout((int) CONNECT_ATTEMPT.toSeconds());
        options.setKeepAliveInterval(KEEP_ALIVE_S);
        options.setSocketFactory(new SpeakFirstSocketFactory());
        if (settings.username() != null) {
            options.setUserName(settings.username());
        }
        byte[] password = settings.password();
        if (password != null) {
            options.setPassword(password);
        }
        int mine;
        lock.lock();
        try {
            mine = ++connection;
            lost = null;
        } finally {
            lock.unlock();
        }
        client.setCallback(new LossWatch(mine));
        IMqttToken token = client.connect(options);
        token.waitForCompletion(CONNECT_ATTEMPT.toMillis());

        MqttProperties granted = token.getResponseProperties();
        Integer announced = granted == null ? null : granted.getReceiveMaximum();
        int receiveMaximum = announced == null ? DEFAULT_RECEIVE_MAXIMUM : announced;
        if (receiveMaximum < 1) {
            // Paho 1.2.5 reads two bytes as a signed number, and then lets nothing through
            fail("the broker at " + settings.broker() + " announces a receive maximum of " + (receiveMaximum & 0xFFFF)
                    + ", which the client library misreads: set it to 32767 or less at the broker");
        }
        lock.lock();
        try {
            refused = false;
            unanswered = 0;
            queueAgain();
            if (connectedOnce) {
                reconnects++;
                notices.accept(
                        "connected again to " + settings.broker() + "; " + toSend.size() + " messages to publish");
            }
            connectedOnce = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return receiveMaximum;
    }

    private void sendUntilLost(MqttAsyncClient client, int receiveMaximum) throws InterruptedException {
        while (true) {
            Pending next;
            int mine;
            lock.lock();
            try {
                while (!over() && !(refused ? unanswered == 0 : !toSend.isEmpty() && unanswered < receiveMaximum)) {
                    pause(POLL_MS);
                }
                if (over()) {
                    String why = lost;
                    if (why != null && !closing) {
                        faultsInARow++;
                        notices.accept("connection to " + settings.broker() + " lost (" + why + "); connecting again");
                    }
                    return;
                }
                next = refused ? null : toSend.poll();
                mine = connection;
                if (next != null) {
                    unanswered++;
                    if (next.firstSentNanos == 0) {
                        next.firstSentNanos = System.nanoTime();
                        sent++;
                    } else {
                        republished++;
                    }
                }
            } finally {
                lock.unlock();
            }
            if (next == null) {
                backOff();
                lock.lock();
                try {
                    refused = false;
                    queueAgain();
                } finally {
                    lock.unlock();
                }
            } else {
                give(client, next, mine);
            }
        }
    }

    /** Outside the lock, since Paho takes locks of its own and its callbacks take ours. */
    private void give(MqttAsyncClient client, Pending pending, int mine) {
        MqttMessage message = new MqttMessage(pending.message.payload());
        message.setQos(1);
        message.setRetained(false);
        try {
            client.publish(pending.message.topic(), message, null, new Answer(pending, mine));
        } catch (MqttException e) {
            // even REASON_CODE_MAX_INFLIGHT: Paho may by then hold an alias for this topic that the broker never heard
            // of
            lose(mine, reason(e));
        }
    }

    private void couldNotConnect(MqttException e, long startedNanos) {
        lock.lock();
        try {
            faultsInARow++;
            if (connectedOnce) {
                noticeNowAndThen("still no connection to " + settings.broker() + " (" + reason(e) + ")");
            } else if (FINAL_CONNECT_REFUSALS.contains(e.getReasonCode())) {
                fail("the broker at " + settings.broker() + " refuses the connection: " + reason(e)
                        + "; see --username, --password-file and --client-id");
            } else if (System.nanoTime() - startedNanos
                    >= settings.connectTimeout().toNanos()) {
                fail("no connection to an MQTT broker at " + settings.broker() + " within "
                        + settings.connectTimeout().toSeconds() + " s (" + reason(e)
                        + "): start the broker, point --broker elsewhere, or wait longer with --connect-timeout");
            } else {
                noticeNowAndThen("no connection to " + settings.broker() + " yet (" + reason(e) + "); trying for "
                        + settings.connectTimeout().toSeconds() + " s");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Doubles with every fault in a row, the second half by chance, so that devices do not come back in step. */
    private void backOff() throws InterruptedException {
        lock.lock();
        try {
            int doublings = Math.clamp(faultsInARow - 1L, 0, 10);
            long longestMs = Math.min(FIRST_BACK_OFF.toMillis() << doublings, LONGEST_BACK_OFF.toMillis());
            long waitMs = longestMs / 2 + ThreadLocalRandom.current().nextLong(longestMs / 2 + 1);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
            while (!over(false) && System.nanoTime() < until) {
                pause(Math.min(POLL_MS, waitMs));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean ended() {
        lock.lock();
        try {
            return over(false);
        } finally {
            lock.unlock();
        }
    }

    private boolean over() {
        return over(true);
    }

    /** With the lock held. */
    private boolean over(boolean orLost) {
        Duration patience = settings.giveUpAfter();
        if (patience != null
                && connectedOnce
                && fault == null
                && !window.isEmpty()
                && System.nanoTime() - progressNanos > patience.toNanos()) {
            fail("no message acknowledged as accepted for " + patience.toSeconds() + " s, " + window.size() + " waiting"
                    + (refusals.isEmpty() ? "" : " (answers so far: " + describe(refusals) + ")")
                    + ": see the broker, or wait longer with --give-up-after");
        }
        return closing || fault != null || (orLost && lost != null);
    }

    static String describe(Map<Integer, Long> refusals) {
        StringBuilder text = new StringBuilder();
        refusals.forEach((code, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(" x ")
                .append(meaning(code)));
        return text.toString();
    }

    private static String meaning(int code) {
        return String.format("0x%02X", code)
                + switch (code) {
                    case NO_MATCHING_SUBSCRIBERS -> " no matching subscribers";
                    case 0x80 -> " unspecified error";
                    case 0x83 -> " implementation specific error";
                    case 0x84 -> " unsupported protocol version";
                    case 0x85 -> " client identifier not valid";
                    case 0x86 -> " bad user name or password";
                    case NOT_AUTHORIZED -> " not authorized";
                    case 0x8A -> " banned";
                    case 0x8E -> " session taken over: another client uses this --client-id";
                    case 0x90 -> " topic name invalid";
                    case QUOTA_EXCEEDED -> " quota exceeded";
                    case 0x99 -> " payload format invalid";
                    default -> "";
                };
    }

    /** With the lock held: everything from each topic's first message that is not accepted, in the window's order. */
    private void queueAgain() {
        toSend.clear();
        Set<String> behind = new HashSet<>();
        for (Pending pending : window) {
            String topic = pending.message.topic();
            if (!pending.accepted || behind.contains(topic)) {
                pending.accepted = false;
                behind.add(topic);
                toSend.add(pending);
            }
        }
    }

    private void fail(String message) {
        lock.lock();
        try {
            if (fault == null) {
                fault = message;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. Faults repeat many times a second; people want to be told a few times a minute. */
    private void noticeNowAndThen(String notice) {
        long now = System.nanoTime();
        if (!noticed || now - lastNoticeNanos >= BETWEEN_NOTICES.toNanos()) {
            noticed = true;
            lastNoticeNanos = now;
            notices.accept(notice);
        }
    }

    private void lose(int which, String why) {
        lock.lock();
        try {
            if (which == connection && lost == null) {
                lost = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void discard(MqttAsyncClient client) {
        try {
            // it sends DISCONNECT and then always waits its second argument out, ten seconds where none is given
            client.disconnectForcibly(0, 1, true);
        } catch (MqttException _) {
            // not connected any more, which is what was wanted
        }
        try {
            client.close(true);
        } catch (MqttException _) {
            // Paho has nothing left to close
        }
    }

    private static String reason(MqttException e) {
        Throwable cause = e.getCause();
        if (cause != null) {
            String message = cause.getMessage();
            return message == null ? cause.getClass().getSimpleName() : message;
        }
        int code = e.getReasonCode();
        return isBrokersWord(code) ? meaning(code) : String.valueOf(e.getMessage());
    }

    /** Paho's own codes lie outside this range. */
    private static boolean isBrokersWord(int code) {
        return code >= 0x80 && code <= 0xFF;
    }

    /** The answer to one publish on one connection; answers of an earlier connection no longer count. */
    private final class Answer implements MqttActionListener {
        private final Pending pending;
        private final int mine;

        Answer(Pending pending, int mine) {
            this.pending = pending;
            this.mine = mine;
        }

        /** Paho calls this for every PUBACK, refusing ones included. */
        @Override
        public void onSuccess(IMqttToken token) {
            int[] codes = token.getReasonCodes();
            int code = codes == null || codes.length == 0 ? SUCCESS : codes[0];
            lock.lock();
            try {
                if (mine != connection) {
                    return;
                }
                unanswered--;
                if (code == SUCCESS) {
                    accept();
                } else {
                    refuse(code);
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onFailure(IMqttToken token, Throwable exception) {
            lose(mine, String.valueOf(exception.getMessage()));
        }

        private void accept() {
            pending.accepted = true;
            pending.acceptedNanos = System.nanoTime();
            for (Pending first = window.peek(); first != null && first.accepted; first = window.peek()) {
                window.poll();
                faultsInARow = 0;
                progressNanos = System.nanoTime();
                acknowledged++;
                readingsAcknowledged += first.message.readings();
                long tookUs = TimeUnit.NANOSECONDS.toMicros(first.acceptedNanos - first.firstSentNanos);
                latencyUs.recordValue(Math.clamp(tookUs, 0, LONGEST_LATENCY_US));
            }
        }

        private void refuse(int code) {
            refusals.merge(code, 1L, Long::sum);
            if (FINAL_REFUSALS.contains(code)) {
                fail("the broker refuses topic " + pending.message.topic() + ": " + meaning(code)
                        + (code == NOT_AUTHORIZED
                                ? "; may --username publish below --topic-prefix?"
                                : "; see --topic-prefix and --sensor-pattern"));
                return;
            }
            if (!refused) {
                refused = true;
                faultsInARow++;
                noticeNowAndThen("the broker does not take " + pending.message.topic() + " now (" + meaning(code)
                        + (code == NO_MATCHING_SUBSCRIBERS ? ": is the service running?" : "")
                        + "); trying again until it does");
            }
        }
    }

    private final class LossWatch implements MqttCallback {
        private final int mine;

        LossWatch(int mine) {
            this.mine = mine;
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            MqttException exception = response.getException();
            int code = response.getReturnCode();
            if (exception != null) {
                lose(mine, reason(exception));
            } else {
                lose(mine, isBrokersWord(code) ? meaning(code) : "closed by the broker");
            }
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            lose(mine, reason(exception));
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
