package dk.vandvagt.http;

import com.google.common.net.InetAddresses;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. The name a request calls the server by is checked, so that a foreign page cannot reach a loopback service by
 * pointing its own name there; whatever changes something needs the operator's token and, from a browser, our own page.
 */
final class Gate {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
    private static final String BEARER = "bearer ";
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; img-src 'self' data:%s; object-src 'none'; "
                    + "base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    private final Set<String> hosts = new HashSet<>();
    private final BearerToken token;
    private final @Nullable String publicUrl;
    private final String scheme;
    private final String contentSecurityPolicy;

    Gate(HttpSettings settings) {
        settings.allowedHosts().forEach(host -> hosts.add(bare(host)));
        hosts.add(bare(settings.bind()));
        // no foreign page has such a name, and whoever asks from the same machine uses it
        hosts.addAll(LOOPBACK);
        token = settings.operatorToken();
        publicUrl = settings.publicUrl();
        scheme = settings.scheme();
        HttpSettings.Tiles tiles = settings.tiles();
        contentSecurityPolicy = CONTENT_SECURITY_POLICY.formatted(tiles == null ? "" : ' ' + tiles.origin());
    }

    static boolean isLoopback(String bind) {
        String host = bare(bind);
        return host.equals("localhost")
                || (InetAddresses.isInetAddress(host)
                        && InetAddresses.forString(host).isLoopbackAddress());
    }

    /** Every answer carries these. */
    void securityHeaders(RoutingContext request) {
        MultiMap headers = request.response().headers();
        headers.set("Content-Security-Policy", contentSecurityPolicy);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "SAMEORIGIN");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        request.next();
    }

    static void wellFormed(RoutingContext request) {
        String path = String.valueOf(request.request().path());
        try {
            QueryStringDecoder.decodeComponent(path);
        } catch (IllegalArgumentException notPercentEncoded) {
            throw Problem.badParameter("path", path, "UTF-8, percent-encoded");
        }
        request.next();
    }

    void host(RoutingContext request) {
        HostAndPort called = request.request().authority();
        if (called == null || !hosts.contains(bare(called.host()))) {
            throw Problem.wrong(
                    421,
                    "unknown-host",
                    "This server is not known by that name",
                    "Host",
                    called == null ? "" : called.toString(),
                    "localhost, or a name in the setting service.http.allowedHosts");
        }
        request.next();
    }

    void operator(RoutingContext request) {
        bearer(request, token, "operator's");
    }

    void device(RoutingContext request, BearerToken deviceToken) {
        bearer(request, deviceToken, "devices'");
    }

    void planner(RoutingContext request, BearerToken plannerToken) {
        bearer(request, plannerToken, "planners'");
    }

    private void bearer(RoutingContext request, BearerToken asked, String whose) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !isOurs(origin, request)) {
            throw Problem.wrong(
                    403, "foreign-origin", "From a foreign page", "Origin", origin, "the service's own page");
        }
        String given = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null || !given.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw unauthorized(whose, "no bearer token was sent");
        }
        if (!asked.opensWith(given.substring(BEARER.length()).strip())) {
            throw unauthorized(whose, "the bearer token is not the " + whose);
        }
        request.next();
    }

    /** Where the service is reached, without a slash at the end. */
    String baseUrl(RoutingContext request) {
        return publicUrl != null
                ? publicUrl
                : scheme + "://" + request.request().authority();
    }

    private boolean isOurs(String origin, RoutingContext request) {
        return origin.equalsIgnoreCase(baseUrl(request)) || origin.equalsIgnoreCase(originOf(baseUrl(request)));
    }

    private static String originOf(String url) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    private static Problem unauthorized(String whose, String detail) {
        return Problem.of(401, "unauthorized", "The " + whose + " token is needed", detail);
    }

    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") && lower.endsWith("]") ? lower.substring(1, lower.length() - 1) : lower;
    }
}
