package dk.vandvagt.mqtt;

import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Places;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * How fast a source takes a backlog from mosquitto when its inlet settles at once, beside the same Paho client acknowledging
 * and doing nothing. {@code main MESSAGES ROUNDS}.
 */
public final class MqttSourceBench {
    private static final String FILTER = "vandvagt/v1/readings/+";

    private MqttSourceBench() {}

    public static void main(String[] args) throws Exception {
        int messages = Integer.parseInt(args[0]);
        for (int round = 0; round < Integer.parseInt(args[1]); round++) {
            for (boolean bare : new boolean[] {true, false}) {
                Path folder = Files.createTempDirectory("mosquitto");
                try (Mosquitto mosquitto = Mosquitto.forgetful(folder)) {
                    Broker broker = Broker.at(mosquitto.uri(), "bench", null, null);
                    double perSecond = drain(broker, messages, bare);
                    System.out.printf("%s: %,.0f messages/s%n", bare ? "bare client" : "source     ", perSecond);
                }
            }
        }
    }

    private static double drain(Broker broker, int messages, boolean bare) throws Exception {
        openSession(broker);
        try (Publisher device = new Publisher(broker.uri())) {
            for (int i = 0; i < messages; i++) {
                device.publish(
                        "vandvagt/v1/readings/ASS-W",
                        new MqttMessage(
                                "{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.27}".getBytes(StandardCharsets.UTF_8)));
            }
            device.awaitAcknowledged();
        }
        CountDownLatch done = new CountDownLatch(1);
        AtomicLong taken = new AtomicLong();
        long begunNanos = System.nanoTime();
        try (AutoCloseable running =
                bare ? bare(broker, messages, taken, done) : source(broker, messages, taken, done)) {
            if (!done.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException(running + " took " + taken + " of " + messages);
            }
            return messages * 1e9 / (System.nanoTime() - begunNanos);
        }
    }

    /** So that the broker keeps what is published from now on. */
    private static void openSession(Broker broker) throws IOException {
        Connection connection = Connection.to(broker, (from, topic, payload, qos, packetId) -> {});
        connection.open();
        connection.subscribe(List.of(FILTER));
        connection.close();
    }

    private static AutoCloseable bare(Broker broker, int messages, AtomicLong taken, CountDownLatch done)
            throws IOException {
        Connection connection = Connection.to(broker, (from, topic, payload, qos, packetId) -> {
            from.acknowledge(packetId);
            if (taken.incrementAndGet() == messages) {
                done.countDown();
            }
        });
        connection.open();
        return connection::close;
    }

    private static AutoCloseable source(Broker broker, int messages, AtomicLong taken, CountDownLatch done) {
        MqttSource source = new MqttSource(
                broker,
                new CanonicalReadings("vandvagt/v1"),
                List.of("vandvagt/v1/readings/+"),
                Places.with("ASS-W"),
                arrival -> {
                    arrival.receipt().settled(arrival.refusal());
                    if (taken.incrementAndGet() == messages) {
                        done.countDown();
                    }
                    return true;
                },
                System::currentTimeMillis,
                () -> {});
        source.start();
        return source;
    }
}
