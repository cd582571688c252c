package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PublisherOnMosquittoTest {
    private static final int TOPICS = 12;

    @TempDir
    private Path folder = Path.of("");

    private final Stop stop = new Stop();

    @Test
    void shouldGetEverythingAcknowledgedAcrossAKilledBroker() throws Exception {
        int count = 6000;
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber subscriber = new Subscriber(broker.url());
                Publisher publisher = new Publisher(settings(broker), _ -> {});
                ExecutorService background = Executors.newSingleThreadExecutor()) {
            publisher.connect(stop);
            Future<Boolean> all = background.submit(() -> {
                for (Message message : numbered(count)) {
                    publisher.publish(message, stop);
                }
                return publisher.awaitAcknowledged(stop);
            });
            subscriber.await(received -> received.size() > count / 3);
            broker.kill9();
            long acknowledgedBefore = publisher.tally().acknowledged();
            broker.startAgain();

            assertThat(all.get(60, TimeUnit.SECONDS)).isTrue();
            Publisher.Tally tally = publisher.tally();
            assertThat(acknowledgedBefore).isBetween(count / 3L - 1, count - 1L);
            assertThat(tally.acknowledged()).isEqualTo(count);
            assertThat(tally.reconnects()).isPositive();

            // all that was not acknowledged before the kill must be there; of the rest, what the dead broker still held
            // in memory is gone, for which no publisher can answer
            List<Message> wanted = numbered(count).subList((int) acknowledgedBefore, count);
            subscriber.await(received -> received.containsAll(wanted.subList(wanted.size() - TOPICS, wanted.size())));
            assertThat(subscriber.received().stream().map(Message::payload))
                    .containsAll(wanted.stream().map(Message::payload).toList());
            assertFirstArrivalsInOrder(subscriber.received());
        }
    }

    @Test
    void shouldWaitUntilSomebodySubscribes() throws Exception {
        int count = 200;
        CountDownLatch told = new CountDownLatch(1);
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Publisher publisher = new Publisher(settings(broker), notice -> {
                    if (notice.contains("0x10 no matching subscribers")) {
                        told.countDown();
                    }
                });
                ExecutorService background = Executors.newSingleThreadExecutor()) {
            publisher.connect(stop);
            Future<Boolean> all = background.submit(() -> {
                for (Message message : numbered(count)) {
                    publisher.publish(message, stop);
                }
                return publisher.awaitAcknowledged(stop);
            });
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(publisher.tally().acknowledged()).isZero();
            try (Subscriber subscriber = new Subscriber(broker.url())) {
                assertThat(all.get(30, TimeUnit.SECONDS)).isTrue();
                subscriber.await(received -> new HashSet<>(received).size() == count);
                assertThat(new HashSet<>(subscriber.received())).hasSize(count);
                assertFirstArrivalsInOrder(subscriber.received());
            }
        }
    }

    @Test
    void shouldSayThatTheTopicIsForbidden() throws Exception {
        Path rules = folder.resolve("acl");
        Files.writeString(rules, "topic read #\n");
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true", "acl_file " + rules);
                Publisher publisher = new Publisher(settings(broker), _ -> {})) {
            publisher.connect(stop);
            publisher.publish(numbered(1).getFirst(), stop);
            assertThatThrownBy(() -> publisher.awaitAcknowledged(stop))
                    .hasMessageContaining("refuses topic t/0: 0x87 not authorized")
                    .hasMessageContaining("--topic-prefix");
        }
    }

    @Test
    void shouldSayThatTheBrokerWantsCredentials() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous false");
                Publisher publisher = new Publisher(settings(broker), _ -> {})) {
            assertThatThrownBy(() -> publisher.connect(stop))
                    .hasMessageContaining(
                            "refuses the connection: 0x87 not authorized; see --username, --password-file");
        }
    }

    private static void assertFirstArrivalsInOrder(List<Message> received) {
        Map<String, List<Integer>> firstArrivals = new ArrayList<>(received)
                .stream()
                        .distinct()
                        .collect(Collectors.groupingBy(
                                Message::topic,
                                Collectors.mapping(message -> Integer.valueOf(message.text()), Collectors.toList())));
        assertThat(firstArrivals).hasSize(TOPICS);
        assertThat(firstArrivals.values())
                .allSatisfy(numbers -> assertThat(numbers).isSorted());
    }

    private static PublisherSettings settings(Mosquitto broker) {
        return new PublisherSettings(broker.url(), null, null, "publisher", 50, Duration.ofSeconds(20), null);
    }

    private static List<Message> numbered(int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(Message.text("t/" + i % TOPICS, String.valueOf(i), 1, 0));
        }
        return messages;
    }
}
