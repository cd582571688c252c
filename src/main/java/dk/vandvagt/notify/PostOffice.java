package dk.vandvagt.notify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells subscribers, each by their own way and at their own pace: nobody waits for another's endpoint. One thread keeps the
 * {@link PostBook} and writes every change of it to the {@link Ledger} first: to whom a step is owed, that a letter was written, that it
 * arrived or was given up. After a crash a letter is sent again under the id it had.
 */
public final class PostOffice implements Channel {
    private static final Logger LOG = LoggerFactory.getLogger(PostOffice.class);

    private static final String NAME = "subscriptions";
    private static final int OWED = 1;
    private static final int LETTER = 2;
    private static final int ARRIVED = 3;
    private static final int DEAD = 4;
    private static final int AGAIN = 5;
    private static final int STATE_BEGINS = 6;
    private static final int STATE_TRANSITION = 7;
    private static final int STATE_BOX = 8;
    private static final int STATE_DEAD = 9;
    private static final int STATE_SEEN = 10;
    private static final int STATE_ENDS = 11;
    private static final int OWED_ON_JOINING = 12;
    private static final int FAILED = 13;

    private static final int SEEN_AT_MOST = 20_000;
    private static final int DEAD_AT_MOST = 1_000;
    private static final long REWRITE_FROM_BYTES = 32L << 20;
    private static final long LOOK_AGAIN_MS = 5_000;
    private static final long AFTER_FAILURE_MS = 1_000;
    private static final long CLOSE_WITHIN_MS = 10_000;
    private static final int UNDERWAY_AT_MOST = 256;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** @param to numbers of the subscribers */
    private record Owed(Transition transition, int[] to, long atMs) {}

    private record Written(int subscriber, long atMs) {}

    private record Arrived(String letter, int subscriber) {}

    private record Failed(String letter, int subscriber) {}

    private record Died(String letter, int subscriber, String reason, long atMs) {}

    private record SentAgain(String letter, long atMs) {}

    private record SavedDead(PostBook.LetterState letter, String reason, long diedAtMs) {}

    /** A letter that was given up, until it is sent again. */
    public record DeadLetter(Letter letter, Subscription.Way way, String reason, long diedAtMs) {}

    /** @param lastMs from the writing of the letter that arrived last to its arrival; 0 for none */
    public record WayTallies(long arrived, long attemptsFailed, long dead, long lastMs) {}

    private static final class WayCounts {
        private final LongAdder arrived = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder dead = new LongAdder();
        private final Semaphore underway = new Semaphore(UNDERWAY_AT_MOST);
        private volatile long lastMs;
    }

    private interface Task {
        void run() throws IOException;
    }

    private final DeliveryLog deliveries;
    private final Ledger ledger;
    private final SettledLetters settled;
    private final SubscriptionFolder folder;
    private final Map<Subscription.Way, Carrier> carriers;
    private final Supplier<List<Transition>> standing;
    private final LongSupplier wallClockMs;
    private final PostBook book;
    private final Map<String, Letter> written = new LinkedHashMap<>();
    private final Map<String, DeadLetter> dead = new LinkedHashMap<>();
    private final Set<String> seen = new LinkedHashSet<>();
    private final Map<Subscription.Way, WayCounts> counts = new EnumMap<>(Subscription.Way.class);
    private final LongAdder told = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final ExecutorService couriers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread;
    private volatile Catalogue catalogue;
    private volatile boolean closing;
    private volatile int waiting;
    private volatile int deadNow;
    private boolean unforced;

    /**
     * @param settled is told what became of each letter, before the ledger is
     * @param standing the last step of each alert that stands, for those who join in the middle
     * @param carriers a way without one is refused in the settings of a subscription
     */
    public PostOffice(
            DeliveryLog deliveries,
            Ledger ledger,
            SettledLetters settled,
            Path subscriptions,
            Map<Subscription.Way, Carrier> carriers,
            Supplier<List<Transition>> standing,
            Catalogue catalogue,
            ZoneId zone,
            LongSupplier wallClockMs)
            throws IOException {
        this(
                deliveries,
                ledger,
                settled,
                subscriptions,
                carriers,
                standing,
                catalogue,
                zone,
                wallClockMs,
                PostBook.Pace.USUAL,
                RandomGenerator.getDefault());
    }

