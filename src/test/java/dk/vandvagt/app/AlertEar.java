package dk.vandvagt.app;

import dk.vandvagt.mqtt.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/** A subscriber to the alerts over a session that lasts, who comes back whenever the broker does. */
final class AlertEar implements MqttCallback, AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");
    private static final long WITHIN_MS = 10_000;
    private static final long LOOK_EVERY_MS = 20;
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    private final String uri;
    private final Device.@Nullable Account account;
    private final CountDownLatch listening = new CountDownLatch(1);
    private final List<String> ids = new ArrayList<>();
    private final ScheduledExecutorService connector = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private volatile @Nullable MqttAsyncClient client;

    /** Returns when it listens. */
    AlertEar(String uri, Device.@Nullable Account account) throws InterruptedException {
        this.uri = uri;
        this.account = account;
        connector.scheduleWithFixedDelay(this::stayConnected, 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
        listening.await();
    }

    private void connect() throws MqttException {
        MqttAsyncClient next = new Mqtt5Client(uri, "alert-ear");
        next.setCallback(this);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(NEVER_EXPIRES);
        if (account != null) {
            account.on(options);
        }
        next.connect(options).waitForCompletion(WITHIN_MS);
        next.subscribe("vandvagt/v1/alerts/#", 1).waitForCompletion(WITHIN_MS);
        client = next;
        listening.countDown();
    }

    private void stayConnected() {
        MqttAsyncClient now = client;
        if (now == null || !now.isConnected()) {
            try {
                connect();
            } catch (MqttException notYet) {
                // the broker is away
            }
        }
    }

    /** Transitions' ids in the order heard, repeats included. */
    List<String> ids() {
        synchronized (ids) {
            return List.copyOf(ids);
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        Matcher id = ID.matcher(new String(message.getPayload(), StandardCharsets.UTF_8));
        if (id.find()) {
            synchronized (ids) {
                ids.add(id.group(1));
            }
        }
    }

    @Override
    public void close() throws MqttException, InterruptedException {
        connector.shutdownNow();
        connector.awaitTermination(WITHIN_MS, TimeUnit.MILLISECONDS);
        MqttAsyncClient last = client;
        if (last != null) {
            last.disconnectForcibly(0, 100, true);
        }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
