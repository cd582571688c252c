package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dk.vandvagt.app.Device.Message;
import dk.vandvagt.app.Gauges.Inlets;
import dk.vandvagt.app.Gauges.Key;
import dk.vandvagt.app.Gauges.Round;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Receipt;
import dk.vandvagt.store.BreakableDatabase;
import dk.vandvagt.store.PostgresServer;
import dk.vandvagt.store.Store;
import dk.vandvagt.store.StoreSettings;
import dk.vandvagt.store.TimescaleProcess;
import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Decoder;
import dk.vandvagt.wire.Format;
import dk.vandvagt.wire.ReadingBuffer;
import dk.vandvagt.wire.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No acknowledged reading is lost and none counts twice, corrections are kept as such, and alerts are the same under the same
 * ids, whatever breaks: the service, the broker, the database, the lines between them, the disk, the clock, several at once.
 *
 * <p>A device publishes round after round, another one beside it, while faults hit at positions in what the first one sends. It sends
 * by topics, in packs of several sensors, or by HTTP. After each round everything is mended, and the database must hold what was sent. At the end it must hold exactly what a service without faults makes of the same
 * messages.
 *
 * <p>{@code -Dvandvagt.faults=1000 -Dvandvagt.seed=7} asks for more, or for the same again: messages, faults and the positions they
 * hit follow from the seed; what the processes are doing just then does not.
 *
 * <p>{@code -Dvandvagt.faults.broker=embedded} has the service embed its broker, {@code -Dvandvagt.faults.database=timescale} puts
 * a TimescaleDB in PostgreSQL's place.
 *
 * <p>It sleeps, since processes that are frozen, cut off or killed keep real time: how long a fault lasts cannot be handed in.
 */
class FaultTest {
    private static final int FAULTS = Integer.getInteger("vandvagt.faults", 40);
    /** The same in every build, so that a failure says something of the change; another one is asked for. */
    private static final long SEED = Long.getLong("vandvagt.seed", 20_231_020);

    /** Then it dies and comes back with the service, and what it acknowledged must survive that. */
    private static final boolean EMBEDDED_BROKER = "embedded".equals(System.getProperty("vandvagt.faults.broker"));

    private static final boolean TIMESCALE = "timescale".equals(System.getProperty("vandvagt.faults.database"));

    private static final long ROUND_LASTS_MS = 450;
    /** Only what has failed waits so long: a round takes seconds, on a busy machine some ten. */
    private static final long CALM_WITHIN_S = 300;

    private static final int SUBSCRIPTIONS = 4;
    private static final long CLOCK_STEP_MS = 2 * 3_600_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private enum Target {
        SERVICE,
        BROKER,
        DATABASE,
        TO_BROKER,
        BROKER_TO_SERVICE,
        SERVICE_TO_DATABASE,
        TO_SERVICE,
        DISK,
        CLOCK
    }

    private enum Fault {
        SERVICE_KILLED(Target.SERVICE),
        SERVICE_KILLED_WHILE_RECOVERING(Target.SERVICE),
        SERVICE_FROZEN(Target.SERVICE),
        BROKER_KILLED(Target.BROKER),
        BROKER_RESTARTED(Target.BROKER),
        BROKER_FROZEN(Target.BROKER),
        DATABASE_KILLED(Target.DATABASE),
        DATABASE_RESTARTED(Target.DATABASE),
        DATABASE_FROZEN(Target.DATABASE),
        TO_BROKER_CUT(Target.TO_BROKER),
        TO_BROKER_STALLED(Target.TO_BROKER),
        BROKER_TO_SERVICE_CUT(Target.BROKER_TO_SERVICE),
        BROKER_TO_SERVICE_STALLED(Target.BROKER_TO_SERVICE),
        SERVICE_TO_DATABASE_CUT(Target.SERVICE_TO_DATABASE),
        SERVICE_TO_DATABASE_STALLED(Target.SERVICE_TO_DATABASE),
        TO_SERVICE_CUT(Target.TO_SERVICE),
        TO_SERVICE_STALLED(Target.TO_SERVICE),
        DISK_FULL(Target.DISK),
        CLOCK_STEPPED(Target.CLOCK);

        private final Target target;

        Fault(Target target) {
            this.target = target;
        }
    }

    private record Strike(int number, Fault fault, int position, long forMs) {
        @Override
        public String toString() {
            return number + " " + fault + " at " + position + " for " + forMs + " ms";
        }
    }

