package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.config.Settings.Ages;
import dk.vandvagt.config.Settings.Batches;
import dk.vandvagt.config.Settings.Broker;
import dk.vandvagt.config.Settings.Clock;
import dk.vandvagt.config.Settings.Database;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.Device;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Station;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** A settings file's text to typed settings and a catalogue, or to all its faults. {@code docs/SETTINGS.md} has every key. */
public final class SettingsReader {
    static final long VERSION = 1;

    private static final Set<String> TIME_ZONES = ZoneId.getAvailableZoneIds();

    static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[?[0-9A-Fa-f:.]+]?");
    static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");
    static final Set<String> BROKER_SCHEMES = Set.of("tcp", "ssl", "ws", "wss");
    static final String A_BROKER = "tcp://host:1883 or ssl://host:8883 (or ws://, wss://), without user and password";
    private static final long DAY_MS = 86_400_000;
    private static final long MOST_GATHERED_MS = 60_000;
    private static final long SHORTEST_KEEP_MS = 30 * DAY_MS;
    /** CAP 1.2, 3.2.1. */
    private static final Pattern CAP_SENDER = Pattern.compile("[^\\s,<&\\p{Cntrl}]{1,200}");

    private static final String A_CAP_SENDER =
            "a name that is nobody else's, such as vandvagt@assens.example, without spaces, commas, < and &";
    private static final String A_DATABASE = "jdbc:postgresql://host:5432/database, without user and password";

    private final Path folder;
    private final Faults faults = new Faults();

    private SettingsReader(Path folder) {
        this.folder = folder;
    }

    /**
     * Never throws, whatever the text. The same text gives an equal catalogue, whether it comes from a file or out of a journal.
     *
     * @param fileName its folder is where relative names of files in the settings start
     * @param previous the revision this process used before: sensors keep their indexes
     */
    public static Read read(String text, String fileName, @Nullable Catalogue previous) {
        return new SettingsReader(folderOf(fileName)).read(text, previous);
    }

    private static Path folderOf(String fileName) {
        try {
            return Objects.requireNonNullElse(Path.of(fileName).getParent(), Path.of(""));
        } catch (InvalidPathException notAFile) {
            return Path.of("");
        }
    }

    private record Content(
            Settings settings,
            Judging judging,
            List<Station> stations,
            List<Composite> composites,
            List<Device> devices) {}

    private Read read(String text, @Nullable Catalogue previous) {
        MappingNode root = YamlTree.of(text, faults);
        Content content = root == null ? null : Section.whole(root, faults, file -> content(file, previous));
        if (content == null || faults.any()) {
            return new Read.Bad(faults.faults());
        }
        Catalogue catalogue = Catalogue.of(
                text,
                content.settings.place().name(),
                content.judging,
                content.stations,
                content.composites,
                content.devices,
                previous);
        return new Read.Good(content.settings, catalogue, faults.warnings());
    }

    private Content content(Section file, @Nullable Catalogue previous) {
        file.whole("version")
                .check(version -> version == VERSION, VERSION + ", the only version this service reads")
                .required("version: " + VERSION, VERSION);
        Settings.Place place = file.section("place", SettingsReader::place);
        Settings settings = file.section("service", service -> service(service, place));
        Judging judging = file.section("judging", SettingsReader::judging);
        List<Station> stations = new StationReader(previous).stations(file);
        List<Composite> composites = new CompositeReader(stations).composites(file);
        settings = settings.withTerrain(new TerrainReader(folder, stations).terrain(file));
        return new Content(settings, judging, stations, composites, new DeviceReader(stations).devices(file));
    }

    private static Settings.Place place(Section place) {
        return new Settings.Place(
                place.id("id").required("a short name such as assens", ""),
                place.text("name").required("the name people know it by", ""),
                ZoneId.of(place.text("timeZone")
                        .check(TIME_ZONES::contains, "the name of a time zone, such as Europe/Copenhagen")
                        .or("UTC")));
    }

