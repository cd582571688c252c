package dk.vandvagt.notify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Letters as JSON to addresses that subscribers name, signed as Standard Webhooks has it. */
public final class WebhookCarrier implements Carrier {
    private static final JsonFactory JSON = new JsonFactory();
    /** One host that hangs must not fill all the places there are for letters. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int STEPS_KEPT = 2_000;
    /** Of letters underway at a time, each a few times over on its way out: a letter of a flood has hundreds of kilobytes. */
    private static final int BYTES_UNDERWAY = 16 << 20;
    /** Of a letter besides its steps, roughly. */
    private static final int BYTES_OF_ENVELOPE = 4_096;

    /**
     * @param http whether an address without TLS is taken
     * @param allow ranges such as {@code 10.20.0.0/16} that are called although they are not public
     * @param exercise a drill
     */
    public record Options(
            boolean http, List<String> allow, int callsPerHost, Duration timeout, ZoneId zone, boolean exercise) {}

    private record Told(String transitionId, Catalogue catalogue) {}

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private final Options options;
    private final HttpCalls calls;
    private final Supplier<Catalogue> catalogue;
    private final LongSupplier wallClockMs;
    private final Semaphore underway = new Semaphore(BYTES_UNDERWAY, true);
    /** As JSON: in a storm thousands are told the same steps. */
    private final Cache<Told, String> told = CacheBuilder.newBuilder()
            .maximumSize(STEPS_KEPT)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    public WebhookCarrier(Vertx vertx, Options options, Supplier<Catalogue> catalogue, LongSupplier wallClockMs) {
        this(vertx, options, catalogue, wallClockMs, InetAddress::getAllByName, null);
    }

    WebhookCarrier(
            Vertx vertx,
            Options options,
            Supplier<Catalogue> catalogue,
            LongSupplier wallClockMs,
            HttpCalls.Resolver resolver,
            @Nullable TrustOptions trust) {
        this.options = options;
        this.catalogue = catalogue;
        this.wallClockMs = wallClockMs;
        List<AddressRange> allowed =
                options.allow().stream().map(AddressRange::of).toList();
        this.calls = new HttpCalls(
                vertx,
                resolver,
                address -> AddressRange.isPublic(address)
                        || allowed.stream().anyMatch(range -> range.holds(address.getAddress())),
                options.callsPerHost(),
                PATIENCE,
                options.timeout(),
                trust);
    }

    @Override
    public Outcome carry(Letter letter, Subscription to) throws InterruptedException {
        int weight = Math.min(BYTES_UNDERWAY, BYTES_OF_ENVELOPE + length(letter.steps()) + length(letter.standing()));
        underway.acquire(weight);
        try {
            return post(to, letter.id(), "letter", letter.madeAtMs(), weight, json -> write(json, letter));
        } finally {
            underway.release(weight);
        }
    }

    private int length(List<Transition> transitions) {
        Catalogue now = catalogue.get();
        return transitions.stream().mapToInt(each -> json(each, now).length()).sum();
    }

    @Override
    public Outcome invite(Subscription to, String confirmUrl) throws InterruptedException {
        long nowMs = wallClockMs.getAsLong();
        return post(to, "invitation-" + to.number() + "-" + nowMs, "invitation", nowMs, BYTES_OF_ENVELOPE, json -> {
            json.writeStringField("confirmUrl", confirmUrl);
            AlertMessage.text(json, "text", Notes.invite(catalogue.get().placeName(), confirmUrl));
        });
    }

    @Override
    public Outcome test(Subscription to) throws InterruptedException {
        long nowMs = wallClockMs.getAsLong();
        return post(
                to,
                "test-" + to.number() + "-" + nowMs,
                "test",
                nowMs,
                BYTES_OF_ENVELOPE,
                json -> AlertMessage.text(
                        json, "text", Notes.test(catalogue.get().placeName())));
    }

    private Outcome post(Subscription to, String id, String type, long atMs, int expectedBytes, Content content)
            throws InterruptedException {
        URI uri = uri(to.address());
        if (uri == null) {
            return new Outcome.Refused("its address is not of the form " + (options.http() ? "http(s)" : "https")
                    + "://host/path, with a port of 80, 443 or from 1024 on");
        }
        byte[] body = body(type, atMs, expectedBytes, content);
        long nowMs = wallClockMs.getAsLong();
        String signature;
        try {
            signature = WebhookSignature.of(to.secret(), id, nowMs / 1000, body);
        } catch (IllegalArgumentException noSecret) {
            return new Outcome.Refused("its secret is not of the form whsec_ and base64");
        }
        try {
            return HttpCalls.outcome(
                    calls.call(new HttpCalls.Call(
                            uri,
                            "POST",
                            Map.of(
                                    "Content-Type",
                                    "application/json",
                                    "User-Agent",
                                    "Vandvagt",
                                    "Idempotency-Key",
                                    id,
                                    "webhook-id",
                                    id,
                                    "webhook-timestamp",
                                    Long.toString(nowMs / 1000),
                                    "webhook-signature",
                                    signature),
                            body)),
                    nowMs);
        } catch (HttpCalls.Failed failed) {
            return failed.outcome();
        }
    }

    /** Null for what is not to be called at all. */
    private @Nullable URI uri(String address) {
        try {
            URI uri = new URI(address);
            boolean known = "https".equals(uri.getScheme()) || options.http() && "http".equals(uri.getScheme());
            return known && uri.getHost() != null && uri.getUserInfo() == null && isOfTheWeb(uri.getPort())
                    ? uri
                    : null;
        } catch (URISyntaxException notAUrl) {
            return null;
        }
    }

    /** Behind the other low ones speak mail servers and the like, which a letter could be made to talk to. */
    private static boolean isOfTheWeb(int port) {
        return port < 0 || port == 80 || port == 443 || port >= 1024;
    }

    private static byte[] body(String type, long atMs, int expectedBytes, Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(expectedBytes);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", type);
            json.writeStringField("timestamp", Instant.ofEpochMilli(atMs).toString());
            json.writeObjectFieldStart("data");
            content.write(json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException intoMemory) {
            throw new UncheckedIOException(intoMemory);
        }
        return out.toByteArray();
    }

    private void write(JsonGenerator json, Letter letter) throws IOException {
        Catalogue now = catalogue.get();
        LetterText danish = new LetterText(letter, now, options.zone(), options.exercise(), "da");
        LetterText english = new LetterText(letter, now, options.zone(), options.exercise(), "en");
        json.writeStringField("letter", letter.id());
        json.writeStringField("storm", letter.storm());
        json.writeNumberField("number", letter.number());
        json.writeBooleanField("last", letter.isLast());
        json.writeBooleanField("exercise", options.exercise());
        json.writeNumberField("severity", letter.severity());
        if (!letter.opening().isEmpty()) {
            AlertMessage.text(json, "opening", letter.opening());
        }
        AlertMessage.text(json, "title", new Text(danish.title(), english.title()));
        AlertMessage.text(json, "text", new Text(danish.text(), english.text()));
        write(json, "steps", letter.steps(), now);
        write(json, "standing", letter.standing(), now);
    }

    private void write(JsonGenerator json, String name, List<Transition> transitions, Catalogue now)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Transition each : transitions) {
            json.writeRawValue(json(each, now));
        }
        json.writeEndArray();
    }

    private String json(Transition step, Catalogue now) {
        return told.asMap()
                .computeIfAbsent(
                        new Told(step.id(), now),
                        any -> new String(new AlertMessage(step, now, options.zone()).json(), StandardCharsets.UTF_8));
    }
}
