package dk.vandvagt.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The API described as OpenAPI 3.0; a file beside the page. */
final class Description {
    private static final Buffer OPENAPI = read();

    private Description() {}

    static void answer(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json");
        parameters.end();
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        Answers.send(request, 200, "application/vnd.oai.openapi+json;version=3.0", OPENAPI);
    }

    private static Buffer read() {
        try (InputStream file = Description.class.getResourceAsStream("/web/openapi.json")) {
            if (file == null) {
                throw new IllegalStateException("web/openapi.json is not on the class path");
            }
            return Buffer.buffer(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