    private Settings service(Section service, Settings.Place place) {
        Clock clock = clock(service);
        boolean now = clock instanceof Clock.Wall;
        String runId = service.id("run")
                .check(
                        id -> !ExerciseRun.isDrill(id),
                        "a name that does not begin with " + ExerciseRun.PREFIX + ": drills have those")
                .check(
                        id -> now != ExerciseRun.isOnTheReadingsClock(id),
                        now
                                ? "a name that does not begin with demo, replay or backtest: those have clock: stream"
                                : "a name that begins with demo, replay or backtest: with clock: stream nothing in it happens now")
                .or(now ? "live" : "replay");
        long shards = service.whole("shards")
                .check(n -> n >= 1 && n <= 64, "1 to 64 threads")
                .or(2L);
        long snapshotEveryMs = service.duration("snapshotEvery")
                .check(ms -> ms >= 1_000, "1s or longer")
                .or(300_000L);
        Settings.Mqtt mqtt = service.section("mqtt", this::mqtt);
        return new Settings(
                place,
                new Settings.Run(runId, clock),
                (int) shards,
                Duration.ofMillis(snapshotEveryMs),
                service.section("journal", SettingsReader::journal),
                service.section("http", this::http),
                mqtt,
                new SourceReader(folder, mqtt).sources(service),
                service.section("database", this::database),
                service.sectionOrNull("cap", cap -> cap(cap, place)),
                new PostReader(folder, place.name()).post(service),
                LayersReader.layers(service),
                null);
    }

    private static Clock clock(Section service) {
        Field<Boolean> stream = service.choice("clock", ImmutableMap.of("wall", false, "stream", true));
        Field<Long> maxStep = service.duration("maxStep").check(ms -> ms > 0, "longer than 0s");
        if (stream.or(false)) {
            return new Clock.Stream(Duration.ofMillis(maxStep.or(3_600_000L)));
        }
        if (stream.isGood() || !stream.isWritten()) {
            maxStep.refuseIfWritten("goes with clock: stream only");
        }
        return new Clock.Wall();
    }

    private static Settings.Journal journal(Section journal) {
        Field<Long> segment =
                journal.size("segmentBytes").check(bytes -> bytes >= 1 << 20 && bytes <= 1 << 30, "1MiB to 1GiB");
        Field<Long> most = journal.size("maxBytes");
        long segmentBytes = segment.or(64L << 20);
        long maxBytes = most.or(20L << 30);
        if (maxBytes < 2 * segmentBytes) {
            (most.isGood() ? most : segment)
                    .fault("maxBytes must hold at least two segments of segmentBytes=" + segmentBytes / (1 << 20)
                            + "MiB");
        }
        return new Settings.Journal(segmentBytes, maxBytes);
    }

    private Settings.Http http(Section http) {
        Field<String> bind = host(http, "bind");
        int port = port(http, 8080);
        Field<String> proxy = http.text("trustedProxy")
                .check(InetAddresses::isInetAddress, "the address of the proxy such as 10.0.0.5");
        Settings.Tls tls = http.has("tls") ? http.section("tls", this::tls) : null;
        String address = bind.or("127.0.0.1");
        if (!isLoopback(address) && !proxy.isWritten() && tls == null) {
            bind.fault("found " + address
                    + ": off loopback the service starts only with TLS or a named trusted proxy; set "
                    + "http.tls: {cert, key} or http.trustedProxy, or bind to 127.0.0.1");
        }
        String publicUrl = http.text("publicUrl")
                .check(SettingsReader::isPublicUrl, "where people reach the service, such as https://vand.example.dk")
                .orNull();
        List<String> hosts = new ArrayList<>();
        for (Field<String> each : http.texts("allowedHosts")) {
            each.check(
                    name -> HOST.matcher(name).matches(),
                    "a name without scheme and port, such as vandvagt or vand.example.dk");
            if (each.isGood()) {
                hosts.add(each.or(""));
            }
        }
        String licence = http.text("licence")
                .check(
                        SettingsReader::isWebAddress,
                        "the address of the licence, such as https://creativecommons.org/licenses/by/4.0/")
                .orNull();
        Settings.Tiles tiles = http.has("tiles") ? http.section("tiles", SettingsReader::tiles) : null;
        return new Settings.Http(address, port, tls, proxy.orNull(), publicUrl, hosts, licence, tiles);
    }

    private static Settings.Tiles tiles(Section tiles) {
        String should =
                "the address of a tile with {z}, {x} and {y} in it, such as https://tiles.example.dk/{z}/{x}/{y}.png";
        return new Settings.Tiles(
                tiles.text("url").check(SettingsReader::isTileAddress, should).required(should, ""),
                tiles.text("credit").required("what the owner of the tiles wants to be said on the map", ""));
    }

    private static boolean isTileAddress(String url) {
        String one = url.replace("{z}", "1").replace("{x}", "1").replace("{y}", "1");
        return url.contains("{z}") && url.contains("{x}") && url.contains("{y}") && isWebAddress(one);
    }

    private static boolean isPublicUrl(String url) {
        return isWebAddress(url)
                && URI.create(url).getRawQuery() == null
                && URI.create(url).getRawFragment() == null
                && !url.endsWith("/");
    }

