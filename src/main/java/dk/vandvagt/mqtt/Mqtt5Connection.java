package dk.vandvagt.mqtt;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttPingReq;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MQTT 5, over a session that outlives the connection. */
final class Mqtt5Connection extends Connection implements MqttCallback {
    private static final Logger log = LoggerFactory.getLogger(Mqtt5Connection.class);

    /** Far above what a message may hold, so that too large ones are seen and counted; a broker discards beyond it. */
    private static final long MAX_PACKET_BYTES = 1 << 20;

    private static final int ONLY_WHEN_NEW = 1;
    private static final int VERSION_REFUSED_BY_3 = 1;
    /** Reason code 132 of MQTT 5. */
    private static final int VERSION_REFUSED = 132;

    private final Mqtt5Client client;
    private final Listener listener;

    Mqtt5Connection(Broker broker, Listener listener) throws IOException {
        super(broker);
        this.listener = listener;
        KeepAlive keepAlive = new KeepAlive("mqtt-" + broker.clientId() + "-ping", this::mayHaveUnread);
        try {
            client = new Mqtt5Client(broker.uri(), broker.clientId(), new Pings(keepAlive));
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
            return token.getSessionPresent();
        } catch (MqttException e) {
            throw new IOException(inWords(e) + advice(e) + adviceOfTls(e), e);
        }
    }

    private static String advice(MqttException e) {
        // an older broker's answer, MQTT 3.1.1 section 3.2.2.3, is none that MQTT 5 knows
        boolean older = switch (e.getReasonCode()) {
            case VERSION_REFUSED,
                    VERSION_REFUSED_BY_3,
                    MqttException.REASON_CODE_INVALID_RETURN_CODE,
                    MqttException.REASON_CODE_MALFORMED_PACKET,
                    MqttException.REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION -> true;
            default -> false;
        };
        return older ? "; a broker that has only MQTT 3.1.1 needs protocol: 3.1.1 in its source" : "";
    }

    @Override
    void subscribe(List<String> filters) throws IOException {
        MqttSubscription[] subscriptions = filters.stream()
                .map(filter -> {
                    MqttSubscription subscription = new MqttSubscription(filter, QOS_1);
                    subscription.setRetainHandling(ONLY_WHEN_NEW);
                    return subscription;
                })
                .toArray(MqttSubscription[]::new);
        try {
            IMqttToken token = client.subscribe(subscriptions, null, null, new MqttProperties());
            token.waitForCompletion(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
            for (int code : token.getReasonCodes()) {
                if (code >= FIRST_FAILURE_CODE) {
                    throw new MqttException(code);
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
        MqttProperties properties = new MqttProperties();
        if (broker().sessionSeconds() != Broker.FOR_EVER) {
            // it was only to outlive a lost connection
            properties.setSessionExpiryInterval(0L);
        }
        said(() -> client.disconnect(DISCONNECT_MS, null, null, MqttReturnCode.RETURN_CODE_SUCCESS, properties)
                .waitForCompletion(2 * DISCONNECT_MS));
    }

    @Override
    void cut() throws IOException {
        said(() -> client.disconnectForcibly(0, DISCONNECT_MS, false));
    }

    private MqttConnectionOptions options() {
        Broker broker = broker();
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(broker.sessionSeconds());
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

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        listener.onMessage(this, topic, message.getPayload(), message.getQos(), message.getId());
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        String reason = response.getReasonString();
        Exception thrown = response.getException();
        lost(reason != null ? reason : thrown != null ? inWords(thrown) : "code " + response.getReturnCode());
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        log.warn("{}: {}", broker(), exception.toString());
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
