package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alerts as retained MQTT messages on {@code {prefix}/alerts/{stationId}/{ruleId}}: whoever subscribes later still gets the
 * last word. One message at a time, and the next only when the broker has confirmed it: that is the order.
 */
public final class MqttChannel implements Channel {
    private static final Logger log = LoggerFactory.getLogger(MqttChannel.class);

    private static final String NAME = "mqtt";
    private static final int QOS_1 = 1;
    private static final int FIRST_FAILURE_CODE = 0x80;
    private static final int CONNECT_SECONDS = 10;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final long END_STAYS_SECONDS = 7 * 24 * 3600;
    private static final long CONFIRM_MS = 10_000;
    private static final long DISCONNECT_MS = 1_000;
    private static final long SHORTEST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 30_000;
    /** Longest sleep without looking into the log, should a wake-up have come before it was written. */
    private static final long LOOK_AGAIN_MS = 5_000;

    /** One for each connection; Paho's own leaves a thread behind where a connection fails at once. */
    @FunctionalInterface
    public interface Clients {
        MqttAsyncClient make(String uri, String clientId) throws MqttException;
    }

    private final Clients clients;
    private final String uri;
    private final String clientId;
    private final @Nullable String username;
    private final char @Nullable [] password;
    private final @Nullable SocketFactory sockets;
    private final String prefix;
    private final ZoneId zone;
    private final DeliveryLog deliveries;
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private final LongAdder told = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Catalogue catalogue;
    private volatile boolean closing;
    private volatile boolean connected;

    /**
     * @param clientId nobody else's at that broker
     * @param sockets that do not hold a message back until the one before is acknowledged; null for Paho's own, which do
     * @param prefix such as {@code vandvagt/v1}, without a slash at its end
     * @param zone of the people told, for the times in the texts
     */
    public MqttChannel(
            Clients clients,
            String uri,
            String clientId,
            @Nullable String username,
            char @Nullable [] password,
            @Nullable SocketFactory sockets,
            String prefix,
            ZoneId zone,
            Catalogue catalogue,
            DeliveryLog deliveries) {
        this.clients = clients;
        this.uri = uri;
        this.clientId = clientId;
        this.username = username;
        this.password = password;
        this.sockets = sockets;
        this.prefix = prefix;
        this.zone = zone;
        this.catalogue = catalogue;
        this.deliveries = deliveries;
        this.thread = Thread.ofPlatform().daemon().name("notify-mqtt").unstarted(this::run);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void use(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void tell(List<Transition> transitions) {
        wake.release();
    }

    @Override
    public Tallies tallies() {
        return new Tallies(told.sum(), failures.sum(), connected);
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(CONFIRM_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pauseMs = SHORTEST_PAUSE_MS;
        while (!closing) {
            long toldBefore = told.sum();
            try {
                tellWhileConnected();
            } catch (InterruptedException e) {
                // closing
            } catch (MqttException | IOException | RuntimeException e) {
                if (!closing) {
                    failures.increment();
                    log.warn("alerts to {}: {}; the next attempt in {} ms", uri, inWords(e), pauseMs);
                }
            }
            connected = false;
            pauseMs = told.sum() > toldBefore ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
            pause(pauseMs);
        }
    }

    /** A client of its own for each connection: what was sent on the last and not confirmed is read from the log again. */
    private void tellWhileConnected() throws MqttException, IOException, InterruptedException {
        MqttAsyncClient client = clients.make(uri, clientId);
        try {
            client.connect(options()).waitForCompletion(TimeUnit.SECONDS.toMillis(2 * CONNECT_SECONDS));
            connected = true;
            log.info("alerts go to {} under {}/alerts/", uri, prefix);
            while (!closing && client.isConnected()) {
                wake.drainPermits();
                for (Transition transition : deliveries.notTold(NAME)) {
                    if (closing) {
                        return;
                    }
                    if (transition.shelved()) {
                        // what was retained before stays: emptying it would look like an all-clear
                        deliveries.told(transition.id(), NAME);
                    } else {
                        publish(client, transition);
                        deliveries.told(transition.id(), NAME);
                        told.increment();
                    }
                }
                if (!wake.tryAcquire(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS)) {
                    log.trace("nothing to tell to {}", uri);
                }
            }
        } finally {
            disconnect(client);
        }
    }

    private void publish(MqttAsyncClient client, Transition transition) throws MqttException {
        MqttMessage message = new MqttMessage(new AlertMessage(transition, catalogue, zone).json());
        message.setQos(QOS_1);
        message.setRetained(true);
        if (transition.kind() == Transition.Kind.CLEARED || transition.kind() == Transition.Kind.WITHDRAWN) {
            // whoever was away for less still gets the end; then the broker empties the topic by itself
            MqttProperties expires = new MqttProperties();
            expires.setMessageExpiryInterval(END_STAYS_SECONDS);
            message.setProperties(expires);
        }
        String topic = prefix + "/alerts/" + transition.stationId() + "/" + transition.ruleId();
        IMqttToken token = client.publish(topic, message);
        token.waitForCompletion(CONFIRM_MS);
        int[] codes = token.getReasonCodes();
        if (codes != null && codes.length > 0 && codes[0] >= FIRST_FAILURE_CODE) {
            throw new MqttException(codes[0]);
        }
    }

    private void disconnect(MqttAsyncClient client) {
        try {
            if (client.isConnected()) {
                client.disconnect(0).waitForCompletion(DISCONNECT_MS);
            } else {
                client.disconnectForcibly(0, DISCONNECT_MS, false);
            }
        } catch (MqttException e) {
            log.debug("alerts to {}: not disconnected in time", uri, e);
        }
    }

    private MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setAutomaticReconnect(false);
        if (sockets != null) {
            options.setSocketFactory(sockets);
        }
        if (username != null) {
            options.setUserName(username);
        }
        if (password != null) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
            options.setPassword(Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit()));
        }
        return options;
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

    private static String inWords(Exception e) {
        Throwable cause = e.getCause();
        return cause == null ? e.toString() : e.getMessage() + ": " + cause;
    }
}
