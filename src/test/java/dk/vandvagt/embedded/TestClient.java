package dk.vandvagt.embedded;

import dk.vandvagt.mqtt.NoDelaySockets;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Paho v5 with manual acknowledgements, a lasting session and the answers' reason codes. */
final class TestClient implements AutoCloseable {

    private static final long WAIT_MS = 10_000;
    private static final long NEVER_EXPIRES_S = 4_294_967_295L;

    record Received(String topic, String payload, int id) {}

    final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final MqttAsyncClient client;
    private boolean closed;

    private TestClient(int port, String clientId) throws MqttException {
        client = new MqttAsyncClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
        client.setManualAcks(true);
        client.setCallback(new Inbox());
    }

    /** Connects as the account of that name. */
    static TestClient connect(int port, String username, String clientId) throws MqttException {
        return connect(port, username, username + "-pw", clientId);
    }

    static TestClient connect(int port, String username, String password, String clientId) throws MqttException {
        return connect(port, clientId, options(username, password));
    }

    static TestClient connectWithWill(int port, String username, String clientId, String topic) throws MqttException {
        MqttConnectionOptions options = options(username, username + "-pw");
        options.setWill(
                topic, new MqttMessage("gone".getBytes(StandardCharsets.UTF_8), 1, false, new MqttProperties()));
        return connect(port, clientId, options);
    }

    private static TestClient connect(int port, String clientId, MqttConnectionOptions options) throws MqttException {
        TestClient made = new TestClient(port, clientId);
        made.client.connect(options).waitForCompletion(WAIT_MS);
        return made;
    }

    private static MqttConnectionOptions options(String username, String password) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        if (!username.isEmpty()) {
            options.setUserName(username);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        }
        options.setCleanStart(false);
        options.setSessionExpiryInterval(NEVER_EXPIRES_S);
        options.setReceiveMaximum(1000);
        options.setTopicAliasMaximum(0);
        options.setConnectionTimeout(10);
        options.setSocketFactory(new NoDelaySockets());
        return options;
    }

    /** The reason code of the broker's answer: 0 is yes. */
    int publish(String topic, String payload) throws MqttException {
        return reasonOf(publishLater(topic, payload, new MqttProperties()));
    }

    int publish(String topic, String payload, MqttProperties properties) throws MqttException {
        return reasonOf(publishLater(topic, payload, properties));
    }

    IMqttToken publishLater(String topic, String payload, MqttProperties properties) throws MqttException {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), 1, false, properties);
        return client.publish(topic, message);
    }

    int subscribe(String topicFilter) throws MqttException {
        return reasonOf(client.subscribe(topicFilter, 1));
    }

    void acknowledge(Received message) throws MqttException {
        client.messageArrivedComplete(message.id(), 1);
    }

    boolean isConnected() {
        return client.isConnected();
    }

    static int reasonOf(IMqttToken token) throws MqttException {
        try {
            token.waitForCompletion(WAIT_MS);
        } catch (MqttException e) {
            if (e.getReasonCode() < 0x80 || e.getReasonCode() > 0xff) {
                throw e;
            }
            return e.getReasonCode();
        }
        int[] codes = token.getReasonCodes();
        return codes == null || codes.length == 0 ? 0 : codes[0];
    }

    @Override
    public void close() throws MqttException {
        if (closed) {
            return;
        }
        closed = true;
        if (client.isConnected()) {
            try {
                client.disconnect(0).waitForCompletion(WAIT_MS);
            } catch (MqttException notConfirmed) {
                // Paho now and then waits in vain when the broker hangs up first; what the test found stands
                client.disconnectForcibly(0, 100, false);
            }
        }
        client.close(true);
    }

    private final class Inbox implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(
                    new Received(topic, new String(message.getPayload(), StandardCharsets.UTF_8), message.getId()));
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
}
