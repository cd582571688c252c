package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Level series in, messages out: the stories a forecaster could check. */
class ShardsTest {
    private static final long T0 = 1_700_000_400_000L;

    private static final Catalogue LADDER =
            Catalogues.of(levelSensor("W", level("quay", 1, 1.00, 0, 30 * MIN), level("street", 2, 1.50, 0, 30 * MIN)));

    private static long at(int reading) {
        return T0 + reading * 10 * MIN;
    }

    private static void feed(Rooms rooms, double... levels) {
        for (int i = 0; i < levels.length; i++) {
            rooms.read("W", at(i), levels[i]);
        }
    }

    private static List<String> story(Rooms rooms) {
        return rooms.told().stream()
                .map(each -> each.kind() + " " + each.severity() + " at " + (each.atMs() - T0) / MIN
                        + (each.unconfirmed() ? " unconfirmed" : "") + (each.late() ? " late" : ""))
                .toList();
    }

    @Test
    void shouldRaiseEscalateDeEscalateAndClearASlowSurge() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(
                    rooms, 0.8, 0.95, 1.02, 1.2, 1.4, 1.55, 1.6, 1.5, 1.44, 1.3, 1.2, 1.1, 0.97, 0.94, 0.9, 0.85, 0.8,
                    0.7);
            assertThat(story(rooms))
                    .containsExactly("RAISED 1 at 20", "ESCALATED 2 at 50", "DE_ESCALATED 1 at 80", "CLEARED 0 at 130");
            Transition cleared = rooms.told().getLast();
            assertThat(cleared.peak()).isEqualTo(1.6);
            assertThat(cleared.peakAtMs()).isEqualTo(at(6));
            assertThat(cleared.beganAtMs()).isEqualTo(at(2));
            assertThat(rooms.told()).extracting(Transition::alertId).containsOnly(cleared.alertId());
            assertThat(rooms.told()).extracting(Transition::number).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void shouldLogEachExceedanceWithItsPeakAndItsEnd() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.0, 1.5, 1.7, 1.4, 1.3, 1.3, 1.3, 0.94, 0.9, 0.9, 0.9);
            List<Exceedance> ended = rooms.exceedances().stream()
                    .filter(each -> each.endedAtMs() != 0)
                    .toList();
            assertThat(ended).extracting(Exceedance::threshold).containsExactly("street", "quay");
            assertThat(ended).extracting(Exceedance::beganAtMs).containsExactly(at(2), at(1));
            assertThat(ended).extracting(Exceedance::endedAtMs).containsExactly(at(4), at(8));
            assertThat(ended).extracting(Exceedance::peak).containsExactly(1.7, 1.7);
        }
    }

    @Test
    void shouldTellOneMessageWhenOneReadingCrossesTwoRungs() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 1.2 - 0.3, 1.3, 1.6);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10", "ESCALATED 2 at 20");
        }
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.98, 0.99);
            rooms.read("W", at(20), 1.7);
            assertThat(story(rooms)).containsExactly("RAISED 2 at 200");
        }
    }

    @Test
    void shouldHoldTheAlertWhileTheSensorIsStale() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1, 1.2);
            rooms.tick(at(2) + 35 * MIN);
            rooms.tick(at(2) + 48 * HOUR);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10", "STALE 1 at 55");
            assertThat(rooms.live().stale()[0]).isTrue();
            assertThat(rooms.live().alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.state()).isEqualTo(Alert.State.ACTIVE);
                assertThat(alert.silent()).isTrue();
            });
            long back = at(2) + 49 * HOUR;
            for (int i = 0; i < 5; i++) {
                rooms.read("W", back + i * 10 * MIN, 0.4);
            }
            assertThat(story(rooms).subList(2, 4))
                    .containsExactly("BACK 1 at " + (back - T0) / MIN, "CLEARED 0 at " + (back - T0) / MIN);
        }
    }

    @Test
    void shouldCompleteTheOnDelayByATick() {
        Catalogue delayed = Catalogues.of(levelSensor("W", level("quay", 1, 1.00, 15 * MIN, 30 * MIN)));
        try (Rooms rooms = new Rooms(delayed, 1)) {
            feed(rooms, 0.9, 1.1);
            rooms.tick(at(1) + 14 * MIN);
            assertThat(rooms.told()).isEmpty();
            assertThat(rooms.live().pending()[0]).isTrue();
            rooms.tick(at(1) + 16 * MIN);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 25");
        }
    }

    @Test
    void shouldForgetAnExceedanceThatDoesNotLastItsOnDelay() {
        Catalogue delayed = Catalogues.of(levelSensor("W", level("quay", 1, 1.00, 15 * MIN, 30 * MIN)));
        try (Rooms rooms = new Rooms(delayed, 1)) {
            feed(rooms, 0.9, 1.1, 0.99, 1.0, 0.9);
            assertThat(rooms.told()).isEmpty();
            assertThat(rooms.exceedances()).isEmpty();
        }
    }

    @Test
    void shouldRaiseUnconfirmedWhenTheSensorDiesDuringTheOnDelay() {
        Catalogue slow = Catalogues.of(levelSensor("W", level("quay", 1, 1.00, 60 * MIN, 30 * MIN)));
        try (Rooms rooms = new Rooms(slow, 1)) {
            feed(rooms, 0.9, 1.1);
            rooms.tick(at(1) + 3 * HOUR);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 45 unconfirmed", "STALE 1 at 45");
        }
    }

    @Test
    void shouldHoldBackAnImplausibleStepUntilTheNextReadingConfirmsIt() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.2, 0.2, 1.1);
            assertThat(rooms.told()).isEmpty();
            rooms.read("W", at(3), 1.12);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 30");
            assertThat(rooms.told().getFirst().beganAtMs()).isEqualTo(at(2));
        }
    }

    @Test
    void shouldRaiseAnImplausibleStepUnconfirmedWhenNoReadingFollows() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.2, 0.2, 1.1);
            rooms.tick(at(3) + 4 * MIN);
            assertThat(story(rooms)).as("the next reading may be late").isEmpty();
            rooms.tick(at(3) + 6 * MIN);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 35 unconfirmed");
        }
    }

    @Test
    void shouldNeverAlarmForOneSpike() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.2, 0.2, 1.8, 0.2, 0.2);
            assertThat(rooms.told()).isEmpty();
            assertThat(rooms.verdicts().stream()
                            .flatMap(each -> java.util.stream.IntStream.range(0, each.size())
                                    .filter(i -> each.kind()[i] == Verdicts.REFLAGGED)
                                    .mapToObj(
                                            i -> each.observedAtMs()[i] + " " + each.flag()[i] + " " + each.test()[i])))
                    .containsExactly(at(2) + " " + Flag.FAIL + " " + QualityTest.SPIKE.code());
        }
    }

    @Test
    void shouldWithdrawARaiseWhoseReadingFailsAfterwards() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.5, 0.55, 1.01, 0.3, 0.3);
            rooms.told();
            assertThat(story(rooms)).containsExactly("RAISED 1 at 20", "WITHDRAWN 0 at 30");
        }
    }

    @Test
    void shouldTakeBackAPeakThatWasASpike() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1, 1.2, 1.85, 1.15, 1.1, 0.9, 0.9, 0.9, 0.9);
            assertThat(rooms.told().getLast().kind()).isEqualTo(Transition.Kind.CLEARED);
            assertThat(rooms.told().getLast().peak()).isEqualTo(1.2);
        }
    }

    @Test
    void shouldNotClearOnSuspectReadings() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1);
            // below what the place can plausibly have: suspect, not failed
            for (int i = 2; i < 20; i++) {
                rooms.read("W", at(i), -1.8);
            }
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10");
        }
    }

    @Test
    void shouldChangeNothingForARedelivery() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1, 1.2);
            int before = rooms.told().size();
            long verdicts = rooms.verdicts().stream().mapToInt(Verdicts::size).sum();
            rooms.read("W", at(1), 1.1);
            rooms.read("W", at(2), 1.2);
            assertThat(rooms.told()).hasSize(before);
            assertThat(rooms.verdicts().stream().mapToInt(Verdicts::size).sum()).isEqualTo(verdicts);
        }
    }

    @Test
    void shouldWithdrawWhenTheOnlyReadingBeyondIsCorrected() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.8, 0.9, 1.1);
            rooms.read("W", at(2), 0.95);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 20", "WITHDRAWN 0 at 20");
            assertThat(rooms.live().value()[0]).isEqualTo(0.95);
        }
    }

    @Test
    void shouldRaiseLateWhenABatchAfterAnOutageIsStillBeyond() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.8);
            int n = 6;
            int[] sensors = new int[n];
            long[] times = new long[n];
            double[] levels = {0.9, 1.0, 1.05, 1.1, 1.15, 1.2};
            Arrays.setAll(times, i -> at(i + 1));
            rooms.batch(at(7) + 2 * HOUR, sensors, times, levels);
            assertThat(story(rooms).getFirst()).isEqualTo("RAISED 1 at 20 late");
        }
    }

    @Test
    void shouldLogButNotTellAnEpisodeThatIsWhollyPast() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.8);
            double[] levels = {0.9, 1.1, 1.2, 0.9, 0.9, 0.9, 0.9};
            long[] times = new long[levels.length];
            Arrays.setAll(times, i -> at(i + 1));
            rooms.batch(at(8) + 2 * HOUR, new int[levels.length], times, levels);
            assertThat(rooms.told()).isEmpty();
            assertThat(rooms.exceedances()).hasSize(2);
            assertThat(rooms.exceedances().getFirst().late()).isTrue();
        }
    }

    @Test
    void shouldOnlyStoreAReadingOlderThanTheLatenessWindow() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.8);
            rooms.read("W", at(0) - 4 * HOUR, 1.9);
            assertThat(rooms.told()).isEmpty();
            Verdicts last = rooms.verdicts().getLast();
            assertThat(last.flag()[0]).isEqualTo(Flag.NOT_EVALUATED);
            assertThat(last.test()[0]).isEqualTo(QualityTest.LATE.code());
        }
    }

    @Test
    void shouldJudgeLevelsInTheDatumNotOnTheGaugesZero() {
        try (Rooms rooms = new Rooms(Catalogues.of(0.40, LADDER.sensor(0)), 1)) {
            feed(rooms, 0.5, 0.61);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10");
            assertThat(rooms.told().getFirst().value()).isEqualTo(1.01);
            assertThat(rooms.live().value()[0]).isEqualTo(0.61);
        }
    }

    @Test
    void shouldRaiseACloudburstByItsAccumulation() {
        Threshold cloudburst =
                threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15.01, 10, 0, 0, 30 * MIN, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(rainSensor("R", cloudburst)), 1)) {
            double[] mm = {0, 0, 2, 5, 6, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0};
            for (int i = 0; i < mm.length; i++) {
                rooms.read("R", T0 + i * 5 * MIN, mm[i]);
            }
            assertThat(story(rooms)).containsExactly("RAISED 3 at 25", "CLEARED 0 at 50");
        }
    }

    @Test
    void shouldTellTheRiseOnlyAboveItsLevel() {
        Threshold fast = threshold("fast", 2, Threshold.Kind.RISE, 0.3, 0.1, 0, 0, 60 * MIN, 0.5);
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", fast)), 1)) {
            for (int i = 0; i < 20; i++) {
                rooms.read("W", at(i), -0.2 + 0.07 * i);
            }
            assertThat(story(rooms)).containsExactly("RAISED 2 at 100");
            assertThat(rooms.live().riseSign()[1][0]).isEqualTo((byte) 1);
            assertThat(rooms.live().riseMPerHour()[1][0]).isBetween(0.41, 0.43);
        }
    }

    @Test
    void shouldAcknowledgeAnAlertThatStands() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1);
            rooms.command(new Command.Acknowledge(rooms.told().getFirst().alertId(), "Havnevagten", "på vej"));
            assertThat(rooms.told().getLast().kind()).isEqualTo(Transition.Kind.ACKNOWLEDGED);
            assertThat(rooms.live().alerts().getFirst().acknowledgedBy()).isEqualTo("Havnevagten");
        }
    }

    @Test
    void shouldKeepAnAlertOverAReloadThatKeepsItsThreshold() {
        Catalogue added = Catalogues.of(
                levelSensor(
                        "W",
                        level("quay", 1, 1.00, 0, 30 * MIN),
                        level("mid", 1, 1.2, 0, 0),
                        level("street", 2, 1.50, 0, 30 * MIN)),
                levelSensor("NEW"));
        try (Rooms rooms = new Rooms(LADDER, 2)) {
            feed(rooms, 0.9, 1.1);
            rooms.command(new Command.UseCatalogue(added));
            for (int i = 2; i < 4; i++) {
                rooms.read("W", at(i), 1.3);
            }
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10", "ESCALATED 1 at 20");
        }
    }

    @Test
    void shouldClearAnAlertWhoseThresholdIsTakenOutAndSaySo() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1);
            rooms.command(new Command.UseCatalogue(Catalogues.of(levelSensor("W"))));
            assertThat(rooms.told().getLast().kind()).isEqualTo(Transition.Kind.CLEARED);
            assertThat(rooms.told().getLast().note()).contains("taken out of the settings");
        }
    }

    @Test
    void shouldNeverUseATransitionsIdTwiceWhenAnAlertBeginsAnewAtTheSameInstant() {
        Catalogue slowQuay =
                Catalogues.of(levelSensor("W", level("quay", 1, 1.00, 60 * MIN, 0), level("street", 2, 1.25, 0, 0)));
        try (Rooms rooms = new Rooms(slowQuay, 1)) {
            feed(rooms, 0.9, 1.3, 1.15, 1.15, 1.15, 1.15, 1.15, 1.15, 1.4);
            assertThat(story(rooms))
                    .containsExactly("RAISED 2 at 10", "CLEARED 0 at 20", "RAISED 1 at 70", "ESCALATED 2 at 80");
            assertThat(rooms.told()).extracting(Transition::id).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldNotCountSilenceTowardTheOffDelay() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1, 0.9);
            rooms.tick(at(2) + 3 * HOUR);
            rooms.read("W", at(2) + 3 * HOUR, 0.9);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10", "STALE 1 at 55", "BACK 1 at 200");
            for (int i = 1; i <= 3; i++) {
                rooms.read("W", at(2 + i) + 3 * HOUR, 0.9);
            }
            assertThat(story(rooms)).endsWith("CLEARED 0 at 200");
        }
    }

    @Test
    void shouldTakeTheNewLadderBeforeWhatItFindsInTheSameBatch() {
        Catalogue before = Catalogues.of(
                levelSensor("W", level("quay", 1, 1.00, 0, 30 * MIN), level("street", 2, 1.50, 60 * MIN, 30 * MIN)));
        Catalogue after = Catalogues.of(levelSensor(
                "W",
                level("mild", 1, 0.80, 0, 30 * MIN),
                level("quay", 1, 1.00, 0, 30 * MIN),
                level("street", 2, 1.50, 5 * MIN, 30 * MIN)));
        try (Rooms rooms = new Rooms(before, 2)) {
            feed(rooms, 0.9, 1.2, 1.55);
            rooms.tick(at(2) + 10 * MIN);
            rooms.command(new Command.UseCatalogue(after));
            rooms.read("W", at(3), 1.56);
            assertThat(rooms.shards().trouble()).isNull();
            assertThat(story(rooms)).containsExactly("RAISED 1 at 10", "ESCALATED 2 at 25");
        }
    }

    @Test
    void shouldTellSilenceWithWhatASilentSensorsOldReadingRaises() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.8);
            rooms.tick(at(0) + 5 * HOUR);
            rooms.readAt(at(0) + 5 * HOUR, "W", at(3), 1.1);
            assertThat(story(rooms)).containsExactly("RAISED 1 at 30 late", "STALE 1 at 300");
        }
    }

    @Test
    void shouldWithdrawByACorrectionThatComesAfterNewerReadings() {
        try (Rooms rooms = new Rooms(LADDER, 1)) {
            feed(rooms, 0.9, 1.1, 0.97);
            rooms.read("W", at(1), 0.96);
            assertThat(story(rooms).getLast()).startsWith("WITHDRAWN 0");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGoOnFromASnapshotExactlyAsIfNeverStopped(long seed) {
        System.out.println("seed " + seed);
        Catalogue catalogue = randomCatalogue();
        List<Batch> batches = randomBatches(new Random(seed), catalogue, 400);
        int cut = new Random(seed).nextInt(batches.size());
        List<String> whole = run(catalogue, batches, batches.size(), 1, 1);
        List<String> interrupted = run(catalogue, batches, cut, 1, 3);
        assertThat(interrupted).isEqualTo(whole);
        assertThat(whole).anyMatch(line -> line.contains("RAISED"));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldTellTheSameWhateverTheNumberOfShards(long seed) {
        System.out.println("seed " + seed);
        Catalogue catalogue = randomCatalogue();
        List<Batch> batches = randomBatches(new Random(seed), catalogue, 400);
        assertThat(run(catalogue, batches, batches.size(), 3, 3))
                .isEqualTo(run(catalogue, batches, batches.size(), 1, 1));
    }

    private static Catalogue randomCatalogue() {
        return Catalogues.of(
                levelSensor("A", level("a1", 1, 0.8, 0, 20 * MIN), level("a2", 3, 1.2, 15 * MIN, 0)),
                levelSensor("B", level("b1", 2, 0.6, 30 * MIN, 40 * MIN)),
                rainSensor(
                        "R",
                        threshold("r1", 1, Threshold.Kind.ACCUMULATION, 6, 3, 0, 0, 30 * MIN, Double.NaN),
                        threshold("r2", 2, Threshold.Kind.ACCUMULATION, 20, 10, 0, 0, 3 * HOUR, Double.NaN)),
                levelSensor(
                        "C",
                        threshold("c1", 2, Threshold.Kind.RISE, 0.2, 0.1, 0, 0, 60 * MIN, Double.NaN),
                        level("c2", 1, 0.9, 0, 0)));
    }

    /** Waves of level and rain with gaps, late, repeated and corrected readings, and ticks. */
    private static List<Batch> randomBatches(Random random, Catalogue catalogue, int n) {
        List<Batch> batches = new ArrayList<>();
        long clock = T0;
        for (int b = 0; b < n; b++) {
            clock += (random.nextInt(20) == 0 ? 60 : 3) * MIN;
            int size = random.nextInt(4);
            int[] sensors = new int[size];
            long[] times = new long[size];
            double[] values = new double[size];
            for (int i = 0; i < size; i++) {
                sensors[i] = random.nextInt(catalogue.sensorCount());
                long spacing = sensors[i] == 2 ? 5 * MIN : 10 * MIN;
                long late = random.nextInt(6) == 0 ? random.nextInt(5 * 60) * MIN : 0;
                times[i] = (clock - late) / spacing * spacing;
                double wave = Math.sin(times[i] / (4.0 * HOUR)) + 0.02 * random.nextInt(3);
                values[i] = sensors[i] == 2 ? Math.max(0, 3 * wave) : Math.round(100 * wave) / 100.0;
                if (random.nextInt(30) == 0) {
                    values[i] += 1;
                }
            }
            batches.add(new Batch(b + 1, clock, clock, size, sensors, times, values, null));
        }
        return batches;
    }

    /** Runs the batches, with a stop and a restart from a snapshot after {@code cut} of them. */
    private static List<String> run(Catalogue catalogue, List<Batch> batches, int cut, int before, int after) {
        List<String> lines = new ArrayList<>();
        SavedState snapshot;
        try (Rooms rooms = new Rooms(catalogue, before)) {
            batches.subList(0, cut).forEach(rooms::hand);
            snapshot = rooms.save();
            collect(rooms, lines);
        }
        try (Rooms rooms = new Rooms(catalogue, after, snapshot)) {
            batches.subList(cut, batches.size()).forEach(rooms::hand);
            collect(rooms, lines);
            lines.add("live " + Arrays.toString(rooms.live().value())
                    + Arrays.toString(rooms.live().severity())
                    + Arrays.deepToString(rooms.live().riseMPerHour())
                    + Arrays.deepToString(rooms.live().accumulationMm())
                    + rooms.live().alerts());
        }
        return lines;
    }

    private static void collect(Rooms rooms, List<String> lines) {
        rooms.told().forEach(each -> lines.add(each.toString()));
        for (Verdicts verdicts : rooms.verdicts()) {
            List<String> batch = new ArrayList<>();
            for (int i = 0; i < verdicts.size(); i++) {
                batch.add(verdicts.sensorId()[i] + verdicts.kind()[i] + verdicts.observedAtMs()[i] + " "
                        + verdicts.value()[i] + verdicts.flag()[i] + verdicts.test()[i]);
            }
            // a stable sort: between sensors the order is the shards', for one sensor it counts
            batch.sort(java.util.Comparator.comparing(line -> line.substring(0, 1)));
            lines.addAll(batch);
            verdicts.exceedances().forEach(each -> lines.add(each.toString()));
        }
        lines.sort(Collections.reverseOrder().reversed());
    }
}
