package dk.vandvagt.http;

import java.net.URI;
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
 * @param tiles of the page's map, from another server; null for the coastline that comes along
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
        @Nullable String licence,
        @Nullable Tiles tiles) {
    public HttpSettings {
        allowedHosts = Set.copyOf(allowedHosts);
    }

    public static HttpSettings onLoopback(int port, BearerToken operatorToken, ClockKind clock) {
        return new HttpSettings("127.0.0.1", port, Set.of(), null, null, operatorToken, clock, null, null, null);
    }

    /**
     * @param url with {z}, {x} and {y} in it
     * @param credit what their owner wants to be said on the map
     */
    public record Tiles(String url, String credit) {
        /** Scheme, host and port, for the content security policy. */
        String origin() {
            URI uri = URI.create(url.replaceAll("[{}]", ""));
            return uri.getScheme() + "://" + uri.getAuthority();
        }
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
