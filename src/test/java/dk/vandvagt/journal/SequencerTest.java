package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.BatchHandler;
import dk.vandvagt.shard.Command;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequencerTest {
    private static final long NOW = 1_697_839_200_000L;
    private static final Sequencer.Settings SETTINGS = new Sequencer.Settings(64, 10, 1000, 100, 5000, 200);

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();
    private final List<String> settled = Collections.synchronizedList(new ArrayList<>());
    private final List<Batch> handed = Collections.synchronizedList(new ArrayList<>());
    private final Catalogue catalogue = Places.of("HAVN", "BAAGOE", "FAABORG");

    private SegmentLog journal;

    @BeforeEach
    void open() throws IOException {
        journal = Logs.open(folder);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    private Sequencer sequencer() {
        return sequencer(journal, handed::add);
    }

    private Sequencer sequencer(SegmentLog log, BatchHandler handler) {
        ServiceClock clock = ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW);
        Sequencer sequencer = new Sequencer(SETTINGS, log, clock, log.lastSequence(), catalogue, handler, () -> NOW);
        sequencer.openWithoutThread();
        return sequencer;
    }

    private Arrival reading(String name, int sensor, long observedAtMs, double value) {
        return new Arrival(
                refusal -> settled.add(refusal == null ? name : name + " " + refusal.tag()),
                null,
                new int[] {sensor},
                new long[] {observedAtMs},
                new double[] {value},
                NOW);
    }

    private Arrival refused(String name, Refusal refusal) {
        return Arrival.refused(why -> settled.add(name + " " + (why == null ? "taken" : why.tag())), refusal, NOW);
    }

    @Test
    void shouldSettleAllInOrderOfReceiptOnlyOnceTheirBatchIsInTheJournalAndBeforeItIsHandedOn() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Sequencer sequencer = sequencer(journal, batch -> order.add("handed " + batch.sequence()));
        for (int i = 0; i < 3; i++) {
            int number = i;
            assertThat(sequencer.offer(new Arrival(
                            refusal -> order.add("settled " + number + " at sequence " + journal.lastSequence()),
                            null,
                            new int[] {0},
                            new long[] {NOW - i},
                            new double[] {i},
                            NOW)))
                    .isTrue();
        }
        assertThat(order).isEmpty();
        assertThat(sequencer.runOnce(NOW)).isTrue();
        assertThat(order)
                .containsExactly(
                        "settled 0 at sequence 1", "settled 1 at sequence 1", "settled 2 at sequence 1", "handed 1");
        assertThat(sequencer.counts().fsyncs()).isEqualTo(1);
        assertThat(sequencer.counts().readings()).isEqualTo(3);
    }

    @Test
    void shouldSettleARefusedMessageAtItsPlaceAndCountItUnderItsName() throws Exception {
        Sequencer sequencer = sequencer();
        sequencer.offer(reading("a", 0, NOW, 1.0));
        sequencer.offer(refused("b", Refusal.MALFORMED));
        sequencer.offer(reading("c", 1, NOW + 11 * 60_000, 1.0));
        sequencer.offer(reading("d", 7, NOW, 1.0));
        sequencer.offer(reading("e", 2, NOW, 1.0));
        sequencer.runOnce(NOW);
        assertThat(settled).containsExactly("a", "b malformed", "c far_future", "d unknown_sensor", "e");
        assertThat(sequencer.refused(Refusal.MALFORMED)).isEqualTo(1);
        assertThat(sequencer.refused(Refusal.FAR_FUTURE)).isEqualTo(1);
        assertThat(sequencer.refused(Refusal.UNKNOWN_SENSOR)).isEqualTo(1);
        assertThat(handed)
                .singleElement()
                .satisfies(batch -> assertThat(batch.sensorIndex()).containsExactly(0, 2));
    }

    @Test
    void shouldRefuseAWholeMessageWhenOneOfItsReadingsIsInTheFarFuture() throws Exception {
        Sequencer sequencer = sequencer();
        sequencer.offer(new Arrival(
                refusal -> settled.add(String.valueOf(refusal)),
                null,
                new int[] {0, 0},
                new long[] {NOW, NOW + 3_600_000},
                new double[] {1, 2},
                NOW));
        sequencer.runOnce(NOW);
        assertThat(settled).containsExactly("FAR_FUTURE");
        assertThat(handed).isEmpty();
        assertThat(journal.lastSequence()).isZero();
    }

    @Test
    void shouldCloseABatchThatHasEnoughReadings() throws Exception {
        Sequencer sequencer = sequencer();
        for (int i = 0; i < 25; i++) {
            sequencer.offer(reading("m" + i, 0, NOW + i, i));
        }
        while (sequencer.runOnce(NOW)) {
            // until all is done
        }
        assertThat(handed).extracting(Batch::size).containsExactly(10, 10, 5);
        assertThat(handed).extracting(Batch::sequence).containsExactly(1L, 2L, 3L);
        assertThat(settled).hasSize(25).startsWith("m0", "m1").endsWith("m24");
    }

    @Test
    void shouldNotTakeMoreThanItsQueueHoldsNorAnythingBeforeItIsOpen() throws Exception {
        ServiceClock clock = ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW);
        Sequencer sequencer = new Sequencer(SETTINGS, journal, clock, 0, catalogue, handed::add, () -> NOW);
        assertThat(sequencer.offer(reading("early", 0, NOW, 1))).isFalse();
        assertThat(sequencer.command(new Command.Acknowledge("a", "b", "c"))).isCompletedExceptionally();
        sequencer.openWithoutThread();
        int taken = 0;
        while (sequencer.offer(reading("m" + taken, 0, NOW, 1))) {
            taken++;
        }
        assertThat(taken).isEqualTo(64);
        assertThat(sequencer.counts().queueDepth()).isEqualTo(64);
        sequencer.runOnce(NOW);
        assertThat(sequencer.offer(reading("again", 0, NOW, 1))).isTrue();
    }

    @Test
    void shouldTickOnceASecondWhenNothingArrives() throws Exception {
        Sequencer sequencer = sequencer();
        assertThat(sequencer.runOnce(NOW + 999)).isFalse();
        assertThat(sequencer.runOnce(NOW + 1000)).isTrue();
        assertThat(sequencer.runOnce(NOW + 1500)).isFalse();
        sequencer.offer(reading("a", 0, NOW, 1));
        assertThat(sequencer.runOnce(NOW + 1600)).isTrue();
        assertThat(sequencer.runOnce(NOW + 2100)).isFalse();
        assertThat(sequencer.runOnce(NOW + 2600)).isTrue();
        assertThat(handed).extracting(Batch::clockMs).containsExactly(NOW + 1000, NOW + 1600, NOW + 2600);
        assertThat(handed).extracting(Batch::size).containsExactly(0, 1, 0);
    }

    @Test
    void shouldNotTickByTheWallClockInAStream() throws Exception {
        Sequencer sequencer = new Sequencer(
                SETTINGS, journal, ServiceClock.stream(0, 3_600_000), 0, catalogue, handed::add, () -> NOW);
        sequencer.openWithoutThread();
        sequencer.offer(reading("a", 0, 5_000_000_000L, 1));
        sequencer.runOnce(NOW);
        assertThat(sequencer.runOnce(NOW + 100_000)).isFalse();
        assertThat(handed).extracting(Batch::clockMs).containsExactly(5_000_000_000L);
    }

    @Test
    void shouldUseANewCatalogueFromItsOwnSequenceOn() throws Exception {
        Sequencer sequencer = sequencer();
        Catalogue next = Places.read("HAVN,BAAGOE,FAABORG,MIDDELFART", catalogue);
        CompletableFuture<Long> done =
                sequencer.command(new Command.UseCatalogue(next)).toCompletableFuture();
        assertThat(done).isNotDone();
        sequencer.runOnce(NOW);
        assertThat(done).isCompletedWithValue(1L);
        sequencer.offer(reading("a", 3, NOW, 1.5));
        sequencer.runOnce(NOW);
        assertThat(settled).containsExactly("a");

        List<Batch> said = new ArrayList<>();
        JournalReplay.Said result =
                JournalReplay.run(journal, 0, Places.of("HAVN"), Places::read, said::add, findings::add);
        assertThat(said).hasSize(2);
        assertThat(said.getFirst().command())
                .isInstanceOfSatisfying(
                        Command.UseCatalogue.class,
                        use -> assertThat(use.catalogue().text()).isEqualTo(next.text()));
        Catalogue end = Objects.requireNonNull(result.catalogue());
        assertThat(end.sensor(said.getLast().sensorIndex()[0]).id()).isEqualTo("MIDDELFART");
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldAcknowledgeNothingWhileTheDiskIsFullAndLoseNothing() throws Exception {
        try (SegmentLog small =
                SegmentLog.open(folder.resolve("small"), new SegmentLog.Settings(100, 300), () -> NOW, findings::add)) {
            Sequencer sequencer = sequencer(small, handed::add);
            long now = NOW;
            int offered = 0;
            while (sequencer.counts().trouble() == null) {
                sequencer.offer(reading("m" + offered, 0, NOW + offered, offered));
                offered++;
                sequencer.runOnce(now);
            }
            int before = settled.size();
            assertThat(before).isEqualTo(offered - 1);
            assertThat(sequencer.counts().trouble())
                    .contains("nothing is acknowledged")
                    .contains("limit of 300");
            sequencer.offer(reading("m" + offered, 0, NOW + offered, offered));
            offered++;
            assertThat(sequencer.runOnce(now + 50)).as("waits").isFalse();
            assertThat(sequencer.counts().failures()).isEqualTo(1);
            now += 100;
            assertThat(sequencer.runOnce(now)).as("still full").isFalse();
            assertThat(sequencer.counts().failures()).isEqualTo(2);
            assertThat(settled).hasSize(before);

            small.dropBefore(small.lastSequence());
            now += 200;
            while (sequencer.runOnce(now)) {
                // until all is done
            }
            assertThat(sequencer.counts().trouble()).isNull();
            assertThat(settled).hasSize(offered).endsWith("m" + (offered - 2), "m" + (offered - 1));
            assertThat(handed).extracting(Batch::sequence).isEqualTo(SegmentLogTest.range(1, handed.size()));
        }
    }

    @Test
    void shouldGiveEveryMessageOfManyThreadsExactlyOneReceiptInItsOwnOrder() throws Exception {
        int threads = 4;
        int each = 5000;
        Sequencer sequencer = new Sequencer(
                new Sequencer.Settings(256, 100, 1000, 100, 5000, 10_000),
                journal,
                ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW),
                0,
                catalogue,
                handed::add,
                System::currentTimeMillis);
        sequencer.start();
        List<List<Integer>> receipts = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(threads * each);
        List<Thread> sources = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            List<Integer> mine = new ArrayList<>();
            receipts.add(mine);
            int sensor = t % 3;
            sources.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    Arrival arrival = new Arrival(
                            refusal -> {
                                mine.add(number);
                                done.countDown();
                            },
                            null,
                            new int[] {sensor},
                            new long[] {NOW + number},
                            new double[] {number},
                            NOW);
                    while (!sequencer.offer(arrival)) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        for (Thread source : sources) {
            source.join();
        }
        sequencer.close();
        for (List<Integer> mine : receipts) {
            assertThat(mine).hasSize(each).isSorted();
        }
        assertThat(handed.stream().mapToInt(Batch::size).sum()).isEqualTo(threads * each);
        assertThat(sequencer.offer(reading("late", 0, NOW, 1))).isFalse();
    }

    @Test
    void shouldFillItsQueueAndRefuseWhileTheShardsAreBusyAndGoOnAfterwards() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger taken = new AtomicInteger();
        Sequencer sequencer = new Sequencer(
                SETTINGS,
                journal,
                ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW),
                0,
                catalogue,
                batch -> {
                    busy.await();
                    handed.add(batch);
                },
                System::currentTimeMillis);
        sequencer.start();
        await().atMost(10, TimeUnit.SECONDS)
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> !sequencer.offer(reading("m" + taken.getAndIncrement(), 0, NOW, 1)) || taken.get() > 500);
        assertThat(taken.get()).isBetween(64, 120);
        busy.countDown();
        await().atMost(10, TimeUnit.SECONDS).until(() -> settled.size() == taken.get() - 1);
        sequencer.close();
    }

    @Test
    void shouldStopWhileTheShardsDoNotTakeABatchAndSayItAgainAtTheNextStart() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Sequencer sequencer = new Sequencer(
                SETTINGS,
                journal,
                ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW),
                0,
                catalogue,
                batch -> {
                    arrived.countDown();
                    never.await();
                },
                System::currentTimeMillis);
        sequencer.start();
        sequencer.offer(reading("a", 1, NOW, 2.5));
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        sequencer.close();
        JournalReplay.run(journal, 0, catalogue, Places::read, handed::add, findings::add);
        assertThat(handed).first().satisfies(batch -> {
            assertThat(batch.sensorIndex()).containsExactly(1);
            assertThat(batch.value()).containsExactly(2.5);
        });
        assertThat(settled).containsExactly("a");
    }

    @Test
    void shouldNotBeginBeforeWhatTheJournalAlreadyHolds() throws Exception {
        Logs.append(journal, 1, 5);
        assertThatThrownBy(() -> new Sequencer(
                        SETTINGS, journal, ServiceClock.stream(0, 1), 4, catalogue, handed::add, () -> NOW))
                .hasMessageContaining("reaches sequence 5");
    }

    @Test
    void shouldSayTheSameAgainInAReplay() throws Exception {
        AtomicLong now = new AtomicLong(NOW);
        Sequencer sequencer = sequencer();
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < round % 5; i++) {
                sequencer.offer(reading("m", i % 3, now.get() - 1000L * i, round % 7 == 0 ? -0.0 : round / 7.0));
            }
            if (round % 50 == 49) {
                sequencer.command(new Command.Acknowledge("alert-" + round, "havnefoged", "på vej æøå"));
            }
            sequencer.runOnce(now.addAndGet(1700));
        }
        List<Batch> said = new ArrayList<>();
        JournalReplay.Said result = JournalReplay.run(journal, 0, catalogue, Places::read, said::add, findings::add);
        assertThat(said).usingRecursiveComparison().isEqualTo(handed);
        assertThat(result.missing()).isZero();
        assertThat(result.lastSequence()).isEqualTo(journal.lastSequence());
        assertThat(result.lastClockMs()).isEqualTo(handed.getLast().clockMs());
        said.clear();
        JournalReplay.run(journal, 120, catalogue, Places::read, said::add, findings::add);
        assertThat(said).usingRecursiveComparison().isEqualTo(handed.subList(120, handed.size()));
        assertThat(findings).isEmpty();
    }
}
