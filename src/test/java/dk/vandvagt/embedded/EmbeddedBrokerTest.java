package dk.vandvagt.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    private static final int CLIENT_IDENTIFIER_NOT_VALID = 0x85;
    private static final int SERVER_UNAVAILABLE = 0x88;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int QUEUE_LIMIT = 20;
    private static final String READINGS = "vandvagt/v1/readings/+";
    private static final String OWN = "vandvagt/v1/readings/ASS-01";
    private static final String READING = "{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.02}";

    @TempDir
    private Path folder;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private EmbeddedBroker broker;

    @BeforeEach
    void startBroker() throws IOException {
        broker = start(folder.resolve("broker"), 0);
    }

    @AfterEach
    void stopAll() throws Exception {
        for (AutoCloseable closeable : toClose.reversed()) {
            closeable.close();
        }
        broker.close();
    }

    private static EmbeddedBroker start(Path folder, int port) throws IOException {
        return EmbeddedBroker.start(
                new EmbeddedBroker.Settings(folder, "127.0.0.1", port, "vandvagt/v1", QUEUE_LIMIT, TestAccounts.ALL));
    }

    private TestClient connect(String username, String clientId) throws MqttException {
        TestClient client = TestClient.connect(broker.port(), username, clientId);
        toClose.add(client);
        return client;
    }

    private TestClient listeningService() throws MqttException {
        TestClient service = connect("service", "vandvagt-ingest");
        assertThat(service.subscribe(READINGS)).isEqualTo(1);
        broker.openForSensors();
        return service;
    }

    private int refusalOf(String username, String password, String clientId) {
        try (TestClient client = TestClient.connect(broker.port(), username, password, clientId)) {
            return client.isConnected() ? 0 : -1;
        } catch (MqttException e) {
            return e.getReasonCode();
        }
    }

    @Test
    void shouldLetSensorsInOnlyOnceTheServiceListens() throws MqttException {
        assertThatThrownBy(broker::openForSensors).isInstanceOf(IllegalStateException.class);
        assertThat(refusalOf("gauge", "gauge-pw", "g1")).isEqualTo(SERVER_UNAVAILABLE);
        assertThat(refusalOf("viewer", "viewer-pw", "v1")).isEqualTo(SERVER_UNAVAILABLE);

        TestClient service = connect("service", "vandvagt-ingest");
        assertThat(refusalOf("gauge", "gauge-pw", "g1")).isEqualTo(SERVER_UNAVAILABLE);
        service.subscribe(READINGS);
        broker.openForSensors();

        assertThat(connect("gauge", "g1").publish(OWN, READING)).isZero();
        assertThat(broker.counts().refusedConnects()).isEqualTo(3);
    }

    @Test
    void shouldRefuseWhatConnectedSensorsPublishWhileClosed() throws MqttException {
        listeningService();
        TestClient gauge = connect("gauge", "g1");
        assertThat(gauge.publish(OWN, READING)).isZero();

        broker.closeForSensors();
        assertThat(gauge.publish(OWN, READING)).isEqualTo(QUOTA_EXCEEDED);
        assertThat(refusalOf("gauge", "gauge-pw", "g2")).isEqualTo(SERVER_UNAVAILABLE);
        assertThat(gauge.isConnected()).isTrue();

        broker.openForSensors();
        assertThat(gauge.publish(OWN, READING)).isZero();
        assertThat(broker.counts().refusedWhileClosed()).isEqualTo(1);
    }

    @Test
    void shouldRefuseStrangersAndWrongPasswords() throws MqttException {
        listeningService();
        assertThat(refusalOf("", "", "anonymous")).isEqualTo(NOT_AUTHORIZED);
        assertThat(refusalOf("nobody", "nobody-pw", "n1")).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(refusalOf("gauge", "service-pw", "g1")).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void shouldNotLetOthersTakeTheServicesSessionOver() throws MqttException {
        TestClient service = listeningService();
        assertThat(refusalOf("viewer", "viewer-pw", "vandvagt-ingest")).isEqualTo(CLIENT_IDENTIFIER_NOT_VALID);
        assertThat(refusalOf("gauge", "gauge-pw", "vandvagt-ingest")).isEqualTo(CLIENT_IDENTIFIER_NOT_VALID);
        assertThat(service.isConnected()).isTrue();
    }

    @Test
    void shouldLetADevicePublishForItsOwnSensorsOnly() throws MqttException {
        listeningService();
        TestClient gauge = connect("gauge", "g1");
        assertThat(gauge.publish(OWN, READING)).isZero();
        assertThat(gauge.publish("vandvagt/v1/readings/KERT-07", READING)).isZero();

        assertThat(gauge.publish("vandvagt/v1/readings/ASS-02", READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.publish("vandvagt/v1/readings/ASS-01/x", READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.publish("vandvagt/v1/readings/KERT-*", READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.publish("vandvagt/v1/readings/KERT-07/x", READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.publish("vandvagt/v1/readings/", READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.publish("vandvagt/v1/alerts/assens", READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.subscribe(READINGS)).isEqualTo(NOT_AUTHORIZED);
        assertThat(gauge.subscribe("vandvagt/v1/alerts/#")).isEqualTo(NOT_AUTHORIZED);

        assertThat(gauge.isConnected()).isTrue();
        assertThat(gauge.publish(OWN, READING)).isZero();
        assertThat(broker.counts().refusedTopics()).isEqualTo(6);
    }

    @Test
    void shouldGiveViewersTheAlertsAndNothingElse() throws Exception {
        TestClient service = listeningService();
        TestClient viewer = connect("viewer", "v1");
        assertThat(viewer.subscribe("#")).isEqualTo(NOT_AUTHORIZED);
        assertThat(viewer.subscribe(READINGS)).isEqualTo(NOT_AUTHORIZED);
        assertThat(viewer.subscribe("vandvagt/v1/exercise/#")).isEqualTo(NOT_AUTHORIZED);
        assertThat(viewer.subscribe("vandvagt/v1/alerts/#")).isEqualTo(1);
        assertThat(viewer.subscribe("vandvagt/v1/areas/#")).isEqualTo(1);

        assertThat(service.publish("vandvagt/v1/alerts/assens", "rising")).isZero();
        TestClient.Received rising = viewer.received.poll(10, TimeUnit.SECONDS);
        assertThat(rising).extracting(TestClient.Received::payload).isEqualTo("rising");
        viewer.acknowledge(rising);
        assertThat(service.publish("vandvagt/v1/areas/assens/alerts", "orange")).isZero();
        assertThat(viewer.received.poll(10, TimeUnit.SECONDS))
                .extracting(TestClient.Received::payload)
                .isEqualTo("orange");
    }

    @Test
    void shouldKeepExercisesAndWhatIsRealApart() throws Exception {
        TestClient service = listeningService();
        TestClient drill = connect("drill", "vandvagt-drill-1");
        assertThat(drill.subscribe("vandvagt/v1/exercise/readings/+")).isEqualTo(1);
        assertThat(drill.subscribe(READINGS)).isEqualTo(NOT_AUTHORIZED);
        TestClient player = connect("exercise", "player");
        assertThat(player.subscribe("vandvagt/v1/exercise/alerts/#")).isEqualTo(1);
        assertThat(player.subscribe("vandvagt/v1/alerts/#")).isEqualTo(NOT_AUTHORIZED);

        assertThat(player.publish("vandvagt/v1/exercise/readings/ASS-01", READING))
                .isZero();
        assertThat(drill.received.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(drill.publish("vandvagt/v1/exercise/alerts/ASS", "ØVELSE")).isZero();
        assertThat(player.received.poll(10, TimeUnit.SECONDS))
                .extracting(TestClient.Received::payload)
                .isEqualTo("ØVELSE");
        assertThat(player.publish(OWN, READING)).isEqualTo(NOT_AUTHORIZED);
        assertThat(connect("exercise", "player-2").publish("vandvagt/v1/exercise/alerts/ASS", "ØVELSE"))
                .isEqualTo(NOT_AUTHORIZED);
        assertThat(connect("drill", "vandvagt-drill-2").publish("vandvagt/v1/alerts/ASS", "ØVELSE"))
                .isEqualTo(NOT_AUTHORIZED);
        assertThat(connect("gauge", "g1").publish("vandvagt/v1/exercise/readings/ASS-01", READING))
                .isEqualTo(NOT_AUTHORIZED);
        assertThat(service.received).isEmpty();
    }

    @Test
    void shouldLetTheServicePublishAlertsAndExercisesButNoReadings() throws MqttException {
        TestClient service = listeningService();
        assertThat(service.subscribe("vandvagt/v1/#")).isEqualTo(1);
        assertThat(service.subscribe("#")).isEqualTo(NOT_AUTHORIZED);
        assertThat(service.publish("vandvagt/v1/exercise/assens", "ØVELSE")).isZero();
        assertThat(service.publish("vandvagt/v1/alerts/assens", "rising")).isZero();
        assertThat(connect("service", "vandvagt-2").publish(OWN, READING)).isEqualTo(NOT_AUTHORIZED);
    }

    @Test
    void shouldRefuseBeforeTheQueueOverflowsAndHearAgainWhenItHasRoom() throws Exception {
        TestClient service = listeningService();
        TestClient gauge = connect("gauge", "g1");
        for (int i = 0; i < QUEUE_LIMIT; i++) {
            assertThat(gauge.publish(OWN, "reading " + i)).isZero();
        }
        assertThat(broker.outstanding()).isEqualTo(QUEUE_LIMIT);
        assertThat(gauge.publish(OWN, "one too many")).isEqualTo(QUOTA_EXCEEDED);
        assertThat(gauge.isConnected()).isTrue();

        TestClient.Received first = service.received.poll(10, TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        service.acknowledge(first);
        await().atMost(Duration.ofSeconds(10)).until(() -> broker.outstanding() == QUEUE_LIMIT - 1);
        assertThat(gauge.publish(OWN, "room again")).isZero();
        assertThat(gauge.publish(OWN, "full again")).isEqualTo(QUOTA_EXCEEDED);

        for (int i = 0; i < QUEUE_LIMIT; i++) {
            TestClient.Received next = service.received.poll(10, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            assertThat(next.payload()).isNotIn("one too many", "full again");
            service.acknowledge(next);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> broker.outstanding() == 0);
        assertThat(broker.counts().refusedWhileFull()).isEqualTo(2);
        assertThat(broker.counts().dropped()).isZero();
    }

    @Test
    void shouldCountRedeliveredMessagesOnce() throws Exception {
        TestClient service = listeningService();
        TestClient gauge = connect("gauge", "g1");
        assertThat(gauge.publish(OWN, "a")).isZero();
        assertThat(gauge.publish(OWN, "b")).isZero();
        TestClient.Received before = service.received.poll(10, TimeUnit.SECONDS);
        assertThat(before).isNotNull();
        service.close();

        TestClient again = connect("service", "vandvagt-ingest");
        for (String payload : List.of("a", "b")) {
            TestClient.Received redelivered = again.received.poll(10, TimeUnit.SECONDS);
            assertThat(redelivered).isNotNull();
            assertThat(redelivered.payload()).isEqualTo(payload);
            again.acknowledge(redelivered);
            again.acknowledge(redelivered);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> broker.outstanding() == 0);
        assertThat(gauge.publish(OWN, "c")).isZero();
        assertThat(broker.outstanding()).isEqualTo(1);
    }

    @Test
    void shouldDeliverWhatAnExpiringReadingSaidHoweverLateTheServiceComes() throws Exception {
        TestClient service = listeningService();
        TestClient gauge = connect("gauge", "g1");
        service.close();
        letTheBrokersClockRun(Duration.ofMillis(500)); // it may still hold the service for connected
        MqttProperties expiring = new MqttProperties();
        expiring.setMessageExpiryInterval(1L);
        assertThat(gauge.publish(OWN, "still here", expiring)).isZero();

        letTheBrokersClockRun(Duration.ofSeconds(4));
        assertThat(connect("service", "vandvagt-ingest").received.poll(10, TimeUnit.SECONDS))
                .extracting(TestClient.Received::payload)
                .isEqualTo("still here");
    }

    /** Expiry runs by a clock that cannot be handed in. */
    private static void letTheBrokersClockRun(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    @Test
    void shouldRefuseADevicesWill() throws MqttException {
        listeningService();
        assertThatExceptionOfType(MqttException.class)
                .isThrownBy(() -> TestClient.connectWithWill(broker.port(), "gauge", "g1", OWN))
                .matches(e -> e.getReasonCode() == NOT_AUTHORIZED);
    }

    @Test
    void shouldNotAcknowledgeARefusedReadingToAnMqtt3Sensor() throws Exception {
        listeningService();
        TestClient gauge = connect("gauge", "g1");
        for (int i = 0; i < QUEUE_LIMIT; i++) {
            assertThat(gauge.publish(OWN, "reading " + i)).isZero();
        }
        try (Socket old = new Socket("127.0.0.1", broker.port())) {
            old.setSoTimeout(10_000);
            old.getOutputStream().write(mqtt3Connect("old-gauge", "gauge", "gauge-pw"));
            assertThat(old.getInputStream().readNBytes(4)).containsExactly(0x20, 2, 0, 0);
            old.getOutputStream().write(mqtt3Publish(OWN, "lost if acknowledged"));
            assertThat(old.getInputStream().read())
                    .as("MQTT 3 knows no refusal: the connection ends without PUBACK")
                    .isEqualTo(-1);
        }
        assertThat(broker.outstanding()).isEqualTo(QUEUE_LIMIT);
    }

    @Test
    void shouldAcceptPasswordsThatAreStoredHashed() throws Exception {
        broker.close();
        Account hashed = Account.service("service", Secret.hashed(Secret.hash("correct horse".toCharArray())));
        broker = EmbeddedBroker.start(new EmbeddedBroker.Settings(
                folder.resolve("hashed"), "127.0.0.1", 0, "vandvagt/v1", 10, List.of(hashed)));
        assertThat(refusalOf("service", "wrong horse", "s1")).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(refusalOf("service", "correct horse", "s1")).isZero();
        assertThat(refusalOf("service", "correct horse", "s1")).isZero();
        assertThat(refusalOf("service", "wrong horse", "s1")).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void shouldNameATakenPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatExceptionOfType(PortTakenException.class)
                    .isThrownBy(() -> start(folder.resolve("other"), taken.getLocalPort()))
                    .withMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .matches(e -> e.port() == taken.getLocalPort());
        }
    }

    @Test
    void shouldRefuseAFolderThatAnotherBrokerUses() {
        assertThatThrownBy(() -> start(folder.resolve("broker"), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.resolve("broker").toString());
    }

    @Test
    void shouldLeaveTheProcessesExceptionHandlerAlone() throws IOException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.UncaughtExceptionHandler ours = (thread, failure) -> {};
        Thread.setDefaultUncaughtExceptionHandler(ours);
        try (EmbeddedBroker second = start(folder.resolve("second"), 0)) {
            assertThat(second.port()).isPositive();
            assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(ours);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void shouldDeliverAfterKillMinusNineWhatItHasAcknowledged() throws Exception {
        Path killed = folder.resolve("killed");
        Set<String> acknowledged = new HashSet<>();
        try (ChildJvm jvm = ChildJvm.start(BrokerProcess.class, killed.toString(), "1000000")) {
            int port = Integer.parseInt(jvm.ask("port"));
            try (TestClient service = TestClient.connect(port, "service", "vandvagt-ingest")) {
                assertThat(service.subscribe(READINGS)).isEqualTo(1);
            }
            assertThat(jvm.ask("open")).isEqualTo("opened");
            TestClient gauge = TestClient.connect(port, "gauge", "g1");
            List<IMqttToken> tokens = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String payload = "reading " + i;
                IMqttToken token = gauge.publishLater(OWN, payload, new MqttProperties());
                token.setUserContext(payload);
                tokens.add(token);
                if (tokens.size() == 8) {
                    settle(tokens, acknowledged);
                }
            }
            settle(tokens, acknowledged);
            jvm.kill();
            gauge.close();
        }
        assertThat(acknowledged).hasSize(2_000);

        try (ChildJvm jvm = ChildJvm.start(BrokerProcess.class, killed.toString(), "2000")) {
            int port = Integer.parseInt(jvm.ask("port"));
            try (TestClient service = TestClient.connect(port, "service", "vandvagt-ingest")) {
                assertThat(Integer.parseInt(jvm.ask("outstanding"))).isEqualTo(2_000);
                jvm.ask("open");
                try (TestClient gauge = TestClient.connect(port, "gauge", "g1")) {
                    assertThat(gauge.publish(OWN, "too many"))
                            .as("the queue is full of what was kept")
                            .isEqualTo(QUOTA_EXCEEDED);
                }
                Set<String> missing = new HashSet<>(acknowledged);
                while (!missing.isEmpty()) {
                    TestClient.Received next = service.received.poll(10, TimeUnit.SECONDS);
                    assertThat(next)
                            .as("%d acknowledged readings are lost", missing.size())
                            .isNotNull();
                    missing.remove(next.payload());
                    service.acknowledge(next);
                }
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> jvm.ask("outstanding").equals("0"));
                assertThat(jvm.ask("dropped")).isEqualTo("0");
            }
        }
    }

    private static void settle(List<IMqttToken> tokens, Set<String> acknowledged) throws MqttException {
        for (IMqttToken token : tokens) {
            if (TestClient.reasonOf(token) == 0) {
                acknowledged.add((String) token.getUserContext());
            }
        }
        tokens.clear();
    }

    private static byte[] mqtt3Connect(String clientId, String username, String password) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(new byte[] {4, (byte) 0b1100_0010, 0, 60});
        text(body, clientId);
        text(body, username);
        text(body, password);
        return packet(0x10, body);
    }

    private static byte[] mqtt3Publish(String topic, String payload) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, topic);
        body.write(new byte[] {0, 7});
        body.write(payload.getBytes(StandardCharsets.UTF_8));
        return packet(0x32, body);
    }

    private static void text(ByteArrayOutputStream body, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        body.write(bytes.length >> 8);
        body.write(bytes.length);
        body.write(bytes);
    }

    private static byte[] packet(int type, ByteArrayOutputStream body) throws IOException {
        assertThat(body.size()).as("a length of one byte").isLessThan(128);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        packet.write(body.size());
        packet.write(body.toByteArray());
        return packet.toByteArray();
    }
}
