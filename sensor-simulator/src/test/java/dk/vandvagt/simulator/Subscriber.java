package dk.vandvagt.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Stands in the service's place: takes everything, and comes back when the broker does. */
final class Subscriber implements AutoCloseable {
    private final List<Message> received = new ArrayList<>();
    private final MqttAsyncClient client;

    Subscriber(String url) throws MqttException {
        client = new MqttAsyncClient(url, "subscriber", new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void messageArrived(String topic, MqttMessage message) {
                add(Message.text(topic, message.toString(), 1, 0));
            }

            @Override
            public void connectComplete(boolean again, String url) {
                if (again) {
                    try {
                        // asynchronous: a blocking call here can deadlock
                        client.subscribe("#", 1);
                    } catch (MqttException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }

            @Override
            public void disconnected(MqttDisconnectResponse response) {}

            @Override
            public void mqttErrorOccurred(MqttException exception) {}

            @Override
            public void deliveryComplete(IMqttToken token) {}

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {}
        });
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(true);
        options.setAutomaticReconnectDelay(1, 1);
        options.setSocketFactory(new SpeakFirstSocketFactory());
        client.connect(options).waitForCompletion(10_000);
        client.subscribe("#", 1).waitForCompletion(10_000);
    }

    private synchronized void add(Message message) {
        received.add(message);
        notifyAll();
    }

    synchronized List<Message> received() {
        return List.copyOf(received);
    }

    /** Returns as soon as what was received satisfies, or after half a minute. */
    synchronized void await(Predicate<List<Message>> satisfied) throws InterruptedException {
        long deadline = System.currentTimeMillis() + 30_000;
        while (!satisfied.test(received) && System.currentTimeMillis() < deadline) {
            wait(100);
        }
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 1000, true);
        client.close(true);
    }
}
