package dk.vandvagt.app;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.config.Settings;
import dk.vandvagt.notify.Carrier;
import dk.vandvagt.notify.MailCarrier;
import dk.vandvagt.notify.SmsCarrier;
import dk.vandvagt.notify.WebhookCarrier;
import dk.vandvagt.station.Catalogue;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways to subscribers that the settings switch on. */
final class Carriers {
    private Carriers() {}

    /**
     * For a run whose letters are about what happens now.
     *
     * @param catalogue the revision in use
     * @param unsubscribeUrl ends a subscription when it is posted to, without logging in, RFC 8058; empty for none
     * @throws IOException a password file cannot be read
     */
    static Map<Subscription.Way, Carrier> of(
            Settings settings,
            Vertx vertx,
            Supplier<Catalogue> catalogue,
            Function<Subscription, String> unsubscribeUrl,
            LongSupplier wallClockMs)
            throws IOException {
        return of(settings, vertx, catalogue, unsubscribeUrl, wallClockMs, false);
    }

    /** @param exercise every text says so first */
    static Map<Subscription.Way, Carrier> of(
            Settings settings,
            Vertx vertx,
            Supplier<Catalogue> catalogue,
            Function<Subscription, String> unsubscribeUrl,
            LongSupplier wallClockMs,
            boolean exercise)
            throws IOException {
        ZoneId zone = settings.place().timeZone();
        Map<Subscription.Way, Carrier> carriers = new EnumMap<>(Subscription.Way.class);
        Settings.Webhook webhook = settings.post().webhook();
        if (webhook != null) {
            carriers.put(
                    Subscription.Way.WEBHOOK,
                    new WebhookCarrier(vertx, options(webhook, zone, exercise), catalogue, wallClockMs));
        }
        Settings.Sms sms = settings.post().sms();
        if (sms != null) {
            carriers.put(
                    Subscription.Way.SMS, new SmsCarrier(vertx, options(sms, zone, exercise), catalogue, wallClockMs));
        }
        Settings.Mail mail = settings.post().mail();
        if (mail != null) {
            carriers.put(
                    Subscription.Way.MAIL,
                    new MailCarrier(vertx, options(mail, zone, exercise), catalogue, unsubscribeUrl, wallClockMs));
        }
        return carriers;
    }

    private static WebhookCarrier.Options options(Settings.Webhook webhook, ZoneId zone, boolean exercise) {
        return new WebhookCarrier.Options(
                webhook.http(), webhook.allow(), webhook.callsPerHost(), webhook.timeout(), zone, exercise);
    }

    private static SmsCarrier.Options options(Settings.Sms sms, ZoneId zone, boolean exercise) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        sms.headers().forEach(each -> headers.put(each.name(), each.value()));
        SmsCarrier.Format format = switch (sms.format()) {
            case JSON -> SmsCarrier.Format.JSON;
            case FORM -> SmsCarrier.Format.FORM;
            case XML -> SmsCarrier.Format.XML;
        };
        return new SmsCarrier.Options(
                sms.url(),
                sms.method(),
                headers,
                format,
                sms.body(),
                secretIn(sms.passwordFile()),
                sms.sender(),
                sms.maxLength(),
                sms.success() == null ? null : Pattern.compile(sms.success()),
                sms.timeout(),
                zone,
                exercise);
    }

    private static MailCarrier.Options options(Settings.Mail mail, ZoneId zone, boolean exercise) throws IOException {
        MailCarrier.Encryption encryption = switch (mail.encryption()) {
            case STARTTLS -> MailCarrier.Encryption.STARTTLS;
            case TLS -> MailCarrier.Encryption.TLS;
            case NONE -> MailCarrier.Encryption.NONE;
        };
        return new MailCarrier.Options(
                mail.host(),
                mail.port(),
                encryption,
                mail.ca(),
                mail.username(),
                secretIn(mail.passwordFile()),
                mail.from(),
                mail.fromName(),
                mail.replyTo(),
                mail.timeout(),
                zone,
                exercise);
    }

    private static String secretIn(@Nullable Path file) throws IOException {
        if (file == null) {
            return "";
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new IOException(
                    "the password file " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
