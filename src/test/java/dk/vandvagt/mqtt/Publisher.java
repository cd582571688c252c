package dk.vandvagt.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** A device: publishes readings and knows what was acknowledged to it. */
final class Publisher implements AutoCloseable, MqttActionListener {
    private static final int IN_FLIGHT = 500;
    private static final AtomicInteger MADE = new AtomicInteger();

    private final MqttAsyncClient client;
    private final Semaphore window = new Semaphore(IN_FLIGHT);
    private final AtomicInteger refused = new AtomicInteger();

    Publisher(String uri) throws MqttException {
        client = new MqttAsyncClient(uri, "device-" + MADE.incrementAndGet(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(new NoDelaySockets());
        client.connect(options).waitForCompletion(10_000);
    }

    /** Publishes readings whose value is their number. */
    void readings(String sensorId, int from, int to) throws MqttException, InterruptedException {
        for (int i = from; i < to; i++) {
            publish("vandvagt/v1/readings/" + sensorId, "{\"t\":" + (1_697_838_000_000L + i) + ",\"v\":" + i + "}");
        }
        awaitAcknowledged();
    }

    void publish(String topic, String payload) throws MqttException, InterruptedException {
        publish(topic, new MqttMessage(payload.getBytes(StandardCharsets.UTF_8)));
    }

    void publish(String topic, MqttMessage message) throws MqttException, InterruptedException {
        window.acquire();
        client.publish(topic, message, null, this);
    }

    void awaitAcknowledged() throws InterruptedException {
        window.acquire(IN_FLIGHT);
        window.release(IN_FLIGHT);
        if (refused.get() > 0) {
            throw new AssertionError(refused.get() + " messages not acknowledged");
        }
    }

    @Override
    public void onSuccess(IMqttToken token) {
        window.release();
    }

    @Override
    public void onFailure(IMqttToken token, Throwable exception) {
        refused.incrementAndGet();
        window.release();
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 100, true);
    }
}
