package dk.vandvagt.notify;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A subscriber to the alerts. */
final class Listener implements MqttCallback, AutoCloseable {
    /** @param expiresAfterSeconds 0 for never */
    record Heard(String topic, String payload, boolean retained, long expiresAfterSeconds) {
        /** The transition's id. */
        String id() {
            return payload.replaceFirst("^\\{\"id\":\"([^\"]*)\".*", "$1");
        }
    }

    private final MqttAsyncClient client;
    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    Listener(String uri) throws MqttException {
        this(uri, "vandvagt/v1/alerts/#");
    }

    Listener(String uri, String topicFilter) throws MqttException {
        client = new MqttAsyncClient(uri, "listener-" + System.nanoTime(), new MemoryPersistence());
        client.setCallback(this);
        client.connect().waitForCompletion(10_000);
        client.subscribe(topicFilter, 1).waitForCompletion(10_000);
    }

    List<Heard> heard() {
        return heard;
    }

    List<String> ids() {
        return heard.stream().map(Heard::id).toList();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        Long expiry = message.getProperties().getMessageExpiryInterval();
        heard.add(new Heard(
                topic,
                new String(message.getPayload(), StandardCharsets.UTF_8),
                message.isRetained(),
                expiry == null ? 0 : expiry));
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 100, true);
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
