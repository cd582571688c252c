package dk.vandvagt.app;

import dk.vandvagt.mqtt.NoDelaySockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * The sensor network of {@link IngestBench}, in a process of its own: {@code URI USER PASSWORD LISTENER PASSWORD echo|alerts}, then a
 * line of standard input a task. {@code burst MESSAGES READINGS_A_MESSAGE}: as fast as it is acknowledged. {@code paced
 * MESSAGES_A_SECOND READINGS_A_MESSAGE SECONDS}: by a schedule that waits for nobody, latencies counted from when a message was due.
 */
final class IngestPublisher {
    static final int SENSORS = 5_000;
    /** Sensors that cross their threshold, each up and down once in a run: one that comes and goes is told of less and less. */
    static final int ALERTING = 1_280;

    /** So many go up one after the other, then the same down. */
    private static final int BLOCK = 40;

    private static final int CONNECTIONS = 4;
    private static final int WINDOW = 90;
    private static final int FAILURE = 0x80;
    private static final long INTERVAL_MS = TimeUnit.MINUTES.toMillis(10);
    private static final long FROM_DAYS_AGO = 60;
    private static final long ALERT_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long HEARD_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double MS = 1e6;
    /** Where a given broker has both sides, they are kept apart by it. */
    private static final String PREFIX = System.getProperty("bench.prefix", "vandvagt/v1");

    private static final String TOPIC = PREFIX + "/readings/";

    private final String uri;
    private final String user;
    private final String password;
    private final String listenerUser;
    private final String listenerPassword;
    private final boolean echo;
    private final List<MqttAsyncClient> clients = new ArrayList<>();
    private final List<Semaphore> windows = new ArrayList<>();
    private int nextSensor;
    private long nextMs = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(FROM_DAYS_AGO);

