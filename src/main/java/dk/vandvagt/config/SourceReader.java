package dk.vandvagt.config;

import static java.util.stream.Collectors.toMap;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.wire.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code service.sources}: readings from further brokers, and in other formats than Vandvagt's own. */
final class SourceReader {
    private static final Map<String, Format> FORMATS = Arrays.stream(Format.values())
            .collect(toMap(Format::tag, each -> each, (one, other) -> one, LinkedHashMap::new));
    private static final String A_FILTER =
            "an MQTT topic filter such as application/+/device/+/event/up: + stands for a whole level, # for all that follow";

    private final Path folder;
    private final Settings.Mqtt home;
    private final Set<String> ids = new HashSet<>();
    private final Set<String> clientIds = new HashSet<>();

    SourceReader(Path folder, Settings.Mqtt home) {
        this.folder = folder;
        this.home = home;
        clientIds.add(home.clientId());
        clientIds.add(home.clientId() + "-alerts");
    }

    List<Settings.Source> sources(Section service) {
        return service.list("sources", this::source);
    }

    private Settings.Source source(Section source) {
        Field<String> id =
                source.id("id").refuse(taken -> !ids.add(taken), "found it twice: each source has an id of its own");
        Settings.Broker.@Nullable Outside broker = broker(source);
        Field<Boolean> protocol = source.choice("protocol", ImmutableMap.of("5", false, "3.1.1", true));
        if (broker == null) {
            protocol.refuseIfWritten("goes with a broker of the source's own: service.mqtt speaks MQTT 5");
        }
        boolean onlyMqtt3 = protocol.or(false);
        // a format that is none is one fault, and asks for no topics
        Format format = source.choice("format", FORMATS)
                .required("one of " + String.join(", ", FORMATS.keySet()), Format.CHIRPSTACK);
        boolean ownTopics = format == Format.CANONICAL_JSON || format == Format.CANONICAL_CBOR;
        Field<String> topicPrefix = source.matching(
                "topicPrefix", SettingsReader.TOPIC, "topic levels such as vandvagt/v1, without wildcards");
        if (!ownTopics) {
            topicPrefix.refuseIfWritten("goes with canonical-json and canonical-cbor only; others have topics");
        }
        String prefix = topicPrefix.or(home.topicPrefix());
        if (ownTopics
                && broker == null
                && prefix.equals(home.topicPrefix())
                && !(home.broker() instanceof Settings.Broker.Embedded)) {
            topicPrefix.required(
                    "another prefix than " + prefix
                            + ", on which service.mqtt takes canonical-json from the same broker",
                    prefix);
            if (topicPrefix.isWritten()) {
                topicPrefix.fault(
                        "found " + prefix + ", on which service.mqtt takes canonical-json from the same broker: "
                                + "should be another one");
            }
        }
        List<String> topics = topics(source, format, ownTopics, prefix);
        long clients = source.whole("clients")
                .check(n -> n >= 1 && n <= 16, "1 to 16 connections that share the subscription")
                .refuse(
                        n -> n > 1 && format == Format.SPARKPLUG,
                        "found more than 1: a Sparkplug birth tells one connection what the next messages mean, so one takes them all")
                .refuse(n -> n > 1 && onlyMqtt3, "found more than 1: shared subscriptions came with MQTT 5")
                .or(1L);
        Field<String> shareGroup = source.id("shareGroup");
        if (clients == 1) {
            shareGroup.refuseIfWritten("goes with clients of 2 or more, which share the subscription");
        }
        String clientId = source.id("clientId")
                .refuse(
                        clientIds::contains,
                        "found the name of another session: each needs one of its own, or they throw each other out")
                .or(home.clientId() + "-" + id.or(""));
        clientIds.add(clientId);
        return new Settings.Source(
                id.required("a short name such as lora", ""),
                broker,
                broker == null ? null : trust(source, broker),
                onlyMqtt3,
                clientId,
                format,
                topics,
                prefix,
                (int) clients,
                shareGroup.or(home.clientId()));
    }

    private Settings.Broker.@Nullable Outside broker(Section source) {
        Field<String> url = source.text("broker").check(SettingsReader::isBroker, SettingsReader.A_BROKER);
        Field<String> username = source.text("username");
        Field<Path> passwordFile = source.file("passwordFile", folder);
        if (url.isWritten()) {
            SettingsReader.warnOfOpenPassword(url, passwordFile);
            return new Settings.Broker.Outside(url.or(""), username.orNull(), passwordFile.orNull());
        }
        if (home.broker() instanceof Settings.Broker.Embedded) {
            url.required(SettingsReader.A_BROKER + "; the embedded broker takes canonical-json only", "");
        }
        String why = "goes with a broker of the source's own: without one it uses the session of service.mqtt's user";
        username.refuseIfWritten(why);
        passwordFile.refuseIfWritten(why);
        if (source.has("tls")) {
            source.section("tls", tls -> {
                trusted(tls);
                return "";
            });
        }
        return null;
    }

    private Settings.@Nullable Trust trust(Section source, Settings.Broker.Outside broker) {
        if (!source.has("tls")) {
            return null;
        }
        if (!broker.url().startsWith("ssl:")) {
            source.text("broker").fault("found " + broker.url() + " beside tls: should be ssl://host:8883");
        }
        return source.section("tls", this::trusted);
    }

    private Settings.Trust trusted(Section tls) {
        Field<Path> ca = tls.file("ca", folder);
        Field<Path> cert = tls.file("cert", folder);
        Field<Path> key = tls.file("key", folder);
        if (cert.isWritten() && !key.isWritten()) {
            key.required("the file of the key that belongs to cert, PEM", Path.of(""));
        }
        if (key.isWritten() && !cert.isWritten()) {
            cert.required("the file of the certificate that belongs to key, PEM", Path.of(""));
        }
        return new Settings.Trust(ca.orNull(), cert.orNull(), key.orNull());
    }

    private static @Nullable List<String> topics(Section source, Format format, boolean ownTopics, String prefix) {
        List<Field<String>> written = source.texts("topics");
        if (ownTopics) {
            written.forEach(each ->
                    each.fault("goes with other formats: " + format.tag() + " has its topics under topicPrefix"));
            return null;
        }
        if (written.isEmpty()) {
            if (format.usualFilters(prefix).isEmpty()) {
                source.text("topics")
                        .required(
                                "topic filters such as [kommune/+/niveau]: " + format.tag() + " has no usual ones", "");
            }
            return null;
        }
        List<String> filters = new ArrayList<>();
        written.forEach(each -> each.check(SourceReader::isFilter, A_FILTER));
        written.stream().filter(Field::isGood).forEach(each -> filters.add(each.or("")));
        return List.copyOf(filters);
    }

    /** MQTT 5, section 4.7; a shared subscription is asked for by clients. */
    private static boolean isFilter(String filter) {
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean wild = levels[i].equals("+") || levels[i].equals("#") && i == levels.length - 1;
            if (!wild && (levels[i].contains("+") || levels[i].contains("#"))) {
                return false;
            }
        }
        return !filter.isEmpty() && filter.length() <= 1000 && !filter.startsWith("$") && filter.indexOf('\0') < 0;
    }
}
