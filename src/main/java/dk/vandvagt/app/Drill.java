package dk.vandvagt.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Settings;
import dk.vandvagt.http.Bulletins;
import dk.vandvagt.http.Drills.Order;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.mqtt.Broker;
import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.mqtt.MqttSource;
import dk.vandvagt.notify.CapChannel;
import dk.vandvagt.notify.CapFeed;
import dk.vandvagt.notify.CapSettings;
import dk.vandvagt.notify.Channel;
import dk.vandvagt.notify.DeliveryLog;
import dk.vandvagt.notify.MqttChannel;
import dk.vandvagt.notify.PostOffice;
import dk.vandvagt.shard.Outbox;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Decoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One drill: a run of its own, with journal, shards and alert book, fed by readings under {@code {prefix}/exercise/readings/} and told
 * under {@code {prefix}/exercise/}. It has no database, and nothing of it reaches the real run. One thread begins and ends it.
 */
final class Drill {
    private static final Logger LOG = LoggerFactory.getLogger(Drill.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String WRITTEN = "drill.json";
    private static final Duration MAX_STEP = Duration.ofHours(1);
    private static final long SESSION_S = 300;
    private static final long JUDGED_WITHIN_S = 10;
    private static final long LOOK_EVERY_MS = 50;

    /** What a drill leaves behind for whoever tidies up after it, also when it could not. */
    record Written(Order order, Set<String> areas) {
        static Written in(Path folder) throws IOException {
            return JSON.readValue(Files.readAllBytes(folder.resolve(WRITTEN)), Written.class);
        }
    }

    private final Order order;
    private final Settings settings;
    private final Path folder;
    private final LongSupplier wallClockMs;
    private final Run run;
    private final List<Outbox> outboxes = new CopyOnWriteArrayList<>();
    private final List<Channel> channels = new ArrayList<>();
    private @Nullable MqttSource source;
    private @Nullable Bulletins bulletins;
    private @Nullable PostOffice office;
    private boolean stopped;

    private Drill(Settings real, Catalogue catalogue, Order order, Path folder, LongSupplier wallClockMs)
            throws IOException, InterruptedException {
        this.order = order;
        this.folder = folder;
        this.wallClockMs = wallClockMs;
        settings = real.withRun(order.runId(), new Settings.Clock.Stream(MAX_STEP));
        Files.createDirectories(folder);
        Files.write(
                folder.resolve(WRITTEN), JSON.writeValueAsBytes(new Written(order, new TreeSet<>(catalogue.areas()))));
        run = Run.open(
                settings,
                catalogue.text(),
                folder,
                transitions -> outboxes.forEach(each -> each.tell(transitions)),
                wallClockMs);
    }

    /**
     * Begins it, or goes on with what is left of it in its folder.
     *
     * @param real the settings of the run beside it
     * @param catalogue those in force there, which the drill keeps to its end
     * @param home the broker, as the drill logs in there
     */
    static Drill begin(
            Settings real,
            Catalogue catalogue,
            Order order,
            Path folder,
            Broker home,
            Post post,
            LongSupplier wallClockMs)
            throws IOException, InterruptedException {
        Drill drill = new Drill(real, catalogue, order, folder, wallClockMs);
        try {
            drill.open(home, post);
            return drill;
        } catch (IOException | RuntimeException failed) {
            post.drillIsOver();
            drill.close();
            throw failed;
        }
    }

    /** Below which everything of a drill is, at the broker. */
    static String prefix(Settings settings) {
        return settings.mqtt().topicPrefix() + "/exercise";
    }

    private void open(Broker home, Post post) throws IOException {
        DeliveryLog deliveries = Deliveries.of(run.transitions());
        String prefix = prefix(settings);
        start(new MqttChannel(
                Mqtt5Client::new,
                home.uri(),
                home.clientId() + "-alerts",
                home.username(),
                home.password(),
                home.sockets(),
                prefix,
                settings.place().timeZone(),
                run.catalogue(),
                deliveries,
                run::told,
                Set.of()));
        Settings.Cap cap = settings.cap();
        if (cap != null) {
            CapFeed feed = CapFeed.open(
                    folder.resolve("cap"),
                    new CapSettings(
                            cap.sender(),
                            cap.senderName(),
                            cap.web(),
                            cap.updateInterval().toMillis(),
                            cap.keep().toMillis(),
                            true,
                            settings.place().timeZone()),
                    wallClockMs);
            start(new CapChannel(
                    feed,
                    run.catalogue(),
                    deliveries,
                    run.transitions()::all,
                    () -> run.sequencer().counts().clockMs()));
            bulletins = new BulletinsOfRun(feed, true);
        }
        PostOffice letters = post.officeOf(run, folder, deliveries);
        office = letters;
        start(letters);
        post.introduce(letters);
        Decoder decoder = new CanonicalReadings(prefix);
        Broker listening = home.forATime(home.clientId(), home.username(), home.password(), SESSION_S);
        MqttSource readings = new MqttSource(
                listening,
                decoder,
                decoder.filters(),
                run.catalogue(),
                run.sequencer(),
                wallClockMs,
                run.sequencer()::sourcesConnected);
        source = readings;
        readings.start();
    }

    private void start(Channel channel) throws IOException {
        run.transitions().begin(channel.name());
        channels.add(channel);
        outboxes.add(channel);
        channel.start();
    }

    /** Told of what happens in it, too. */
    void tell(Outbox outbox) {
        outboxes.add(outbox);
    }

    Order order() {
        return order;
    }

    Run run() {
        return run;
    }

    /** Readings from the broker are taken. */
    boolean listens() {
        MqttSource readings = source;
        return readings != null && readings.tallies().subscribed();
    }

    /** Why they are not, as far as is known. */
    String trouble() {
        MqttSource readings = source;
        String trouble = readings == null ? null : readings.trouble();
        return trouble == null ? "" : trouble;
    }

    @Nullable
    Bulletins bulletins() {
        return bulletins;
    }

    /** Whether people are told of something real that is new or worse. */
    static boolean isInterruptedBy(List<Transition> real) {
        return real.stream().anyMatch(each -> !each.shelved() && each.severity() > 0 && isNews(each.kind()));
    }

    private static boolean isNews(Transition.Kind kind) {
        return switch (kind) {
            case RAISED, ESCALATED, UNSHELVED -> true;
            default -> false;
        };
    }

    /** The last step of each alert that stands: it was of a drill, which is over. */
    static List<Transition> lastSteps(LiveState live, Transition.Cause cause, String by) {
        return live.alerts().stream()
                .filter(each -> each.state() == Alert.State.ACTIVE)
                .map(each -> over(each.last(), live, cause, by))
                .toList();
    }

    private static Transition over(Transition last, LiveState live, Transition.Cause cause, String by) {
        int number = last.number() + 1;
        return new Transition(
                last.alertId() + "/" + number,
                last.alertId(),
                number,
                Transition.Kind.CLEARED,
                last.runId(),
                last.ruleId(),
                last.stationId(),
                last.sensorId(),
                live.sequence(),
                live.clockMs(),
                live.clockMs(),
                last.beganAtMs(),
                0,
                last.threshold(),
                last.raiseAt(),
                last.clearBelow(),
                last.unit(),
                last.datum(),
                0,
                Double.NaN,
                0,
                last.peak(),
                last.peakAtMs(),
                false,
                false,
                by,
                null,
                false,
                false,
                0,
                cause,
                0);
    }

    /**
     * Takes no more readings, and tells whoever was told of it that it is over; then everything closes.
     *
     * @param told run before that: from then on nobody may look at it
     * @return whether everybody could be told in time
     */
    boolean end(Transition.Cause cause, String by, long tellWithinMs, Runnable told)
            throws IOException, InterruptedException {
        try {
            stopTaking();
            LiveState live = run.shards()
                    .copy()
                    .toCompletableFuture()
                    .orTimeout(JUDGED_WITHIN_S, TimeUnit.SECONDS)
                    .join();
            List<Transition> last = run.transitions().append(lastSteps(live, cause, by));
            outboxes.forEach(each -> each.tell(last));
            return awaitTold(tellWithinMs);
        } finally {
            told.run();
            close();
        }
    }

    private void stopTaking() throws InterruptedException {
        if (stopped) {
            return;
        }
        stopped = true;
        MqttSource readings = source;
        if (readings != null) {
            readings.stopTaking();
        }
        run.sequencer().close();
        if (readings != null) {
            readings.close();
        }
    }

    /** On the machine's clock: who has to take it is elsewhere. */
    private boolean awaitTold(long withinMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        while (!isTold()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                LOG.warn("{}: not everybody could be told in time that it is over", order.runId());
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
        return true;
    }

    private boolean isTold() {
        PostOffice letters = office;
        return channels.stream()
                        .allMatch(each -> run.transitions().untold(each.name()).isEmpty())
                && (letters == null || letters.waiting() == 0);
    }

    private void close() throws IOException, InterruptedException {
        stopTaking();
        channels.reversed().forEach(Channel::close);
        outboxes.clear();
        run.close();
    }
}
