package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Nearest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * {@code service.webhook}, {@code service.sms}, {@code service.mail}: the ways to subscribers, and {@code service.duty}: who is called by
 * them. What is not written is off.
 */
final class PostReader {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z]+)}");
    private static final Set<String> PLACEHOLDERS =
            new TreeSet<>(Set.of("to", "toDigits", "text", "sender", "password"));
    private static final Pattern RANGE = Pattern.compile("([0-9A-Fa-f:.]+)/([0-9]{1,3})");
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final Pattern PRINTABLE = Pattern.compile("[^\\p{Cntrl}]*");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,40}");
    /** E.164, or a short number of the operator's own. */
    private static final Pattern TELEPHONE = Pattern.compile("\\+?[0-9]{4,15}");

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    /** Of letters, digits and spaces a phone shows eleven, GSM 03.40 9.1.2.5; a number has at most fifteen digits. */
    private static final Pattern SENDER = Pattern.compile("[A-Za-z0-9 ]{1,11}|\\+?[0-9]{3,15}");

    private static final String AN_ADDRESS = "a mail address such as vandvagt@assens.example";

    private final Path folder;
    private final String placeName;

    PostReader(Path folder, String placeName) {
        this.folder = folder;
        this.placeName = placeName;
    }

    Settings.Post post(Section service) {
        Settings.Webhook webhook = service.sectionOrNull("webhook", PostReader::webhook);
        Settings.Sms sms = service.sectionOrNull("sms", this::sms);
        Settings.Mail mail = service.sectionOrNull("mail", this::mail);
        Set<Subscription.Way> ways = EnumSet.noneOf(Subscription.Way.class);
        for (Subscription.Way way : Subscription.Way.values()) {
            // also one with a fault of its own, which is told already
            if (service.has(word(way))) {
                ways.add(way);
            }
        }
        boolean http = webhook != null && webhook.http();
        return new Settings.Post(webhook, sms, mail, service.sectionOrNull("duty", duty -> duty(duty, ways, http)));
    }

    private static String word(Subscription.Way way) {
        return way.name().toLowerCase(Locale.ROOT);
    }

    private Settings.Duty duty(Section duty, Set<Subscription.Way> ways, boolean http) {
        long afterMs = duty.duration("after")
                .check(ms -> ms >= 60_000 && ms <= 12 * 3_600_000L, "1min to 12h")
                .or(600_000L);
        int severityFrom = duty.choice("severityFrom", ImmutableMap.of("yellow", 1, "orange", 2, "red", 3))
                .or(3);
        return new Settings.Duty(
                Duration.ofMillis(afterMs),
                severityFrom,
                duty.listOfSome("people", "person", person -> onDuty(person, ways, http)));
    }

    /** An address is in no message: those are logged. */
    private Settings.OnDuty onDuty(Section person, Set<Subscription.Way> ways, boolean http) {
        String name = person.matching("name", NAME, "one line of at most 40 characters")
                .required("the name that colleagues know them by", "");
        Field<Subscription.Way> written = person.choice(
                "way",
                ImmutableMap.of(
                        "sms", Subscription.Way.SMS,
                        "mail", Subscription.Way.MAIL,
                        "webhook", Subscription.Way.WEBHOOK));
        Subscription.Way way = written.required("sms, mail or webhook", Subscription.Way.SMS);
        written.refuse(
                asked -> !ways.contains(asked),
                "found " + word(way) + ", which service." + word(way) + " does not switch on");
        Field<String> address = person.text("address");
        Field<Path> secretFile = person.file("secretFile", folder);
        address.required("a telephone number, a mail address or a URL", "");
        if (written.isGood()) {
            switch (way) {
                case SMS ->
                    address.refuse(
                            any -> !TELEPHONE
                                    .matcher(any.replaceAll("[ -]", ""))
                                    .matches(),
                            "should be a telephone number such as \"+45 12 34 56 78\"");
                case MAIL -> address.refuse(any -> !ADDRESS.matcher(any).matches(), "should be " + AN_ADDRESS);
                case WEBHOOK -> {
                    address.refuse(
                            any -> !any.startsWith("https://") && !(http && any.startsWith("http://"))
                                    || uri(any) == null,
                            "should be a URL that begins with https://");
                    secretFile.required("the file that holds the secret of this webhook, whsec_ and base64", folder);
                }
            }
            if (way != Subscription.Way.WEBHOOK) {
                secretFile.refuseIfWritten("goes with way: webhook only");
            }
        }
        String language = person.choice("language", ImmutableMap.of("da", "da", "en", "en"))
                .or("da");
        return new Settings.OnDuty(name, way, address.or(""), secretFile.orNull(), language);
    }

    private static Duration timeout(Section section, long usualMs) {
        return Duration.ofMillis(section.duration("timeout")
                .check(ms -> ms >= 1_000 && ms <= 120_000, "1s to 2min")
                .or(usualMs));
    }

    private static Settings.Webhook webhook(Section webhook) {
        boolean http = webhook.flag("http").or(false);
        List<String> allow = new ArrayList<>();
        for (Field<String> each : webhook.texts("allow")) {
            each.check(PostReader::isRange, "a range of addresses such as 10.20.0.0/16 or fd12:3456::/32");
            if (each.isGood()) {
                allow.add(each.or(""));
            }
        }
        long calls = webhook.whole("callsPerHost")
                .check(n -> n >= 1 && n <= 64, "1 to 64 at a time")
                .or(8L);
        return new Settings.Webhook(http, allow, (int) calls, timeout(webhook, 10_000));
    }

    private static boolean isRange(String range) {
        Matcher parts = RANGE.matcher(range);
        if (!parts.matches() || !InetAddresses.isInetAddress(parts.group(1))) {
            return false;
        }
        int bits = 8 * InetAddresses.forString(parts.group(1)).getAddress().length;
        return Integer.parseInt(parts.group(2)) <= bits;
    }

    private Settings.Sms sms(Section sms) {
        Set<String> used = new TreeSet<>();
        Field<String> url = templated(sms.text("url"), used)
                .check(PostReader::isGateway, "https://host/path (or http://), where {to} and the like may stand");
        Field<Path> passwordFile = sms.file("passwordFile", folder);
        String method = sms.choice("method", ImmutableMap.of("POST", "POST", "PUT", "PUT", "GET", "GET"))
                .or("POST");
        List<Settings.Header> headers = sms.list("headers", header -> {
            String name = header.matching("name", HEADER, "the name of a header such as Authorization")
                    .required("the name of a header", "");
            Field<String> value = header.matching("value", PRINTABLE, "one line");
            return new Settings.Header(name, templated(value, used).required("its value", ""));
        });
        Settings.Sms.Format format = sms.choice(
                        "format",
                        ImmutableMap.of(
                                "json", Settings.Sms.Format.JSON,
                                "form", Settings.Sms.Format.FORM,
                                "xml", Settings.Sms.Format.XML))
                .or(Settings.Sms.Format.JSON);
        Field<String> body = templated(sms.text("body"), used);
        if (method.equals("GET")) {
            body.refuseIfWritten("goes with POST and PUT: of GET everything stands in url");
        }
        String sender = sms.matching("sender", SENDER, "at most 11 letters, digits and spaces, or a number")
                .or("Vandvagt");
        long maxLength = sms.whole("maxLength")
                .check(n -> n >= 100 && n <= 1530, "100 to 1530 characters: 160 fit into one message, 306 into two")
                .or(306L);
        Field<String> success = sms.text("success").check(PostReader::isRegex, "a regular expression");
        Duration timeout = timeout(sms, 10_000);
        url.required("the gateway's address, https://host/path", "");
        if (url.isGood() && (body.isGood() || !body.isWritten())) {
            if (!used.contains("to") && !used.contains("toDigits")) {
                sms.missing("body", "a text in which {to} or {toDigits} stands for the number, or a url where it does");
            }
            if (!used.contains("text")) {
                sms.missing("body", "a text in which {text} stands for the message, or a url where it does");
            }
        }
        if (used.contains("password")) {
            passwordFile.required("the file that holds what {password} stands for", folder);
            warnOfOpenPassword(url);
        } else {
            passwordFile.refuseIfWritten("goes with {password} in url, headers or body, which stands nowhere");
        }
        return new Settings.Sms(
                url.or(""),
                method,
                headers,
                format,
                body.or(""),
                passwordFile.orNull(),
                sender,
                (int) maxLength,
                success.orNull(),
                timeout);
    }

    private static Field<String> templated(Field<String> text, Set<String> used) {
        Matcher each = PLACEHOLDER.matcher(text.or(""));
        while (each.find()) {
            String name = each.group(1);
            if (PLACEHOLDERS.contains(name)) {
                used.add(name);
            } else {
                text.refuse(
                        any -> true,
                        "found {" + name + "}, should be one of {" + String.join("}, {", PLACEHOLDERS) + "}"
                                + Nearest.hint(name, PLACEHOLDERS));
            }
        }
        return text;
    }

    private static void warnOfOpenPassword(Field<String> url) {
        URI uri = uri(url.or(""));
        if (uri != null
                && "http".equals(uri.getScheme())
                && !SettingsReader.isLoopback(Objects.requireNonNullElse(uri.getHost(), ""))) {
            url.warn("sends the password in the clear to " + uri.getHost() + ": use https://");
        }
    }

    private static boolean isGateway(String url) {
        URI uri = uri(url);
        return uri != null
                && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getUserInfo() == null;
    }

    private static @Nullable URI uri(String template) {
        try {
            return new URI(PLACEHOLDER.matcher(template).replaceAll("x"));
        } catch (URISyntaxException notAUrl) {
            return null;
        }
    }

    private static boolean isRegex(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException wrong) {
            return false;
        }
    }

    private Settings.Mail mail(Section mail) {
        String host = mail.matching("host", SettingsReader.HOST, "the mail server's name such as smtp.example")
                .required("the mail server's name such as smtp.example", "");
        Field<Settings.Mail.Encryption> written = mail.choice(
                "encryption",
                ImmutableMap.of(
                        "starttls", Settings.Mail.Encryption.STARTTLS,
                        "tls", Settings.Mail.Encryption.TLS,
                        "none", Settings.Mail.Encryption.NONE));
        Settings.Mail.Encryption encryption = written.or(Settings.Mail.Encryption.STARTTLS);
        long usualPort = switch (encryption) {
            case STARTTLS -> 587;
            case TLS -> 465;
            case NONE -> 25;
        };
        long port = mail.whole("port")
                .check(n -> n >= 1 && n <= 65_535, "a port, 1 to 65535")
                .or(usualPort);
        Field<Path> ca = mail.file("ca", folder);
        Field<String> username = mail.text("username");
        Field<Path> passwordFile = mail.file("passwordFile", folder);
        if (username.isWritten()) {
            passwordFile.required("the file that holds the password of username and nothing else", folder);
        } else {
            passwordFile.refuseIfWritten("goes with username, which is missing");
        }
        if (encryption == Settings.Mail.Encryption.NONE) {
            ca.refuseIfWritten("goes with encryption: starttls or tls");
            if (passwordFile.isWritten() && !SettingsReader.isLoopback(host)) {
                written.fault("found none beside a password, which would go in the clear to " + host
                        + ": should be starttls or tls");
            }
        }
        String from = mail.matching("from", ADDRESS, AN_ADDRESS).required(AN_ADDRESS, "");
        String fromName = mail.matching("fromName", PRINTABLE, "one line").or("Vandvagt " + placeName);
        String replyTo = mail.matching("replyTo", ADDRESS, AN_ADDRESS).orNull();
        return new Settings.Mail(
                host,
                (int) port,
                encryption,
                ca.orNull(),
                username.orNull(),
                passwordFile.orNull(),
                from,
                fromName,
                replyTo,
                timeout(mail, 30_000));
    }
}
