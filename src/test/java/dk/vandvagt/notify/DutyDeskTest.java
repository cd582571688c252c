package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** On a clock that the test moves; the desk itself has a thread. */
class DutyDeskTest {
    private static final long MIN = 60_000;
    private static final Transition RED = Storms.level(0, Transition.Kind.RAISED, 3);
    private static final String[] NAMES = {"Anna", "Bo", "Carl"};

    /** In memory; what was not forced is lost with the process. */
    private static final class MemoryLedger implements Ledger {
        private record Entry(int type, byte[] payload) {}

        private final List<Entry> entries = new ArrayList<>();
        private int forced;
        private boolean dead;

        /** What is left of it after a {@code kill -9}: the one killed writes no more. */
        synchronized MemoryLedger killed(Random random) {
            dead = true;
            MemoryLedger left = new MemoryLedger();
            left.entries.addAll(entries.subList(0, forced + random.nextInt(entries.size() - forced + 1)));
            left.forced = left.entries.size();
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
            entries.add(new Entry(type, payload));
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
            return entries.size() + 1;
        }

        @Override
        public void dropBefore(long number) {}

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** A letter as it came to somebody. */
    private record Arrival(String address, Letter letter) {}

    private final TestLog log = new TestLog();
    private final AtomicLong clock = new AtomicLong(Storms.AT_MS);
    private final List<Arrival> arrived = new CopyOnWriteArrayList<>();
    private final AtomicInteger operatorsCalled = new AtomicInteger();
    private final List<DutyDesk> desks = new ArrayList<>();
    private MemoryLedger ledger = new MemoryLedger();
    private volatile Carrier.Outcome outcome = new Carrier.Outcome.Delivered();

    private final Carrier carrier = new Carrier() {
        @Override
        public Outcome carry(Letter letter, Subscription to) {
            arrived.add(new Arrival(to.address(), letter));
            return outcome;
        }

        @Override
        public Outcome invite(Subscription to, String confirmUrl) {
            throw new AssertionError(confirmUrl);
        }

        @Override
        public Outcome test(Subscription to) {
            throw new AssertionError(to);
        }
    };

    @AfterEach
    void close() {
        desks.forEach(DutyDesk::close);
    }

    private static DutyDesk.Roster roster(int people) {
        List<DutyDesk.Person> list = new ArrayList<>();
        for (int i = 0; i < people; i++) {
            list.add(new DutyDesk.Person(NAMES[i], Subscription.Way.SMS, "+451234000" + i, "", "da"));
        }
        return new DutyDesk.Roster(list, 3, 10 * MIN);
    }

    private DutyDesk open() throws IOException {
        DutyDesk desk = new DutyDesk(
                log,
                ledger,
                Map.of(Subscription.Way.SMS, carrier),
                roster(3),
                about -> {
                    operatorsCalled.incrementAndGet();
                    return CompletableFuture.completedFuture(null);
                },
                ZoneOffset.UTC,
                clock::get);
        desks.add(desk);
        desk.start();
        return desk;
    }

    private void decide(DutyDesk desk, Transition transition) {
        log.add(transition);
        desk.tell(List.of(transition));
    }

    private void pass(DutyDesk desk, long ms) {
        clock.addAndGet(ms);
        desk.wake();
    }

    private void awaitTaken(int steps) {
        await().until(() -> log.told() >= steps);
    }

    /** By whom, each message once however often it was sent. */
    private List<String> called() {
        return heard(false);
    }

    /** Who was told that it is over. */
    private List<String> toldOfTheEnd() {
        return heard(true);
    }

    private List<String> heard(boolean end) {
        return arrived.stream()
                .filter(each -> each.letter().id().startsWith("duty-end-") == end)
                .map(each -> each.letter().id() + " " + each.address())
                .distinct()
                .map(each -> NAMES[each.charAt(each.length() - 1) - '0'])
                .toList();
    }

