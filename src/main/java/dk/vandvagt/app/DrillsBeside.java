package dk.vandvagt.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Settings;
import dk.vandvagt.http.Bulletins;
import dk.vandvagt.http.Drills;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.journal.TransitionLog;
import dk.vandvagt.mqtt.Broker;
import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.notify.MqttNotice;
import dk.vandvagt.shard.Outbox;
import dk.vandvagt.station.Text;
import dk.vandvagt.tally.Tally;
import io.micrometer.core.instrument.Tags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drills beside the real run, one at a time: begun and ended by an operator, ended by a real alert or when their time is up. One that ran
 * when the service was killed is over at the next start, and whoever heard of it is told so. What one left retained at the broker is
 * emptied afterwards, and where that could not be, at the next start. One thread does all of it.
 */
final class DrillsBeside implements Drills, Outbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DrillsBeside.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** In a drill's folder once everybody was told that it is over, or could not be in time. */
    private static final String TOLD = "told";

    /** In a drill's folder once nothing of it is left anywhere else. */
    private static final String OVER = "over";

    private static final int KEPT = 10;
    private static final long LISTENS_WITHIN_MS = 15_000;
    private static final long LOOK_EVERY_MS = 20;
    private static final long TELL_WITHIN_MS = 20_000;
    private static final long TELL_WHILE_STOPPING_MS = 3_000;
    private static final long TIDY_AGAIN_MS = 10_000;
    private static final long STOP_WITHIN_S = 30;
    private static final SegmentLog.Settings READING = new SegmentLog.Settings(16L << 20, 1L << 40);

    private final Settings settings;
    private final Run real;
    private final Path runs;
    private final Post post;
    private final LongSupplier wallClockMs;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("vandvagt-drills").factory());

    private volatile @Nullable Broker broker;
    private volatile Outbox onNews = transitions -> {};
    private volatile @Nullable Drill current;
    private volatile @Nullable Bulletins bulletins;
    private volatile boolean untidy = true;
    private volatile boolean closing;
    private final LongAdder begun = new LongAdder();
    private final LongAdder interrupted = new LongAdder();
    private long tidyAtMs;

    /** @param runs where each has its folder */
    DrillsBeside(Settings settings, Run real, Path runs, Post post, LongSupplier wallClockMs) {
        this.settings = settings;
        this.real = real;
        this.runs = runs;
        this.post = post;
        this.wallClockMs = wallClockMs;
    }

    /** @param home the broker, as a drill logs in there */
    void use(Broker home) {
        broker = home;
    }

    /** @param news told of what happens in a drill */
    void tell(Outbox news) {
        onNews = news;
    }

    void count(Tally tally) {
        Tags none = Tags.empty();
        tally.gauge("vandvagt.drill.running", "1 while a drill runs", none, () -> current == null ? 0 : 1);
        tally.gauge("vandvagt.drill.readings", "of the drill that runs", none, () -> {
            Drill now = current;
            return now == null ? 0 : now.run().sequencer().counts().readings();
        });
        tally.gauge("vandvagt.drill.alerts", "that stand in the drill that runs", none, () -> {
            Drill now = current;
            return now == null ? 0 : now.run().shards().standingAlerts();
        });
        tally.counter("vandvagt.drills.begun", "drills", none, begun::sum);
        tally.counter("vandvagt.drills.interrupted", "drills ended by a real alert", none, interrupted::sum);
    }

    // ---- what is asked from any thread

    @Override
    public @Nullable View running() {
        Drill now = current;
        return now == null
                ? null
                : new View(now.order(), now.run().shards(), now.run().trail());
    }

    @Override
    public @Nullable Bulletins bulletins() {
        return bulletins;
    }

    @Override
    public CompletionStage<Begun> begin(String by, String note, long untilMs) {
        return asked(() -> beginNow(by, note, untilMs));
    }

    @Override
    public CompletionStage<@Nullable Order> end(String by) {
        return asked(() -> endNow(Transition.Cause.EXERCISE_OVER, by, TELL_WITHIN_MS));
    }

    /** What is told of the real run. */
    @Override
    public void tell(List<Transition> transitions) {
        if (current != null && Drill.isInterruptedBy(transitions)) {
            interrupt();
        }
    }

    private void interrupt() {
        later(() -> endNow(Transition.Cause.EXERCISE_INTERRUPTED, "", TELL_WITHIN_MS));
    }

    /** From time to time. */
    void look() {
        Drill now = current;
        if (now != null && wallClockMs.getAsLong() >= now.order().untilMs()) {
            later(() -> endNow(Transition.Cause.EXERCISE_OVER, "", TELL_WITHIN_MS));
        } else if (untidy) {
            later(() -> {
                tidy();
                return null;
            });
        }
    }

    private interface Errand<T extends @Nullable Object> {
        T run() throws IOException, InterruptedException;
    }

    private <T extends @Nullable Object> CompletableFuture<T> asked(Errand<T> errand) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    answer.complete(errand.run());
                } catch (Exception failed) {
                    answer.completeExceptionally(failed);
                }
            });
        } catch (RejectedExecutionException stopping) {
            answer.completeExceptionally(stopping);
        }
        return answer;
    }

    private void later(Errand<?> errand) {
        asked(errand).whenComplete((done, failed) -> {
            if (failed != null && !closing) {
                LOG.error("a drill", failed);
            }
        });
    }

    // ---- the thread

    private Begun beginNow(String by, String note, long untilMs) throws IOException, InterruptedException {
        Drill now = current;
        Broker home = broker;
        if (now != null) {
            return new Begun.Refused(now.order().runId() + " runs already, until "
                    + Instant.ofEpochMilli(now.order().untilMs()) + ": end it first");
        }
        if (settings.run().clock() instanceof Settings.Clock.Stream) {
            return new Begun.Refused("this service itself runs on its readings' clock, as a demo or a replay does:"
                    + " a drill runs beside real readings");
        }
        String standing = standing();
        if (standing != null) {
            return new Begun.Refused(
                    "a real alert stands (" + standing + "): shelve its rule first, where it is none that matters");
        }
        if (home == null || closing) {
            throw new IOException("the broker is not there yet");
        }
        tidy();
        long nowMs = wallClockMs.getAsLong();
        String id = ExerciseRun.PREFIX + NAME.format(Instant.ofEpochMilli(nowMs));
        Order order = new Order(id, nowMs, untilMs, by, note);
        Broker asDrill = home.forATime(home.clientId() + "-" + id, home.username(), home.password(), 0);
        Drill drill = Drill.begin(settings, real.catalogue(), order, runs.resolve(id), asDrill, post, wallClockMs);
        untidy = true;
        try {
            awaitListening(drill);
            notice(home).tell(topic(), told(order, "running", nowMs, BEGINS), true);
        } catch (IOException | RuntimeException failed) {
            post.drillIsOver();
            drill.end(Transition.Cause.EXERCISE_OVER, by, 0, () -> {});
            mark(runs.resolve(id), TOLD);
            throw failed;
        }
        drill.tell(transitions -> onNews.tell(transitions));
        bulletins = drill.bulletins();
        current = drill;
        begun.increment();
        LOG.info("{} begins, by {}: {}", id, by, note);
        if (standing() != null) {
            // raised meanwhile, when nobody listened for it yet
            interrupt();
        }
        return new Begun.Running(order);
    }

    private static void awaitListening(Drill drill) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LISTENS_WITHIN_MS);
        while (!drill.listens()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IOException("no subscription within " + LISTENS_WITHIN_MS / 1000 + " s " + drill.trouble());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
    }

    /** The rule of a real alert that stands and is not shelved, null for none. */
    private @Nullable String standing() {
        return real
                .shards()
                .copy()
                .toCompletableFuture()
                .orTimeout(STOP_WITHIN_S, TimeUnit.SECONDS)
                .join()
                .alerts()
                .stream()
                .filter(each -> each.state() == Alert.State.ACTIVE && each.shelving() == null)
                .map(each -> each.last().ruleId())
                .findFirst()
                .orElse(null);
    }

    private @Nullable Order endNow(Transition.Cause cause, String by, long tellWithinMs)
            throws IOException, InterruptedException {
        Drill drill = current;
        if (drill == null) {
            return null;
        }
        boolean interrupt = cause == Transition.Cause.EXERCISE_INTERRUPTED;
        LOG.info("{} {}", drill.order().runId(), interrupt ? "is interrupted by a real alert" : "is over");
        if (interrupt) {
            interrupted.increment();
        }
        try {
            announceEnd(drill.order(), interrupt);
            // while stopping there is little time, but the next start goes on
            if (drill.end(cause, by, tellWithinMs, () -> current = null) || !closing) {
                mark(runs.resolve(drill.order().runId()), TOLD);
            }
        } finally {
            post.drillIsOver();
            tidyAtMs = 0;
            tidy();
        }
        return drill.order();
    }

    private void announceEnd(Order order, boolean interrupt) {
        Broker home = broker;
        if (home == null) {
            return;
        }
        try {
            notice(home)
                    .tell(
                            topic(),
                            told(
                                    order,
                                    interrupt ? "interrupted" : "over",
                                    wallClockMs.getAsLong(),
                                    interrupt ? INTERRUPTED : ENDS),
                            false);
        } catch (IOException away) {
            LOG.warn("{}: its end could not be told at the broker: {}", order.runId(), away.getMessage());
        }
    }

    private static final Text BEGINS = new Text(
            "ØVELSE ØVELSE ØVELSE: en øvelse begynder. Intet af det, der meldes her, sker i virkeligheden.",
            "EXERCISE EXERCISE EXERCISE: an exercise begins. Nothing that is told here is happening in reality.");
    private static final Text ENDS = new Text("ØVELSEN ER SLUT.", "EXERCISE OVER.");
    private static final Text INTERRUPTED =
            new Text("ØVELSEN AFBRUDT: der er en rigtig melding.", "EXERCISE INTERRUPTED: there is a real alert.");

    private static byte[] told(Order order, String state, long atMs, Text text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("id", order.runId() + "/" + state);
            json.writeStringField("runId", order.runId());
            json.writeStringField("status", ExerciseRun.status(order.runId()));
            json.writeStringField("state", state);
            json.writeStringField("at", Instant.ofEpochMilli(atMs).toString());
            json.writeStringField(
                    "beganAt", Instant.ofEpochMilli(order.beganAtMs()).toString());
            json.writeStringField("until", Instant.ofEpochMilli(order.untilMs()).toString());
            json.writeStringField("note", order.note());
            json.writeObjectFieldStart("text");
            json.writeStringField("da", text.da());
            json.writeStringField("en", text.en());
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private String topic() {
        return Drill.prefix(settings) + "/drill";
    }

    private static MqttNotice notice(Broker home) {
        return new MqttNotice(
                Mqtt5Client::new,
                home.uri(),
                home.clientId() + "-notice",
                home.username(),
                home.password(),
                home.sockets());
    }

    /** Of drills that do not run: empties what they left retained, and lets go of whom they knew. */
    private void tidy() throws InterruptedException {
        Broker home = broker;
        long nowMs = wallClockMs.getAsLong();
        if (!untidy || home == null || nowMs < tidyAtMs) {
            return;
        }
        tidyAtMs = nowMs + TIDY_AGAIN_MS;
        try {
            List<Path> all = folders();
            for (Path each : all) {
                if (!Files.exists(each.resolve(OVER)) && !isCurrent(each)) {
                    if (!Files.exists(each.resolve(TOLD))) {
                        if (closing) {
                            continue;
                        }
                        endLeft(each, home);
                    }
                    tidy(each, home);
                }
            }
            for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
                if (Files.exists(old.resolve(OVER))) {
                    delete(old);
                }
            }
            untidy = current != null;
        } catch (IOException | RuntimeException later) {
            LOG.warn("what a drill left at the broker could not be emptied: {}; it is tried again", later.getMessage());
        }
    }

    /** One that ran when the service was killed, or that could not tell everybody before it stopped. */
    private void endLeft(Path folder, Broker home) throws InterruptedException {
        try {
            Order order = Drill.Written.in(folder).order();
            LOG.info("{} ran when the service ended: it is over, and that is told", order.runId());
            announceEnd(order, false);
            Broker asDrill = home.forATime(home.clientId() + "-" + order.runId(), home.username(), home.password(), 0);
            try {
                Drill.begin(settings, real.catalogue(), order, folder, asDrill, post, wallClockMs)
                        .end(Transition.Cause.EXERCISE_OVER, "", TELL_WITHIN_MS, () -> {});
            } finally {
                post.drillIsOver();
            }
            mark(folder, TOLD);
        } catch (IOException | RuntimeException damaged) {
            LOG.warn("{}: that it is over cannot be told: {}", folder.getFileName(), damaged.getMessage());
        }
    }

    private static void mark(Path folder, String file) throws IOException {
        Files.write(folder.resolve(file), new byte[0]);
    }

    private boolean isCurrent(Path folder) {
        Drill now = current;
        return now != null && folder.endsWith(now.order().runId());
    }

    /** The oldest first. */
    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(each -> ExerciseRun.isDrill(String.valueOf(each.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private void tidy(Path folder, Broker home) throws IOException {
        String prefix = Drill.prefix(settings);
        Set<String> topics = new TreeSet<>(Set.of(topic()));
        Path alerts = folder.resolve("alerts");
        if (Files.isDirectory(alerts)) {
            List<Transition> told;
            try (SegmentLog log = SegmentLog.open(alerts, READING, wallClockMs, finding -> LOG.warn("{}", finding))) {
                told = TransitionLog.open(log).all();
            }
            told.forEach(each -> topics.add(prefix + "/alerts/" + each.stationId() + "/" + each.ruleId()));
        }
        Drill.Written.in(folder).areas().forEach(area -> topics.add(prefix + "/areas/" + area + "/alerts"));
        notice(home).empty(topics);
        delete(folder.resolve("subscriptions"));
        delete(folder.resolve("deliveries"));
        mark(folder, OVER);
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(root)) {
            paths.forEach(all::add);
        }
        all.sort(Comparator.reverseOrder());
        for (Path each : all) {
            Files.delete(each);
        }
    }

    /** A drill that runs is over. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        try {
            asked(() -> endNow(Transition.Cause.EXERCISE_OVER, "", TELL_WHILE_STOPPING_MS))
                    .orTimeout(STOP_WITHIN_S, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException failed) {
            LOG.warn("the drill did not end cleanly", failed);
        }
        thread.shutdownNow();
        thread.awaitTermination(STOP_WITHIN_S, TimeUnit.SECONDS);
    }
}
