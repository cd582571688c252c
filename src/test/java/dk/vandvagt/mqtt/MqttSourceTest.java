package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Places;
import dk.vandvagt.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MqttSourceTest {
    private static final int RECEIVE_MAXIMUM = 100;
    private static final int KEEP_ALIVE_SECONDS = 2;
    private static final long NOW_MS = 1_697_838_123_456L;

    @TempDir
    Path folder;

    private final Catalogue catalogue = Places.with("ASS-W", "ASS-2-CM");
    private final List<AutoCloseable> open = new ArrayList<>();
    private Mosquitto mosquitto;

    @BeforeEach
    void startBroker() {
        mosquitto = Mosquitto.persistent(folder);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        mosquitto.close();
    }

    @Test
    void shouldHandReadingsOverInOrderInTheKeptUnit() throws Exception {
        TestInlet inlet = TestInlet.open();
        MqttSource source = subscribed(source(inlet));

        publisher()
                .publish(
                        "vandvagt/v1/readings/ASS-2-CM",
                        "[{\"t\":1697838000000,\"v\":227},{\"t\":1697838600000,\"v\":228}]");
        publisher().readings("ASS-W", 0, 1_000);

        inlet.settleAtOnce();
        await().until(() -> inlet.size() == 1_001);
        Arrival first = inlet.taken().getFirst();
        assertThat(first.sensorIndex()).containsExactly(1, 1);
        assertThat(first.observedAtMs()).containsExactly(1_697_838_000_000L, 1_697_838_600_000L);
        assertThat(first.value()).containsExactly(2.27, 2.28);
        assertThat(first.receivedAtMs()).isEqualTo(NOW_MS);
        assertThat(inlet.values().subList(2, 1_002)).isEqualTo(numbers(0, 1_000));
        await().until(() -> source.tallies().acknowledged() == 1_001);
        assertThat(source.tallies().receivedMessages()).isEqualTo(1_001);
        assertThat(source.tallies().offered()).isEqualTo(1_001);
        assertThat(source.tallies().reconnects()).isZero();
    }

    @Test
    void shouldAcknowledgeNothingBeforeItIsSettled() throws Exception {
        TestInlet first = TestInlet.open();
        MqttSource source = subscribed(source(first));
        publisher().readings("ASS-W", 0, 50);
        await().until(() -> first.size() == 50);
        first.settle(20);
        source.close();
        assertThat(source.tallies().acknowledged()).isEqualTo(20);

        TestInlet second = TestInlet.open();
        subscribed(source(second));

        await().until(() -> second.size() == 30);
        assertThat(second.values()).isEqualTo(numbers(20, 50));
    }

    @Test
    void shouldGetAgainAfterACutConnectionWhatWasNotSettled() throws Exception {
        mosquitto.close();
        mosquitto = Mosquitto.persistent(folder);
        TestInlet inlet = TestInlet.open();
        MqttSource source = subscribed(source(inlet));
        publisher().readings("ASS-W", 0, 50);
        await().until(() -> inlet.size() == 50);
        inlet.settle(20);
        await().until(() -> source.tallies().acknowledged() == 20);

        mosquitto.save();
        mosquitto.kill();
        mosquitto.startAgain();

        await().until(() -> inlet.size() == 80);
        assertThat(inlet.values().subList(50, 80)).isEqualTo(numbers(20, 50));
        assertThat(source.tallies().reconnects()).isEqualTo(1);
    }

    @Test
    void shouldDropReceiptsOfAnEarlierConnection() throws Exception {
        TestInlet inlet = TestInlet.open();
        MqttSource source = subscribed(source(inlet));
        publisher().readings("ASS-W", 0, 50);
        await().until(() -> inlet.size() == 50);
        mosquitto.save();
        mosquitto.kill();
        mosquitto.startAgain();
        await().until(() -> inlet.size() == 100);

        inlet.settle(50);
        source.close();
        assertThat(source.tallies().acknowledged()).isZero();

        TestInlet later = TestInlet.open();
        subscribed(source(later));
        await().until(() -> later.size() == 50);
        assertThat(later.values()).isEqualTo(numbers(0, 50));
    }

    @Test
    void shouldHoldTheBrokerBackWhileTheInletIsFullAndLoseNothing() throws Exception {
        TestInlet inlet = TestInlet.shut();
        inlet.settleAtOnce();
        MqttSource source = subscribed(source(inlet));
        publisher().readings("ASS-W", 0, 2_000);
        await().until(() -> source.tallies().holdingBack());

        // several keep-alives long: the broker hears of us although nothing is read from it
        await().during(Duration.ofSeconds(4 * KEEP_ALIVE_SECONDS))
                .atMost(Duration.ofSeconds(20))
                .until(() -> source.tallies().receivedMessages() == 1
                        && source.tallies().subscribed());

        inlet.openFor(437);
        await().until(() -> inlet.size() == 437);
        await().during(Duration.ofMillis(300)).until(() -> source.tallies().receivedMessages() == 438);
        inlet.openFor(Long.MAX_VALUE);
        await().until(() -> inlet.size() == 2_000);
        assertThat(inlet.values()).isEqualTo(numbers(0, 2_000));
        await().until(() -> source.tallies().acknowledged() == 2_000);
        assertThat(source.tallies().reconnects()).isZero();
        assertThat(source.tallies().holdingBack()).isFalse();
    }

    @Test
    void shouldLeaveWhatTheInletDidNotTakeToTheBrokerWhenClosed() throws Exception {
        TestInlet shut = TestInlet.shut();
        MqttSource source = subscribed(source(shut));
        publisher().readings("ASS-W", 0, 300);
        await().until(() -> source.tallies().holdingBack());
        source.close();

        TestInlet inlet = TestInlet.open();
        inlet.settleAtOnce();
        subscribed(source(inlet));

        await().until(() -> inlet.size() == 300);
        assertThat(inlet.values()).isEqualTo(numbers(0, 300));
    }

    @Test
    void shouldOfferOnceWhatTheBrokerDeliversAgainWhileTheInletIsFull() throws Exception {
        TestInlet inlet = TestInlet.shut();
        inlet.settleAtOnce();
        MqttSource source = subscribed(source(inlet));
        publisher().readings("ASS-W", 0, 80);
        await().until(() -> source.tallies().holdingBack());
        mosquitto.save();
        mosquitto.kill();
        mosquitto.startAgain();
        await().until(() ->
                source.tallies().reconnects() == 1 && source.tallies().holdingBack());

        inlet.openFor(Long.MAX_VALUE);
        await().until(() -> inlet.size() == 80);
        assertThat(inlet.values()).isEqualTo(numbers(0, 80));
        await().until(() -> source.tallies().acknowledged() == 80);
    }

    @Test
    void shouldSubscribeAnewWhenTheBrokerHasForgottenTheSession() throws Exception {
        mosquitto.close();
        mosquitto = Mosquitto.forgetful(folder);
        TestInlet inlet = TestInlet.open();
        inlet.settleAtOnce();
        MqttSource source = subscribed(source(inlet));
        mosquitto.kill();
        mosquitto.startAgain();
        await().until(() ->
                source.tallies().reconnects() == 1 && source.tallies().subscribed());
        publisher().readings("ASS-W", 60, 90);

        await().until(() -> inlet.size() == 30);
        assertThat(inlet.values()).isEqualTo(numbers(60, 90));
    }

    @Test
    void shouldNoticeABrokerThatHangsAndReturn() throws Exception {
        TestInlet inlet = TestInlet.open();
        inlet.settleAtOnce();
        MqttSource source = subscribed(source(inlet));
        mosquitto.freeze();
        await().atMost(Duration.ofSeconds(20)).until(() -> !source.tallies().subscribed());
        mosquitto.thaw();

        await().atMost(Duration.ofSeconds(30)).until(() -> source.tallies().subscribed());
        publisher().readings("ASS-W", 0, 10);
        await().until(() -> new TreeSet<>(inlet.values()).size() == 10);
    }

    @Test
    void shouldKeepTryingUntilTheBrokerIsThere() throws Exception {
        mosquitto.kill();
        TestInlet inlet = TestInlet.open();
        inlet.settleAtOnce();
        CountDownLatch subscribed = new CountDownLatch(1);
        MqttSource source = started(source("vandvagt-ingest", inlet, subscribed::countDown));
        assertThat(subscribed.await(700, TimeUnit.MILLISECONDS)).isFalse();
        mosquitto.startAgain();

        assertThat(subscribed.await(20, TimeUnit.SECONDS)).isTrue();
        publisher().readings("ASS-W", 0, 5);
        await().until(() -> inlet.size() == 5);
        assertThat(source.tallies().reconnects()).isZero();
    }

    @Test
    void shouldCloseWhileTheBrokerIsAway() throws Exception {
        mosquitto.kill();
        MqttSource source = started(source(TestInlet.open()));
        long begunNanos = System.nanoTime();
        source.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void shouldAcknowledgeMessagesThatWereRefused() throws Exception {
        TestInlet inlet = TestInlet.open();
        MqttSource source = subscribed(source(inlet));
        Publisher device = publisher();
        device.publish("vandvagt/v1/readings/ASS-W", "{");
        device.publish("vandvagt/v1/readings/ASS-W", "");
        device.publish("vandvagt/v1/readings/ASS-W", " ".repeat(65_537));
        device.publish("vandvagt/v1/readings/ASS-W", new MqttMessage(new byte[] {'"', (byte) 0xE6, '"'}));
        device.publish("vandvagt/v1/readings/ASS-W", "{\"t\":1697838000000,\"v\":NaN}");
        device.publish("vandvagt/v1/readings/NOBODY", "{\"t\":1697838000000,\"v\":1}");
        device.publish("vandvagt/v1/readings/ASS-W", "{\"t\":1697838000000,\"v\":1}");
        await().until(() -> inlet.size() == 7);

        assertThat(inlet.taken().stream().map(Arrival::refusal))
                .containsExactly(
                        Refusal.MALFORMED,
                        Refusal.EMPTY,
                        Refusal.OVERSIZED,
                        Refusal.NOT_UTF8,
                        Refusal.NOT_FINITE,
                        Refusal.UNKNOWN_SENSOR,
                        null);
        inlet.settleAtOnce();
        await().until(() -> source.tallies().acknowledged() == 7);
        source.close();
        TestInlet later = TestInlet.open();
        subscribed(source(later));
        publisher().readings("ASS-W", 5, 6);
        await().until(() -> later.size() == 1);
        assertThat(later.values()).containsExactly(5.0);
    }

    @Test
    void shouldReadMessagesWithEveryPropertyMqttAllows() throws Exception {
        TestInlet inlet = TestInlet.open();
        MqttSource source = subscribed(source(inlet));
        MqttMessage message = new MqttMessage("{\"t\":1697838000000,\"v\":2}".getBytes(StandardCharsets.UTF_8));
        MqttProperties properties = new MqttProperties();
        properties.setPayloadFormat(true);
        properties.setMessageExpiryInterval(600L);
        properties.setContentType("application/json");
        properties.setResponseTopic("devices/Ærø/response");
        properties.setCorrelationData(new byte[] {0, -1, 7});
        properties.setUserProperties(List.of(new UserProperty("fw", "1.2"), new UserProperty("fw", "1.2")));
        message.setProperties(properties);
        publisher().publish("vandvagt/v1/readings/ASS-W", message);

        await().until(() -> inlet.values().equals(List.of(2.0)));
        assertThat(source.tallies().reconnects()).isZero();
    }

    @Test
    void shouldTakeRetainedMessagesOnceAndQos0WithoutAcknowledging() throws Exception {
        MqttMessage retained = new MqttMessage("{\"t\":1697838000000,\"v\":1}".getBytes(StandardCharsets.UTF_8));
        retained.setRetained(true);
        Publisher device = publisher();
        device.publish("vandvagt/v1/readings/ASS-W", retained);
        device.awaitAcknowledged();
        TestInlet inlet = TestInlet.open();
        inlet.settleAtOnce();
        MqttSource source = subscribed(source(inlet));
        await().until(() -> inlet.size() == 1);
        await().until(() -> source.tallies().acknowledged() == 1);
        source.close();

        MqttSource again = subscribed(source(inlet));
        MqttMessage qos0 = new MqttMessage("{\"t\":1697838000000,\"v\":2}".getBytes(StandardCharsets.UTF_8));
        qos0.setQos(0);
        device.publish("vandvagt/v1/readings/ASS-W", qos0);

        await().until(() -> inlet.values().equals(List.of(1.0, 2.0)));
        assertThat(again.tallies().acknowledged()).isZero();
    }

    @Test
    void shouldUseAReloadedCatalogueFromTheNextMessageOn() throws Exception {
        TestInlet inlet = TestInlet.open();
        inlet.settleAtOnce();
        MqttSource source = subscribed(source(inlet));
        publisher().readings("ASS-NEW", 0, 1);
        await().until(() -> inlet.size() == 1);
        source.use(Places.after(catalogue, "ASS-W", "ASS-2-CM", "ASS-NEW"));
        publisher().readings("ASS-NEW", 1, 2);

        await().until(() -> inlet.size() == 2);
        assertThat(inlet.taken().getFirst().refusal()).isEqualTo(Refusal.UNKNOWN_SENSOR);
        assertThat(inlet.taken().getLast().sensorIndex()).containsExactly(2);
    }

    @Test
    void shouldStopTakingAndStillAcknowledge() throws Exception {
        TestInlet inlet = TestInlet.open();
        MqttSource source = subscribed(source(inlet));
        publisher().readings("ASS-W", 0, 10);
        await().until(() -> inlet.size() == 10);
        source.stopTaking();
        publisher().readings("ASS-W", 10, 20);
        inlet.settle(10);
        source.close();
        assertThat(source.tallies().acknowledged()).isEqualTo(10);

        TestInlet later = TestInlet.open();
        subscribed(source(later));
        await().until(() -> later.size() == 10);
        assertThat(later.values()).isEqualTo(numbers(10, 20));
    }

    @Test
    void shouldServeTwoSourcesWithOneInlet(@TempDir Path otherFolder) throws Exception {
        try (Mosquitto other = Mosquitto.persistent(otherFolder)) {
            TestInlet inlet = TestInlet.open();
            MqttSource here = subscribed(source(inlet));
            MqttSource there = started(new MqttSource(
                    broker(other.uri(), "vandvagt-ingest"),
                    new CanonicalReadings("vandvagt/v1"),
                    List.of("vandvagt/v1/readings/+"),
                    catalogue,
                    inlet,
                    () -> NOW_MS,
                    () -> {}));
            await().until(() -> there.tallies().subscribed());
            Publisher elsewhere = new Publisher(other.uri());
            open.add(elsewhere);
            publisher().readings("ASS-W", 0, 50);
            elsewhere.readings("ASS-W", 1_000, 1_050);
            await().until(() -> inlet.size() == 100);

            inlet.settleAtOnce();
            await().until(() ->
                    here.tallies().acknowledged() == 50 && there.tallies().acknowledged() == 50);
            assertThat(new TreeSet<>(inlet.values()))
                    .containsAll(numbers(0, 50))
                    .containsAll(numbers(1_000, 1_050));
        }
    }

    private Broker broker(String uri, String clientId) {
        Broker broker = new Broker(uri, clientId, null, null, RECEIVE_MAXIMUM, KEEP_ALIVE_SECONDS, false, null);
        return onlyMqtt3() ? broker.byMqtt3() : broker;
    }

    boolean onlyMqtt3() {
        return false;
    }

    private MqttSource source(TestInlet inlet) {
        return source("vandvagt-ingest", inlet, () -> {});
    }

    private MqttSource source(String clientId, TestInlet inlet, Runnable onSubscribed) {
        return new MqttSource(
                broker(mosquitto.uri(), clientId),
                new CanonicalReadings("vandvagt/v1"),
                List.of("vandvagt/v1/readings/+"),
                catalogue,
                inlet,
                () -> NOW_MS,
                onSubscribed);
    }

    private MqttSource started(MqttSource source) {
        open.add(source);
        source.start();
        return source;
    }

    private MqttSource subscribed(MqttSource source) {
        started(source);
        await().until(() -> source.tallies().subscribed());
        return source;
    }

    private Publisher publisher() throws MqttException {
        Publisher publisher = new Publisher(mosquitto.uri());
        open.add(publisher);
        return publisher;
    }

    private static List<Double> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> (double) i).toList();
    }
}
