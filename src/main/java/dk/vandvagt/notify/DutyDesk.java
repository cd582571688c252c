package dk.vandvagt.notify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.alert.DutyEnds;
import dk.vandvagt.alert.DutyRound;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls those on duty, one after the other, as {@link DutyRound} decides, and tells whom it called of the end ({@link DutyEnds}). Its whole state goes to the {@link Ledger} before anybody is
 * called, so that a restart goes on where it was; a message underway then is sent again under the id it had.
 */
public final class DutyDesk implements Channel {
    public static final String NAME = "duty";
    private static final Logger LOG = LoggerFactory.getLogger(DutyDesk.class);

    private static final int ROUND = 1;
    private static final int STATE = 2;
    private static final long LOOK_AGAIN_MS = 5_000;
    private static final long AFTER_FAILURE_MS = 1_000;
    private static final long CALL_WITHIN_S = 30;
    private static final long LONGEST_MS = 900_000;
    private static final long CLOSE_WITHIN_MS = 10_000;
    /** Pauses between attempts at one person, whose turn ends anyhow. */
    static final long RETRY_MS = 30_000;
    /** After which nobody need be told of an end any more. */
    static final long GIVE_UP_AFTER_MS = 86_400_000;

    private static final DateTimeFormatter DANISH_TIME = DateTimeFormatter.ofPattern("HH.mm", Locale.ROOT);
    private static final DateTimeFormatter ENGLISH_TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** @param name for colleagues and the log; where to reach them stands in no log */
    public record Person(String name, Subscription.Way way, String address, String secret, String language) {
        /** Without where to reach them. */
        @Override
        public String toString() {
            return name + " (" + way + ")";
        }

        private Subscription subscription(int place) {
            return new Subscription(
                    0,
                    "duty-" + place,
                    way,
                    address,
                    secret,
                    language,
                    Subscription.Selection.ALL,
                    null,
                    false,
                    false,
                    0,
                    1);
        }
    }

    /**
     * @param people in the order they are called; empty: nobody is
     * @param afterMs how long each has to answer
     */
    public record Roster(List<Person> people, int severityFrom, long afterMs) {
        public Roster {
            people = List.copyOf(people);
        }
    }

    private record State(DutyRound.State round, DutyEnds.State ends) {}

    private interface Task {
        void run() throws IOException;
    }

    private final DeliveryLog deliveries;
    private final Ledger ledger;
    private final Map<Subscription.Way, Carrier> carriers;
    private final Function<List<Transition>, CompletionStage<?>> nobodyAnswered;
    private final ZoneId zone;
    private final LongSupplier wallClockMs;
    private final DutyRound round = new DutyRound();
    private final DutyEnds ends = new DutyEnds();
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final ExecutorService couriers = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder told = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile Roster roster;
    private volatile boolean closing;
    /** Of the call that is owed: whether somebody carries it just now, and when to try again. */
    private int underway;

    private long retryMs;
    /** By the number of an end's message: when to try again; never while somebody carries it. */
    private final Map<Integer, Long> endsRetryMs = new HashMap<>();

    private boolean unkept;

    /**
     * @param nobodyAnswered calls the operators; done when that cannot be lost any more
     * @param wallClockMs goes on whatever becomes of judging
     */
    public DutyDesk(
            DeliveryLog deliveries,
            Ledger ledger,
            Map<Subscription.Way, Carrier> carriers,
            Roster roster,
            Function<List<Transition>, CompletionStage<?>> nobodyAnswered,
            ZoneId zone,
            LongSupplier wallClockMs)
            throws IOException {
        this.deliveries = deliveries;
        this.ledger = ledger;
        this.carriers = Map.copyOf(carriers);
        this.roster = roster;
        this.nobodyAnswered = nobodyAnswered;
        this.zone = zone;
        this.wallClockMs = wallClockMs;
        ledger.read((type, payload) -> {
            switch (type) {
                case ROUND -> round.restore(JSON.readValue(payload, DutyRound.State.class));
                case STATE -> {
                    State state = JSON.readValue(payload, State.class);
                    round.restore(state.round());
                    ends.restore(state.ends());
                }
                default ->
                    throw new IOException("the duty journal has an entry of type " + type
                            + ", which this program does not know: run the newer program");
            }
        });
        thread = Thread.ofPlatform().daemon().name("duty-desk").unstarted(this::run);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        thread.start();
    }

    /** The carriers know the catalogue. */
    @Override
    public void use(Catalogue catalogue) {}

    /** Another list; who is called already stays so. */
    public void use(Roster next) {
        roster = next;
        wake();
    }

    @Override
    public void tell(List<Transition> transitions) {
        wake();
    }

    /** It looks whether there is anything to do; from time to time it does so anyhow. */
    public void wake() {
        tasks.add(() -> {});
    }