    @TempDir
    private Path folder = Path.of("");

    private final Map<Target, ExecutorService> hands = new HashMap<>();
    private final ExecutorService besides = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Strike> struck = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private final long beganNanos = System.nanoTime();
    private int brokerKills;

    /** Everybody who sends. */
    private record Senders(Device device, Device harbour, Poster poster) implements AutoCloseable {
        static Senders to(FaultyMachine machine) throws IOException {
            Device.Account account = machine.account(Service.SENSOR_ACCOUNT);
            return new Senders(
                    new Device("coast", machine.toBroker.port(), account),
                    new Device("harbour", machine.toBroker.port(), account),
                    new Poster(machine.toService.port(), machine.secret(Service.DEVICE_SECRET)));
        }

        void brokerForgot() {
            device.brokerForgot();
            harbour.brokerForgot();
        }

        long acknowledgements() {
            return device.acknowledgements() + harbour.acknowledgements() + poster.acknowledgements();
        }

        @Override
        public void close() {
            device.close();
            harbour.close();
            poster.close();
        }
    }

    @Test
    void shouldLoseNothingAndCountNothingTwiceWhateverBreaks() throws Exception {
        say("faults=" + FAULTS + " seed=" + SEED + " (again: -Dvandvagt.faults=" + FAULTS + " -Dvandvagt.seed=" + SEED
                + ")");
        Mosquitto broker = EMBEDDED_BROKER ? null : Mosquitto.saving(Files.createDirectories(folder.resolve("broker")));
        BreakableDatabase database =
                TIMESCALE ? new TimescaleProcess(folder.resolve("timescale")) : new PostgresServer();
        Gauges gauges = new Gauges(SEED, EMBEDDED_BROKER ? Inlets.EMBEDDED_BROKER : Inlets.OUTSIDE_BROKER);
        String reference = database.create("reference");
        try (FaultyMachine machine =
                FaultyMachine.start(folder, gauges.settings(), broker, database, database.create("faults"))) {
            awaitFirstSubscription(machine);
            try (AlertEar ear = new AlertEar("tcp://127.0.0.1:" + machine.brokerPort, machine.account("viewer"));
                    Senders senders = Senders.to(machine)) {
                strikeAndCompare(machine, gauges, ear, senders, reference);
            }
        }
    }

    private void strikeAndCompare(FaultyMachine machine, Gauges gauges, AlertEar ear, Senders senders, String reference)
            throws Exception {
        for (Target target : Target.values()) {
            hands.put(
                    target, Executors.newSingleThreadExecutor(Thread.ofVirtual().factory()));
        }
        if (!machine.hasSmallDisk() && !EMBEDDED_BROKER) {
            say("NO FULL DISK among the faults: mounting a small one needs root and the right to mount");
        }
        Random random = new Random(SEED);
        try {
            while (struck.size() < FAULTS) {
                Round round = gauges.next();
                round(machine, senders, round, plan(random, machine, round));
            }
            asWithoutFaults(machine, ear, gauges, reference);
        } catch (AssertionError | Exception failed) {
            throw new AssertionError(whatHappened(machine), failed);
        }
        say("done: " + senders.acknowledgements() + " acknowledgements, "
                + gauges.histories().size() + " readings, " + machine.starts() + " starts of the service");
    }

    private List<Strike> plan(Random random, FaultyMachine machine, Round round) {
        List<Strike> strikes = new ArrayList<>();
        int count = Math.min(FAULTS - struck.size(), 2 + random.nextInt(4));
        while (strikes.size() < count) {
            // one more of the first than of the others: it is what all the promises are about
            Fault fault = Fault.values()[Math.max(0, random.nextInt(Fault.values().length + 1) - 1)];
            int position = random.nextInt(round.messages().size());
            long forMs = 20L + random.nextInt(random.nextBoolean() ? 150 : 900);
            boolean hits = switch (fault.target) {
                case DISK -> machine.hasSmallDisk();
                case TO_SERVICE -> round.form().posted;
                case BROKER, BROKER_TO_SERVICE -> !EMBEDDED_BROKER;
                default -> true;
            };
            if (hits) {
                strikes.add(new Strike(struck.size() + strikes.size() + 1, fault, position, forMs));
            }
        }
        return strikes;
    }