    PostOffice(
            DeliveryLog deliveries,
            Ledger ledger,
            SettledLetters settled,
            Path subscriptions,
            Map<Subscription.Way, Carrier> carriers,
            Supplier<List<Transition>> standing,
            Catalogue catalogue,
            ZoneId zone,
            LongSupplier wallClockMs,
            PostBook.Pace pace,
            RandomGenerator random)
            throws IOException {
        this.deliveries = deliveries;
        this.ledger = ledger;
        this.settled = settled;
        this.folder = new SubscriptionFolder(subscriptions);
        this.carriers = Map.copyOf(carriers);
        this.standing = standing;
        this.catalogue = catalogue;
        this.wallClockMs = wallClockMs;
        this.book = new PostBook(pace, zone, random);
        for (Subscription.Way way : Subscription.Way.values()) {
            counts.put(way, new WayCounts());
        }
        folder.all().forEach(book::put);
        recall();
        waiting = book.waiting();
        deadNow = dead.size();
        thread = Thread.ofPlatform().daemon().name("post-office").unstarted(this::run);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void use(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void tell(List<Transition> transitions) {
        tasks.add(() -> {});
    }

    @Override
    public Tallies tallies() {
        return new Tallies(told.sum(), failures.sum(), true);
    }

    public WayTallies tallies(Subscription.Way way) {
        WayCounts of = count(way);
        return new WayTallies(of.arrived.sum(), of.failed.sum(), of.dead.sum(), of.lastMs);
    }

    /** Letters on their way and subscribers who are owed something. */
    public int waiting() {
        return waiting;
    }

    /** Letters given up that can be sent again. */
    public int dead() {
        return deadNow;
    }

    public Set<Subscription.Way> ways() {
        return carriers.keySet();
    }

    // ---- what may be asked from any thread

    /**
     * A new one.
     *
     * @param make is given the number it will have
     */
    public CompletableFuture<Subscription> add(IntFunction<Subscription> make) {
        return asked(() -> {
            Subscription made = make.apply(folder.nextNumber());
            keep(made);
            return made;
        });
    }

    /** Other choices, or confirmed; one who chooses more than before, or no longer pauses, hears of what already stands. Null where there is none of that id. */
    public CompletableFuture<@Nullable Subscription> change(String id, UnaryOperator<Subscription> change) {
        return asked(() -> {
            Subscription before = book.byId(id);
            if (before == null) {
                return null;
            }
            Subscription after = change.apply(before);
            keep(after);
            return after;
        });
    }

    /** One attempt to ask its owner; not kept, so whoever made the subscription may ask for it again. */
    public CompletableFuture<Carrier.Outcome> invite(Subscription to, String confirmUrl) {
        return once(to, carrier -> carrier.invite(to, confirmUrl));
    }

    /** One attempt. */
    public CompletableFuture<Carrier.Outcome> test(Subscription to) {
        return once(to, carrier -> carrier.test(to));
    }

    private interface Errand {
        Carrier.Outcome run(Carrier carrier) throws InterruptedException;
    }

    private CompletableFuture<Carrier.Outcome> once(Subscription to, Errand errand) {
        Carrier carrier = carriers.get(to.way());
        if (carrier == null) {
            return CompletableFuture.completedFuture(notSetUp(to));
        }
        CompletableFuture<Carrier.Outcome> outcome = new CompletableFuture<>();
        couriers.execute(() -> {
            try {
                outcome.complete(errand.run(carrier));
            } catch (InterruptedException | RuntimeException failed) {
                outcome.completeExceptionally(failed);
            }
        });
        return outcome;
    }

    private static Carrier.Outcome notSetUp(Subscription to) {
        return new Carrier.Outcome.Later("the service is not set up for " + to.way(), 0);
    }

    /** Nothing of it is kept. */
    public CompletableFuture<Boolean> remove(String id) {
        return asked(() -> {
            Subscription gone = book.byId(id);
            if (gone == null) {
                return false;
            }
            remove(gone);
            return true;
        });
    }

    private void remove(Subscription gone) throws IOException {
        folder.delete(gone.number());
        book.remove(gone.number());
        written.values().removeIf(each -> each.subscriber() == gone.number());
        dead.values().removeIf(each -> each.letter().subscriber() == gone.number());
    }

    public CompletableFuture<@Nullable Subscription> find(String id) {
        return asked(() -> book.byId(id));
    }

    public CompletableFuture<List<Subscription>> subscriptions() {
        return asked(book::subscriptions);
    }

    /** Those never confirmed and made before then are gone. */
    public CompletableFuture<Integer> removeUnconfirmed(long madeBeforeMs) {
        return asked(() -> {
            int gone = 0;
            for (Subscription each : book.subscriptions()) {
                if (!each.isConfirmed() && each.madeAtMs() < madeBeforeMs) {
                    remove(each);
                    gone++;
                }
            }
            return gone;
        });
    }

    /** Written, and neither arrived nor given up. */
    public CompletableFuture<List<Letter>> waitingLetters() {
        return asked(() -> List.copyOf(written.values()));
    }

    public CompletableFuture<List<DeadLetter>> deadLetters() {
        return asked(() -> List.copyOf(dead.values()));
    }

    /** Sends a dead letter once more; false where there is none of that id or another letter is on its way there. */
    public CompletableFuture<Boolean> sendAgain(String letterId) {
        return asked(() -> {
            DeadLetter again = dead.get(letterId);
            long nowMs = wallClockMs.getAsLong();
            if (again == null || !book.again(again.letter(), nowMs)) {
                return false;
            }
            append(AGAIN, new SentAgain(letterId, nowMs));
            force();
            dead.remove(letterId);
            written.put(letterId, again.letter());
            return true;
        });
    }

    private interface Question<T extends @Nullable Object> {
        T answer() throws IOException;
    }

    private <T extends @Nullable Object> CompletableFuture<T> asked(Question<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                answer.complete(question.answer());
            } catch (IOException | RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        return answer;
    }

    private void keep(Subscription subscription) throws IOException {
        List<Transition> stands = subscription.isConfirmed() && !subscription.paused() ? standing.get() : List.of();
        folder.save(subscription);
        book.put(subscription);
        for (Transition last : stands) {
            if (book.isNewTo(subscription.number(), last, catalogue)) {
                // not seen with that: others may be owed it still
                BitSet only = new BitSet();
                only.set(subscription.number());
                owe(OWED_ON_JOINING, last, only, wallClockMs.getAsLong());
            }
        }
        force();
    }

    // ---- the thread

    private void run() {
        while (!closing) {
            try {
                long nowMs = wallClockMs.getAsLong();
                takeSteps(nowMs);
                writeLetters(nowMs);
                dispatch(nowMs);
                waiting = book.waiting();
                deadNow = dead.size();
                long pauseMs = Math.clamp(book.nextMs(nowMs) - nowMs, 1, LOOK_AGAIN_MS);
                Task first = tasks.poll(pauseMs, TimeUnit.MILLISECONDS);
                if (first != null) {
                    first.run();
                    for (Task next = tasks.poll(); next != null; next = tasks.poll()) {
                        next.run();
                    }
                }
            } catch (InterruptedException e) {
                // closing
            } catch (IOException | RuntimeException e) {
                failures.increment();
                LOG.error("telling subscribers: {}; it is tried again", e.toString(), e);
                pause();
            }
        }
    }

    private void takeSteps(long nowMs) throws IOException {
        List<Transition> fresh = deliveries.notTold(NAME);
        if (fresh.isEmpty()) {
            return;
        }
        for (Transition transition : fresh) {
            if (!seen.contains(transition.id())) {
                owe(OWED, transition, book.concerned(transition, catalogue), nowMs);
                see(transition.id());
            }
        }
        force();
        for (Transition transition : fresh) {
            deliveries.told(transition.id(), NAME);
            told.increment();
        }
    }

    /** Nobody is written to before this is on disk, so none is owed the same step twice. */
    private void owe(int type, Transition transition, BitSet to, long nowMs) throws IOException {
        if (!to.isEmpty()) {
            append(type, new Owed(transition, to.stream().toArray(), nowMs));
            book.post(transition, to, nowMs);
        }
    }

    private void see(String transitionId) {
        seen.add(transitionId);
        if (seen.size() > SEEN_AT_MOST) {
            seen.remove(seen.iterator().next());
        }
    }

    private void writeLetters(long nowMs) throws IOException {
        for (int subscriber : book.due(nowMs)) {
            append(LETTER, new Written(subscriber, nowMs));
            Letter letter = book.write(subscriber, nowMs);
            if (letter != null) {
                written.put(letter.id(), letter);
            }
        }
        force();
    }

    private void dispatch(long nowMs) {
        for (Letter letter : book.takeReady(nowMs)) {
            Subscription to = book.subscription(letter.subscriber());
            if (to != null) {
                try {
                    couriers.execute(() -> carry(letter, to));
                } catch (RejectedExecutionException stopping) {
                    return;
                }
            }
        }
    }

    private void carry(Letter letter, Subscription to) {
        Carrier carrier = carriers.get(to.way());
        WayCounts of = count(to.way());
        Carrier.Outcome outcome;
        try {
            of.underway.acquire();
            try {
                outcome = carrier == null ? notSetUp(to) : carrier.carry(letter, to);
            } finally {
                of.underway.release();
            }
        } catch (InterruptedException stopping) {
            return;
        } catch (RuntimeException failed) {
            LOG.warn("{}: {}", to, failed.toString(), failed);
            outcome = new Carrier.Outcome.Later(failed.getClass().getSimpleName(), 0);
        }
        Carrier.Outcome came = outcome;
        long atMs = wallClockMs.getAsLong();
        tasks.add(() -> settle(letter, to, came, atMs));
    }

    /** Until the disk has taken it: a letter that stayed underway would hold up all that comes after. */
    private void settle(Letter letter, Subscription to, Carrier.Outcome outcome, long atMs) throws IOException {
        try {
            settleOnce(letter, to, outcome, atMs);
        } catch (IOException refused) {
            tasks.add(() -> settle(letter, to, outcome, atMs));
            throw refused;
        }
    }

    private void settleOnce(Letter letter, Subscription to, Carrier.Outcome outcome, long nowMs) throws IOException {
        if (book.subscription(letter.subscriber()) == null) {
            return;
        }
        WayCounts of = count(to.way());
        int before = book.attempts(letter.id(), letter.subscriber());
        switch (outcome) {
            case Carrier.Outcome.Delivered() -> {
                record(letter, to.way(), before + 1, "", nowMs);
                // not forced: should it get lost, the letter goes once more under its id
                append(ARRIVED, new Arrived(letter.id(), letter.subscriber()));
                book.settled(letter.id(), letter.subscriber());
                written.remove(letter.id());
                of.arrived.increment();
                of.lastMs = nowMs - letter.madeAtMs();
            }
            case Carrier.Outcome.Later(String reason, long afterMs) -> {
                if (book.isLastAttempt(letter.id(), letter.subscriber(), nowMs)) {
                    die(letter, to.way(), before + 1, reason, nowMs);
                } else {
                    LOG.info("{}: letter {} not delivered: {}", to, letter.id(), reason);
                    append(FAILED, new Failed(letter.id(), letter.subscriber()));
                    book.failed(letter.id(), letter.subscriber(), afterMs, nowMs);
                }
                of.failed.increment();
            }
            case Carrier.Outcome.Refused(String reason) -> {
                die(letter, to.way(), before + 1, reason, nowMs);
                of.failed.increment();
            }
        }
    }

    private void record(Letter letter, Subscription.Way way, int attempts, String reason, long nowMs)
            throws IOException {
        settled.add(new SettledLetter(
                letter.id(),
                letter.subscriber(),
                way,
                letter.storm(),
                letter.number(),
                letter.severity(),
                letter.steps().stream().map(Transition::id).toList(),
                letter.madeAtMs(),
                nowMs,
                attempts,
                reason.isEmpty(),
                reason));
        unforced = true;
    }

    private void die(Letter letter, Subscription.Way way, int attempts, String reason, long nowMs) throws IOException {
        record(letter, way, attempts, reason.isBlank() ? "no reason given" : reason, nowMs);
        LOG.warn(
                "subscription {}: letter {} is given up: {}; it can be sent again",
                letter.subscriber(),
                letter.id(),
                reason);
        append(DEAD, new Died(letter.id(), letter.subscriber(), reason, nowMs));
        bury(letter, way, reason, nowMs);
        count(way).dead.increment();
    }

    private void bury(Letter letter, Subscription.Way way, String reason, long atMs) {
        book.settled(letter.id(), letter.subscriber());
        written.remove(letter.id());
        dead.put(letter.id(), new DeadLetter(letter, way, reason, atMs));
        if (dead.size() > DEAD_AT_MOST) {
            dead.remove(dead.keySet().iterator().next());
        }
    }

    private WayCounts count(Subscription.Way way) {
        WayCounts of = counts.get(way);
        if (of == null) {
            throw new IllegalStateException(way.name());
        }
        return of;
    }

    private void append(int type, Object entry) throws IOException {
        ledger.append(type, JSON.writeValueAsBytes(entry));
        unforced = true;
    }

    private void force() throws IOException {
        if (unforced) {
            settled.force();
            ledger.force();
            unforced = false;
            if (ledger.bytes() > REWRITE_FROM_BYTES) {
                rewrite();
            }
        }
    }

    // ---- memory

    /** What the ledger says again, in its order; then it is written anew without what is past. */
    private void recall() throws IOException {
        Recall recall = new Recall();
        ledger.read(recall);
        rewrite();
    }

    private final class Recall implements Ledger.Reader {
        private final Map<String, Transition> byId = new LinkedHashMap<>();
        private final List<PostBook.BoxState> boxes = new ArrayList<>();
        private final List<SavedDead> saved = new ArrayList<>();
        private final Set<String> savedSeen = new LinkedHashSet<>();

        @Override
        public void entry(int type, byte[] payload) throws IOException {
            switch (type) {
                case OWED, OWED_ON_JOINING -> {
                    Owed owed = JSON.readValue(payload, Owed.class);
                    BitSet to = new BitSet();
                    for (int each : owed.to()) {
                        to.set(each);
                    }
                    book.post(owed.transition(), to, owed.atMs());
                    if (type == OWED) {
                        see(owed.transition().id());
                    }
                }
                case LETTER -> {
                    Written entry = JSON.readValue(payload, Written.class);
                    Letter letter = book.write(entry.subscriber(), entry.atMs());
                    if (letter != null) {
                        written.put(letter.id(), letter);
                    }
                }
                case ARRIVED -> {
                    Arrived entry = JSON.readValue(payload, Arrived.class);
                    book.settled(entry.letter(), entry.subscriber());
                    written.remove(entry.letter());
                }
                case FAILED -> {
                    Failed entry = JSON.readValue(payload, Failed.class);
                    book.hasFailed(entry.letter(), entry.subscriber());
                }
                case DEAD -> {
                    Died entry = JSON.readValue(payload, Died.class);
                    Letter letter = written.get(entry.letter());
                    Subscription to = book.subscription(entry.subscriber());
                    if (letter != null && to != null) {
                        bury(letter, to.way(), entry.reason(), entry.atMs());
                    }
                }
                case AGAIN -> {
                    SentAgain entry = JSON.readValue(payload, SentAgain.class);
                    DeadLetter again = dead.get(entry.letter());
                    if (again != null && book.again(again.letter(), entry.atMs())) {
                        dead.remove(entry.letter());
                        written.put(entry.letter(), again.letter());
                    }
                }
                case STATE_BEGINS -> {
                    byId.clear();
                    boxes.clear();
                    saved.clear();
                    savedSeen.clear();
                }
                case STATE_TRANSITION -> {
                    Transition transition = JSON.readValue(payload, Transition.class);
                    byId.put(transition.id(), transition);
                }
                case STATE_BOX -> boxes.add(JSON.readValue(payload, PostBook.BoxState.class));
                case STATE_DEAD -> saved.add(JSON.readValue(payload, SavedDead.class));
                case STATE_SEEN -> savedSeen.addAll(List.of(JSON.readValue(payload, String[].class)));
                case STATE_ENDS -> restore();
                default ->
                    throw new IOException("the delivery journal has an entry of type " + type
                            + ", which this program does not know: run the newer program");
            }
        }

        private void restore() {
            book.forget();
            book.restore(boxes, byId);
            written.clear();
            for (Letter letter : book.letters()) {
                written.put(letter.id(), letter);
            }
            dead.clear();
            for (SavedDead each : saved) {
                Letter letter = each.letter().letter(byId);
                Subscription to = book.subscription(letter.subscriber());
                if (to != null) {
                    dead.put(letter.id(), new DeadLetter(letter, to.way(), each.reason(), each.diedAtMs()));
                }
            }
            seen.clear();
            seen.addAll(savedSeen);
        }
    }

    /** A state that is cut off in the middle is passed over when it is read: it counts from its last entry on. */
    private void rewrite() throws IOException {
        long first = ledger.next();
        Map<String, Transition> mentioned = new LinkedHashMap<>();
        List<PostBook.BoxState> boxes = book.save(mentioned);
        for (DeadLetter each : dead.values()) {
            each.letter().steps().forEach(step -> mentioned.put(step.id(), step));
            each.letter().standing().forEach(step -> mentioned.put(step.id(), step));
        }
        append(STATE_BEGINS, Map.of());
        for (Transition each : mentioned.values()) {
            append(STATE_TRANSITION, each);
        }
        for (PostBook.BoxState each : boxes) {
            append(STATE_BOX, each);
        }
        for (DeadLetter each : dead.values()) {
            append(
                    STATE_DEAD,
                    new SavedDead(PostBook.LetterState.of(each.letter(), 0, true), each.reason(), each.diedAtMs()));
        }
        append(STATE_SEEN, seen);
        append(STATE_ENDS, Map.of());
        ledger.force();
        unforced = false;
        ledger.dropBefore(first);
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MS);
        } catch (InterruptedException stopping) {
            // closing
        }
    }

    /** Letters underway are sent again by the next process, under the same ids. */
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
            LOG.warn("the delivery journal did not close cleanly", failed);
        }
    }
}
