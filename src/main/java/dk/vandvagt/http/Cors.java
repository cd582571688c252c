package dk.vandvagt.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Pages of others may read what is public, as planners' maps do, without credentials; nothing else (Fetch Standard, 3.3). */
final class Cors {
    private static final List<String> PUBLIC = List.of(
            "/api",
            "/conformance",
            "/collections",
            "/alerts",
            "/threshold-events",
            "/stations",
            "/cap",
            "/live",
            "/exercise");
    private static final String A_DAY_S = "86400";

    private Cors() {}

    static void allow(RoutingContext request) {
        String path = String.valueOf(request.request().path());
        HttpMethod method = request.request().method();
        boolean isPublic =
                path.equals("/") || PUBLIC.stream().anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
        boolean asks =
                method == HttpMethod.OPTIONS && request.request().getHeader("Access-Control-Request-Method") != null;
        if (!isPublic || !(asks || method == HttpMethod.GET || method == HttpMethod.HEAD)) {
            request.next();
            return;
        }
        MultiMap headers = request.response().headers();
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        headers.set("Cross-Origin-Resource-Policy", "cross-origin");
        if (asks) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
            headers.set(
                    HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                    "Accept, If-None-Match, If-Modified-Since, Last-Event-ID");
            headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, A_DAY_S);
            request.response().setStatusCode(204).end();
        } else {
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Content-Crs, ETag, Last-Modified");
            request.next();
        }
    }
}
