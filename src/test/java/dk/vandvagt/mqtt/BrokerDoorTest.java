package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Places;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers that ask who comes, and whom we ask who they are. */
@Timeout(120)
class BrokerDoorTest {
    @TempDir
    static Path certificates;

    private static Path authority;
    private static Path otherAuthority;
    private static Path server;
    private static Path elsewhere;
    private static Path expired;
    private static Path client;

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final TestInlet inlet = TestInlet.open();

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates made = new Certificates(certificates);
        authority = made.authority("ca");
        otherAuthority = made.authority("other-ca");
        server = made.signed("server", "ca", "-ext", "san=ip:127.0.0.1");
        elsewhere = made.signed("elsewhere", "ca", "-ext", "san=dns:elsewhere.example");
        expired = made.signed("expired", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
        client = made.signed("client", "ca");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private Mosquitto withTls(Path certificate, String... more) {
        List<String> door = new ArrayList<>(
                List.of("cafile " + authority, "certfile " + certificate, "keyfile " + Certificates.key(certificate)));
        door.addAll(List.of(more));
        Mosquitto mosquitto = Mosquitto.guarded(folder, door.toArray(String[]::new));
        open.add(mosquitto);
        return mosquitto;
    }

    private MqttSource source(Broker broker) {
        MqttSource source = new MqttSource(
                broker,
                new CanonicalReadings("vandvagt/v1"),
                List.of("vandvagt/v1/readings/+"),
                Places.with("ASS-W"),
                inlet,
                () -> 1_697_838_123_456L,
                () -> {});
        open.add(source);
        source.start();
        return source;
    }

    private static Broker trusting(String uri, @Nullable Path ca, @Nullable Path certificate) throws IOException {
        return Broker.at(uri, "vandvagt", null, null)
                .with(PemTls.sockets(ca, certificate, certificate == null ? null : Certificates.key(certificate)));
    }

    private static String trouble(MqttSource source) {
        await().atMost(Duration.ofSeconds(30)).until(() -> source.trouble() != null);
        assertThat(source.tallies().subscribed()).isFalse();
        return String.valueOf(source.trouble());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBeLetInByItsCertificateAndKnowTheBrokerByItsAuthority(boolean onlyMqtt3) throws Exception {
        Mosquitto mosquitto = withTls(server, "require_certificate true", "use_identity_as_username true");
        Broker broker = trusting(mosquitto.secureUri(), authority, client);
        MqttSource source = source(onlyMqtt3 ? broker.byMqtt3() : broker);
        await().until(() -> source.tallies().subscribed());
        inlet.settleAtOnce();
        MqttAsyncClient device = new MqttAsyncClient(mosquitto.secureUri(), "device", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(PemTls.sockets(authority, client, Certificates.key(client)));
        device.connect(options).waitForCompletion(10_000);
        for (int i = 0; i < 20; i++) {
            byte[] reading =
                    ("{\"t\":" + (1_697_838_000_000L + i) + ",\"v\":" + i + "}").getBytes(StandardCharsets.UTF_8);
            device.publish("vandvagt/v1/readings/ASS-W", reading, 1, false).waitForCompletion(10_000);
        }
        await().until(() -> inlet.size() == 20);
        await().until(() -> source.tallies().acknowledged() == 20);
        device.disconnectForcibly(0, 100, true);
        assertThat(source.trouble()).isNull();
    }

    @Test
    void shouldNotTalkToABrokerOfAnotherAuthority() throws Exception {
        Mosquitto mosquitto = withTls(server);
        assertThat(trouble(source(trusting(mosquitto.secureUri(), otherAuthority, null))))
                .contains("unable to find valid certification path");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotTalkToABrokerOfAnotherName(boolean onlyMqtt3) throws Exception {
        Mosquitto mosquitto = withTls(elsewhere);
        Broker broker = trusting(mosquitto.secureUri(), authority, null);
        assertThat(trouble(source(onlyMqtt3 ? broker.byMqtt3() : broker))).contains("127.0.0.1");
    }

    @Test
    void shouldNotTalkToABrokerWhoseCertificateHasExpired() throws Exception {
        Mosquitto mosquitto = withTls(expired);
        assertThat(trouble(source(trusting(mosquitto.secureUri(), authority, null))))
                .contains("NotAfter");
    }

    @Test
    void shouldSayThatTheBrokerAsksForACertificate() throws Exception {
        Mosquitto mosquitto = withTls(server, "require_certificate true", "use_identity_as_username true");
        MqttSource source = source(trusting(mosquitto.secureUri(), authority, null));
        assertThat(trouble(source)).containsIgnoringCase("certificate");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSayThatItsPasswordIsNotTheBrokers(boolean onlyMqtt3) throws Exception {
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "");
        Process made = new ProcessBuilder("mosquitto_passwd", "-b", passwords.toString(), "gauge", "right")
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        Mosquitto mosquitto = Mosquitto.guarded(folder, "allow_anonymous false", "password_file " + passwords);
        open.add(mosquitto);
        Broker wrong = Broker.at(mosquitto.uri(), "vandvagt", "gauge", "wrong".toCharArray());
        MqttSource refused = source(onlyMqtt3 ? wrong.byMqtt3() : wrong);
        assertThat(trouble(refused)).containsIgnoringCase("not authorized").doesNotContain("wrong");
        refused.close();
        Broker right = Broker.at(mosquitto.uri(), "vandvagt", "gauge", "right".toCharArray());
        MqttSource source = source(onlyMqtt3 ? right.byMqtt3() : right);
        await().until(() -> source.tallies().subscribed());
    }

    /** As a proxy does whose broker is dead; Paho alone leaves a thread behind for each attempt. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveNoThreadBehindWhereTheConnectionEndsAtOnce(boolean onlyMqtt3) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (ServerSocket slamming = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!slamming.isClosed()) {
                    try {
                        slamming.accept().close();
                        calls.incrementAndGet();
                    } catch (IOException e) {
                        // the test is over
                    }
                }
            });
            String uri = "tcp://127.0.0.1:" + slamming.getLocalPort();
            for (int i = 0; i < 20; i++) {
                Broker broker = Broker.at(uri, "slammed", null, null);
                Connection connection = Connection.to(
                        onlyMqtt3 ? broker.byMqtt3() : broker, (from, topic, payload, qos, packetId) -> {});
                assertThatThrownBy(connection::open).isInstanceOf(IOException.class);
                connection.drop();
            }
        }
        assertThat(calls).hasValue(20);
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("slammed")));
    }

    /** What a broker of MQTT 3.1.1 answers to MQTT 5: its section 3.2.2.3, return code 1. */
    @Test
    void shouldNameTheSettingThatAnOlderBrokerNeeds() throws Exception {
        try (ServerSocket older = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!older.isClosed()) {
                    try (Socket caller = older.accept()) {
                        InputStream in = caller.getInputStream();
                        if (in.read() >= 0) {
                            caller.getOutputStream().write(new byte[] {0x20, 2, 0, 1});
                            caller.getOutputStream().flush();
                            // until the caller has understood and hung up
                            in.transferTo(OutputStream.nullOutputStream());
                        }
                    } catch (IOException e) {
                        // the test is over
                    }
                }
            });
            MqttSource source = source(Broker.at("tcp://127.0.0.1:" + older.getLocalPort(), "vandvagt", null, null));
            assertThat(trouble(source)).contains("protocol: 3.1.1");
        }
    }
}
