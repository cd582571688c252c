package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Authorities and what they sign, made by the JDK's own keytool, as files in PEM. */
final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path store;

    Certificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("keys.p12");
    }

    /** @return its certificate */
    Path authority(String name) throws Exception {
        keytool(name, "-ext", "bc:c");
        return pem(name);
    }

    /**
     * @param more options of keytool, such as {@code -ext san=ip:127.0.0.1}
     * @return its certificate; the key lies beside it
     */
    Path signed(String name, String by, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("-signer", by, "-signerkeypass", PASSWORD));
        options.addAll(List.of(more));
        keytool(name, options.toArray(String[]::new));
        return pem(name);
    }

    static Path key(Path certificate) {
        return certificate.resolveSibling(certificate.getFileName().toString().replace(".crt", ".key"));
    }

    private void keytool(String name, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1"));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor())
                .as(() -> {
                    try {
                        return Files.readString(folder.resolve("keytool.log"));
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
    }

    private Path pem(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        StringBuilder chain = new StringBuilder();
        for (Certificate each : keys.getCertificateChain(name)) {
            chain.append(block("CERTIFICATE", each.getEncoded()));
        }
        Path certificate = folder.resolve(name + ".crt");
        Files.writeString(certificate, chain);
        Files.writeString(
                key(certificate),
                block("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        return certificate;
    }

    private static String block(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }
}