    @Test
    void shouldCallTheNextWhenTheFirstDoesNotAnswerAndStopWhenSomebodyDoes() throws IOException {
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        await().until(() -> arrived.size() == 1);
        assertThat(arrived.getFirst().letter().opening().da()).isEqualTo("Vagt Anna: kvittér inden 21.50, ellers Bo.");
        pass(desk, 10 * MIN);
        await().until(() -> arrived.size() == 2);
        assertThat(called()).containsExactly("Anna", "Bo");
        decide(desk, Storms.level(1, Transition.Kind.ACKNOWLEDGED, 3));
        awaitTaken(2);
        pass(desk, 100 * MIN);
        decide(desk, Storms.level(2, Transition.Kind.CLEARED, 0));
        awaitTaken(3);
        assertThat(called()).hasSize(2);
        assertThat(operatorsCalled).hasValue(0);
    }

    @Test
    void shouldTellEverybodyWhomItCalledAndNobodyElseThatItIsOver() throws IOException {
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        await().until(() -> arrived.size() == 1);
        pass(desk, 10 * MIN);
        await().until(() -> arrived.size() == 2);
        outcome = new Carrier.Outcome.Later("busy", 0);
        decide(desk, Storms.level(1, Transition.Kind.CLEARED, 0));
        awaitTaken(2);
        pass(desk, 5_000);
        await().until(() -> desk.tallies().failures() == 2);
        outcome = new Carrier.Outcome.Delivered();
        pass(desk, DutyDesk.RETRY_MS);
        await().until(() -> desk.tallies().told() == 4);
        assertThat(toldOfTheEnd()).containsExactlyInAnyOrder("Anna", "Bo");
        Letter end = arrived.getLast().letter();
        assertThat(end.opening().da()).endsWith(": til orientering, der er intet at kvittere for.");
        assertThat(end.isLast()).isTrue();
        assertThat(end.steps()).extracting(Transition::kind).containsExactly(Transition.Kind.CLEARED);
    }

    @Test
    void shouldTellNobodyOfAnEndWhoIsNoLongerOnTheList() throws IOException {
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        await().until(() -> arrived.size() == 1);
        decide(desk, Storms.level(1, Transition.Kind.ACKNOWLEDGED, 3));
        awaitTaken(2);
        desk.use(new DutyDesk.Roster(
                List.of(new DutyDesk.Person("Carl", Subscription.Way.SMS, "+4512340002", "", "da")), 3, MIN));
        decide(desk, Storms.level(2, Transition.Kind.CLEARED, 0));
        awaitTaken(3);
        pass(desk, 5_000);
        decide(desk, Storms.at("S2", "another", RED));
        awaitTaken(4);
        pass(desk, 5_000);
        await().until(() -> arrived.size() == 2);
        assertThat(called()).containsExactly("Anna", "Carl");
        assertThat(toldOfTheEnd()).isEmpty();
    }

    @Test
    void shouldSayWhoIsTheLastAndThenCallTheOperators() throws IOException {
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        for (int call = 1; call <= 6; call++) {
            int calls = call;
            await().until(() -> arrived.size() == calls);
            pass(desk, 10 * MIN);
        }
        await().until(() -> operatorsCalled.get() == 1);
        assertThat(arrived.getLast().letter().opening().en())
                .isEqualTo("On duty Carl: acknowledge by 22:40; there is nobody after you.");
    }

    @Test
    void shouldTryAgainUnderTheSameIdAndGoOnWhenTheTimeIsUp() throws IOException {
        outcome = new Carrier.Outcome.Later("busy", 0);
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        await().until(() -> arrived.size() == 1 && desk.tallies().failures() == 1);
        pass(desk, DutyDesk.RETRY_MS);
        await().until(() -> arrived.size() == 2 && desk.tallies().failures() == 2);
        assertThat(arrived.get(1).letter()).isEqualTo(arrived.get(0).letter());
        outcome = new Carrier.Outcome.Delivered();
        pass(desk, 10 * MIN);
        await().until(() -> desk.tallies().told() == 1);
        assertThat(called()).containsExactly("Anna", "Bo");
    }

