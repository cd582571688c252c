package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How answers and problems are sent. */
final class Answers {
    static final String JSON = "application/json";
    static final String GEOJSON = "application/geo+json";
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    static Buffer json(Consumer<FlatJson> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        FlatJson json = new FlatJson(bytes);
        content.accept(json);
        json.flush();
        return Buffer.buffer(bytes.toByteArray());
    }

    static void send(RoutingContext request, int status, String mediaType, Buffer body) {
        if (request.request().method() == HttpMethod.HEAD) {
            request.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        }
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
                .end(body);
    }

    static void send(RoutingContext request, Consumer<FlatJson> content) {
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        send(request, 200, JSON, json(content));
    }

    /** Tells whatever went wrong with a request; the last stop of all of them. */
    static void fail(RoutingContext request) {
        if (request.response().ended()) {
            return;
        }
        if (request.response().headWritten()) {
            request.request().connection().close();
            return;
        }
        Problem problem = problem(request);
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (problem.status() == 401) {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"vandvagt\"");
        }
        if (problem.status() == 503) {
            request.response().putHeader("Retry-After", "5");
        }
        send(
                request,
                problem.status(),
                Problem.MEDIA_TYPE,
                json(out ->
                        problem.writeTo(out, String.valueOf(request.request().path()))));
    }

    /** A port that failed: logged for the operator, told as something that passes. */
    static Throwable away(String what, Throwable failure) {
        if (failure instanceof Problem) {
            return failure;
        }
        LOG.warn("Asked for {}: not available", what, failure);
        return Problem.away(what + " cannot be reached");
    }

    private static Problem problem(RoutingContext request) {
        Throwable failure = request.failure();
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof Problem told) {
            return told;
        }
        int status = failure instanceof HttpException http ? http.getStatusCode() : request.statusCode();
        String path = String.valueOf(request.request().path());
        return switch (status) {
            case 400 -> Problem.of(400, "bad-request", "The request cannot be read", "it is not well-formed HTTP");
            case 404 -> Problem.notFound("path", path, "an address that / or /collections links to");
            case 405 ->
                Problem.of(
                        405,
                        "bad-method",
                        "The method does not fit",
                        request.request().method() + " is not served at " + path);
            case 413 ->
                Problem.of(
                        413,
                        "too-large",
                        "The body is too large",
                        "no more than 64 KiB are taken, of zones 4 MiB, of buildings 32 MiB");
            default -> {
                LOG.error("{} {} failed", request.request().method(), path, failure);
                yield Problem.of(500, "fault", "A fault of the service", "it is logged");
            }
        };
    }
}
