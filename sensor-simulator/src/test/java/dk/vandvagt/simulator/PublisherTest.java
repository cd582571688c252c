package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.simulator.ScriptedBroker.Received;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublisherTest {
    private static final int SUCCESS = 0x00;
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    private static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int PAYLOAD_FORMAT_INVALID = 0x99;

    private final Stop stop = new Stop();
    private final List<String> notices = new CopyOnWriteArrayList<>();

    @Test
    void shouldPublishEachMessageOnceWhereNothingFails() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> SUCCESS);
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(500));
            assertThat(publisher.awaitAcknowledged(stop)).isTrue();
            assertThat(payloads(broker.received(), null)).isEqualTo(numbers(0, 500, 1));
            Publisher.Tally tally = publisher.tally();
            assertThat(tally.sent()).isEqualTo(500);
            assertThat(tally.acknowledged()).isEqualTo(500);
            assertThat(tally.republished()).isZero();
            assertThat(tally.latencyUs().getTotalCount()).isEqualTo(500);
        }
    }

    @Test
    void shouldPublishAgainInOrderWhatALostConnectionLeftUnacknowledged() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> {
                    if (connection > 0 || nth < 5) {
                        return SUCCESS;
                    }
                    return nth < 9 ? ScriptedBroker.WITHHOLD : ScriptedBroker.HANG_UP;
                });
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(30));
            assertThat(publisher.awaitAcknowledged(stop)).isTrue();
            List<Received> second = broker.received().stream()
                    .filter(publish -> publish.connection() == 1)
                    .toList();
            assertNoGap(payloads(second, null), 5, 30, 1);
            assertThat(publisher.tally().reconnects()).isEqualTo(1);
            assertThat(publisher.tally().acknowledged()).isEqualTo(30);
            assertThat(notices).anyMatch(notice -> notice.contains("lost"));
        }
    }

    /** Acknowledgements may come out of order: what a topic got after its gap goes out again, behind the gap. */
    @Test
    void shouldKeepATopicsOrderWhenOnlyAnEarlierMessageWasLost() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> {
                    if (connection > 0) {
                        return SUCCESS;
                    }
                    return nth == 2 ? ScriptedBroker.WITHHOLD : nth < 9 ? SUCCESS : ScriptedBroker.HANG_UP;
                });
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(12));
            assertThat(publisher.awaitAcknowledged(stop)).isTrue();
            List<Received> second = broker.received().stream()
                    .filter(publish -> publish.connection() == 1)
                    .toList();
            assertNoGap(payloads(second, "t/even"), 2, 12, 2);
            assertNoGap(payloads(second, "t/odd"), 9, 12, 2);
        }
    }

    /** A broker that hangs up at once, as a proxy of a dead one does, is tried again and again; each attempt's threads must end. */
    @Test
    void shouldLeaveNoThreadBehindWhereTheBrokerHangsUpAtOnce() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        CountDownLatch attempts = new CountDownLatch(5);
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                while (!listener.isClosed()) {
                    try {
                        listener.accept().close();
                        attempts.countDown();
                    } catch (IOException _) {
                        // the test is over
                    }
                }
            });
            PublisherSettings settings = new PublisherSettings(
                    "tcp://127.0.0.1:" + listener.getLocalPort(), null, null, "leak", 10, Duration.ofSeconds(30), null);
            try (Publisher publisher = new Publisher(settings, notices::add)) {
                Thread connecting = Thread.ofPlatform().start(() -> {
                    try {
                        publisher.connect(stop);
                    } catch (PublishFault | InterruptedException _) {
                        // stopped below
                    }
                });
                attempts.await();
                stop.request("seen enough");
                connecting.join();
            }
        }
        // Paho's threads end by themselves, a while after their client was closed
        for (Thread thread : paho(before)) {
            thread.join(Duration.ofSeconds(20));
        }
        assertThat(paho(before)).isEmpty();
    }

    private static List<Thread> paho(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("MQTT "))
                .toList();
    }

    @Test
    void shouldPublishAgainWhatTheBrokerHadNoRoomFor() throws Exception {
        try (ScriptedBroker broker =
                        new ScriptedBroker((connection, nth, publish) -> nth == 6 ? QUOTA_EXCEEDED : SUCCESS);
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(40));
            assertThat(publisher.awaitAcknowledged(stop)).isTrue();
            List<Received> received = broker.received();
            assertThat(publisher.tally().refusals()).containsExactlyEntriesOf(java.util.Map.of(QUOTA_EXCEEDED, 1L));
            assertThat(publisher.tally().acknowledged()).isEqualTo(40);
            assertThat(payloads(received, "t/odd")).isEqualTo(numbers(1, 40, 2));
            List<String> even = payloads(received, "t/even");
            int again = even.lastIndexOf("6");
            assertThat(even.subList(0, 4)).isEqualTo(numbers(0, 8, 2));
            assertThat(even.subList(again, even.size())).isEqualTo(numbers(6, 40, 2));
            assertThat(again).isGreaterThan(3);
        }
    }

    @Test
    void shouldNotTakeSilenceForSuccessWhereNobodySubscribes() throws Exception {
        try (ScriptedBroker broker =
                        new ScriptedBroker((connection, nth, publish) -> nth < 3 ? NO_MATCHING_SUBSCRIBERS : SUCCESS);
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(10));
            assertThat(publisher.awaitAcknowledged(stop)).isTrue();
            assertThat(publisher.tally().refusals().keySet()).containsExactly(NO_MATCHING_SUBSCRIBERS);
            assertThat(notices).anyMatch(notice -> notice.contains("is the service running?"));
        }
    }

    @Test
    void shouldGiveUpWhereTheSameMessageWouldBeRefusedForEver() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> PAYLOAD_FORMAT_INVALID);
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(1));
            assertThatThrownBy(() -> publisher.awaitAcknowledged(stop))
                    .isInstanceOf(PublishFault.class)
                    .hasMessageContaining("refuses topic t/even: 0x99 payload format invalid");
        }
    }

    @Test
    void shouldGiveUpAfterTheTimeThatWasAskedFor() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> NO_MATCHING_SUBSCRIBERS);
                Publisher publisher = publisher(broker, Duration.ofMillis(1200))) {
            publishAll(publisher, alternating(3));
            assertThatThrownBy(() -> publisher.awaitAcknowledged(stop))
                    .isInstanceOf(PublishFault.class)
                    .hasMessageContaining("3 waiting")
                    .hasMessageContaining("0x10 no matching subscribers")
                    .hasMessageContaining("--give-up-after");
        }
    }

    @Test
    void shouldSayWhichOptionsHoldTheCredentialsThatWereRefused() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker(
                        BAD_USER_NAME_OR_PASSWORD, ScriptedBroker.UNLIMITED, (connection, nth, publish) -> SUCCESS);
                Publisher publisher = new Publisher(settings(broker.url(), null), notices::add)) {
            assertThatThrownBy(() -> publisher.connect(stop))
                    .isInstanceOf(PublishFault.class)
                    .hasMessageContaining("0x86 bad user name or password; see --username, --password-file");
        }
    }

    @Test
    void shouldNeverSendMoreThanTheBrokerTakesAtOnce() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker(0, 3, (connection, nth, publish) -> SUCCESS);
                Publisher publisher = publisher(broker, null)) {
            publishAll(publisher, alternating(9));
            assertThat(publisher.awaitAcknowledged(stop)).isTrue();
            assertThat(broker.mostUnanswered()).isEqualTo(3);
            assertThat(payloads(broker.received(), null)).isEqualTo(numbers(0, 9, 1));
        }
    }

    @Test
    void shouldSayThatTheBrokerAnnouncesMoreThanTheLibraryCanRead() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker(0, 65_535, (connection, nth, publish) -> SUCCESS);
                Publisher publisher = new Publisher(settings(broker.url(), null), notices::add)) {
            assertThatThrownBy(() -> publisher.connect(stop))
                    .isInstanceOf(PublishFault.class)
                    .hasMessageContaining("announces a receive maximum of 65535")
                    .hasMessageContaining("set it to 32767 or less");
        }
    }

    @Test
    void shouldWaitForRoomInItsWindowUntilStopped() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> ScriptedBroker.WITHHOLD);
                Publisher publisher = publisher(broker, null)) {
            List<Message> messages = alternating(21);
            publishAll(publisher, messages.subList(0, 20));
            Thread stopper = Thread.ofPlatform().start(() -> {
                stop.await(300);
                stop.request("test");
            });
            assertThat(publisher.publish(messages.get(20), stop)).isFalse();
            stopper.join();
            assertThat(publisher.tally().acknowledged()).isZero();
        }
    }

    private Publisher publisher(ScriptedBroker broker, @Nullable Duration giveUpAfter) throws Exception {
        Publisher publisher = new Publisher(settings(broker.url(), giveUpAfter), notices::add);
        assertThat(publisher.connect(stop)).isTrue();
        return publisher;
    }

    private static PublisherSettings settings(String url, @Nullable Duration giveUpAfter) {
        return new PublisherSettings(url, null, null, "publisher-test", 20, Duration.ofSeconds(20), giveUpAfter);
    }

    private void publishAll(Publisher publisher, List<Message> messages) throws Exception {
        for (Message message : messages) {
            assertThat(publisher.publish(message, stop)).isTrue();
        }
    }

    /** Numbered from 0, even ones to one topic and odd ones to another. */
    private static List<Message> alternating(int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(Message.text(i % 2 == 0 ? "t/even" : "t/odd", String.valueOf(i), 1, i));
        }
        return messages;
    }

    /**
     * From {@code from} at the latest up to {@code to}: it may begin earlier, since an answer that was under way when the
     * connection ended may not have been read.
     */
    private static void assertNoGap(List<String> published, int from, int to, int step) {
        int first = Integer.parseInt(published.getFirst());
        assertThat(first).isLessThanOrEqualTo(from);
        assertThat(published).isEqualTo(numbers(first, to, step));
    }

    private static List<String> payloads(List<Received> received, @Nullable String topic) {
        return received.stream()
                .filter(publish -> topic == null || publish.topic().equals(topic))
                .map(Received::payload)
                .toList();
    }

    private static List<String> numbers(int from, int to, int step) {
        return IntStream.iterate(from, i -> i < to, i -> i + step)
                .mapToObj(String::valueOf)
                .toList();
    }
}
