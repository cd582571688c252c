package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beyond loopback by TLS, with a key made for the test. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldSpeakTlsWithTheGivenCertificateAndNothingElse() throws Exception {
        KeyStore keys = selfSigned();
        Path cert = pem("CERTIFICATE", keys.getCertificate("vandvagt").getEncoded());
        Path key = pem("PRIVATE KEY", keys.getKey("vandvagt", PASSWORD).getEncoded());
        HttpSettings settings = new HttpSettings(
                "127.0.0.1",
                0,
                Set.of(),
                null,
                null,
                BearerToken.NONE,
                HttpSettings.ClockKind.WALL,
                new HttpSettings.PemFiles(cert, key),
                null, null);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Serving plain = new Serving(Serving.noon());
                HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            Ports ports = new Ports(
                    () -> CompletableFuture.completedFuture(plain.live),
                    plain,
                    plain,
                    plain,
                    () -> "",
                    InstantSource.system());
            HttpRoom room = HttpRoom.start(plain.vertx, settings, ports)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            URI collections = URI.create("https://localhost:" + room.port() + "/collections");
            String answer = Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(
                            () -> client.send(
                                            HttpRequest.newBuilder(collections).build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .body(),
                            body -> body.contains("stations"));
            assertThat(answer).contains("https://localhost:" + room.port());
            URI unencrypted = URI.create("http://localhost:" + room.port() + "/collections");
            assertThatThrownBy(() -> client.send(
                            HttpRequest.newBuilder(unencrypted).build(), HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    private KeyStore selfSigned() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "vandvagt",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private Path pem(String what, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve(what.replace(' ', '-') + ".pem"),
                "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }
}