    private static boolean isWebAddress(String url) {
        try {
            URI uri = new URI(url);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    private Settings.Tls tls(Section tls) {
        return new Settings.Tls(
                tls.file("cert", folder).required("the file of the certificate chain, PEM", folder),
                tls.file("key", folder).required("the file of its key, PEM", folder));
    }

    private Settings.Mqtt mqtt(Section mqtt) {
        Field<Boolean> embedded = mqtt.flag("embedded");
        Field<String> bind = host(mqtt, "bind");
        Field<Long> port = portField(mqtt);
        Field<Long> queueLimit =
                mqtt.whole("queueLimit").check(n -> n >= 1 && n <= 10_000_000, "1 to 10000000 messages");
        Field<String> url = mqtt.text("broker").check(SettingsReader::isBroker, A_BROKER);
        Field<String> username = mqtt.text("username");
        Field<Path> passwordFile = mqtt.file("passwordFile", folder);
        String clientId = mqtt.id("clientId").or("vandvagt");
        String topicPrefix = mqtt.matching("topicPrefix", TOPIC, "topic levels such as vandvagt/v1, without wildcards")
                .check(prefix -> prefix.length() <= 200, "at most 200 characters")
                .or("vandvagt/v1");
        Broker broker;
        if (outside(embedded, url, A_BROKER)) {
            String why = "goes with the embedded broker only, and broker names an outside one";
            bind.refuseIfWritten(why);
            port.refuseIfWritten(why);
            queueLimit.refuseIfWritten(why);
            warnOfOpenPassword(url, passwordFile);
            broker = new Broker.Outside(url.or(""), username.orNull(), passwordFile.orNull());
        } else {
            String why = "goes with an outside broker only: the embedded one makes its own credentials";
            username.refuseIfWritten(why);
            passwordFile.refuseIfWritten(why);
            String address = bind.or("127.0.0.1");
            if (!isLoopback(address)) {
                bind.fault("found " + address
                        + ": the embedded broker has no TLS and listens on loopback only; for sensors "
                        + "elsewhere run a broker with TLS and name it by mqtt.broker");
            }
            broker = new Broker.Embedded(
                    address, port.or(1883L).intValue(), queueLimit.or(100_000L).intValue());
        }
        return new Settings.Mqtt(broker, clientId, topicPrefix);
    }

    static void warnOfOpenPassword(Field<String> url, Field<Path> passwordFile) {
        String broker = url.or("");
        if (passwordFile.isWritten() && (broker.startsWith("tcp:") || broker.startsWith("ws:"))) {
            String host = Objects.requireNonNullElse(URI.create(broker).getHost(), "");
            if (!isLoopback(host)) {
                url.warn("sends the password in the clear to " + host + ": use ssl:// or wss://");
            }
        }
    }

    private Database database(Section database) {
        Field<Boolean> embedded = database.flag("embedded");
        Field<Long> port = portField(database);
        Field<String> url = database.text("url").check(SettingsReader::isDatabase, A_DATABASE);
        Field<String> username = database.text("username");
        Field<Path> passwordFile = database.file("passwordFile", folder);
        Ages ages = ages(database);
        Batches batches = batches(database);
        if (outside(embedded, url, A_DATABASE)) {
            port.refuseIfWritten("goes with the embedded database only: an outside one has its port in url");
            return new Database.Outside(url.or(""), username.orNull(), passwordFile.orNull(), ages, batches);
        }
        String why = "goes with an outside database only: the embedded one makes its own credentials";
        username.refuseIfWritten(why);
        passwordFile.refuseIfWritten(why);
        return new Database.Embedded(port.or(54320L).intValue(), ages, batches);
    }

    private static Settings.Cap cap(Section cap, Settings.Place place) {
        return new Settings.Cap(
                cap.matching("sender", CAP_SENDER, A_CAP_SENDER).required(A_CAP_SENDER, ""),
                cap.text("senderName")
                        .check(name -> !name.isBlank(), "a name for people")
                        .or(place.name()),
                cap.text("web")
                        .check(SettingsReader::isWebPage, "a page such as https://www.dmi.dk/varsler/")
                        .or("https://www.dmi.dk/varsler/"),
                Duration.ofMillis(cap.duration("updateInterval")
                        .check(ms -> ms >= 300_000 && ms <= DAY_MS, "5min to 1d")
                        .or(3_600_000L)),
                Duration.ofMillis(cap.duration("keep")
                        .check(ms -> ms >= DAY_MS, "at least 1d")
                        .or(7 * DAY_MS)));
    }

    private static Ages ages(Section database) {
        long columnstoreAfter = database.duration("columnstoreAfter")
                .check(ms -> ms >= DAY_MS, "at least 1d")
                .or(Ages.USUAL.columnstoreAfter().toMillis());
        Field<Long> keep = database.duration("keepReadings")
                .check(ms -> ms >= SHORTEST_KEEP_MS, "at least 30d; leave it out to keep every reading");
        long keepMs = keep.or(0L);
        if (keepMs > 0 && keepMs <= columnstoreAfter) {
            keep.fault("keepReadings=" + keepMs / DAY_MS + "d <= columnstoreAfter=" + columnstoreAfter / DAY_MS
                    + "d: keepReadings must be longer");
        }
        long keepVersionsMs = database.duration("keepVersions")
                .check(ms -> ms >= SHORTEST_KEEP_MS, "at least 30d; leave it out to keep every former version")
                .or(0L);
        long keepDeliveriesMs = database.duration("keepDeliveries")
                .check(ms -> ms >= SHORTEST_KEEP_MS, "at least 30d; leave it out to keep every delivery")
                .or(0L);
        return new Ages(
                Duration.ofMillis(columnstoreAfter),
                Duration.ofMillis(keepMs),
                Duration.ofMillis(keepVersionsMs),
                Duration.ofMillis(keepDeliveriesMs));
    }

    private static Batches batches(Section database) {
        long readings = database.whole("batchReadings")
                .check(n -> n >= 1 && n <= 100_000, "1 to 100000")
                .or((long) Batches.USUAL.readings());
        long withinMs = database.duration("batchWithin")
                .check(ms -> ms <= MOST_GATHERED_MS, "at most 1min; 0s writes what is there")
                .or(Batches.USUAL.within().toMillis());
        return new Batches((int) readings, Duration.ofMillis(withinMs));
    }

    /** Whether an outside part is used: because it is named, or because the embedded one is switched off. */
    private static boolean outside(Field<Boolean> embedded, Field<String> url, String wouldBeRight) {
        if (url.isWritten() && embedded.or(false)) {
            embedded.fault("found true beside an outside " + url.named() + ": keep one of them");
        }
        if (!url.isWritten() && embedded.isGood() && !embedded.or(true)) {
            url.required(wouldBeRight + "; or set embedded: true", "");
        }
        return url.isWritten() || !embedded.or(true);
    }

    private static Field<String> host(Section section, String key) {
        return section.matching(key, HOST, "an address such as 127.0.0.1");
    }

    private static int port(Section section, int usual) {
        return portField(section).or((long) usual).intValue();
    }

    private static Field<Long> portField(Section section) {
        return section.whole("port").check(port -> port >= 0 && port <= 65_535, "a port, 1 to 65535 (0: any free one)");
    }

    static boolean isLoopback(String address) {
        String host = address.replaceAll("[\\[\\]]", "");
        return host.equals("localhost")
                || InetAddresses.isInetAddress(host)
                        && InetAddresses.forString(host).isLoopbackAddress();
    }

    static boolean isBroker(String url) {
        try {
            URI uri = new URI(url);
            return uri.getScheme() != null
                    && BROKER_SCHEMES.contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    private static boolean isWebPage(String url) {
        try {
            URI uri = new URI(url);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    private static boolean isDatabase(String url) {
        return url.matches("jdbc:postgresql://[^/@\\s]+/[^@\\s]+") && !url.matches("(?i).*[?&](user|password)=.*");
    }

    private static Judging judging(Section judging) {
        Judging usual = Judging.USUAL;
        long lateness = judging.duration("latenessWindow")
                .check(ms -> ms >= 60_000 && ms <= 7 * 86_400_000L, "1min to 7d")
                .or(usual.latenessWindowMs());
        long future = judging.duration("maxFuture")
                .check(ms -> ms > 0 && ms <= 86_400_000L, "longer than 0s, at most 1d")
                .or(usual.maxFutureMs());
        Judging.StaffGauge staffGauge = judging.section("staffGauge", SettingsReader::staffGauge);
        return judging.section("implausibleStep", step -> {
            double metres =
                    step.number("m").check(m -> m > 0, "metres, more than 0").or(usual.implausibleStepM());
            long per =
                    step.duration("per").check(ms -> ms > 0, "longer than 0s").or(usual.implausibleStepMs());
            return new Judging(lateness, future, metres, per, staffGauge);
        });
    }

    private static Judging.StaffGauge staffGauge(Section gauge) {
        return new Judging.StaffGauge(
                gauge.number("tolerance")
                        .check(m -> m > 0 && m <= 1, "metres, more than 0, at most 1")
                        .or(Judging.StaffGauge.USUAL.toleranceM()),
                gauge.duration("span")
                        .check(ms -> ms >= 60_000 && ms <= 6 * 3_600_000L, "1min to 6h")
                        .or(Judging.StaffGauge.USUAL.spanMs()));
    }
}
