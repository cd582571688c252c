package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
 * Alerts as retained MQTT messages on {@code {prefix}/alerts/{stationId}/{ruleId}}, and for each area how it stands on
 * {@code {prefix}/areas/{area}/alerts}: whoever subscribes later still gets the last word. One message at a time, and the next only when
 * the broker has confirmed it: that is the order.
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

    /** Steps owed at once that an area's message waits for: what is told again after a cut is no more than these. */
    private static final int TOGETHER = 20;

    private static final byte[] NOTHING = {};

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
    private final Supplier<List<Transition>> past;
    private final AreaBook areas = new AreaBook();
    /** Of those before the revision in use. */
    private final Set<String> formerAreas;

    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private final LongAdder told = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Catalogue catalogue;
    private @Nullable Catalogue areasOf;
    private volatile boolean closing;
    private volatile boolean connected;

    /**
     * @param clientId nobody else's at that broker
     * @param sockets that do not hold a message back until the one before is acknowledged; null for Paho's own, which do
     * @param prefix such as {@code vandvagt/v1}, without a slash at its end
     * @param zone of the people told, for the times in the texts
     * @param past all transitions known, oldest first
     * @param formerAreas of which something may stand at the broker although the catalogue does not have them
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
            DeliveryLog deliveries,
            Supplier<List<Transition>> past,
            Set<String> formerAreas) {
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
        this.past = past;
        this.formerAreas = new TreeSet<>(formerAreas);
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
        wake.release();
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
            client.connect(options(username, password, sockets))
                    .waitForCompletion(TimeUnit.SECONDS.toMillis(2 * CONNECT_SECONDS));
            connected = true;
            log.info("alerts go to {} under {}/alerts/", uri, prefix);
            recallAreas();
            while (!closing && client.isConnected()) {
                wake.drainPermits();
                if (areasOf != catalogue) {
                    leaveAreasAsTheyStand(client, catalogue);
                }
                List<Transition> owed = deliveries.notTold(NAME);
                for (int from = 0; from < owed.size() && !closing; from += TOGETHER) {
                    tell(client, owed.subList(from, Math.min(owed.size(), from + TOGETHER)));
                }
                if (!wake.tryAcquire(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS)) {
                    log.trace("nothing to tell to {}", uri);
                }
            }
        } finally {
            disconnect(client);
        }
    }

    /** An area that several of them concern is told of once. */
    private void tell(MqttAsyncClient client, List<Transition> together) throws MqttException, IOException {
        Map<String, Transition> news = new LinkedHashMap<>();
        for (Transition transition : together) {
            if (closing) {
                return;
            }
            // what is shelved is passed over, and what was retained before stays: emptying it would look like an
            // all-clear
            if (!transition.shelved()) {
                publish(client, transition);
                areas.take(transition);
                news.put(AreaBook.area(transition, catalogue), transition);
            }
        }
        for (Map.Entry<String, Transition> each : news.entrySet()) {
            publish(client, each.getKey(), each.getValue());
        }
        for (Transition transition : together) {
            deliveries.told(transition.id(), NAME);
            if (!transition.shelved()) {
                told.increment();
            }
        }
    }

    private void recallAreas() throws IOException {
        // in this order: what is decided in between is owed
        List<Transition> known = past.get();
        Set<String> owed = deliveries.notTold(NAME).stream().map(Transition::id).collect(Collectors.toSet());
        areas.forget();
        areasOf = null;
        for (Transition each : known) {
            if (!owed.contains(each.id())) {
                areas.take(each);
            }
        }
    }

    /** Whatever stands there from before: after a crash, at a broker that forgot, of areas drawn anew. */
    private void leaveAreasAsTheyStand(MqttAsyncClient client, Catalogue now) throws MqttException {
        Set<String> all = new TreeSet<>(formerAreas);
        if (areasOf != null) {
            all.addAll(areasOf.areas());
        }
        all.addAll(now.areas());
        for (String area : all) {
            Transition last = areas.newest(area, now);
            List<Transition> standing = areas.standing(area, now);
            byte[] payload = last == null || standing.isEmpty()
                    ? NOTHING
                    : new AreaMessage(area, last, standing, now, zone).json();
            publish(client, areaTopic(area), retained(payload));
        }
        formerAreas.clear();
        areasOf = now;
    }

    private void publish(MqttAsyncClient client, Transition transition) throws MqttException {
        MqttMessage message = retained(new AlertMessage(transition, catalogue, zone).json());
        if (transition.kind() == Transition.Kind.CLEARED || transition.kind() == Transition.Kind.WITHDRAWN) {
            // whoever was away for less still gets the end; then the broker empties the topic by itself
            MqttProperties expires = new MqttProperties();
            expires.setMessageExpiryInterval(END_STAYS_SECONDS);
            message.setProperties(expires);
        }
        publish(client, prefix + "/alerts/" + transition.stationId() + "/" + transition.ruleId(), message);
    }

    private void publish(MqttAsyncClient client, String area, Transition news) throws MqttException {
        if (area.isEmpty()) {
            return;
        }
        List<Transition> standing = areas.standing(area, catalogue);
        MqttMessage message = retained(new AreaMessage(area, news, standing, catalogue, zone).json());
        if (standing.isEmpty()) {
            // told to whoever listens; who comes later finds nothing
            message.setRetained(false);
        }
        publish(client, areaTopic(area), message);
        if (standing.isEmpty()) {
            publish(client, areaTopic(area), retained(NOTHING));
        }
    }

    private String areaTopic(String area) {
        return prefix + "/areas/" + area + "/alerts";
    }

    static MqttMessage retained(byte[] payload) {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(QOS_1);
        message.setRetained(true);
        return message;
    }

    static void publish(MqttAsyncClient client, String topic, MqttMessage message) throws MqttException {
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

    static MqttConnectionOptions options(
            @Nullable String username, char @Nullable [] password, @Nullable SocketFactory sockets) {
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
