package dk.vandvagt.http;

import io.netty.handler.codec.http.QueryStringEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Links that only this service can have made: each does one thing to one subscription until it expires, and whoever holds it may. They
 * begin with the configured address, never with what a request called the server by.
 */
public final class SignedLinks {
    private static final String ALGORITHM = "HmacSHA256";
    static final String EXPIRES = "expires";
    static final String SIGNATURE = "signature";

    public enum Purpose {
        CONFIRM,
        MANAGE,
        UNSUBSCRIBE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final SecretKeySpec key;
    private final Supplier<String> baseUrl;
    private final LongSupplier wallClockMs;

    /** @param baseUrl without a slash at the end */
    public SignedLinks(String key, Supplier<String> baseUrl, LongSupplier wallClockMs) {
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.baseUrl = baseUrl;
        this.wallClockMs = wallClockMs;
    }

    public String url(Purpose purpose, String subscriptionId, long expiresAtMs) {
        long expiresAtS = expiresAtMs / 1000;
        QueryStringEncoder url =
                new QueryStringEncoder(baseUrl.get() + "/subscriptions/" + subscriptionId + "/" + purpose.word());
        url.addParam(EXPIRES, Long.toString(expiresAtS));
        url.addParam(
                SIGNATURE,
                Base64.getUrlEncoder().withoutPadding().encodeToString(mac(purpose, subscriptionId, expiresAtS)));
        return url.toString();
    }

    /** Whether we signed it for this, and it has not expired. */
    boolean opens(Purpose purpose, String subscriptionId, @Nullable String expires, @Nullable String signature) {
        if (expires == null || signature == null || !expires.matches("[0-9]{1,12}")) {
            return false;
        }
        byte[] given;
        try {
            given = Base64.getUrlDecoder().decode(signature);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        long expiresAtS = Long.parseLong(expires);
        return MessageDigest.isEqual(mac(purpose, subscriptionId, expiresAtS), given)
                && wallClockMs.getAsLong() < expiresAtS * 1000;
    }

    private byte[] mac(Purpose purpose, String subscriptionId, long expiresAtS) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(
                    (purpose.word() + "\n" + subscriptionId + "\n" + expiresAtS).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
