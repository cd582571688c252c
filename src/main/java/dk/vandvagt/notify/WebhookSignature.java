package dk.vandvagt.notify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Standard Webhooks, https://www.standardwebhooks.com: who has the secret can tell that a message is ours, whole and not an old one. */
public final class WebhookSignature {
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    /** The specification asks for 24 to 64. */
    private static final int SECRET_BYTES = 32;

    private WebhookSignature() {}

    public static String freshSecret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return PREFIX + Base64.getEncoder().encodeToString(secret);
    }

    /**
     * The header {@code webhook-signature}.
     *
     * @param secret as {@link #freshSecret} makes it
     * @throws IllegalArgumentException the secret is not of that form
     */
    static String of(String secret, String id, long atS, byte[] body) {
        if (!secret.startsWith(PREFIX) || secret.length() == PREFIX.length()) {
            throw new IllegalArgumentException("a webhook's secret begins with " + PREFIX);
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(PREFIX.length())), ALGORITHM));
            mac.update((id + "." + atS + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
