package dk.vandvagt.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.mqtt.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may what at the compose file's broker: its own script, door and list of rights, on a real mosquitto. */
class BrokerAccountsTest {
    private static final Path BROKER = Path.of("config", "compose", "broker").toAbsolutePath();
    private static final String READINGS = "vandvagt/v1/readings/";

    private static final long WITHIN_MS = 10_000;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldLetADevicePublishItsOwnReadingsAndNothingElse() throws Exception {
        Path accounts = Files.createDirectory(folder.resolve("accounts"));
        try (Mosquitto mosquitto = start(accounts, "HAVN-W:one\n# a comment\nFJORD-W:two:with a colon\n", Map.of())) {
            may(mosquitto, "HAVN-W", "one", READINGS + "HAVN-W");
            may(mosquitto, "FJORD-W", "two:with a colon", READINGS + "FJORD-W");
            mayNot(mosquitto, "HAVN-W", "one", READINGS + "FJORD-W");
            mayNot(mosquitto, "HAVN-W", "one", "vandvagt/v1/alerts/HAVN/HAVN-W.level");
            mayNot(mosquitto, "HAVN-W", "one", "vandvagt/v1/exercise/readings/HAVN-W");
            mayNot(mosquitto, "viewer", "for-the-viewer", READINGS + "HAVN-W");
            may(mosquitto, "vandvagt", "for-the-service", "vandvagt/v1/alerts/HAVN/HAVN-W.level");
            mayNot(mosquitto, "vandvagt", "for-the-service", READINGS + "HAVN-W");
            staysOutside(mosquitto, "HAVN-W", "two");
            staysOutside(mosquitto, "demo", "demo-sensors");
            staysOutside(mosquitto, "demo", "");
        }
        assertThat(Files.readString(accounts.resolve("mqtt-vandvagt"))).isEqualTo("for-the-service");
        assertThat(Files.readString(accounts.resolve("database"))).isEqualTo("for-the-database");
        assertThat(accounts.resolve("mqtt-demo")).doesNotExist();
    }

    @Test
    void shouldHaveAnAccountForAllSensorsInTheDemoOnly() throws Exception {
        Path accounts = Files.createDirectory(folder.resolve("accounts"));
        try (Mosquitto mosquitto = start(accounts, "", Map.of("VANDVAGT_MQTT_DEMO_PASSWORD", "demo-sensors"))) {
            may(mosquitto, "demo", "demo-sensors", READINGS + "ANY-W");
            mayNot(mosquitto, "demo", "demo-sensors", "vandvagt/v1/alerts/HAVN/HAVN-W.level");
        }
    }

    @Test
    void shouldRefuseADeviceThatIsCalledLikeTheService() throws Exception {
        Path accounts = Files.createDirectory(folder.resolve("accounts"));
        assertThat(make(accounts, "vandvagt:mine\n", Map.of())).contains("line 1", "vandvagt is no device");
        assertThat(make(accounts, "HAVN-W:x\nHAVN-R\n", Map.of())).contains("line 2", "not sensorId:password");
    }

    private Mosquitto start(Path accounts, String devices, Map<String, String> more)
            throws IOException, InterruptedException {
        Path brokers = Files.createDirectory(folder.resolve("broker"));
        String[] door = Files.readAllLines(BROKER.resolve("mosquitto.conf")).stream()
                .filter(line -> line.matches("(allow_anonymous|password_file|acl_file) .*"))
                .map(line -> line.replace("/mosquitto/config", BROKER.toString())
                        .replace("/accounts", accounts.toAbsolutePath().toString()))
                .toArray(String[]::new);
        assertThat(door).hasSize(3);
        // where there is no mosquitto there is no mosquitto_passwd either: skipped before it is asked for
        Mosquitto.forgetful(Files.createDirectory(folder.resolve("any"))).close();
        assertThat(make(accounts, devices, more)).isEmpty();
        return Mosquitto.guarded(brokers, door);
    }

    /** What the script says. */
    private String make(Path accounts, String devices, Map<String, String> more)
            throws IOException, InterruptedException {
        Path list = Files.writeString(folder.resolve("devices"), devices);
        ProcessBuilder script = new ProcessBuilder(
                        "sh", BROKER.resolve("accounts.sh").toString(), accounts.toString(), list.toString())
                .redirectErrorStream(true);
        String me = Files.getAttribute(accounts, "unix:uid").toString();
        script.environment()
                .putAll(Map.of(
                        "SERVICE_UID", me,
                        "BROKER_UID", me,
                        "VANDVAGT_DB_PASSWORD", "for-the-database",
                        "VANDVAGT_MQTT_PASSWORD", "for-the-service",
                        "VANDVAGT_MQTT_VIEWER_PASSWORD", "for-the-viewer"));
        script.environment().putAll(more);
        Process process = script.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue() == 0).as(said).isEqualTo(said.isEmpty());
        return said;
    }

    private static void may(Mosquitto at, String user, String password, String topic) throws MqttException {
        assertThat(published(at, user, password, topic))
                .as(user + " to " + topic)
                .isIn(0, MqttReturnCode.RETURN_CODE_NO_MATCHING_SUBSCRIBERS);
    }

    private static void mayNot(Mosquitto at, String user, String password, String topic) throws MqttException {
        assertThat(published(at, user, password, topic))
                .as(user + " to " + topic)
                .isEqualTo(MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED);
    }

    private static void staysOutside(Mosquitto at, String user, String password) {
        assertThatThrownBy(() -> connect(at, user, password)).isInstanceOf(MqttException.class);
    }

    /** The broker's answer. */
    private static int published(Mosquitto at, String user, String password, String topic) throws MqttException {
        MqttAsyncClient client = connect(at, user, password);
        try {
            IMqttToken answer = client.publish(topic, new byte[] {'{', '}'}, 1, false);
            answer.waitForCompletion(WITHIN_MS);
            return answer.getReasonCodes()[0];
        } finally {
            client.disconnectForcibly(0, 1000, true);
            client.close();
        }
    }

    private static MqttAsyncClient connect(Mosquitto at, String user, String password) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(at.uri(), "who-may-" + user, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(user);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion(WITHIN_MS);
        return client;
    }
}