    @Test
    void shouldCallTheNextAtOnceWhenAnAddressIsRefused() throws IOException {
        outcome = new Carrier.Outcome.Refused("unknown");
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        await().until(() -> operatorsCalled.get() == 1);
        assertThat(called()).containsExactly("Anna", "Bo", "Carl", "Anna", "Bo", "Carl");
    }

    @Test
    void shouldUseAnotherListFromTheNextCallOn() throws IOException {
        DutyDesk desk = open();
        decide(desk, RED);
        awaitTaken(1);
        pass(desk, 5_000);
        await().until(() -> arrived.size() == 1);
        desk.use(new DutyDesk.Roster(
                List.of(
                        new DutyDesk.Person("Anna", Subscription.Way.SMS, "+4512340000", "", "da"),
                        new DutyDesk.Person("Carl", Subscription.Way.SMS, "+4512340002", "", "da")),
                3,
                MIN));
        pass(desk, 10 * MIN);
        await().until(() -> arrived.size() == 2);
        pass(desk, MIN);
        await().until(() -> arrived.size() == 3);
        assertThat(called()).containsExactly("Anna", "Carl", "Anna");
    }

    @Test
    void shouldLogNobodysAddress() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(DutyDesk.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            outcome = new Carrier.Outcome.Refused("unknown");
            DutyDesk desk = open();
            decide(desk, RED);
            awaitTaken(1);
            pass(desk, 5_000);
            await().until(() -> operatorsCalled.get() == 1);
            assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains("Anna"))
                    .noneMatch(line -> line.contains("1234000"));
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** Killed again and again, at any instant, while nobody answers. */
    @Test
    void shouldNeitherForgetNorBeginAnewWhenItIsKilledAtAnyInstant() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("DutyDeskTest.shouldNeitherForgetNorBeginAnew: -Dseed=" + seed);
        Random random = new Random(seed);
        for (int storm = 0; storm < 5; storm++) {
            arrived.clear();
            operatorsCalled.set(0);
            Transition red = Storms.at("S" + storm, "alert" + storm, RED);
            log.add(red);
            DutyDesk desk = open();
            for (int call = 1; call <= 6; call++) {
                int before = call - 1;
                for (int kill = random.nextInt(4); kill > 0; kill--) {
                    desk = killed(desk, random);
                    if (random.nextBoolean()) {
                        desk.wake();
                    }
                }
                awaitTaken(2 * storm + 1);
                await().until(() -> called().size() >= before);
                pass(desk, call == 1 ? 5_000 : 10 * MIN);
                for (int kill = random.nextInt(4); kill > 0; kill--) {
                    spin(random);
                    desk = killed(desk, random);
                }
                int expected = call;
                await().until(() -> called().size() >= expected);
            }
            assertThat(called()).as("seed %d", seed).containsExactly("Anna", "Bo", "Carl", "Anna", "Bo", "Carl");
            pass(desk, 10 * MIN);
            spin(random);
            desk = killed(desk, random);
            await().until(() -> operatorsCalled.get() >= 1);
            decide(desk, Storms.at("S" + storm, "alert" + storm, Storms.level(1, Transition.Kind.CLEARED, 0)));
            awaitTaken(2 * storm + 2);
            assertThat(called()).as("seed %d", seed).hasSize(6);
            pass(desk, 5_000);
            for (int kill = random.nextInt(4); kill > 0; kill--) {
                spin(random);
                desk = killed(desk, random);
            }
            await().until(() -> toldOfTheEnd().size() >= 3);
            assertThat(toldOfTheEnd()).as("seed %d", seed).containsExactlyInAnyOrder("Anna", "Bo", "Carl");
            desk.close();
        }
    }

    private DutyDesk killed(DutyDesk desk, Random random) throws IOException {
        MemoryLedger left = ledger.killed(random);
        desk.close();
        ledger = left;
        return open();
    }

    /** Some microseconds, in which anything may happen. */
    private static void spin(Random random) {
        long until = System.nanoTime() + random.nextInt(2_000_000);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }
}
