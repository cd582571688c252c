package dk.vandvagt.notify;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Letters as mail, text and HTML; a storm is one thread. */
public final class MailCarrier implements Carrier {
    /** Neither quoted names nor non-ASCII: nothing that could end a header or an SMTP command. */
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*");

    private static final int AT_A_TIME = 4;
    /** A header's line holds 998 characters, RFC 5322; the beginning of a thread and its newest letters make it one. */
    private static final int NEWEST_REFERENCES = 8;
    /** What 5xx says of the mailbox: unknown, moved, not allowed, refused. The others may be put right by whoever runs the service. */
    private static final Set<Integer> MAILBOX_REFUSES = Set.of(550, 551, 553, 554, 556);

    /** RFC 3463. */
    private static final Pattern STATUS = Pattern.compile("\\b[245]\\.\\d{1,3}\\.\\d{1,3}\\b");

    public enum Encryption {
        STARTTLS,
        TLS,
        NONE
    }

    /**
     * @param ca whom the server's certificate is held against; null for those that the JVM trusts
     * @param username null where the server asks for none
     * @param replyTo null for {@code from}
     * @param exercise a drill
     */
    public record Options(
            String host,
            int port,
            Encryption encryption,
            @Nullable Path ca,
            @Nullable String username,
            String password,
            String from,
            String fromName,
            @Nullable String replyTo,
            Duration timeout,
            ZoneId zone,
            boolean exercise) {

        /** Without the password. */
        @Override
        public String toString() {
            return "mail server " + host;
        }
    }

    private final Options options;
    private final MailClient client;
    private final Supplier<Catalogue> catalogue;
    private final Function<Subscription, String> unsubscribeUrl;
    private final LongSupplier wallClockMs;
    private final String domain;
    private final Semaphore places = new Semaphore(AT_A_TIME);

    /** @param unsubscribeUrl ends a subscription when it is posted to, without logging in; empty for none */
    public MailCarrier(
            Vertx vertx,
            Options options,
            Supplier<Catalogue> catalogue,
            Function<Subscription, String> unsubscribeUrl,
            LongSupplier wallClockMs) {
        this.options = options;
        this.catalogue = catalogue;
        this.unsubscribeUrl = unsubscribeUrl;
        this.wallClockMs = wallClockMs;
        this.domain = options.from().substring(options.from().indexOf('@') + 1).toLowerCase(Locale.ROOT);
        this.client = MailClient.create(vertx, config(options, domain));
    }

