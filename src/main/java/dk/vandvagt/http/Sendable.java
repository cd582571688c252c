package dk.vandvagt.http;

import io.vertx.ext.web.RoutingContext;

/** An answer that may be sent often. One event loop uses it. */
interface Sendable {
    void send(RoutingContext request, LayerBoard board);
}
