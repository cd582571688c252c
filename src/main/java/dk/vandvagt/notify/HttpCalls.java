package dk.vandvagt.notify;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to other people's servers, each within a time, an answer's size and a number at a time for one host. The name is resolved once, and
 * the call goes to the address that was checked; redirects are not followed. What fails is told without the address.
 */
final class HttpCalls {
    private static final int ANSWER_AT_MOST_BYTES = 64 << 10;
    /** So many addresses that do not answer can be tried in the time of a call. */
    private static final int CONNECTS_WITHIN = 3;

    private static final long LONGEST_ASKED_FOR_MS = 86_400_000;

    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    record Call(URI uri, String method, Map<String, String> headers, byte[] body) {}

    /**
     * @param retryAfter the header of that name, empty where there is none
     * @param body as far as it came in time and size
     */
    record Answer(int status, String retryAfter, String body) {
        boolean isGood() {
            return status >= 200 && status < 300;
        }
    }

    /** No answer; another attempt may fare better. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        Failed(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        Carrier.Outcome outcome() {
            return new Carrier.Outcome.Later(reason, 0);
        }
    }

    private final HttpClientAgent client;
    private final Resolver resolver;
    private final Predicate<InetAddress> mayReach;
    private final int callsPerHost;
    private final Duration patience;
    private final Duration timeout;
    private final Map<String, Semaphore> places = new ConcurrentHashMap<>();

    /**
     * @param mayReach of every address of a host
     * @param patience how long a call waits for its turn at a host
     * @param timeout of a call that has its turn
     * @param trust whose certificates are trusted; null for those that the JVM trusts
     */
    HttpCalls(
            Vertx vertx,
            Resolver resolver,
            Predicate<InetAddress> mayReach,
            int callsPerHost,
            Duration patience,
            Duration timeout,
            @Nullable TrustOptions trust) {
        this.patience = patience;
        this.resolver = resolver;
        this.mayReach = mayReach;
        this.callsPerHost = callsPerHost;
        this.timeout = timeout;
        HttpClientOptions options = new HttpClientOptions().setKeepAliveTimeout(15);
        if (trust != null) {
            options.setTrustOptions(trust);
        }
        this.client = vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(callsPerHost))
                // what went wrong is told to whoever waits, and needs no line in the log
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
    }

    /** Waits for the answer. */
    Answer call(Call call) throws Failed, InterruptedException {
        String host = call.uri().getHost();
        Semaphore place = places.computeIfAbsent(
                call.uri().getScheme() + "://" + call.uri().getAuthority(), any -> new Semaphore(callsPerHost));
        if (!place.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Failed("its host is busy with " + callsPerHost + " other calls");
        }
        try {
            long endNs = System.nanoTime() + timeout.toNanos();
            Failed failed = new Failed("its host has no address");
            for (InetAddress each : addresses(host, endNs - System.nanoTime())) {
                try {
                    return call(call, each, endNs - System.nanoTime());
                } catch (NotReached e) {
                    failed = new Failed(e.reason);
                }
            }
            throw failed;
        } finally {
            place.release();
        }
    }

    private List<InetAddress> addresses(String host, long withinNs) throws Failed, InterruptedException {
        CompletableFuture<List<InetAddress>> resolved = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                resolved.complete(List.of(resolver.resolve(host.replaceAll("[\\[\\]]", ""))));
            } catch (UnknownHostException | RuntimeException unknown) {
                resolved.completeExceptionally(unknown);
            }
        });
        List<InetAddress> addresses;
        try {
            addresses = resolved.get(withinNs, TimeUnit.NANOSECONDS);
        } catch (ExecutionException unknown) {
            throw new Failed("its host is not known");
        } catch (TimeoutException slow) {
            throw new Failed("its host was not found in time");
        }
        // of a name, only now: whoever answers for it may have erred, and an alert is not given up for that
        if (!addresses.stream().allMatch(mayReach)) {
            throw new Failed("its host has an address that is not public, and service.webhook.allow does not hold it");
        }
        return addresses;
    }

    /** No connection to this address; another may do. */
    private static final class NotReached extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        NotReached(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }

    private Answer call(Call call, InetAddress at, long withinNs) throws Failed, NotReached, InterruptedException {
        URI uri = call.uri();
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() < 0 ? tls ? 443 : 80 : uri.getPort();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(call.method()))
                .setHost(uri.getHost().replaceAll("[\\[\\]]", ""))
                .setPort(port)
                .setSsl(tls)
                .setURI(pathOf(uri))
                .setFollowRedirects(false)
                .setConnectTimeout(Math.max(1, timeout.toMillis() / CONNECTS_WITHIN))
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(numeric(at), port)));
        AtomicBoolean tooLate = new AtomicBoolean();
        AtomicReference<@Nullable HttpClientRequest> underway = new AtomicReference<>();
        AtomicReference<@Nullable Answer> head = new AtomicReference<>();
        Buffer body = Buffer.buffer(call.body());
        try {
            call.headers().forEach(options::addHeader);
            CompletableFuture<Answer> answer = client.request(options)
                    .compose(request -> {
                        underway.set(request);
                        if (tooLate.get()) {
                            request.reset();
                            return Future.failedFuture("too late");
                        }
                        return request.send(body).compose(response -> read(request, response, head));
                    })
                    .toCompletionStage()
                    .toCompletableFuture();
            return answer.get(withinNs, TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            tooLate.set(true);
            abandon(underway.get());
            Answer begun = head.get();
            if (begun != null) {
                return begun;
            }
            throw new Failed("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException stopping) {
            tooLate.set(true);
            abandon(underway.get());
            throw stopping;
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
                throw new NotReached("no connection");
            }
            if (cause instanceof SSLException) {
                throw new Failed("no TLS connection that can be trusted");
            }
            // the library's words may hold the address or a password
            throw new Failed("the connection broke before the answer");
        } catch (IllegalArgumentException wrong) {
            throw new Failed("a header that HTTP does not allow");
        }
    }

    private static void abandon(@Nullable HttpClientRequest underway) {
        if (underway != null) {
            underway.reset();
        }
    }

    /** An address of this name is not looked up again. */
    private static InetAddress numeric(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException(wrongLength);
        }
    }

    private static String pathOf(URI uri) {
        String path = Objects.requireNonNullElse(uri.getRawPath(), "");
        return (path.isEmpty() ? "/" : path) + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private static Future<Answer> read(
            HttpClientRequest request, HttpClientResponse response, AtomicReference<@Nullable Answer> head) {
        String retryAfter = Objects.requireNonNullElse(response.getHeader("Retry-After"), "");
        Buffer body = Buffer.buffer();
        Promise<Answer> whole = Promise.promise();
        head.set(new Answer(response.statusCode(), retryAfter, ""));
        response.handler(part -> {
            body.appendBuffer(part, 0, Math.min(part.length(), ANSWER_AT_MOST_BYTES - body.length()));
            if (body.length() >= ANSWER_AT_MOST_BYTES && whole.tryComplete(answer(response, retryAfter, body))) {
                request.reset();
            }
        });
        response.endHandler(end -> whole.tryComplete(answer(response, retryAfter, body)));
        // the status has come, and it is what counts
        response.exceptionHandler(broken -> whole.tryComplete(answer(response, retryAfter, body)));
        return whole.future();
    }

    private static Answer answer(HttpClientResponse response, String retryAfter, Buffer body) {
        return new Answer(response.statusCode(), retryAfter, body.toString(StandardCharsets.UTF_8));
    }

    /**
     * What became of a call, by its status: any 2xx is an arrival, 410 and a move for good are final. All else may pass, also what looks final:
     * a receiver that is being set up anew answers 401 or 404 for an hour, and letters are kept for it.
     */
    static Carrier.Outcome outcome(Answer answer, long nowMs) {
        int status = answer.status();
        if (answer.isGood()) {
            return new Carrier.Outcome.Delivered();
        }
        return switch (status) {
            case 410 -> new Carrier.Outcome.Refused("410: it is gone for good");
            case 301, 308 ->
                new Carrier.Outcome.Refused(
                        status + ": it has moved; redirects are not followed, subscribe with the new address");
            case 302, 303, 307 -> new Carrier.Outcome.Later(status + ": redirects are not followed", 0);
            default ->
                new Carrier.Outcome.Later(
                        "status " + status, status == 429 || status == 503 ? afterMs(answer.retryAfter(), nowMs) : 0);
        };
    }

    /** Seconds, or a date of HTTP; RFC 9110, 10.2.3. */
    private static long afterMs(String retryAfter, long nowMs) {
        String asked = retryAfter.strip();
        if (asked.matches("\\d{1,9}")) {
            return Math.min(LONGEST_ASKED_FOR_MS, Long.parseLong(asked) * 1000);
        }
        try {
            long at = ZonedDateTime.parse(asked, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant()
                    .toEpochMilli();
            return Math.clamp(at - nowMs, 0, LONGEST_ASKED_FOR_MS);
        } catch (DateTimeException nothingAsked) {
            return 0;
        }
    }
}
