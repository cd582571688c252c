package dk.vandvagt.notify;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Catalogue;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Letters as text messages, by one HTTP call each to the gateway of whoever runs the service. */
public final class SmsCarrier implements Carrier {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(to|toDigits|text|sender|password)}");
    /** E.164, or a short number of the operator's own. */
    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{4,15}");

    private static final int AT_A_TIME = 16;
    /** All go to one host, and nobody is held up by their waiting there. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** How the body is written, and so how texts in it are escaped. */
    public enum Format {
        JSON(
                "application/json",
                text -> new String(JsonStringEncoder.getInstance().quoteAsString(text))),
        FORM("application/x-www-form-urlencoded", SmsCarrier::urlEncoded),
        XML("application/xml; charset=utf-8", LetterText::escaped);

        private final String contentType;
        private final UnaryOperator<String> escape;

        Format(String contentType, UnaryOperator<String> escape) {
            this.contentType = contentType;
            this.escape = escape;
        }
    }

    /**
     * In {@code url}, {@code headers} and {@code body}, {@code {to}}, {@code {toDigits}}, {@code {text}}, {@code {sender}} and
     * {@code {password}} stand for what the call is about.
     *
     * @param body empty for none
     * @param maxLength of a message, in places of the GSM alphabet
     * @param success what the answer's body must hold; null where the status says it all
     * @param exercise a drill
     */
    public record Options(
            String url,
            String method,
            Map<String, String> headers,
            Format format,
            String body,
            String password,
            String sender,
            int maxLength,
            @Nullable Pattern success,
            Duration timeout,
            ZoneId zone,
            boolean exercise) {

        /** Without the password. */
        @Override
        public String toString() {
            return "SMS gateway";
        }
    }

    private final Options options;
    private final HttpCalls calls;
    private final Supplier<Catalogue> catalogue;
    private final LongSupplier wallClockMs;

    public SmsCarrier(Vertx vertx, Options options, Supplier<Catalogue> catalogue, LongSupplier wallClockMs) {
        this.options = options;
        this.catalogue = catalogue;
        this.wallClockMs = wallClockMs;
        // the operator names the gateway, and it may well stand in their own house
        this.calls = new HttpCalls(
                vertx, InetAddress::getAllByName, any -> true, AT_A_TIME, PATIENCE, options.timeout(), null);
    }

    @Override
    public Outcome carry(Letter letter, Subscription to) throws InterruptedException {
        LetterText text = new LetterText(letter, catalogue.get(), options.zone(), options.exercise(), to.language());
        return send(to, letter.id(), text.sms(options.maxLength()));
    }

    @Override
    public Outcome invite(Subscription to, String confirmUrl) throws InterruptedException {
        return send(
                to,
                "invitation-" + to.number() + "-" + wallClockMs.getAsLong(),
                GsmText.of(Notes.invite(catalogue.get().placeName(), confirmUrl).in(to.language())));
    }

    @Override
    public Outcome test(Subscription to) throws InterruptedException {
        return send(
                to,
                "test-" + to.number() + "-" + wallClockMs.getAsLong(),
                GsmText.of(Notes.test(catalogue.get().placeName()).in(to.language())));
    }

    private Outcome send(Subscription to, String id, String text) throws InterruptedException {
        String number = to.address().replaceAll("[ -]", "");
        if (!NUMBER.matcher(number).matches()) {
            return new Outcome.Refused("its address is no telephone number");
        }
        Map<String, String> values = Map.of(
                "to", number,
                "toDigits", number.replace("+", ""),
                "text", text,
                "sender", options.sender(),
                "password", options.password());
        URI uri;
        try {
            uri = new URI(filled(options.url(), values, SmsCarrier::urlEncoded));
        } catch (URISyntaxException wrong) {
            return new Outcome.Later("service.sms.url is no address of a gateway", 0);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("User-Agent", "Vandvagt");
        headers.put("Idempotency-Key", id);
        if (!options.method().equals("GET")) {
            headers.put("Content-Type", options.format().contentType);
        }
        options.headers()
                .forEach((name, value) ->
                        headers.put(name, filled(value, values, any -> any.replaceAll("\\p{Cntrl}", " "))));
        byte[] body = filled(options.body(), values, options.format().escape).getBytes(StandardCharsets.UTF_8);
        try {
            HttpCalls.Answer answer = calls.call(new HttpCalls.Call(uri, options.method(), headers, body));
            Pattern success = options.success();
            if (answer.isGood()
                    && success != null
                    && !success.matcher(answer.body()).find()) {
                return new Outcome.Later(
                        "status " + answer.status() + ", but not what service.sms.success asks for", 0);
            }
            return HttpCalls.outcome(answer, wallClockMs.getAsLong());
        } catch (HttpCalls.Failed failed) {
            return failed.outcome();
        }
    }

    private static String filled(String template, Map<String, String> values, UnaryOperator<String> escape) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(escape.apply(values.getOrDefault(found.group(1), ""))));
    }

    private static String urlEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
