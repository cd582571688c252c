package dk.vandvagt.app;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.Settings;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.notify.AlertMessage;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Command;
import dk.vandvagt.shard.Verdicts;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Decoder;
import dk.vandvagt.wire.ReadingBuffer;
import dk.vandvagt.wire.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gauges, a broker, a run of the real rooms in its folder, people who are told, and a database that takes what is judged: all of
 * it on one clock that this class moves. A message is one as a gauge publishes it, decoded, journalled, judged by the shards,
 * taken up by the alert book, made durable and put into words. A kill is a copy of the folder as it lies there.
 */
final class World implements AutoCloseable {
    private static final String PREFIX = "vandvagt/v1";
    private static final long TICK_MS = Duration.ofMinutes(5).toMillis();
    private static final long WITHIN_NS = TimeUnit.SECONDS.toNanos(20);
    private static final String[] COLOURS = {"", " yellow", " orange", " red"};
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(Story.LOCAL);

    private record Message(String sensorId, byte[] payload) {}

    /** What was sent, by sensor and observation: the last word counts. */
    private record Key(String sensorId, long observedAtMs) {}

    private final Path folder;
    private final AtomicLong wallMs = new AtomicLong();
    private final Deque<Message> queuedAtBroker = new ArrayDeque<>();
    private final Map<String, Message> lastOf = new HashMap<>();
    private final List<Transition> outbox = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final Set<String> called = new HashSet<>();
    private final List<String> toldIds = new ArrayList<>();
    private LocalDate toldDate = LocalDate.EPOCH;

    private String settings;
    private @Nullable Run run;
    private Decoder.@Nullable Session decoder;
    private int life;

    private @Nullable Run drill;
    private final List<Transition> drillsOutbox = new ArrayList<>();
    private int drills;

    private boolean databaseAway;
    private long drainedSequence;
    private final Map<Key, Double> sent = new HashMap<>();
    private final Map<Key, Double> stored = new HashMap<>();
    private final Set<String> storedTransitions = new HashSet<>();

    World(Path folder, String settings) {
        this.folder = folder;
        this.settings = settings;
    }

    void begin(long atMs) throws IOException, InterruptedException {
        wallMs.set(atMs);
        start();
    }

    /**
     * What people were told so far: a line of time, kind, severity and threshold, and the texts; and of what operators alone see, the
     * first line.
     */
    List<String> told() {
        return told;
    }

    /** What was told, shelved or not, in order. */
    List<Transition> transitions() {
        return transitions;
    }

    private Run running() {
        if (run == null) {
            throw new IllegalStateException(
                    "the service is down at " + CLOCK.format(Instant.ofEpochMilli(wallMs.get())));
        }
        return run;
    }

    private Read.Good read(@Nullable Catalogue previous) {
        Read read = SettingsReader.read(settings, "the story", previous);
        if (read instanceof Read.Good good) {
            return good;
        }
        throw new IllegalArgumentException(read.toString());
    }

    void start() throws IOException, InterruptedException {
        Run opened =
                Run.open(read(null).settings(), settings, folder.resolve("life-" + life), outbox::addAll, wallMs::get);
        run = opened;
        decoder = new CanonicalReadings(PREFIX).open(opened.catalogue());
        opened.sequencer().sourcesConnected();
        poke();
        while (!queuedAtBroker.isEmpty()) {
            deliver(queuedAtBroker.removeFirst());
        }
    }

    /** @param kill -9: with what lies in the folder just now, and nothing of what a clean end would write */
    void stop(boolean kill) throws IOException, InterruptedException {
        Run stopped = running();
        Run besides = drill;
        if (besides != null) {
            // over with the service, and nobody is told anything new of it
            drill = null;
            besides.close();
        }
        Path before = folder.resolve("life-" + life);
        life++;
        Path after = folder.resolve("life-" + life);
        if (kill) {
            copy(before, after);
            stopped.close();
        } else {
            stopped.close();
            copy(before, after);
        }
        run = null;
    }

