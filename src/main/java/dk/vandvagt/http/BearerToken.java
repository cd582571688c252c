package dk.vandvagt.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A bearer token, the operator's or the devices', kept as its SHA-256 only. */
public final class BearerToken {
    /** Opens nothing. */
    public static final BearerToken NONE = new BearerToken(new byte[0]);

    private final byte[] sha256;

    private BearerToken(byte[] sha256) {
        this.sha256 = sha256;
    }

    public static BearerToken of(String token) {
        return new BearerToken(digest(token));
    }

    /** @param hex 64 hexadecimal digits */
    public static BearerToken ofSha256(String hex) {
        byte[] hash = HexFormat.of().parseHex(hex);
        if (hash.length != 32) {
            throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits, found " + hex.length());
        }
        return new BearerToken(hash);
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
        return sha256.length == 0 ? "no token" : "a token";
    }
}
