package dk.vandvagt.embedded;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** A password that can be compared but not shown: neither {@code toString} nor any accessor gives it away. */
public final class Secret {

    private static final String SCHEME = "pbkdf2-sha256";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    /** OWASP Password Storage Cheat Sheet (2023): at least 600,000 rounds of PBKDF2-HMAC-SHA256. */
    private static final int ROUNDS = 600_000;

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;
    /** SHA-256 of the password that was last found right, so that a thousand reconnecting sensors do not cost a thousand PBKDF2. */
    private volatile byte @Nullable [] known;

    private Secret(int rounds, byte[] salt, byte[] hash, byte @Nullable [] known) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
        this.known = known;
    }

    /** A secret that is itself at hand, such as one made at the first start. Only its digest is kept. */
    public static Secret of(char[] password) {
        byte[] bytes = utf8(password);
        Secret secret = new Secret(0, new byte[0], new byte[0], sha256(bytes));
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }

    /** A secret as it stands in a settings file: {@code pbkdf2-sha256:rounds:salt:hash}, as {@link #hash} writes it. */
    public static Secret hashed(String text) {
        String[] parts = text.split(":", -1);
        try {
            if (parts.length == 4 && parts[0].equals(SCHEME) && Integer.parseInt(parts[1]) > 0) {
                byte[] salt = Base64.getDecoder().decode(parts[2]);
                byte[] hash = Base64.getDecoder().decode(parts[3]);
                if (salt.length > 0 && hash.length == HASH_BITS / 8) {
                    return new Secret(Integer.parseInt(parts[1]), salt, hash, null);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(notAHash());
        }
        throw new IllegalArgumentException(notAHash());
    }

    public static String hash(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder();
        return SCHEME + ":" + ROUNDS + ":" + base64.encodeToString(salt) + ":"
                + base64.encodeToString(pbkdf2(password, salt, ROUNDS));
    }

    /** Whether {@link #matches} answers without the slow derivation. */
    boolean isQuick(byte[] password) {
        byte[] digest = known;
        return rounds == 0 || (digest != null && MessageDigest.isEqual(digest, sha256(password)));
    }

    boolean matches(byte[] password) {
        byte[] digest = known;
        byte[] candidate = sha256(password);
        if (digest != null && MessageDigest.isEqual(digest, candidate)) {
            return true;
        }
        if (rounds == 0) {
            return false;
        }
        char[] chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(password)).array();
        boolean right = MessageDigest.isEqual(hash, pbkdf2(chars, salt, rounds));
        if (right) {
            known = candidate;
        }
        return right;
    }

    @Override
    public String toString() {
        return "Secret";
    }

    private static String notAHash() {
        return "a stored password is written pbkdf2-sha256:rounds:salt:hash (Base64), which this one is not";
    }

    private static byte[] pbkdf2(char[] password, byte[] salt, int rounds) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, rounds, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    private static byte[] utf8(char[] chars) {
        ByteBuffer buffer = StandardCharsets.UTF_8.encode(CharBuffer.wrap(chars));
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
