package dk.vandvagt.mqtt;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.MqttPingSender;
import org.eclipse.paho.client.mqttv3.MqttToken;
import org.eclipse.paho.client.mqttv3.internal.ClientComms;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttPingReq;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 3.1.1, for brokers that have nothing newer. The session stays because it is not a clean one; how long, the broker decides. There is no
 * receive maximum: what the broker sends ahead is what the connection's buffers hold.
 */
final class Mqtt3Connection extends Connection implements MqttCallback {
    private final Mqtt3Client client;
    private final Listener listener;
    private volatile boolean sessionPresent;

    Mqtt3Connection(Broker broker, Listener listener) throws IOException {
        super(broker);
        this.listener = listener;
        KeepAlive keepAlive = new KeepAlive("mqtt-" + broker.clientId() + "-ping", this::mayHaveUnread);
        try {
            client = new Mqtt3Client(broker.uri(), broker.clientId(), new Pings(keepAlive));
        } catch (MqttException e) {
            throw new IOException(inWords(e), e);
        }
        client.setManualAcks(true);
        client.setCallback(this);
    }

    @Override
    boolean open() throws IOException {
        try {
            IMqttToken token = client.connect(options());
            token.waitForCompletion(TimeUnit.SECONDS.toMillis(2 * CONNECT_SECONDS));
            sessionPresent = token.getSessionPresent();
            return sessionPresent;
        } catch (MqttException e) {
            throw new IOException(inWords(e) + adviceOfTls(e), e);
        }
    }

    @Override
    void subscribe(List<String> filters) throws IOException {
        int[] qos = new int[filters.size()];
        Arrays.fill(qos, QOS_1);
        try {
            IMqttToken token = client.subscribe(filters.toArray(String[]::new), qos);
            token.waitForCompletion(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
            for (int granted : token.getGrantedQos()) {
                if (granted >= FIRST_FAILURE_CODE) {
                    throw new MqttException(granted);
                }
            }
        } catch (MqttException e) {
            throw new IOException("subscribing to " + filters + ": " + inWords(e), e);
        }
    }

    @Override
    boolean isConnected() {
        return client.isConnected();
    }

    @Override
    void complete(int packetId) throws IOException {
        said(() -> client.messageArrivedComplete(packetId, QOS_1));
    }

    @Override
    void disconnect() throws IOException {
        said(() -> client.disconnect(DISCONNECT_MS).waitForCompletion(2 * DISCONNECT_MS));
    }

    @Override
    void cut() throws IOException {
        said(() -> client.disconnectForcibly(0, DISCONNECT_MS, false));
    }

    private MqttConnectOptions options() {
        Broker broker = broker();
        MqttConnectOptions options = new MqttConnectOptions();
        // no falling back to 3.1
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(false);
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
            options.setPassword(password);
        }
        return options;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        if (sessionPresent && message.isRetained()) {
            // sent only because the filter was subscribed to again (section 3.8.4); what came meanwhile is not marked
            // so
            if (message.getQos() > 0) {
                acknowledge(message.getId());
            }
            return;
        }
        listener.onMessage(this, topic, message.getPayload(), message.getQos(), message.getId());
    }

    @Override
    public void connectionLost(@Nullable Throwable cause) {
        lost(cause instanceof Exception thrown ? inWords(thrown) : String.valueOf(cause));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
        // it publishes nothing
    }

    private record Pings(KeepAlive keepAlive) implements MqttPingSender {
        @Override
        public void init(ClientComms comms) {
            keepAlive.use(new KeepAlive.Pinging(
                    comms::getKeepAlive,
                    comms::checkForActivity,
                    () -> said(() -> comms.sendNoWait(
                            new MqttPingReq(), new MqttToken(comms.getClient().getClientId())))));
        }

        @Override
        public void start() {
            keepAlive.start();
        }

        @Override
        public void stop() {
            keepAlive.stop();
        }

        @Override
        public void schedule(long delayMs) {
            keepAlive.schedule(delayMs);
        }
    }

    private interface Call {
        void run() throws MqttException;
    }

    private static void said(Call call) throws IOException {
        try {
            call.run();
        } catch (MqttException e) {
            throw new IOException(inWords(e), e);
        }
    }
}
