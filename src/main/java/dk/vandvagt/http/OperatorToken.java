package dk.vandvagt.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The operator's bearer token, kept as its SHA-256 only. */
public final class OperatorToken {
    /** Opens nothing. */
    public static final OperatorToken NONE = new OperatorToken(new byte[0]);

    private final byte[] sha256;

    private OperatorToken(byte[] sha256) {
        this.sha256 = sha256;
    }

    public static OperatorToken of(String token) {
        return new OperatorToken(digest(token));
    }

    /** @param hex 64 hexadecimal digits */
    public static OperatorToken ofSha256(String hex) {
        byte[] hash = HexFormat.of().parseHex(hex);
        if (hash.length != 32) {
            throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits, found " + hex.length());
        }
        return new OperatorToken(hash);
    }

    boolean opensWith(String token) {
        return MessageDigest.isEqual(sha256, digest(token));
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJdkHasSha256) {
            throw new AssertionError(everyJdkHasSha256);
        }
    }

    @Override
    public String toString() {
        return sha256.length == 0 ? "no operator token" : "an operator token";
    }
}
