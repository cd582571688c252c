package dk.vandvagt.mqtt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The service's own connection over the service's own kind of session, whose owner acknowledges at once and does nothing: what broker
 * and client allow. Each line of standard input is a number of messages, after which it says {@code reached}.
 */
public final class BareConsumer {
    private BareConsumer() {}

    /** {@code URI} */
    public static void main(String[] args) throws IOException {
        run(args[0], null, null, () -> {});
    }

    /** @param onSubscribed when messages may come */
    public static void run(String uri, @Nullable String user, char @Nullable [] password, Runnable onSubscribed)
            throws IOException {
        AtomicLong messages = new AtomicLong();
        AtomicLong until = new AtomicLong(Long.MAX_VALUE);
        Connection connection = Connection.to(
                Broker.at(uri, "vandvagt-bench-bare", user, password), (from, topic, payload, qos, packetId) -> {
                    from.acknowledge(packetId);
                    if (messages.incrementAndGet() == until.get()) {
                        say("reached");
                    }
                });
        connection.open();
        connection.subscribe(List.of(System.getProperty("bench.prefix", "vandvagt/v1") + "/readings/+"));
        onSubscribed.run();
        say("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            until.set(messages.get() + Long.parseLong(line));
            say("counting");
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
