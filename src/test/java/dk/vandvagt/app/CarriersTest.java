package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.notify.Carrier;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarriersTest {
    @TempDir
    private Path folder = Path.of("");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    private Map<Subscription.Way, Carrier> of(String service) throws IOException {
        String text = """
                version: 1
                place: {id: here, name: Here}
                service: {%s}
                stations:
                  - id: ST
                    name: Somewhere
                    lon: 9.89
                    lat: 55.27
                    datum: DVR90
                    gaugeZero: 0.00
                    sensors: [{id: ST-W, parameter: level, unit: m, interval: 10min}]
                """.formatted(service);
        Read.Good read = (Read.Good)
                SettingsReader.read(text, folder.resolve("vandvagt.yml").toString(), null);
        return Carriers.of(read.settings(), vertx, read::catalogue, to -> "", () -> 0);
    }

    @Test
    void shouldHaveNoWayThatTheSettingsDoNotSwitchOn() throws IOException {
        assertThat(of("")).isEmpty();
        assertThat(of("webhook: {}")).containsOnlyKeys(Subscription.Way.WEBHOOK);
    }

    @Test
    void shouldReadPasswordsFromTheirFiles() throws IOException {
        String all = "webhook: {allow: [10.0.0.0/8]}, "
                + "sms: {url: 'https://sms.example/', body: '{to} {text}', success: ok, "
                + "headers: [{name: Authorization, value: 'Bearer {password}'}], passwordFile: sms.password}, "
                + "mail: {host: smtp.example, from: v@here.example, username: v, passwordFile: mail.password}";
        assertThatThrownBy(() -> of(all)).isInstanceOf(IOException.class).hasMessageContaining("sms.password");
        Files.writeString(folder.resolve("sms.password"), "secret\n");
        assertThatThrownBy(() -> of(all)).isInstanceOf(IOException.class).hasMessageContaining("mail.password");
        Files.writeString(folder.resolve("mail.password"), "secret\n");
        assertThat(of(all)).containsOnlyKeys(Subscription.Way.values());
    }
}
