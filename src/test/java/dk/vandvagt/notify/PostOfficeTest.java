package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostOfficeTest {
    private static final PostBook.Pace FAST = new PostBook.Pace(5, 20, 20, 5, 20, 60_000);

    /** Entries in memory; what was not forced is lost with the process. */
    static final class MemoryLedger implements Ledger {
        private record Entry(long number, int type, byte[] payload) {}

        private List<Entry> entries = new ArrayList<>();
        private int forced;
        private long next = 1;
        private boolean dead;

        synchronized MemoryLedger afterTheCrash(Random random) {
            dead = true;
            MemoryLedger left = new MemoryLedger();
            int kept = forced + random.nextInt(entries.size() - forced + 1);
            left.entries = new ArrayList<>(entries.subList(0, kept));
            left.forced = kept;
            left.next = next;
            return left;
        }

        @Override
        public synchronized void read(Reader into) throws IOException {
            for (Entry each : entries) {
                into.entry(each.type, each.payload);
            }
        }

        @Override
        public synchronized void append(int type, byte[] payload) throws IOException {
            if (dead) {
                throw new IOException("killed");
            }
            entries.add(new Entry(next++, type, payload));
        }

        @Override
        public synchronized void force() throws IOException {
            if (dead) {
                throw new IOException("killed");
            }
            forced = entries.size();
        }

        @Override
        public synchronized long next() {
            return next;
        }

        @Override
        public synchronized void dropBefore(long number) {
            int before = entries.size();
            entries.removeIf(each -> each.number < number);
            forced -= before - entries.size();
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** What the database is to know; its disk may refuse. */
    private static final class Fates implements SettledLetters {
        private final List<SettledLetter> all = new CopyOnWriteArrayList<>();
        private volatile int refusals;

        @Override
        public synchronized void add(SettledLetter letter) throws IOException {
            if (refusals > 0) {
                refusals--;
                throw new IOException("disk full");
            }
            all.add(letter);
        }

        @Override
        public void force() {}
    }

    private interface Delivery {
        Carrier.Outcome carry(Letter letter, Subscription to) throws InterruptedException;
    }

    private final class Courier implements Carrier {
        @Override
        public Outcome carry(Letter letter, Subscription to) throws InterruptedException {
            return carrier.carry(letter, to);
        }

        @Override
        public Outcome invite(Subscription to, String confirmUrl) {
            return new Outcome.Delivered();
        }

        @Override
        public Outcome test(Subscription to) {
            return new Outcome.Delivered();
        }
    }

    @TempDir
    Path folder;

    private final TestLog log = new TestLog();
    private final AtomicLong clock = new AtomicLong(Storms.AT_MS);
    private final List<Letter> arrived = new CopyOnWriteArrayList<>();
    private final List<PostOffice> offices = new ArrayList<>();
    private MemoryLedger ledger = new MemoryLedger();
    private final Fates settled = new Fates();
    private volatile List<Transition> standing = List.of();
    private volatile Delivery carrier = (letter, to) -> {
        arrived.add(letter);
        return new Carrier.Outcome.Delivered();
    };

    @AfterEach
    void close() {
        offices.forEach(PostOffice::close);
    }

    private PostOffice open() throws IOException {
        PostOffice office = new PostOffice(
                log,
                ledger,
                settled,
                folder,
                Map.of(Subscription.Way.SMS, new Courier()),
                () -> standing,
                Storms.catalogue(),
                ZoneOffset.UTC,
                System::currentTimeMillis,
                FAST,
                new Random(1));
        office.start();
        offices.add(office);
        return office;
    }

    private static Subscription join(PostOffice office) {
        return office.add(PostBookTest::anybody).orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void decide(PostOffice office, Transition transition) {
        log.add(transition);
        office.tell(List.of(transition));
    }

    @Test
    void shouldDeliverAndForgetNothingOverARestart() throws IOException {
        PostOffice office = open();
        join(office);
        decide(office, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> arrived.size() == 1);
        office.close();
        PostOffice later = open();
        decide(later, Storms.level(1, Transition.Kind.CLEARED, 0));
        await().until(() -> arrived.size() == 2);
        assertThat(arrived.get(1).storm()).isEqualTo(arrived.get(0).storm());
        assertThat(arrived.get(1).number()).isEqualTo(1);
        assertThat(arrived.get(1).isLast()).isTrue();
    }

    @Test
    void shouldNotLetOneEndpointHoldUpAnother() throws Exception {
        PostOffice office = open();
        Subscription stuck = join(office);
        join(office);
        CountDownLatch release = new CountDownLatch(1);
        carrier = (letter, to) -> {
            if (to.number() == stuck.number()) {
                release.await();
            }
            arrived.add(letter);
            return new Carrier.Outcome.Delivered();
        };
        for (int i = 0; i < 5; i++) {
            int letters = i + 1;
            decide(office, Storms.level(i, i == 0 ? Transition.Kind.RAISED : Transition.Kind.STALE, 1));
            await().until(() -> arrived.size() == letters);
        }
        release.countDown();
        // what was owed meanwhile came as one more letter
        await().until(() -> arrived.stream()
                        .filter(each -> each.subscriber() == stuck.number())
                        .count()
                == 2);
    }

    @Test
    void shouldKeepADeadLetterUntilItIsSentAgain() throws Exception {
        PostOffice office = open();
        join(office);
        Delivery good = carrier;
        carrier = (letter, to) -> new Carrier.Outcome.Refused("410 Gone");
        decide(office, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> office.tallies(Subscription.Way.SMS).dead() == 1);
        office.close();
        carrier = good;
        PostOffice later = open();
        List<PostOffice.DeadLetter> dead = later.deadLetters().get(10, TimeUnit.SECONDS);
        assertThat(dead).extracting(PostOffice.DeadLetter::reason).containsExactly("410 Gone");
        assertThat(later.sendAgain(dead.getFirst().letter().id()).get(10, TimeUnit.SECONDS))
                .isTrue();
        await().until(() -> arrived.size() == 1);
        assertThat(arrived.getFirst()).isEqualTo(dead.getFirst().letter());
        assertThat(later.deadLetters().get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void shouldRecordWhatBecameOfEachLetterAndHowOftenItWasTriedOverARestart() throws Exception {
        PostOffice office = open();
        Subscription to = join(office);
        Delivery good = carrier;
        AtomicLong attempts = new AtomicLong();
        carrier = (letter, whom) -> {
            attempts.incrementAndGet();
            return new Carrier.Outcome.Later("503", 0);
        };
        decide(office, Storms.level(0, Transition.Kind.RAISED, 2));
        await().until(() -> attempts.get() >= 2);
        assertThat(settled.all).as("still on its way").isEmpty();
        office.close();
        carrier = good;
        PostOffice later = open();
        await().until(() -> settled.all.size() == 1);
        SettledLetter told = settled.all.getFirst();
        Letter letter = arrived.getFirst();
        assertThat(told)
                .isEqualTo(new SettledLetter(
                        letter.id(),
                        to.number(),
                        Subscription.Way.SMS,
                        letter.storm(),
                        0,
                        2,
                        List.of(Storms.level(0, Transition.Kind.RAISED, 2).id()),
                        letter.madeAtMs(),
                        told.settledAtMs(),
                        told.attempts(),
                        true,
                        ""));
        // what closing cut off was an attempt nobody knows the end of
        assertThat(told.attempts()).isBetween((int) attempts.get(), (int) attempts.get() + 1);
        assertThat(told.toString()).doesNotContain(to.address()).doesNotContain(to.id());

        carrier = (again, whom) -> new Carrier.Outcome.Refused("410 Gone");
        decide(later, Storms.level(1, Transition.Kind.CLEARED, 0));
        await().until(() -> settled.all.size() == 2);
        assertThat(settled.all.getLast())
                .extracting(SettledLetter::arrived, SettledLetter::reason, SettledLetter::attempts)
                .containsExactly(false, "410 Gone", 1);
    }

    @Test
    void shouldNotHoldUpWhatComesAfterALetterWhoseArrivalTheDiskRefused() throws Exception {
        PostOffice office = open();
        join(office);
        settled.refusals = 2;
        decide(office, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> settled.all.size() == 1);
        decide(office, Storms.level(1, Transition.Kind.CLEARED, 0));
        await().until(() -> settled.all.size() == 2);
        assertThat(arrived).as("sent once each").hasSize(2);
    }

    @Test
    void shouldLeaveNothingOfASubscriptionThatIsDeleted() throws Exception {
        PostOffice office = open();
        Subscription gone = join(office);
        assertThat(office.remove(gone.id()).get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(office.find(gone.id()).get(10, TimeUnit.SECONDS)).isNull();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                assertThat(Files.readString(each)).doesNotContain(gone.address());
            }
        }
        assertThat(join(office).number()).as("never given again").isNotEqualTo(gone.number());
    }

    /** Neither what waits nor what was given up. */
    @Test
    void shouldForgetTheLettersOfASubscriptionThatIsDeleted() throws Exception {
        PostOffice office = open();
        Subscription given = join(office);
        Subscription waits = join(office);
        Subscription stays = join(office);
        carrier = (letter, to) -> to.number() == waits.number()
                ? new Carrier.Outcome.Later("503", 0)
                : new Carrier.Outcome.Refused("410 Gone");
        decide(office, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> office.dead() == 2);
        office.remove(given.id()).get(10, TimeUnit.SECONDS);
        office.remove(waits.id()).get(10, TimeUnit.SECONDS);
        assertThat(office.deadLetters().get(10, TimeUnit.SECONDS))
                .extracting(each -> each.letter().subscriber())
                .containsExactly(stays.number());
        assertThat(office.waitingLetters().get(10, TimeUnit.SECONDS)).isEmpty();
        office.close();
        PostOffice later = open();
        assertThat(later.deadLetters().get(10, TimeUnit.SECONDS)).hasSize(1);
        assertThat(later.waitingLetters().get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void shouldSendAgainOverARestartAndOnlyOnce() throws Exception {
        PostOffice office = open();
        join(office);
        carrier = (letter, to) -> new Carrier.Outcome.Refused("410 Gone");
        decide(office, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> office.dead() == 1);
        Letter dead = office.deadLetters().get(10, TimeUnit.SECONDS).getFirst().letter();
        CountDownLatch tried = new CountDownLatch(1);
        carrier = (letter, to) -> {
            tried.countDown();
            return new Carrier.Outcome.Later("503", 0);
        };
        assertThat(office.sendAgain(dead.id()).get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(office.sendAgain(dead.id()).get(10, TimeUnit.SECONDS)).isFalse();
        tried.await();
        // killed: what was forced is all there is
        ledger = ledger.afterTheCrash(new Random(1));
        offices.remove(office);
        office.close();
        carrier = (letter, to) -> {
            arrived.add(letter);
            return new Carrier.Outcome.Delivered();
        };
        PostOffice later = open();
        await().until(() -> arrived.size() == 1);
        assertThat(arrived).containsExactly(dead);
        assertThat(later.deadLetters().get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void shouldTellWhoNoLongerPausesOrChoosesMoreOfWhatStands() throws Exception {
        PostOffice office = open();
        Subscription s = office.add(number -> choosing(PostBookTest.anybody(number), 3, true))
                .get(10, TimeUnit.SECONDS);
        standing = List.of(Storms.level(0, Transition.Kind.RAISED, 2));
        decide(office, standing.getFirst());
        await().until(() -> log.told() == 1);
        office.change(s.id(), before -> choosing(before, 3, false)).get(10, TimeUnit.SECONDS);
        assertThat(office.waiting()).as("orange, and red is wanted").isZero();
        office.change(s.id(), before -> choosing(before, 2, true)).get(10, TimeUnit.SECONDS);
        office.change(s.id(), before -> choosing(before, 2, false)).get(10, TimeUnit.SECONDS);
        office.change(s.id(), before -> choosing(before, 1, false)).get(10, TimeUnit.SECONDS);
        await().until(() -> arrived.size() == 1);
        decide(office, Storms.level(1, Transition.Kind.CLEARED, 0));
        await().until(() -> arrived.size() == 2);
        assertThat(arrived.stream().flatMap(each -> each.steps().stream()).map(Transition::number))
                .containsExactly(0, 1);
    }

    private static Subscription choosing(Subscription s, int severityFrom, boolean paused) {
        return new Subscription(
                s.number(),
                s.id(),
                s.way(),
                s.address(),
                s.secret(),
                s.language(),
                new Subscription.Selection(Set.of(), Set.of(), List.of(), severityFrom, Set.of()),
                null,
                paused,
                false,
                s.madeAtMs(),
                s.confirmedAtMs());
    }

    @Test
    void shouldTellWhoJoinsOfWhatStandsOnceAndTakeItFromNobodyElse() throws Exception {
        PostOffice office = open();
        Subscription early = join(office);
        // in the live state and in the log, and not taken from there yet
        standing = List.of(Storms.level(0, Transition.Kind.RAISED, 1));
        log.add(standing.getFirst());
        Subscription late = join(office);
        await().until(() -> arrived.size() == 2);
        decide(office, Storms.level(1, Transition.Kind.CLEARED, 0));
        await().until(() -> arrived.size() == 4);
        for (Subscription each : List.of(early, late)) {
            assertThat(arrived.stream()
                            .filter(letter -> letter.subscriber() == each.number())
                            .flatMap(letter -> letter.steps().stream())
                            .map(Transition::number))
                    .containsExactly(0, 1);
        }
    }

    /** What a joiner is owed says nothing of what the others are, in the ledger either. */
    @Test
    void shouldStillOweToTheOthersWhatAJoinerWasToldOfBeforeARestart() throws Exception {
        PostOffice office = open();
        Subscription early = join(office);
        standing = List.of(Storms.level(0, Transition.Kind.RAISED, 1));
        Subscription late = join(office);
        await().until(() -> arrived.size() == 1);
        assertThat(arrived.getFirst().subscriber()).isEqualTo(late.number());
        office.close();
        // in the live state it stood before it was in the log: it is taken from there only now
        log.add(standing.getFirst());
        open();
        await().until(() -> arrived.size() == 2);
        assertThat(arrived.getLast().subscriber()).isEqualTo(early.number());
        assertThat(log.told()).isEqualTo(1);
    }

    @Test
    void shouldForgetWhoNeverConfirmed() throws Exception {
        PostOffice office = open();
        Subscription confirmed = join(office);
        Subscription never = office.add(PostBookTest::unconfirmed).get(10, TimeUnit.SECONDS);
        assertThat(office.removeUnconfirmed(never.madeAtMs()).get(10, TimeUnit.SECONDS))
                .isZero();
        assertThat(office.removeUnconfirmed(never.madeAtMs() + 1).get(10, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThat(office.subscriptions().get(10, TimeUnit.SECONDS)).containsExactly(confirmed);
    }

    /** Killed at any instant: each step arrives, in order, and no letter arrives under two contents. */
    @Test
    void shouldBringEveryStepThroughEveryCrash() throws Exception {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("PostOfficeTest: -Dvandvagt.seed=" + seed);
        Random random = new Random(seed);
        carrier = (letter, to) -> {
            if (random.nextInt(3) == 0) {
                return new Carrier.Outcome.Later("503", 0);
            }
            arrived.add(letter);
            return new Carrier.Outcome.Delivered();
        };
        PostOffice office = open();
        int subscribers = 3;
        for (int i = 0; i < subscribers; i++) {
            join(office);
        }
        int steps = 0;
        for (int crash = 0; crash < 15; crash++) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                decide(office, Storms.level(steps, steps == 0 ? Transition.Kind.RAISED : Transition.Kind.BACK, 1));
                steps++;
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(40));
            ledger = ledger.afterTheCrash(random);
            offices.remove(office);
            office.close();
            office = open();
        }
        int all = steps;
        await().atMost(Duration.ofSeconds(30))
                .until(() -> arrived.stream()
                                .flatMap(each -> each.steps().stream().map(step -> each.subscriber() + " " + step.id()))
                                .distinct()
                                .count()
                        == (long) all * subscribers);
        Map<String, Letter> byId = new LinkedHashMap<>();
        for (Letter each : arrived) {
            Letter same = byId.putIfAbsent(each.id(), each);
            assertThat(same == null || same.equals(each)).as(each.id()).isTrue();
        }
        for (int subscriber = 1; subscriber <= subscribers; subscriber++) {
            int whose = subscriber;
            assertThat(byId.values().stream()
                            .filter(each -> each.subscriber() == whose)
                            .flatMap(each -> each.steps().stream())
                            .map(Transition::number))
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .hasSize(all);
        }
    }
}