    /** Publishes a round while its faults strike, mends everything, and waits until all of it is stored. */
    private void round(FaultyMachine machine, Senders senders, Round round, List<Strike> strikes) throws Exception {
        long began = System.nanoTime();
        rounds.add(round);
        struck.addAll(strikes);
        List<CompletableFuture<?>> underWay = new ArrayList<>();
        long deadline = began + TimeUnit.SECONDS.toNanos(CALM_WITHIN_S);
        CompletableFuture<Void> beside =
                CompletableFuture.runAsync(() -> publishBeside(senders.harbour, round.beside(), deadline), besides);
        long paceMs = ROUND_LASTS_MS / round.messages().size();
        publish(
                senders,
                round,
                round.messages(),
                position -> strikes.stream()
                        .filter(strike -> strike.position == position)
                        .forEach(strike -> underWay.add(CompletableFuture.runAsync(
                                () -> strike(machine, senders, strike), hands.get(strike.fault.target)))),
                paceMs,
                deadline);
        assertThat(underWay).as("faults struck").hasSameSizeAs(strikes);
        CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).get(CALM_WITHIN_S, TimeUnit.SECONDS);
        long mended = System.nanoTime();
        beside.get(CALM_WITHIN_S, TimeUnit.SECONDS);
        if (senders.device.mustRepeat() && !round.form().posted) {
            senders.device.publish(round.messages(), position -> {}, 0, deadline);
        }
        if (senders.harbour.mustRepeat()) {
            senders.harbour.publish(round.beside(), position -> {}, 0, deadline);
        }
        Map<Key, Double> withoutLastWord = new TreeMap<>(round.expected());
        withoutLastWord.keySet().removeIf(key -> key.sensorId().equals(Gauges.LAST_WORD));
        awaitStored(machine, withoutLastWord, deadline);
        machine.diskIsWell();
        // everything is well and everything is stored: when this arrives, no copy of anything before is under way
        publish(senders, round, List.of(round.lastWord()), position -> {}, 0, deadline);
        awaitStored(machine, round.expected(), deadline);
        long now = System.nanoTime();
        for (Strike strike : strikes) {
            say("fault " + strike);
        }
        say(String.format(
                "      round of %d messages, %s, stored, %.1f s after its first (%.1f s after all was mended)",
                round.messages().size(), round.form(), (now - began) / 1e9, (now - mended) / 1e9));
    }

    private static void publish(
            Senders senders, Round round, List<Message> messages, IntConsumer onPosition, long paceMs, long deadline)
            throws IOException, InterruptedException {
        if (round.form().posted) {
            senders.poster.publish(messages, onPosition, paceMs, deadline);
        } else {
            senders.device.publish(messages, onPosition, paceMs, deadline);
        }
    }

    private static void publishBeside(Device harbour, List<Message> messages, long deadline) {
        try {
            harbour.publish(messages, position -> {}, ROUND_LASTS_MS / Math.max(1, messages.size()), deadline);
        } catch (InterruptedException stopped) {
            throw new CompletionException(stopped);
        }
    }

    private void strike(FaultyMachine machine, Senders senders, Strike strike) {
        try {
            switch (strike.fault) {
                case SERVICE_KILLED -> {
                    machine.killService();
                    machine.startService();
                }
                case SERVICE_KILLED_WHILE_RECOVERING -> {
                    machine.killService();
                    for (int again = 0; again <= strike.forMs % 2; again++) {
                        machine.startService();
                        // a JVM needs some hundred milliseconds until it recovers anything, and about two seconds for
                        // all of it
                        machine.goesOnFor(300 + 2 * strike.forMs);
                        machine.killService();
                    }
                    machine.startService();
                }
                case SERVICE_FROZEN -> {
                    machine.signalService("STOP");
                    machine.goesOnFor(strike.forMs);
                    machine.signalService("CONT");
                }
                case BROKER_KILLED -> {
                    brokerKills++;
                    // what it acknowledged since it last saved is its own loss, so the device sends it again
                    machine.toBroker.down(true);
                    machine.broker().kill();
                    machine.broker().startAgain();
                    senders.brokerForgot();
                    machine.toBroker.down(false);
                }
                case BROKER_RESTARTED -> {
                    machine.broker().stop();
                    machine.goesOnFor(strike.forMs / 4);
                    machine.broker().startAgain();
                }
                case BROKER_FROZEN -> {
                    machine.broker().freeze();
                    machine.goesOnFor(strike.forMs);
                    machine.broker().thaw();
                }
                case DATABASE_KILLED -> {
                    machine.database.kill();
                    machine.database.start();
                }
                case DATABASE_RESTARTED -> {
                    machine.database.stopImmediately();
                    machine.goesOnFor(strike.forMs / 4);
                    machine.database.start();
                }
                case DATABASE_FROZEN -> {
                    machine.database.freeze();
                    machine.goesOnFor(strike.forMs);
                    machine.database.thaw();
                }
                case TO_BROKER_CUT -> machine.toBroker.cut();
                case TO_BROKER_STALLED -> stall(machine, machine.toBroker, strike.forMs);
                case BROKER_TO_SERVICE_CUT -> machine.brokerToService.cut();
                case BROKER_TO_SERVICE_STALLED -> stall(machine, machine.brokerToService, strike.forMs);
                case SERVICE_TO_DATABASE_CUT -> machine.serviceToDatabase.cut();
                case SERVICE_TO_DATABASE_STALLED -> stall(machine, machine.serviceToDatabase, strike.forMs);
                case TO_SERVICE_CUT -> machine.toService.cut();
                case TO_SERVICE_STALLED -> stall(machine, machine.toService, strike.forMs);
                case DISK_FULL -> {
                    machine.fillDisk();
                    machine.goesOnFor(strike.forMs);
                    machine.emptyDisk();
                }
                case CLOCK_STEPPED -> machine.setClock((strike.forMs % 5 - 2) * CLOCK_STEP_MS / 2);
            }
        } catch (IOException | InterruptedException failed) {
            throw new CompletionException(strike.toString(), failed);
        }
    }

    private static void stall(FaultyMachine machine, Line line, long forMs) throws IOException, InterruptedException {
        line.stall(true);
        machine.goesOnFor(forMs);
        line.stall(false);
    }

    private void awaitFirstSubscription(FaultyMachine machine) throws Exception {
        // before there is a subscription a broker acknowledges and throws away; the harbour's is shared by two clients
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALM_WITHIN_S);
        while (machine.lastWords(200).stream()
                        .filter(line -> line.contains("subscribed to"))
                        .count()
                < (EMBEDDED_BROKER ? 1 : SUBSCRIPTIONS)) {
            machine.watchOverService();
            if (System.nanoTime() > deadline) {
                throw new AssertionError(whatHappened(machine));
            }
            machine.goesOnFor(20);
        }
    }

    private void awaitStored(FaultyMachine machine, Map<Key, Double> expected, long deadline) throws Exception {
        long from =
                expected.keySet().stream().mapToLong(Key::observedAtMs).min().orElseThrow();
        Map<Key, Double> stored = Map.of();
        while (true) {
            machine.watchOverService();
            stored = stored(machine.databaseUrl(), machine.databaseUser(), from);
            stored.keySet().retainAll(expected.keySet());
            if (stored.equals(expected)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                Map<Key, Double> missing = new TreeMap<>(expected);
                Map<Key, Double> there = stored;
                missing.entrySet().removeIf(each -> each.getValue().equals(there.get(each.getKey())));
                machine.dumpThreads();
                machine.goesOnFor(500);
                throw new AssertionError(
                        "acknowledged, and not stored " + CALM_WITHIN_S + " s after the round began: " + missing);
            }
            machine.goesOnFor(25);
        }
    }

    /** Nothing while the database is away, or has no tables yet. */
    private static Map<Key, Double> stored(String url, String user, long fromMs) {
        Map<Key, Double> stored = new TreeMap<>();
        try (Connection connection = connect(url, user);
                PreparedStatement query = connection.prepareStatement(
                        "select s.id, r.observed_at, r.value from reading r join sensor s using (sensor_id) where r.observed_at >= ?")) {
            query.setTimestamp(1, new Timestamp(fromMs));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    stored.put(new Key(row.getString(1), row.getTimestamp(2).getTime()), row.getDouble(3));
                }
            }
        } catch (SQLException notYet) {
            stored.clear();
        }
        return stored;
    }

    /** Everything the database holds, and what was told, beside what a run without faults makes of the same messages. */
    private void asWithoutFaults(FaultyMachine machine, AlertEar ear, Gauges gauges, String reference)
            throws Exception {
        runWithoutFaults(machine, gauges, reference);
        List<String> transitions = transitions(reference, machine.databaseUser());
        assertThat(transitions).as("transitions without faults").isNotEmpty();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALM_WITHIN_S);
        while (!transitions(machine.databaseUrl(), machine.databaseUser()).equals(transitions)
                && System.nanoTime() < deadline) {
            machine.goesOnFor(50);
        }
        same("transitions", transitions(machine.databaseUrl(), machine.databaseUser()), transitions);
        for (String what : List.of(
                "select s.id, r.observed_at, r.value, r.flag, r.test from reading r join sensor s using (sensor_id) order by 1, 2",
                "select e.run_id, e.rule_id, e.threshold, e.began_at, e.ended_at, e.station, s.id, e.severity, e.raise_at, e.peak,"
                        + " e.peak_at, e.worst_flag, e.late, e.possible from exceedance e join sensor s using (sensor_id)"
                        + " order by 1, 2, 3, 4",
                "select count(*) from quarantine")) {
            same(
                    what,
                    rows(machine.databaseUrl(), machine.databaseUser(), what),
                    rows(reference, machine.databaseUser(), what));
        }
        Map<Key, Double> sent = new TreeMap<>();
        gauges.histories().forEach((key, history) -> sent.put(key, history.getLast()));
        same(
                "readings",
                stored(machine.databaseUrl(), machine.databaseUser(), 0).entrySet(),
                sent.entrySet());
        onlyDeliberateCorrections(machine, gauges);
        everyAlertWasTold(machine, ear);
    }

    /** Thousands of equal ones are not worth showing. */
    private static <T> void same(String what, Collection<T> found, Collection<T> expected) {
        List<T> missing = new ArrayList<>(expected);
        missing.removeAll(new HashSet<>(found));
        List<T> more = new ArrayList<>(found);
        more.removeAll(new HashSet<>(expected));
        assertThat(missing).as(what + " that are missing; too many are " + more).isEmpty();
        assertThat(more).as(what + " that are too many").isEmpty();
        assertThat(found).as(what).hasSameSizeAs(expected);
    }

    private void runWithoutFaults(FaultyMachine machine, Gauges gauges, String url) throws Exception {
        Read.Good good = (Read.Good) SettingsFile.load(machine.config, null);
        String text = Files.readString(machine.config);
        try (Run run = Run.open(
                        good.settings(), text, folder.resolve("reference"), told -> {}, System::currentTimeMillis);
                Store store = Store.start(
                        StoreSettings.usual(url, machine.databaseUser(), ""), run.logId(), run.verdicts())) {
            Decoder.Session coast = new CanonicalReadings(Gauges.PREFIX).open(run.catalogue());
            Decoder.Session harbour = new CanonicalReadings(gauges.harbourPrefix()).open(run.catalogue());
            Decoder.Session packs = Format.SENML_JSON
                    .decoder(List.of(Gauges.PACKS), Gauges.PREFIX)
                    .open(run.catalogue());
            ReadingBuffer readings = new ReadingBuffer();
            for (Round round : rounds) {
                List<Message> all = new ArrayList<>(round.messages());
                all.addAll(round.beside());
                all.add(round.lastWord());
                for (Message message : all) {
                    byte[] payload = message.payload().getBytes(StandardCharsets.UTF_8);
                    readings.clear();
                    Decoder.Session session = message.topic().equals(Gauges.PACKS)
                            ? packs
                            : message.topic().startsWith(gauges.harbourPrefix()) ? harbour : coast;
                    Refusal refusal = session.decode(message.topic(), payload, 0, payload.length, 0, readings);
                    assertThat(refusal).isNull();
                    Arrival arrival = Arrival.of(Receipt.NOBODY, readings, System.currentTimeMillis());
                    await().pollInSameThread()
                            .pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(1))
                            .atMost(Duration.ofSeconds(CALM_WITHIN_S))
                            .until(() -> run.sequencer().offer(arrival));
                }
            }
            Key last = rounds.getLast().expected().keySet().stream()
                    .filter(key -> key.sensorId().equals(Gauges.LAST_WORD))
                    .findFirst()
                    .orElseThrow();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALM_WITHIN_S);
            while (!stored(url, machine.databaseUser(), last.observedAtMs()).containsKey(last)) {
                assertThat(System.nanoTime())
                        .as("when the run without faults is stored")
                        .isLessThan(deadline);
                machine.goesOnFor(50);
            }
        }
    }

    /** Flags change by themselves and make versions too; what counts is how often the value did. */
    private static void onlyDeliberateCorrections(FaultyMachine machine, Gauges gauges) throws SQLException {
        Map<Key, List<Double>> found = new HashMap<>();
        try (Connection connection = connect(machine.databaseUrl(), machine.databaseUser());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select s.id, v.observed_at, v.value from (
                          select sensor_id, observed_at, value, version_id from reading_version
                          union all select sensor_id, observed_at, value, 9223372036854775807 from reading) v
                        join sensor s using (sensor_id) order by s.id, v.observed_at, v.version_id
                        """)) {
            while (row.next()) {
                List<Double> history = found.computeIfAbsent(
                        new Key(row.getString(1), row.getTimestamp(2).getTime()), key -> new ArrayList<>());
                double value = row.getDouble(3);
                if (history.isEmpty() || history.getLast() != value) {
                    history.add(value);
                }
            }
        }
        same(
                "values that each reading ever had",
                found.entrySet(),
                gauges.histories().entrySet());
    }

    private void everyAlertWasTold(FaultyMachine machine, AlertEar ear) throws Exception {
        Map<String, List<Integer>> numbers = new TreeMap<>();
        Set<String> kept = new HashSet<>();
        for (String row : rows(
                machine.databaseUrl(),
                machine.databaseUser(),
                "select alert_id, number, id from transition order by alert_id, number")) {
            String[] column = row.split("\\|");
            numbers.computeIfAbsent(column[0], id -> new ArrayList<>()).add(Integer.valueOf(column[1]));
            kept.add(column[2]);
        }
        numbers.forEach((alertId, each) -> {
            for (int i = 0; i < each.size(); i++) {
                assertThat(each).as("numbers of alert " + alertId).element(i).isEqualTo(i);
            }
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALM_WITHIN_S);
        Set<String> untold = new HashSet<>(kept);
        while (true) {
            untold.removeAll(ear.ids());
            if (untold.size() <= brokerKills || System.nanoTime() > deadline) {
                break;
            }
            machine.goesOnFor(50);
        }
        assertThat(new HashSet<>(ear.ids())).as("told, and not kept").isSubsetOf(kept);
        // a killed broker may lose what it has confirmed and not yet passed on: one at a time, as the next waits for
        // the first
        assertThat(untold).as("kept, and never told").hasSizeLessThanOrEqualTo(brokerKills);
        Map<String, Integer> highest = new HashMap<>();
        for (String id : new LinkedHashSet<>(ear.ids())) {
            int slash = id.lastIndexOf('/');
            int number = Integer.parseInt(id.substring(slash + 1));
            assertThat(number)
                    .as(id + " told for the first time after a later one")
                    .isGreaterThan(highest.getOrDefault(id.substring(0, slash), -1));
            highest.put(id.substring(0, slash), number);
        }
        say("alerts: " + kept.size() + " transitions of " + numbers.size() + " alerts, heard "
                + ear.ids().size() + " times, " + untold.size() + " lost by a killed broker");
    }

    private static List<String> transitions(String url, String user) throws SQLException, IOException {
        List<String> lines = new ArrayList<>();
        for (String record : rows(url, user, "select record from transition order by alert_id, number")) {
            ObjectNode json = (ObjectNode) JSON.readTree(record);
            // how messages were gathered into batches, and so the batch's clock, differs from run to run
            json.remove(List.of("sequence", "clockMs"));
            lines.add(json.toString());
        }
        return lines;
    }

    private static List<String> rows(String url, String user, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect(url, user);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    line.append(i == 1 ? "" : "|").append(row.getString(i));
                }
                rows.add(line.toString());
            }
        }
        return rows;
    }

    private static Connection connect(String url, String user) throws SQLException {
        return DriverManager.getConnection(url, user, "");
    }

    private String whatHappened(FaultyMachine machine) throws IOException {
        List<Strike> last = struck.subList(Math.max(0, struck.size() - 12), struck.size());
        return "seed " + SEED + ", " + struck.size() + " faults; the last: " + last + "\nthe service's last words:\n"
                + String.join("\n", machine.lastWords(200));
    }

    private void say(String line) {
        System.out.printf("%7.1f s  %s%n", (System.nanoTime() - beganNanos) / 1e9, line);
        System.out.flush();
    }
}
