package dk.vandvagt.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS towards a broker from files in PEM: an authority of one's own, and who the client is. */
public final class PemTls {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemTls() {}

    /**
     * @param ca whose certificates are trusted; null for those that the JVM trusts
     * @param cert the client's chain, its own first; null where the broker asks for none
     * @param key of {@code cert}, PKCS#8, not encrypted
     * @throws IOException a file cannot be read, or does not hold what it should
     */
    public static SSLSocketFactory sockets(@Nullable Path ca, @Nullable Path cert, @Nullable Path key)
            throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    cert == null || key == null ? null : client(cert, key), ca == null ? null : trusting(ca), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS towards the broker: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trusting(Path ca) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        int n = 0;
        for (Certificate each : certificates(ca)) {
            store.setCertificateEntry("ca-" + n++, each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] client(Path cert, Path key) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        store.setKeyEntry(
                "client", privateKey(key), new char[0], certificates(cert).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException(file + ": no certificate found, should hold -----BEGIN CERTIFICATE-----");
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": no certificate in PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(file + ": no key found, should hold -----BEGIN PRIVATE KEY-----, not encrypted; "
                    + "openssl pkcs8 -topk8 -nocrypt makes it from other forms");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : new String[] {"RSA", "EC"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // of the other kind
            }
        }
        return KeyFactory.getInstance("EdDSA").generatePrivate(encoded);
    }
}