    private IngestPublisher(String[] arguments) throws MqttException {
        uri = arguments[0];
        user = arguments[1];
        password = arguments[2];
        listenerUser = arguments[3];
        listenerPassword = arguments[4];
        echo = arguments[5].equals("echo");
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(connect("bench-" + i, user, password));
            windows.add(new Semaphore(WINDOW));
        }
    }

    private MqttAsyncClient connect(String id, String as, String with) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(uri, PREFIX.replace('/', '-') + "-" + id, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(new NoDelaySockets());
        options.setUserName(as);
        options.setPassword(with.getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion(10_000);
        return client;
    }

    public static void main(String[] args) throws IOException, MqttException, InterruptedException {
        IngestPublisher publisher = new IngestPublisher(args);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] task = line.split(" ", -1);
            int each = Integer.parseInt(task[2]);
            if (task[0].equals("burst")) {
                System.out.println(publisher.burst(Integer.parseInt(task[1]), each));
            } else {
                System.out.println(publisher.paced(Double.parseDouble(task[1]), each, Integer.parseInt(task[3])));
            }
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** Readings one interval apart by their sensor. */
    private static byte[] payload(long message, long fromMs, int each) {
        StringBuilder json = new StringBuilder(each * 30);
        for (int i = 0; i < each; i++) {
            long atMs = fromMs + (message / SENSORS * each + i) * INTERVAL_MS;
            json.append(i > 0 ? "," : each > 1 ? "[" : "");
            json.append("{\"t\":")
                    .append(atMs)
                    .append(",\"v\":0.")
                    .append(100 + (message + i) % 100)
                    .append('}');
        }
        return json.append(each > 1 ? "]" : "").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private long from(long messages, int each) {
        long fromMs = nextMs;
        nextMs += (messages / SENSORS + 1) * each * INTERVAL_MS;
        if (nextMs > System.currentTimeMillis()) {
            throw new IllegalStateException("so many readings that the last are in the future: make fewer rounds");
        }
        return fromMs;
    }

    private String burst(int messages, int each) throws InterruptedException {
        long fromMs = from(messages, each);
        for (int i = 0; i < messages; i++) {
            int which = i % CONNECTIONS;
            windows.get(which).acquire();
            send(clients.get(which), "S" + i % SENSORS, payload(i, fromMs, each), windows.get(which)::release);
        }
        for (Semaphore window : windows) {
            window.acquire(WINDOW);
            window.release(WINDOW);
        }
        return "acknowledged";
    }

    /** Again where it is refused, as by a broker whose queue is full. */
    private static void send(MqttAsyncClient client, String sensorId, byte[] payload, Runnable onAcknowledged) {
        MqttActionListener outcome = new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                int[] codes = token.getReasonCodes();
                if (codes != null && codes.length > 0 && codes[0] >= FAILURE) {
                    sendAgain(client, sensorId, payload, onAcknowledged);
                } else {
                    onAcknowledged.run();
                }
            }

            @Override
            public void onFailure(IMqttToken token, Throwable exception) {
                sendAgain(client, sensorId, payload, onAcknowledged);
            }
        };
        try {
            client.publish(TOPIC + sensorId, new MqttMessage(payload, 1, false, null), null, outcome);
        } catch (MqttException tooMuchInFlight) {
            sendAgain(client, sensorId, payload, onAcknowledged);
        }
    }

    private static void sendAgain(MqttAsyncClient client, String sensorId, byte[] payload, Runnable onAcknowledged) {
        Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(AGAIN_NANOS);
            send(client, sensorId, payload, onAcknowledged);
        });
    }

    private String paced(double messagesASecond, int each, int seconds) throws MqttException, InterruptedException {
        Histogram heard = new ConcurrentHistogram(3);
        Map<String, Long> due = new ConcurrentHashMap<>();
        MqttAsyncClient listener = connect("bench-ear", listenerUser, listenerPassword);
        listener.setCallback(new Hearing((topic, text) -> heard(topic, text, due, heard)));
        if (echo) {
            List<IMqttToken> subscribed = new ArrayList<>();
            for (int i = 0; i < ALERTING; i++) {
                subscribed.add(listener.subscribe(TOPIC + "A" + i, 1));
            }
            for (IMqttToken token : subscribed) {
                token.waitForCompletion(10_000);
            }
        } else {
            listener.subscribe(PREFIX + "/alerts/#", 1).waitForCompletion(10_000);
        }
        MqttAsyncClient urgent = connect("bench-urgent", user, password);
        // what was retained is heard before it starts, and is nobody's
        long fromNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        long most = TimeUnit.SECONDS.toNanos(seconds) / ALERT_EVERY_NANOS;
        int count = (int) Math.max(1, most / (2 * BLOCK)) * 2 * BLOCK;
        int firstSensor = nextSensor;
        nextSensor += count / 2;
        AtomicLong unheard = new AtomicLong();
        Thread raising = Thread.ofPlatform().start(() -> {
            long at = fromNanos;
            for (int i = 0; i < count; i++, at += ALERT_EVERY_NANOS) {
                waitUntil(at);
                String sensor = "A" + (firstSensor + i / (2 * BLOCK) * BLOCK + i % BLOCK) % ALERTING;
                unheard.addAndGet(due.put(sensor, at) == null ? 0 : 1);
                double level = i / BLOCK % 2 == 0 ? 1.52 : 1.40;
                String reading = "{\"t\":" + System.currentTimeMillis() + ",\"v\":" + level + "}";
                send(urgent, sensor, reading.getBytes(StandardCharsets.US_ASCII), () -> {});
            }
        });
        long behindNanos = pace(messagesASecond, each, (long) (seconds * messagesASecond), fromNanos);
        raising.join();
        long giveUpNanos = System.nanoTime() + HEARD_WITHIN_NANOS;
        while (!due.isEmpty() && System.nanoTime() < giveUpNanos) {
            LockSupport.parkNanos(AGAIN_NANOS);
        }
        listener.disconnectForcibly(0, 500, true);
        urgent.disconnectForcibly(0, 500, true);
        return String.format(
                Locale.ROOT,
                "%d %d %.2f %.2f %.2f %.1f",
                heard.getTotalCount(),
                unheard.get() + due.size(),
                heard.getValueAtPercentile(50) / MS,
                heard.getValueAtPercentile(99) / MS,
                heard.getMaxValue() / MS,
                behindNanos / MS);
    }

    /** @return how far behind its schedule it ever was */
    private long pace(double messagesASecond, int each, long messages, long fromNanos) throws InterruptedException {
        long fromMs = from(messages, each);
        long behindNanos = 0;
        for (long i = 0; i < messages; i++) {
            long dueNanos = fromNanos + (long) (i * 1e9 / messagesASecond);
            waitUntil(dueNanos);
            int which = (int) (i % CONNECTIONS);
            windows.get(which).acquire();
            behindNanos = Math.max(behindNanos, System.nanoTime() - dueNanos);
            send(clients.get(which), "S" + i % SENSORS, payload(i, fromMs, each), windows.get(which)::release);
        }
        return behindNanos;
    }

    private static void heard(String topic, String text, Map<String, Long> due, Histogram latencies) {
        long now = System.nanoTime();
        Long since = due.remove(topic.startsWith(TOPIC) ? topic.substring(TOPIC.length()) : sensorOf(text));
        if (since != null) {
            latencies.recordValue(Math.max(0, now - since));
        }
    }

    private static String sensorOf(String alert) {
        String before = "\"sensor\":\"";
        int at = alert.indexOf(before) + before.length();
        return alert.substring(at, alert.indexOf('"', at));
    }

    private static void waitUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