    private static MailConfig config(Options options, String domain) {
        MailConfig config = new MailConfig(options.host(), options.port())
                .setOwnHostname(domain)
                .setUserAgent("vandvagt")
                .setMaxPoolSize(AT_A_TIME)
                .setConnectTimeout((int) options.timeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) options.timeout().toMillis())
                .setSsl(options.encryption() == Encryption.TLS)
                .setStarttls(
                        options.encryption() == Encryption.STARTTLS
                                ? StartTLSOptions.REQUIRED
                                : StartTLSOptions.DISABLED);
        // the server's name is held against its certificate; to ask for that here would switch it off in
        // vertx-mail-client 5.0.8
        if (options.ca() != null) {
            config.setTrustOptions(
                    new PemTrustOptions().addCertPath(options.ca().toString()));
        }
        if (options.username() == null) {
            config.setLogin(LoginOption.DISABLED);
        } else {
            config.setLogin(LoginOption.REQUIRED)
                    .setUsername(options.username())
                    .setPassword(options.password());
        }
        return config;
    }

    @Override
    public Outcome carry(Letter letter, Subscription to) throws InterruptedException {
        LetterText text = new LetterText(letter, catalogue.get(), options.zone(), options.exercise(), to.language());
        MultiMap headers = headers(to, messageId(letter.id()));
        if (letter.number() > 0) {
            headers.set("In-Reply-To", messageId(idOf(letter, letter.number() - 1)));
            headers.set("References", references(letter));
        }
        if (letter.severity() >= 3) {
            headers.set("Importance", "high");
        }
        String url = unsubscribeUrl.apply(to);
        if (!url.isEmpty()) {
            headers.set("List-Unsubscribe", "<" + url + ">");
            if (url.startsWith("https://")) {
                // RFC 8058 has it for https only
                headers.set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
        }
        String ending =
                url.isEmpty() ? "" : new Text("Afmeld disse meldinger: ", "To unsubscribe: ").in(to.language()) + url;
        return send(
                to,
                text.title(),
                text.text() + (ending.isEmpty() ? "" : "\n" + ending + "\n"),
                text.html() + (ending.isEmpty() ? "" : "<p>" + LetterText.linked(ending) + "</p>\n"),
                headers);
    }

    @Override
    public Outcome invite(Subscription to, String confirmUrl) throws InterruptedException {
        String place = catalogue.get().placeName();
        return note(to, "invitation", Notes.inviteTitle(place), Notes.invite(place, confirmUrl));
    }

    @Override
    public Outcome test(Subscription to) throws InterruptedException {
        String place = catalogue.get().placeName();
        return note(to, "test", Notes.testTitle(place), Notes.test(place));
    }

    private Outcome note(Subscription to, String kind, Text title, Text text) throws InterruptedException {
        String id = kind + "-" + to.number() + "-" + wallClockMs.getAsLong();
        String said = text.in(to.language());
        return send(
                to,
                title.in(to.language()),
                said + "\n",
                "<p>" + LetterText.linked(said) + "</p>\n",
                headers(to, messageId(id)));
    }

    private String messageId(String id) {
        return "<" + id + "@" + domain + ">";
    }

    private static String idOf(Letter letter, int number) {
        return letter.storm() + "-" + number;
    }

    private String references(Letter letter) {
        StringJoiner references = new StringJoiner(" ");
        references.add(messageId(idOf(letter, 0)));
        for (int i = Math.max(1, letter.number() - NEWEST_REFERENCES); i < letter.number(); i++) {
            references.add(messageId(idOf(letter, i)));
        }
        return references.toString();
    }

    private static MultiMap headers(Subscription to, String messageId) {
        return MultiMap.caseInsensitiveMultiMap()
                .set("Message-ID", messageId)
                .set("Auto-Submitted", "auto-generated")
                .set("X-Auto-Response-Suppress", "All")
                .set("Content-Language", to.language().equals("da") ? "da" : "en");
    }

    private static String page(String language, String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"" + (language.equals("da") ? "da" : "en") + "\"><head>"
                + "<meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">"
                + "<meta name=\"viewport\" content=\"width=device-width\">"
                + "<title>" + LetterText.escaped(title) + "</title></head>\n"
                + "<body style=\"font-family:sans-serif;line-height:1.4\">\n" + body + "</body></html>\n";
    }

    private Outcome send(Subscription to, String title, String text, String html, MultiMap headers)
            throws InterruptedException {
        if (!ADDRESS.matcher(to.address()).matches()) {
            return new Outcome.Refused("its address is no mail address");
        }
        for (Map.Entry<String, String> each : headers) {
            if (each.getValue().chars().anyMatch(Character::isISOControl)) {
                return new Outcome.Refused("its header " + each.getKey() + " would not be one line");
            }
        }
        if (options.replyTo() != null) {
            headers.set("Reply-To", options.replyTo());
        }
        String subject = title.replaceAll("\\p{Cntrl}+", " ");
        MailMessage message = new MailMessage()
                .setFrom(options.from() + " (" + options.fromName().replaceAll("[()\\\\\\p{Cntrl}]", " ") + ")")
                .setTo(to.address())
                .setSubject(subject)
                .setText(text)
                .setHtml(page(to.language(), subject, html))
                .setHeaders(headers);
        // the time a mail may take begins when a connection is free for it: the client would send it all the same after
        // we had given up
        places.acquire();
        try {
            CompletableFuture<?> sent =
                    client.sendMail(message).toCompletionStage().toCompletableFuture();
            sent.get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome.Delivered();
        } catch (TimeoutException slow) {
            return new Outcome.Later(
                    "no answer from the mail server within " + options.timeout().toMillis() + " ms", 0);
        } catch (ExecutionException failed) {
            return outcome(failed.getCause());
        } catch (IllegalArgumentException wrong) {
            return new Outcome.Refused("it makes no mail");
        } finally {
            places.release();
        }
    }

    /** Without the server's words, which hold the address. */
    private static Outcome outcome(@Nullable Throwable cause) {
        if (!(cause instanceof SMTPException smtp)) {
            return new Outcome.Later("no connection to the mail server, or none that can be trusted", 0);
        }
        int code = smtp.getReplyCode();
        String status = enhancedStatus(smtp.getReplyMessage());
        String reason = "the mail server answers " + code + (status.isEmpty() ? "" : " " + status);
        // 5.7 is security and policy, RFC 3463: our sender's standing, not the mailbox
        boolean mailboxRefuses = MAILBOX_REFUSES.contains(code) && !status.startsWith("5.7");
        return mailboxRefuses ? new Outcome.Refused(reason) : new Outcome.Later(reason, 0);
    }

    private static String enhancedStatus(@Nullable String reply) {
        Matcher found = STATUS.matcher(reply == null ? "" : reply);
        return found.find() ? found.group() : "";
    }
}