    void snapshot() throws IOException, InterruptedException {
        running().snapshot();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    /** Time passes, tick by tick. */
    void passUntil(long atMs) throws IOException, InterruptedException {
        while (wallMs.get() < atMs) {
            wallMs.set(Math.min(atMs, (wallMs.get() / TICK_MS + 1) * TICK_MS));
            if (run != null) {
                poke();
            }
        }
    }

    /** Noise on the line wakes the sequencer, which sees how late it is. */
    private void poke() throws IOException, InterruptedException {
        offer(Refusal.MALFORMED, new ReadingBuffer());
        Run on = running();
        await(
                "the clock",
                () -> on.sequencer().counts().catchingUp()
                        || on.sequencer().counts().clockMs() >= wallMs.get());
        settle();
    }

    private void offer(@Nullable Refusal refusal, ReadingBuffer readings) throws InterruptedException {
        offer(running(), refusal, readings);
    }

    private void offer(Run to, @Nullable Refusal refusal, ReadingBuffer readings) throws InterruptedException {
        CountDownLatch settled = new CountDownLatch(1);
        Arrival arrival = refusal == null
                ? Arrival.of(refused -> settled.countDown(), readings, wallMs.get())
                : Arrival.refused(refused -> settled.countDown(), refusal, wallMs.get());
        if (!to.sequencer().offer(arrival) || !settled.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a message was not settled");
        }
    }

    private static void await(String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + WITHIN_NS;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + " did not come");
            }
            LockSupport.parkNanos(20_000);
        }
    }

    /** Everything so far is judged, kept, told and, where there is a database, in it. */
    private void settle() throws IOException, InterruptedException {
        Run on = running();
        await(
                "judging",
                () -> on.shards().gatheredSequence() >= on.sequencer().counts().lastSequence());
        settleDrill();
        for (Transition transition : outbox) {
            write(transition);
        }
        if (Drill.isInterruptedBy(outbox)) {
            endDrill(Transition.Cause.EXERCISE_INTERRUPTED);
        }
        outbox.clear();
        for (OperatorCall call : live().operatorCalls()) {
            if (called.add(call.kind() + call.sensorId() + call.ruleId() + call.threshold() + call.firstAtMs())) {
                date(call.lastAtMs());
                told.add("%s operators: %s %s"
                        .formatted(
                                CLOCK.format(Instant.ofEpochMilli(call.lastAtMs())),
                                call.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                call.kind() == OperatorCall.Kind.FLOOD ? call.times() + " alerts" : call.sensorId()));
            }
        }
        if (!databaseAway) {
            drain();
        }
    }

    // ---- a drill beside it: its own run, in its own folder, of which nothing may reach the real one

    private void beginDrill() throws IOException, InterruptedException {
        String id = ExerciseRun.PREFIX + ++drills;
        drill = Run.open(
                read(null).settings().withRun(id, new Settings.Clock.Stream(Duration.ofHours(1))),
                running().catalogue().text(),
                folder.resolve(id),
                drillsOutbox::addAll,
                wallMs::get);
        drill.sequencer().sourcesConnected();
    }

    private void settleDrill() {
        Run beside = drill;
        if (beside != null) {
            await(
                    "judging the drill",
                    () -> beside.shards().gatheredSequence()
                            >= beside.sequencer().counts().lastSequence());
            for (Transition transition : drillsOutbox) {
                writeOfDrill(transition, beside.catalogue());
            }
            drillsOutbox.clear();
        }
    }

    private void writeOfDrill(Transition transition, Catalogue catalogue) {
        date(transition.clockMs());
        told.add(CLOCK.format(Instant.ofEpochMilli(transition.clockMs())) + " exercise: "
                + transition.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
                + COLOURS[transition.severity()]
                + " "
                + transition.threshold());
        Text text = ExerciseRun.headed(transition.runId(), new AlertMessage(transition, catalogue, Story.LOCAL).text());
        told.add("  " + text.da());
        told.add("  " + text.en());
    }

    private void endDrill(Transition.Cause cause) throws IOException, InterruptedException {
        Run over = drill;
        if (over == null) {
            return;
        }
        over.sequencer().close();
        LiveState live = over.shards().copy().toCompletableFuture().join();
        for (Transition transition : over.transitions().append(Drill.lastSteps(live, cause, ""))) {
            writeOfDrill(transition, over.catalogue());
        }
        drill = null;
        over.close();
    }

    /** {@code exercise HAVN at 18:00 1.10 1.20}: what the drill's gauge sends. */
    private void exercised(Story.Event event) throws IOException, InterruptedException {
        Run beside = drill;
        if (beside == null) {
            throw new IllegalStateException("no drill runs: " + event.line());
        }
        Story.Event measured = new Story.Event(
                event.atMs(),
                event.date(),
                event.words().subList(1, event.words().size()),
                event.line());
        Message message = message(measured, measured.words().getFirst());
        ReadingBuffer readings = new ReadingBuffer();
        Refusal refusal = new CanonicalReadings(PREFIX + "/exercise")
                .open(beside.catalogue())
                .decode(
                        PREFIX + "/exercise/readings/" + message.sensorId,
                        message.payload,
                        0,
                        message.payload.length,
                        wallMs.get(),
                        readings);
        if (refusal != null) {
            throw new IllegalArgumentException(refusal + ": " + event.line());
        }
        offer(beside, null, readings);
        settle();
    }

    private void write(Transition transition) {
        date(transition.clockMs());
        toldIds.add(transition.id());
        transitions.add(transition);
        String line = CLOCK.format(Instant.ofEpochMilli(transition.clockMs()))
                + (transition.shelved() ? " kept quiet:" : "")
                + " "
                + transition.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
                + COLOURS[transition.severity()]
                + " "
                + transition.threshold();
        told.add(line);
        if (!transition.shelved()) {
            Text text = new AlertMessage(transition, running().catalogue(), Story.LOCAL).text();
            told.add("  " + text.da());
            told.add("  " + text.en());
        }
    }

    private void date(long atMs) {
        LocalDate date = Instant.ofEpochMilli(atMs).atZone(Story.LOCAL).toLocalDate();
        if (!date.equals(toldDate)) {
            told.add(date.toString());
            toldDate = date;
        }
    }

    private void drain() throws IOException, InterruptedException {
        Run on = running();
        while (true) {
            List<Verdicts> found = on.verdicts().read(drainedSequence, Integer.MAX_VALUE, 0);
            if (found.isEmpty()) {
                return;
            }
            for (Verdicts verdicts : found) {
                for (int i = 0; i < verdicts.size(); i++) {
                    stored.put(new Key(verdicts.sensorId()[i], verdicts.observedAtMs()[i]), verdicts.value()[i]);
                }
                verdicts.transitions().forEach(each -> storedTransitions.add(each.id()));
            }
            drainedSequence = found.getLast().sequence();
            on.verdicts().committed(drainedSequence);
        }
    }

    LiveState live() {
        return running().shards().copy().toCompletableFuture().join();
    }

    void happen(Story.Event event) throws IOException, InterruptedException {
        List<String> words = event.words();
        switch (words.getFirst()) {
            case "wait" -> {}
            case "restart" -> {
                stop(false);
                start();
            }
            case "kill" -> stop(true);
            case "start" -> start();
            case "drill" -> beginDrill();
            case "exercise" -> exercised(event);
            case "database" -> {
                databaseAway = words.get(1).equals("away");
                settle();
            }
            case "settings:" -> reload(event.line());
            case "acknowledge" -> {
                for (Alert alert : live().alerts()) {
                    if (alert.state() == Alert.State.ACTIVE) {
                        command(new Command.Acknowledge(alert.id(), words.get(2), rest(words, 3)));
                    }
                }
            }
            case "shelve" ->
                command(new Command.Shelve(
                        words.get(1),
                        wallMs.get() + Duration.parse("PT" + words.get(2)).toMillis(),
                        words.get(4),
                        rest(words, 5)));
            case "out-of-service" -> command(new Command.OutOfService(words.get(1), words.get(3), rest(words, 4)));
            case "maintain" ->
                command(new Command.Maintain(
                        List.of(words.get(1)),
                        wallMs.get() + Duration.parse("PT" + words.get(2)).toMillis(),
                        words.get(4),
                        rest(words, 5)));
            case "in-service" -> command(new Command.InService(words.get(1), words.get(3), rest(words, 4)));
            default -> measured(event);
        }
    }

    private static String rest(List<String> words, int from) {
        return words.size() <= from ? "" : String.join(" ", words.subList(from, words.size()));
    }

    private void command(Command command) throws IOException, InterruptedException {
        running().command(command).toCompletableFuture().join();
        settle();
    }

    /** {@code settings: raiseAt: 1.25 becomes raiseAt: 1.10} */
    private void reload(String line) throws IOException, InterruptedException {
        String[] change = line.split("settings: | becomes ");
        if (settings.split(java.util.regex.Pattern.quote(change[1]), -1).length != 2) {
            throw new IllegalArgumentException(change[1] + " must be in the settings once");
        }
        settings = settings.replace(change[1], change[2]);
        Run on = running();
        on.use(read(on.catalogue()).catalogue()).toCompletableFuture().join();
        if (decoder != null) {
            decoder.use(on.catalogue());
        }
        settle();
    }

    private void measured(Story.Event event) throws IOException, InterruptedException {
        List<String> words = event.words();
        String sensorId = words.getFirst();
        Message message;
        if (words.get(1).equals("again")) {
            message = lastOf.get(sensorId);
        } else {
            message = message(event, sensorId);
            lastOf.put(sensorId, message);
        }
        if (message == null) {
            throw new IllegalArgumentException(event.line());
        }
        if (run == null) {
            queuedAtBroker.addLast(message);
        } else {
            deliver(message);
        }
    }

    private Message message(Story.Event event, String sensorId) {
        List<String> words = event.words();
        long observedAtMs = event.atMs();
        int from = 1;
        if (words.get(1).equals("at")) {
            observedAtMs = event.instant(words.get(2));
            from = 3;
        } else if (words.get(1).startsWith("clock")) {
            observedAtMs += Duration.parse("PT" + words.get(1).substring("clock".length()))
                    .toMillis();
            from = 2;
        }
        StringBuilder payload = new StringBuilder("[");
        for (String value : words.subList(from, words.size())) {
            payload.append(payload.length() == 1 ? "" : ",")
                    .append("{\"t\":\"")
                    .append(Instant.ofEpochMilli(observedAtMs))
                    .append("\",\"v\":")
                    .append(value)
                    .append('}');
            observedAtMs += intervalMs(sensorId);
        }
        return new Message(sensorId, payload.append(']').toString().getBytes(StandardCharsets.UTF_8));
    }

    long intervalMs(String sensorId) {
        Catalogue catalogue = read(null).catalogue();
        int index = catalogue.sensorIndex(sensorId);
        if (index < 0) {
            throw new IllegalArgumentException(sensorId + " is no sensor of this story");
        }
        return catalogue.sensor(index).intervalMs();
    }

    private void deliver(Message message) throws IOException, InterruptedException {
        Refusal refusal = receive(PREFIX + "/readings/" + message.sensorId, message.payload);
        if (refusal != null) {
            throw new IllegalArgumentException(refusal + ": " + new String(message.payload, StandardCharsets.UTF_8));
        }
        settle();
    }

    /** A message as it comes from the broker; what cannot be read is refused as it would be there. It is judged by when time goes on. */
    @Nullable
    Refusal receive(String topic, byte[] payload) throws IOException, InterruptedException {
        Decoder.Session session = decoder;
        if (session == null) {
            throw new IllegalStateException("no decoder");
        }
        ReadingBuffer readings = new ReadingBuffer();
        Refusal refusal = session.decode(topic, payload, 0, payload.length, wallMs.get(), readings);
        long farFuture = running().sequencer().refused(Refusal.FAR_FUTURE);
        offer(refusal, readings);
        if (refusal == null && running().sequencer().refused(Refusal.FAR_FUTURE) == farFuture) {
            String sensorId = topic.substring(topic.lastIndexOf('/') + 1);
            for (int i = 0; i < readings.size(); i++) {
                sent.put(new Key(sensorId, readings.observedAtMs(i)), readings.value(i));
            }
        }
        return refusal;
    }

    /** What must hold at the end of every story. */
    void lookBack() throws IOException, InterruptedException {
        databaseAway = false;
        settle();
        if (!stored.equals(sent)) {
            throw new AssertionError("in the database: " + stored + "\nsent: " + sent);
        }
        if (toldIds.size() != new HashSet<>(toldIds).size()) {
            throw new AssertionError("told twice: " + toldIds);
        }
        if (!storedTransitions.equals(new HashSet<>(toldIds))) {
            throw new AssertionError("in the database: " + storedTransitions + "\ntold: " + toldIds);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Run last : new Run[] {drill, run}) {
            if (last != null) {
                last.close();
            }
        }
    }
}
