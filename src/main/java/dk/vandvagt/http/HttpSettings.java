package dk.vandvagt.http;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * @param bind address to listen on; beyond loopback only with {@code tls}, or with a {@code trustedProxy} that speaks it
 * @param port 0 for any free one
 * @param allowedHosts names a request may call this server by, besides loopback's and {@code bind}; without port
 * @param publicUrl where people reach it, for links, without a slash at the end; null for what the request called it by
 * @param trustedProxy what stands before it and speaks TLS; null for none
 * @param operatorToken what opens the operator's calls
 * @param tls null for plain HTTP
 * @param clock what decides the service's clock
 * @param licence address of the licence that the data are given under, for links; null for none
 */
public record HttpSettings(
        String bind,
        int port,
        Set<String> allowedHosts,
        @Nullable String publicUrl,
        @Nullable String trustedProxy,
        BearerToken operatorToken,
        ClockKind clock,
        @Nullable PemFiles tls,
        @Nullable String licence) {
    public HttpSettings {
        allowedHosts = Set.copyOf(allowedHosts);
    }

    public static HttpSettings onLoopback(int port, BearerToken operatorToken, ClockKind clock) {
        return new HttpSettings("127.0.0.1", port, Set.of(), null, null, operatorToken, clock, null, null);
    }

    /** Certificate chain and key, PEM. */
    public record PemFiles(Path cert, Path key) {}

    String scheme() {
        return tls == null ? "http" : "https";
    }

    public enum ClockKind {
        /** the wall clock: what is shown is now */
        WALL,
        /** the newest observation: a replay, a drill, a demo */
        STREAM
    }
}
