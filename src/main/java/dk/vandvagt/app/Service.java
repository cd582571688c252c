package dk.vandvagt.app;

import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.config.Fault;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.Settings;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.embedded.Account;
import dk.vandvagt.embedded.EmbeddedBroker;
import dk.vandvagt.embedded.EmbeddedDatabase;
import dk.vandvagt.embedded.PortTakenException;
import dk.vandvagt.embedded.Secret;
import dk.vandvagt.http.BearerToken;
import dk.vandvagt.http.Bulletins;
import dk.vandvagt.http.HttpRoom;
import dk.vandvagt.http.HttpSettings;
import dk.vandvagt.http.Intake;
import dk.vandvagt.http.Operator;
import dk.vandvagt.http.Past;
import dk.vandvagt.http.Ports;
import dk.vandvagt.http.ThresholdEventMaker;
import dk.vandvagt.journal.CheckLog;
import dk.vandvagt.layer.FloodHazard;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.RainfallLayer;
import dk.vandvagt.layer.RiskGridLayer;
import dk.vandvagt.layer.ZoneLayer;
import dk.vandvagt.mqtt.Broker;
import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.mqtt.PemTls;
import dk.vandvagt.notify.CapChannel;
import dk.vandvagt.notify.CapFeed;
import dk.vandvagt.notify.CapSettings;
import dk.vandvagt.notify.Channel;
import dk.vandvagt.notify.DeliveryLog;
import dk.vandvagt.notify.DutyDesk;
import dk.vandvagt.notify.MqttChannel;
import dk.vandvagt.shard.Command;
import dk.vandvagt.shard.Outbox;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.store.Store;
import dk.vandvagt.store.StoreSettings;
import dk.vandvagt.store.StoredCheck;
import dk.vandvagt.tally.Tally;
import dk.vandvagt.wire.Decoder;
import dk.vandvagt.wire.Format;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole service, put together: which room gets which port of which other, in what order they start, and in what order they
 * stop. Judging waits for nobody: the database may come minutes later, or go.
 */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final String SERVICE_ACCOUNT = "vandvagt-service";
    /** Accounts of the embedded broker; their passwords lie in the data folder's {@code secrets}. */
    static final String SENSOR_ACCOUNT = "sensors";

    private static final String VIEWER_ACCOUNT = "viewer";
    private static final String DRILL_ACCOUNT = "vandvagt-drill";
    private static final String DRILL_SECRET = "mqtt-" + DRILL_ACCOUNT;
    /** Plays the gauges of a drill. */
    static final String EXERCISE_ACCOUNT = "exercise";

    static final String EXERCISE_SECRET = "mqtt-" + EXERCISE_ACCOUNT;
    static final String SENSOR_SECRET = "mqtt-" + SENSOR_ACCOUNT;
    static final String OPERATOR_SECRET = "operator-token";
    static final String DEVICE_SECRET = "device-token";
    static final String PLANNER_SECRET = "planner-token";
    private static final long POST_WITHIN_MS = 30_000;
    private static final long START_WITHIN_S = 60;
    private static final long DATABASE_WITHIN_S = 20;
    private static final long DATABASE_RETRY_MS = 5_000;
    private static final long LOOK_EVERY_S = 10;
    private static final long SETTLE_EVERY_S = 60;
    private static final long COPY_EVERY_S = 5;
    private static final long FORGET_EVERY_MS = 600_000;

    private final Settings settings;
    private final Path configFile;
    private final DataFolder data;
    private final Progress progress;
    private final LongSupplier wallClockMs;
    private final List<Outbox> outboxes = new CopyOnWriteArrayList<>();
    private final Tally tally = new Tally();
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final Deque<Stopping> toStop = new ArrayDeque<>();
    private final Pulse pulse;
    private final Run run;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "vandvagt-clockwork"));

    private volatile @Nullable Store store;
    private final Sources sources;
    private final Vertx vertx = counted(tally);
    private final Heartbeat heartbeat = Heartbeat.of(vertx);
    private final Post post;
    private final DeliveryCopy settled;
    private final SettingsHistory settingsHistory;
    private final DrillsBeside drills;
    private volatile @Nullable EmbeddedBroker broker;
    private volatile boolean closing;
    private volatile @Nullable String databaseTrouble;
    private volatile int httpPort;
    private String copiedCatalogue = "";
    private @Nullable Bulletins bulletins;
    private volatile @Nullable DutyDesk duty;

    /** Requests are counted by route and status: addresses and methods can be made up by whoever asks, each would be a series for ever. */
    private static Vertx counted(Tally tally) {
        MicrometerMetricsOptions requests = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setLabels(EnumSet.of(Label.HTTP_CODE, Label.HTTP_ROUTE));
        for (MetricsDomain domain : MetricsDomain.values()) {
            if (domain != MetricsDomain.HTTP_SERVER) {
                requests.addDisabledMetricsCategory(domain);
            }
        }
        return Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(requests))
                .withMetrics(new MicrometerMetricsFactory(tally.registry()))
                .build();
    }

    private record Stopping(String what, Callable<?> how) {}

    private Service(
            Settings settings,
            String configText,
            Path configFile,
            DataFolder data,
            Progress progress,
            LongSupplier wallClockMs)
            throws IOException, InterruptedException {
        this.wallClockMs = wallClockMs;
        this.settings = settings;
        this.configFile = configFile;
        this.data = data;
        this.progress = progress;
        Path folder = data.sub("runs").resolve(settings.run().id());
        run = Run.open(
                settings,
                configText,
                folder,
                transitions -> outboxes.forEach(each -> each.tell(transitions)),
                wallClockMs);
        sources = new Sources(run, wallClockMs);
        try {
            settingsHistory =
                    new SettingsHistory(Files.createDirectories(folder.resolve("settings")), this::formerSettings);
            settingsHistory.inForce(run.catalogue(), run.sequencer().counts().clockMs());
            settled = new DeliveryCopy(folder.resolve("settled"), this::copyDeliveries, wallClockMs);
            post = new Post(
                    settings, run, folder, data, deliveries(), settled, vertx, this::publicAddress, wallClockMs);
        } catch (IOException | RuntimeException refused) {
            run.close();
            vertx.close();
            throw refused;
        }
        drills = new DrillsBeside(settings, run, data.sub("runs"), post, wallClockMs);
        pulse = new Pulse(
                settings.journal(), run, this::store, sources, this::broker, this::databaseTrouble, post, wallClockMs);
    }

    /**
     * Starts everything; returns when readings are taken and the page is up.
     *
     * @param configFile read again by a reload
     * @throws IOException the data folder cannot be used
     */
    public static Service start(Settings settings, Path configFile, Path dataFolder, Progress progress)
            throws IOException, InterruptedException {
        return start(settings, configFile, dataFolder, progress, System::currentTimeMillis);
    }

    /** On a wall clock of the caller's, which may be set forward and back as a machine's is. */
    static Service start(
            Settings settings, Path configFile, Path dataFolder, Progress progress, LongSupplier wallClockMs)
            throws IOException, InterruptedException {
        DataFolder data = DataFolder.at(dataFolder);
        String text = Files.readString(configFile, StandardCharsets.UTF_8);
        Progress.Step step = progress.begin("journal and state");
        Service service = new Service(settings, text, configFile, data, progress, wallClockMs);
        try {
            step.done("sequence " + service.run.sequencer().counts().lastSequence());
            service.startRooms();
            return service;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            service.close();
            throw failed;
        }
    }

    /** Ones that this version refuses are shown by those in force now. */
    private Catalogue formerSettings(String text) {
        return switch (SettingsReader.read(text, configFile.toString(), null)) {
            case Read.Good good -> good.catalogue();
            case Read.Bad bad -> {
                LOG.warn(
                        "former settings are refused by this version, the past is shown by today's: {}",
                        bad.faults().getFirst());
                yield run.catalogue();
            }
        };
    }

    private void keepSettings(Catalogue inForce) {
        try {
            settingsHistory.inForce(inForce, run.sequencer().counts().clockMs());
        } catch (IOException refused) {
            LOG.error("the settings just taken could not be kept: the past will be shown by the ones before", refused);
        }
    }

    private void startRooms() throws IOException, InterruptedException {
        toStop.push(new Stopping("run", () -> {
            run.close();
            return null;
        }));
        toStop.push(closing("deliveries", settled));
        toStop.push(new Stopping("clockwork", () -> {
            clockwork.shutdownNow();
            return clockwork.awaitTermination(10, TimeUnit.SECONDS);
        }));
        toStop.push(new Stopping("event loops", () -> vertx.close().await(10, TimeUnit.SECONDS)));
        outboxes.add(drills);
        startChannel("post to subscribers", post.office());
        CompletableFuture<?> database = inBackground("vandvagt-database-start", this::keepStartingDatabase);
        CompletableFuture<?> sensors = inBackground("vandvagt-mqtt-start", this::startMqtt);
        startCap();
        startDuty();
        startHttp();
        pulse.count(tally);
        tally.counter(
                "vandvagt.letters.unrecorded",
                "arrived or given up, and no room to keep a record of it",
                Tags.empty(),
                settled::lost);
        tally.gauge(
                "vandvagt.eventloop.late.seconds",
                "by how much the latest event loop is held up",
                Tags.empty(),
                heartbeat::lateSeconds);
        drills.count(tally);
        await(sensors);
        sources.all().forEach((id, each) -> pulse.count(tally, id, each));
        channels.forEach(each -> Pulse.count(tally, each));
        if (settings.database() instanceof Settings.Database.Embedded) {
            awaitDatabase(database);
        }
        long everyMs = settings.snapshotEvery().toMillis();
        clockwork.scheduleWithFixedDelay(settled::copy, COPY_EVERY_S, COPY_EVERY_S, TimeUnit.SECONDS);
        clockwork.scheduleWithFixedDelay(this::copyCatalogue, 0, COPY_EVERY_S, TimeUnit.SECONDS);
        clockwork.scheduleWithFixedDelay(post::forgetUnconfirmed, 0, FORGET_EVERY_MS, TimeUnit.MILLISECONDS);
        clockwork.scheduleWithFixedDelay(this::snapshot, everyMs, everyMs, TimeUnit.MILLISECONDS);
        synchronized (toStop) {
            toStop.push(closing("drill", drills));
        }
        drills.look();
        clockwork.scheduleWithFixedDelay(this::look, LOOK_EVERY_S, LOOK_EVERY_S, TimeUnit.SECONDS);
    }

    private static CompletableFuture<?> inBackground(String name, Callable<?> task) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                task.call();
                done.complete(name);
            } catch (Throwable failed) {
                done.completeExceptionally(failed);
            }
        });
        return done;
    }

    private static void await(CompletableFuture<?> started) throws IOException, InterruptedException {
        try {
            started.get(START_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                case null, default -> throw new IOException(failed.getCause());
            }
        } catch (TimeoutException slow) {
            throw new IOException("did not start within " + START_WITHIN_S + " s", slow);
        }
    }

    /** A taken port is the operator's to mend; whatever else fails is tried again, and judging goes on meanwhile. */
    private @Nullable Store keepStartingDatabase() throws IOException, InterruptedException {
        while (true) {
            try {
                return startDatabase();
            } catch (IOException | RuntimeException failed) {
                if (failed.getCause() instanceof PortTakenException || closing) {
                    throw failed;
                }
                databaseTrouble = String.valueOf(failed.getMessage());
                LOG.error("the database could not be started; judging and alerts go on, it is tried again", failed);
                TimeUnit.MILLISECONDS.sleep(DATABASE_RETRY_MS);
            }
        }
    }

    /** Until it is there, or for as long as a start may reasonably wait: alerts do not depend on it. */
    private void awaitDatabase(CompletableFuture<?> started) throws IOException, InterruptedException {
        try {
            started.get(DATABASE_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
        } catch (TimeoutException slow) {
            LOG.warn("the database is not there after {} s; the service starts without it", DATABASE_WITHIN_S);
        }
    }

    private @Nullable String databaseTrouble() {
        return databaseTrouble;
    }

    private @Nullable Store startDatabase() throws IOException {
        StoreSettings where = switch (settings.database()) {
            case Settings.Database.Embedded embedded -> {
                Progress.Step step = progress.begin("database (embedded PostgreSQL)");
                EmbeddedDatabase database = orNameOption(
                        "--db-port",
                        "service.database.port",
                        () -> EmbeddedDatabase.start(data.path().resolve("database"), embedded.port()));
                synchronized (toStop) {
                    // last of all: below everything that may still write
                    toStop.addLast(closing("database", database));
                }
                step.done("port " + database.port());
                yield StoreSettings.usual(database.jdbcUrl(), database.user(), database.password());
            }
            case Settings.Database.Outside outside -> outside(outside);
        };
        Settings.Batches batches = settings.database().batches();
        Store started = Store.start(
                where.with(ages(settings.database()))
                        .withBatches(batches.readings(), (int) batches.within().toMillis()),
                run.logId(),
                run.verdicts());
        synchronized (toStop) {
            toStop.push(closing("store", started));
        }
        store = started;
        return started;
    }

    static StoreSettings outside(Settings.Database.Outside outside) throws IOException {
        return StoreSettings.usual(
                outside.url(),
                outside.username() == null ? "" : outside.username(),
                outside.passwordFile() == null ? "" : secretIn(outside.passwordFile()));
    }

    static StoreSettings.Ages ages(Settings.Database database) {
        Settings.Ages ages = database.ages();
        return new StoreSettings.Ages(
                ages.columnstoreAfter().toMillis(),
                ages.keepReadings().toMillis(),
                ages.keepVersions().toMillis(),
                ages.keepDeliveries().toMillis());
    }

    private @Nullable Object startMqtt() throws IOException {
        String prefix = settings.mqtt().topicPrefix();
        Broker at = switch (settings.mqtt().broker()) {
            case Settings.Broker.Embedded embedded -> {
                Progress.Step step = progress.begin("broker (embedded HiveMQ CE)");
                EmbeddedBroker.Settings own = new EmbeddedBroker.Settings(
                        data.path().resolve("broker"),
                        embedded.bind(),
                        embedded.port(),
                        prefix,
                        embedded.queueLimit(),
                        accounts());
                EmbeddedBroker started =
                        orNameOption("--mqtt-port", "service.mqtt.port", () -> EmbeddedBroker.start(own));
                synchronized (toStop) {
                    toStop.addLast(closing("broker", started));
                }
                broker = started;
                step.done("port " + started.port());
                yield Broker.at(
                        "tcp://127.0.0.1:" + started.port(),
                        settings.mqtt().clientId(),
                        SERVICE_ACCOUNT,
                        data.secret("mqtt-" + SERVICE_ACCOUNT).toCharArray());
            }
            case Settings.Broker.Outside outside ->
                outside(outside, settings.mqtt().clientId());
        };
        drills.use(
                broker == null
                        ? at
                        : at.forATime(
                                at.clientId(),
                                DRILL_ACCOUNT,
                                data.secret(DRILL_SECRET).toCharArray(),
                                0));
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        sources.add(Sources.HOME, at, Format.CANONICAL_JSON.decoder(List.of(), prefix), null, () -> {
            EmbeddedBroker own = broker;
            if (own != null && !closing) {
                own.openForSensors();
            }
            subscribed.complete(null);
        });
        for (Settings.Source each : settings.sources()) {
            addSource(each, at);
        }
        synchronized (toStop) {
            toStop.push(new Stopping("readings", () -> {
                EmbeddedBroker own = broker;
                if (own != null) {
                    own.closeForSensors();
                }
                sources.stopTaking();
                run.sequencer().close();
                sources.close();
                return null;
            }));
        }
        sources.start();
        startAlertsOn(at);
        if (settings.mqtt().broker() instanceof Settings.Broker.Embedded) {
            subscribed.orTimeout(START_WITHIN_S, TimeUnit.SECONDS).join();
        }
        return null;
    }

    private void addSource(Settings.Source source, Broker home) throws IOException {
        for (int i = 1; i <= source.clients(); i++) {
            String clientId = source.clients() == 1 ? source.clientId() : source.clientId() + "-" + i;
            Settings.Broker.Outside outside = source.broker();
            Broker at = outside == null
                    ? Broker.at(home.uri(), clientId, home.username(), home.password())
                    : outside(outside, clientId);
            Settings.Trust trust = source.trust();
            if (trust != null) {
                at = at.with(PemTls.sockets(trust.ca(), trust.cert(), trust.key()));
            }
            if (source.onlyMqtt3()) {
                at = at.byMqtt3();
            }
            List<String> topics = source.topics();
            Decoder decoder = source.format()
                    .decoder(
                            topics == null ? source.format().usualFilters(source.topicPrefix()) : topics,
                            source.topicPrefix());
            sources.add(
                    source.clients() == 1 ? source.id() : source.id() + "-" + i,
                    at,
                    decoder,
                    source.clients() == 1 ? null : source.shareGroup(),
                    () -> {});
        }
    }

    private static Broker outside(Settings.Broker.Outside outside, String clientId) throws IOException {
        return Broker.at(
                outside.url(),
                clientId,
                outside.username(),
                outside.passwordFile() == null
                        ? null
                        : secretIn(outside.passwordFile()).toCharArray());
    }

    /** Alerts go out by the broker the readings come in by. */
    private void startAlertsOn(Broker at) throws IOException {
        Channel alerts = new MqttChannel(
                Mqtt5Client::new,
                at.uri(),
                settings.mqtt().clientId() + "-alerts",
                at.username(),
                at.password(),
                at.sockets(),
                settings.mqtt().topicPrefix(),
                settings.place().timeZone(),
                run.catalogue(),
                deliveries(),
                run::told,
                run.formerAreas());
        startChannel("alerts by MQTT", alerts);
    }

    private void startChannel(String what, Channel channel) throws IOException {
        run.transitions().begin(channel.name());
        outboxes.add(channel);
        channels.add(channel);
        synchronized (toStop) {
            toStop.push(closing(what, channel));
        }
        channel.start();
    }

    private DeliveryLog deliveries() {
        return Deliveries.of(run.transitions());
    }

    private void startCap() throws IOException {
        Settings.Cap cap = settings.cap();
        Progress.Step step = progress.begin("CAP feed");
        if (cap == null) {
            run.transitions().end(CapChannel.NAME);
            step.done("off: service.cap.sender is not set");
            return;
        }
        boolean exercise = ExerciseRun.is(settings.run().id());
        CapFeed feed = CapFeed.open(
                data.sub("runs").resolve(settings.run().id()).resolve("cap"),
                new CapSettings(
                        cap.sender(),
                        cap.senderName(),
                        cap.web(),
                        cap.updateInterval().toMillis(),
                        cap.keep().toMillis(),
                        exercise,
                        settings.place().timeZone()),
                wallClockMs);
        LongSupplier clockMs = exercise ? () -> run.sequencer().counts().clockMs() : wallClockMs;
        startChannel("CAP feed", new CapChannel(feed, run.catalogue(), deliveries(), run.transitions()::all, clockMs));
        bulletins = new BulletinsOfRun(feed, exercise);
        step.done(exercise ? "/cap/exercise/feed.atom" : "/cap/feed.atom");
    }

    /** On the readings' clock nothing is true now, and nobody is woken. */
    private void startDuty() throws IOException {
        Progress.Step step = progress.begin("duty list");
        Settings.Duty list = settings.post().duty();
        boolean now = settings.run().clock() instanceof Settings.Clock.Wall;
        Path folder = data.sub("runs").resolve(settings.run().id()).resolve("duty");
        if (list == null || !now) {
            run.transitions().end(DutyDesk.NAME);
            Duty.forget(folder);
            step.done(list == null ? "off: service.duty is not set" : "off: clock is stream");
            return;
        }
        DutyDesk desk = Duty.desk(settings, list, run, folder, deliveries(), vertx, wallClockMs);
        duty = desk;
        startChannel("duty list", desk);
        step.done(list.people().size() + " people");
    }

    /** Another list holds at once; switching it on at all needs a start. */
    private void useDuty(Settings.@Nullable Duty list) {
        DutyDesk desk = duty;
        try {
            if (desk != null) {
                desk.use(Duty.roster(list));
            } else if (list != null && settings.run().clock() instanceof Settings.Clock.Wall) {
                LOG.warn("service.duty takes effect at the next start");
            }
        } catch (IOException unreadable) {
            LOG.error("the duty list stays as it was: {}", unreadable.getMessage());
        }
    }

    private List<Account> accounts() throws IOException {
        return List.of(
                Account.service(
                        SERVICE_ACCOUNT,
                        Secret.of(data.secret("mqtt-" + SERVICE_ACCOUNT).toCharArray())),
                Account.drill(DRILL_ACCOUNT, Secret.of(data.secret(DRILL_SECRET).toCharArray())),
                Account.exercise(
                        EXERCISE_ACCOUNT, Secret.of(data.secret(EXERCISE_SECRET).toCharArray())),
                Account.viewer(
                        VIEWER_ACCOUNT,
                        Secret.of(data.secret("mqtt-" + VIEWER_ACCOUNT).toCharArray())),
                Account.device(
                        SENSOR_ACCOUNT, Secret.of(data.secret(SENSOR_SECRET).toCharArray()), Set.of("*")));
    }

    private interface Start<T> {
        T start() throws IOException;
    }

    /** A taken port is told with the option and the setting that move it. */
    private static <T> T orNameOption(String option, String setting, Start<T> start) throws IOException {
        try {
            return start.start();
        } catch (PortTakenException taken) {
            throw new IOException(
                    taken.getMessage() + "; choose another with " + option + ", or " + setting + " in the settings",
                    taken);
        }
    }

    static String secretIn(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new IOException(
                    "the password file " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void startHttp() throws IOException, InterruptedException {
        Progress.Step step = progress.begin("page");
        Settings.Http http = settings.http();
        HttpSettings.ClockKind clock = switch (settings.run().clock()) {
            case Settings.Clock.Wall wall -> HttpSettings.ClockKind.WALL;
            case Settings.Clock.Stream stream -> HttpSettings.ClockKind.STREAM;
        };
        HttpSettings listening = new HttpSettings(
                http.bind(),
                http.port(),
                names(http),
                http.publicUrl(),
                http.trustedProxy(),
                BearerToken.of(data.secret(OPERATOR_SECRET)),
                clock,
                http.tls() == null
                        ? null
                        : new HttpSettings.PemFiles(
                                http.tls().cert(), http.tls().key()),
                http.licence(),
                http.tiles() == null
                        ? null
                        : new HttpSettings.Tiles(
                                http.tiles().url(), http.tiles().credit()));
        Past past = new PastFromStore(
                this::store,
                () -> run.verdicts().lastSequence(),
                settings.run().id(),
                settingsHistory::at,
                clock == HttpSettings.ClockKind.WALL);
        GaugeChecks checks = new GaugeChecks(
                data.sub("runs").resolve(settings.run().id()).resolve("checks"),
                run::catalogue,
                past,
                call -> run.command(new Command.Call(call)),
                this::copy,
                () -> run.sequencer().counts().clockMs(),
                wallClockMs);
        toStop.push(closing("checks", checks));
        ZoneFile zones = new ZoneFile(
                data.path(), BearerToken.of(data.secret(PLANNER_SECRET)), clock == HttpSettings.ClockKind.WALL);
        toStop.push(closing("zones", zones));
        clockwork.scheduleWithFixedDelay(checks::settle, SETTLE_EVERY_S, SETTLE_EVERY_S, TimeUnit.SECONDS);
        Flooding flooding = Flooding.of(settings, data, zones);
        FloodHazard hazard = flooding == null ? null : flooding.hazard();
        List<LayerMaker> makers = new ArrayList<>(List.of(
                new ThresholdEventMaker(past),
                new ZoneLayer(zones, hazard),
                new RainfallLayer(settings.layers().rainfall()),
                new RiskGridLayer(settings.layers().hexagonM(), zones, hazard)));
        if (flooding != null) {
            makers.add(flooding.layer());
        }
        Ports ports = new Ports(
                run.shards(),
                past,
                new OperatorOfRun(),
                pulse,
                tally::scrape,
                () -> Instant.ofEpochMilli(wallClockMs.getAsLong()),
                new Intake(
                        run.sequencer(),
                        run::catalogue,
                        settings.mqtt().topicPrefix(),
                        BearerToken.of(data.secret(DEVICE_SECRET)),
                        POST_WITHIN_MS),
                bulletins,
                post,
                run.trail(),
                drills,
                checks,
                makers,
                zones);
        try {
            HttpRoom room = HttpRoom.start(vertx, listening, ports)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_WITHIN_S, TimeUnit.SECONDS);
            toStop.push(new Stopping("page", () -> room.close().await(10, TimeUnit.SECONDS)));
            outboxes.add(room::onTransitions);
            drills.tell(room::onExercise);
            httpPort = room.port();
            step.done(address());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof java.net.BindException taken) {
                throw new IOException(
                        "the page cannot listen on " + http.bind() + ":" + http.port()
                                + ": the port is taken; choose another with --http-port, or service.http.port in the settings",
                        taken);
            }
            throw new IOException(failed.getCause());
        } catch (TimeoutException slow) {
            throw new IOException("the page did not start within " + START_WITHIN_S + " s", slow);
        }
    }

    /** It answers to these besides its own address and loopback's. */
    private static Set<String> names(Settings.Http http) {
        Set<String> names = new HashSet<>(http.allowedHosts());
        if (http.publicUrl() != null) {
            names.add(URI.create(http.publicUrl()).getHost());
        }
        return names;
    }

    private Store reached() throws SQLException {
        Store there = store;
        if (there == null || !there.isUp()) {
            throw new SQLException("the database cannot be reached");
        }
        return there;
    }

    /** Once for each revision, and again to a database that was away meanwhile: it may be an older copy. */
    private void copyCatalogue() {
        Store there = store;
        if (there == null || !there.isUp()) {
            return;
        }
        Catalogue now = run.catalogue();
        String copy = now.revision() + " " + there.drain().reconnects();
        if (copy.equals(copiedCatalogue)) {
            return;
        }
        try {
            there.keepCatalogue(
                    settings.run().id(), ExerciseRun.is(settings.run().id()), now);
            copiedCatalogue = copy;
        } catch (SQLException | RuntimeException failed) {
            LOG.warn("what the settings say could not be copied to the database; it is tried again", failed);
        }
    }

    private void copyDeliveries(List<SettledLetter> letters) throws SQLException {
        reached().keepDeliveries(run.logId(), settings.run().id(), letters);
    }

    private void copy(List<CheckLog.Entry> checks) throws SQLException {
        reached()
                .keep(
                        run.logId(),
                        checks.stream()
                                .map(each -> new StoredCheck(each.check(), each.offset()))
                                .toList());
    }

    private static Stopping closing(String what, AutoCloseable room) {
        return new Stopping(what, () -> {
            room.close();
            return null;
        });
    }

    private void look() {
        drills.look();
        try {
            run.look();
        } catch (IOException | RuntimeException failed) {
            LOG.warn("the data folder could not be looked at; it is tried again", failed);
        }
    }

    private void snapshot() {
        try {
            run.snapshot();
        } catch (IOException refused) {
            LOG.warn(
                    "no snapshot could be written: {}; the journal is kept and it is tried again",
                    refused.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** The page's address. */
    public String address() {
        return (settings.http().tls() == null ? "http://" : "https://")
                + settings.http().bind() + ":"
                + (httpPort == 0 ? settings.http().port() : httpPort);
    }

    /** Where subscribers' links lead; letters may go out before the page is up. */
    private String publicAddress() {
        String publicUrl = settings.http().publicUrl();
        return publicUrl == null ? address() : publicUrl;
    }

    public int httpPort() {
        return httpPort;
    }

    /** Of the embedded broker, or -1. */
    public int mqttPort() {
        EmbeddedBroker own = broker;
        return own == null ? -1 : own.port();
    }

    /** Where the password of the embedded broker's sensor account lies. */
    public Path sensorPasswordFile() throws IOException {
        return data.secretFile(SENSOR_SECRET);
    }

    public Path operatorTokenFile() throws IOException {
        return data.secretFile(OPERATOR_SECRET);
    }

    private @Nullable Store store() {
        return store;
    }

    private @Nullable EmbeddedBroker broker() {
        return broker;
    }

    /** Stops what brings readings first, and what keeps them last; every room gets its turn, whatever another did. */
    @Override
    public void close() {
        closing = true;
        List<Stopping> order;
        synchronized (toStop) {
            order = List.copyOf(toStop);
            toStop.clear();
        }
        for (Stopping each : order) {
            try {
                each.how.call();
            } catch (Exception | Error failed) {
                LOG.warn("{} did not stop cleanly", each.what, failed);
            }
        }
        tally.close();
    }

    /** What the operator's calls do. */
    private final class OperatorOfRun implements Operator {
        @Override
        public CompletionStage<Void> acknowledge(String alertId, String by, String note) {
            return journalled(new Command.Acknowledge(alertId, by, note));
        }

        @Override
        public CompletionStage<Void> shelve(String ruleId, long untilMs, String by, String note) {
            return journalled(new Command.Shelve(ruleId, untilMs, by, note));
        }

        @Override
        public CompletionStage<Void> unshelve(String ruleId, String by, String note) {
            return journalled(new Command.Unshelve(ruleId, by, note));
        }

        @Override
        public CompletionStage<Void> takeOutOfService(String sensorId, String by, String note) {
            return journalled(new Command.OutOfService(sensorId, by, note));
        }

        @Override
        public CompletionStage<Void> maintain(List<String> sensorIds, long untilMs, String by, String note) {
            return journalled(new Command.Maintain(sensorIds, untilMs, by, note));
        }

        @Override
        public CompletionStage<Void> putInService(String sensorId, String by, String note) {
            return journalled(new Command.InService(sensorId, by, note));
        }

        private CompletionStage<Void> journalled(Command command) {
            return run.command(command).thenApply(sequence -> null);
        }

        @Override
        public CompletionStage<Reload> reload() {
            Catalogue before = run.catalogue();
            return switch (SettingsFile.load(configFile, before)) {
                case Read.Bad(List<Fault> faults) ->
                    CompletableFuture.completedFuture(new Reload(
                            before.revision(),
                            false,
                            faults.stream()
                                    .map(fault -> fault.format(
                                            configFile.getFileName().toString()))
                                    .toList()));
                case Read.Good good ->
                    run.use(good.catalogue()).thenApply(inForce -> {
                        keepSettings(inForce);
                        sources.use(inForce);
                        channels.forEach(each -> each.use(inForce));
                        useDuty(good.settings().post().duty());
                        return new Reload(
                                inForce.revision(), !inForce.revision().equals(before.revision()), List.of());
                    });
            };
        }
    }
}