    @Override
    public Tallies tallies() {
        return new Tallies(told.sum(), failures.sum(), true);
    }

    private void run() {
        while (!closing) {
            try {
                long nowMs = wallClockMs.getAsLong();
                Roster now = roster;
                if (unkept) {
                    keep();
                }
                takeSteps(now, nowMs);
                decide(now, nowMs);
                carryOwed(now, nowMs);
                tellEnds(now, nowMs);
                Task first = tasks.poll(pauseMs(now, nowMs), TimeUnit.MILLISECONDS);
                for (Task next = first; next != null; next = tasks.poll()) {
                    next.run();
                }
            } catch (InterruptedException e) {
                // closing
            } catch (IOException | RuntimeException e) {
                if (closing) {
                    return;
                }
                failures.increment();
                LOG.error("calling those on duty: {}; it is tried again", e.toString(), e);
                pause();
            }
        }
    }

    private long pauseMs(Roster now, long nowMs) {
        if (now.people().isEmpty()) {
            return LOOK_AGAIN_MS;
        }
        long next = round.owed() == null || underway == round.owed().number() ? Long.MAX_VALUE : retryMs;
        for (DutyEnds.Message each : ends.owed()) {
            next = Math.min(next, endsRetryMs.getOrDefault(each.number(), 0L));
        }
        return Math.clamp(Math.min(next, Math.min(round.nextMs(), ends.nextMs())) - nowMs, 1, LOOK_AGAIN_MS);
    }

    private void takeSteps(Roster now, long nowMs) throws IOException {
        List<Transition> fresh = deliveries.notTold(NAME);
        if (fresh.isEmpty()) {
            return;
        }
        for (Transition each : fresh) {
            round.take(each, now.severityFrom(), nowMs);
            ends.take(each, now.severityFrom(), nowMs);
        }
        keep();
        for (Transition each : fresh) {
            deliveries.told(each.id(), NAME);
        }
    }

    private void decide(Roster now, long nowMs) throws IOException, InterruptedException {
        DutyRound.State before = round.save();
        DutyRound.Step step = round.due(nowMs, now.people().size(), now.afterMs());
        switch (step) {
            case null -> {
                if (!round.save().equals(before)) {
                    keep();
                }
            }
            case DutyRound.Call call -> {
                ends.calls(now.people().get(call.person()).name(), call.about());
                keep();
                retryMs = nowMs;
                LOG.info(
                        "duty: {} is called about {} alerts, message {}; the next one at {}",
                        now.people().get(call.person()),
                        call.about().size(),
                        id(call),
                        Instant.ofEpochMilli(call.answerByMs()));
            }
            case DutyRound.Step.NobodyAnswered(List<Transition> about) -> {
                LOG.warn("duty: nobody on the list has answered; operators are called");
                await(nobodyAnswered.apply(about));
                round.operatorsCalled();
                keep();
            }
        }
    }

    private static void await(CompletionStage<?> stage) throws IOException, InterruptedException {
        try {
            stage.toCompletableFuture().get(CALL_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("operators could not be called", failed);
        }
    }

    private void carryOwed(Roster now, long nowMs) {
        DutyRound.Call call = round.owed();
        if (call == null || underway == call.number() || nowMs < retryMs) {
            return;
        }
        if (call.person() >= now.people().size()) {
            // the list was shortened before they were reached
            round.refused(call.number(), nowMs);
            unkept = true;
            wake();
            return;
        }
        underway = call.number();
        Person to = now.people().get(call.person());
        String next = call.next() < 0 || call.next() >= now.people().size()
                ? ""
                : now.people().get(call.next()).name();
        couriers.execute(() -> carry(call, to, letter(call, to.name(), next)));
    }

    private void tellEnds(Roster now, long nowMs) throws IOException {
        if (ends.gather(nowMs)) {
            keep();
        }
        for (DutyEnds.Message each : ends.owed()) {
            if (endsRetryMs.getOrDefault(each.number(), 0L) > nowMs) {
                continue;
            }
            int place = place(now, each.person());
            if (place < 0 || nowMs - each.atMs() > GIVE_UP_AFTER_MS) {
                LOG.warn(
                        "duty: {} is not told that it is over, message {}: {}",
                        each.person(),
                        id(each),
                        place < 0 ? "no longer on the list" : "not reached for a day");
                ends.settled(each.number());
                endsRetryMs.remove(each.number());
                unkept = true;
                continue;
            }
            endsRetryMs.put(each.number(), Long.MAX_VALUE);
            Person to = now.people().get(place);
            couriers.execute(() -> {
                Carrier.Outcome came = attempt(letter(each), to, place);
                if (came != null) {
                    tasks.add(() -> settleEnd(each, to, came));
                }
            });
        }
    }

    private static int place(Roster now, String name) {
        for (int i = 0; i < now.people().size(); i++) {
            if (now.people().get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static String id(DutyEnds.Message message) {
        return "duty-end-" + message.number() + "-" + message.atMs();
    }

    private static Letter letter(DutyEnds.Message message) {
        Text opening = new Text(
                "Vagt " + message.person() + ": til orientering, der er intet at kvittere for.",
                "On duty " + message.person() + ": for your information, there is nothing to acknowledge.");
        return new Letter(id(message), 0, id(message), 0, message.steps(), message.standing(), message.atMs(), opening);
    }

    private void settleEnd(DutyEnds.Message message, Person to, Carrier.Outcome outcome) throws IOException {
        switch (outcome) {
            case Carrier.Outcome.Delivered() -> {
                told.increment();
                ends.settled(message.number());
                endsRetryMs.remove(message.number());
                keep();
            }
            case Carrier.Outcome.Later(String reason, long afterMs) -> {
                failures.increment();
                endsRetryMs.put(
                        message.number(), wallClockMs.getAsLong() + Math.max(RETRY_MS, Math.min(afterMs, LONGEST_MS)));
                LOG.warn("duty: {} not told that it is over, message {}: {}", to, id(message), reason);
            }
            case Carrier.Outcome.Refused(String reason) -> {
                failures.increment();
                LOG.warn("duty: {} cannot be told that it is over, message {}: {}", to, id(message), reason);
                ends.settled(message.number());
                endsRetryMs.remove(message.number());
                keep();
            }
        }
    }

    private static String id(DutyRound.Call call) {
        return "duty-" + call.number() + "-" + call.atMs();
    }

    private Letter letter(DutyRound.Call call, String name, String next) {
        Instant by = Instant.ofEpochMilli(call.answerByMs());
        Text opening = new Text(
                "Vagt " + name + ": kvittér inden " + DANISH_TIME.withZone(zone).format(by)
                        + (next.isEmpty() ? "; efter dig er der ingen." : ", ellers " + next + "."),
                "On duty " + name + ": acknowledge by "
                        + ENGLISH_TIME.withZone(zone).format(by)
                        + (next.isEmpty() ? "; there is nobody after you." : ", or " + next + " is called."));
        return new Letter(id(call), 0, id(call), 0, call.about(), call.about(), call.atMs(), opening);
    }

    private void carry(DutyRound.Call call, Person to, Letter letter) {
        Carrier.Outcome came = attempt(letter, to, call.person());
        if (came != null) {
            tasks.add(() -> settle(call, to, came));
        }
    }

    /** Null where this process is stopping. */
    private Carrier.@Nullable Outcome attempt(Letter letter, Person to, int place) {
        Carrier carrier = carriers.get(to.way());
        try {
            return carrier == null
                    ? new Carrier.Outcome.Refused("the service was started without " + to.way())
                    : carrier.carry(letter, to.subscription(place));
        } catch (InterruptedException stopping) {
            return null;
        } catch (RuntimeException failed) {
            return new Carrier.Outcome.Later(failed.getClass().getSimpleName(), 0);
        }
    }

    private void settle(DutyRound.Call call, Person to, Carrier.Outcome outcome) throws IOException {
        long nowMs = wallClockMs.getAsLong();
        if (underway == call.number()) {
            underway = 0;
        }
        switch (outcome) {
            case Carrier.Outcome.Delivered() -> {
                told.increment();
                round.arrived(call.number());
                keep();
            }
            case Carrier.Outcome.Later(String reason, long afterMs) -> {
                failures.increment();
                retryMs = nowMs + Math.max(RETRY_MS, Math.min(afterMs, roster.afterMs()));
                LOG.warn("duty: {} not reached, message {}: {}", to, id(call), reason);
            }
            case Carrier.Outcome.Refused(String reason) -> {
                failures.increment();
                LOG.warn("duty: {} cannot be reached, message {}: {}; the next is called", to, id(call), reason);
                round.refused(call.number(), nowMs);
                keep();
            }
        }
    }

    /** Nothing is done on a state that is not on disk; a disk that refuses is asked again first. */
    private void keep() throws IOException {
        unkept = true;
        long number = ledger.next();
        ledger.append(STATE, JSON.writeValueAsBytes(new State(round.save(), ends.save())));
        ledger.force();
        ledger.dropBefore(number);
        unkept = false;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MS);
        } catch (InterruptedException stopping) {
            // closing
        }
    }

    /** A message underway is sent again by the next process, under the same id. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        couriers.shutdownNow();
        try {
            thread.join(CLOSE_WITHIN_MS);
            couriers.awaitTermination(CLOSE_WITHIN_MS, TimeUnit.MILLISECONDS);
            ledger.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            LOG.warn("the duty journal did not close cleanly", failed);
        }
    }
}
