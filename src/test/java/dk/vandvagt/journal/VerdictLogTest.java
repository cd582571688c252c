package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.Verdicts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictLogTest {
    private static final long NOW = 1_697_839_200_000L;

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();
    private final AtomicLong committed = new AtomicLong();

    static Exceedance exceedance(long beganAtMs) {
        return new Exceedance(
                "live",
                "HAVN.level",
                "kajen",
                "AT-HAVN",
                "HAVN",
                2,
                1.25,
                1.15,
                "m",
                "DVR90",
                beganAtMs,
                0,
                Double.NaN,
                0,
                3,
                true,
                false,
                false);
    }

    static Transition transition(String id, long sequence, Transition.Kind kind) {
        return transition(id, sequence, kind, false, null);
    }

    static Transition shelved(String id, long sequence, Transition.Kind kind, Transition.@Nullable Cause cause) {
        return transition(id, sequence, kind, true, cause);
    }

    private static Transition transition(
            String id, long sequence, Transition.Kind kind, boolean shelved, Transition.@Nullable Cause cause) {
        return new Transition(
                id,
                "alert",
                0,
                kind,
                "live",
                "HAVN.level",
                "AT-HAVN",
                "HAVN",
                sequence,
                NOW,
                NOW + sequence,
                NOW,
                3,
                "kajen",
                1.25,
                1.15,
                "m",
                "DVR90",
                0,
                Double.NaN,
                1,
                0.1 + 0.2,
                NOW,
                false,
                true,
                null,
                "note æøå \"\n",
                shelved,
                shelved,
                shelved ? NOW + 3_600_000 : 0,
                cause,
                0);
    }

    static Verdicts verdicts(long sequence, int size, boolean edges) {
        String[] sensorId = new String[size];
        byte[] kind = new byte[size];
        long[] observedAtMs = new long[size];
        double[] value = new double[size];
        byte[] flag = new byte[size];
        byte[] test = new byte[size];
        for (int i = 0; i < size; i++) {
            sensorId[i] = "SENSOR-" + (sequence + i) % 5;
            kind[i] = i % 2 == 0 ? Verdicts.ARRIVED : Verdicts.REFLAGGED;
            observedAtMs[i] = NOW + sequence * 1000 - i * 600_000L;
            value[i] = i % 3 == 0 ? -0.0 : sequence / 3.0;
            flag[i] = (byte) (1 + i % 4);
            test[i] = (byte) (i % 10);
        }
        return new Verdicts(
                sequence,
                NOW + sequence * 1000,
                NOW + sequence * 1000 + 37,
                size,
                sensorId,
                kind,
                observedAtMs,
                value,
                flag,
                test,
                edges ? List.of(exceedance(NOW), exceedance(NOW + sequence)) : List.of(),
                edges
                        ? List.of(
                                transition("t/" + sequence, sequence, Transition.Kind.RAISED),
                                transition("u/" + sequence, sequence, Transition.Kind.STALE))
                        : List.of());
    }

    private SegmentLog segments(long segmentBytes) throws IOException {
        return Logs.open(folder, new SegmentLog.Settings(segmentBytes, Long.MAX_VALUE), findings);
    }

    @Test
    void shouldGiveBackWhatWasJudgedToTheLastBit() throws Exception {
        List<Verdicts> written = new ArrayList<>();
        try (SegmentLog log = segments(2000)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            for (long sequence = 1; sequence <= 50; sequence++) {
                Verdicts verdicts = verdicts(sequence, (int) (sequence % 7), sequence % 10 == 0);
                verdictLog.append(verdicts);
                if (!verdicts.isEmpty()) {
                    written.add(verdicts);
                }
            }
            assertThat(log.segments()).isGreaterThan(2);
            assertThat(drain(verdictLog, 0))
                    .usingRecursiveComparison(Logs.TO_THE_BIT)
                    .isEqualTo(written);
            verdictLog.force();
        }
        try (SegmentLog log = segments(2000)) {
            assertThat(drain(new VerdictLog(log, committed::set), 0))
                    .usingRecursiveComparison(Logs.TO_THE_BIT)
                    .isEqualTo(written);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldBeginAtTheBeginningForADatabaseThatHasNothingYet() throws Exception {
        try (SegmentLog log = segments(2000)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            verdictLog.append(verdicts(1, 3, false));
            verdictLog.append(verdicts(2, 2, false));
            // -1: no sequence is committed, not even the 0 before the first
            List<Verdicts> first = verdictLog.read(-1, 100, 0);
            assertThat(first).extracting(Verdicts::size).containsExactly(3, 2);
        }
    }

    private static List<Verdicts> drain(VerdictLog log, long after) throws IOException, InterruptedException {
        List<Verdicts> all = new ArrayList<>();
        long last = after;
        for (List<Verdicts> next = log.read(last, 10, 0); !next.isEmpty(); next = log.read(last, 10, 0)) {
            last = next.getLast().sequence();
            next.stream().filter(verdicts -> !verdicts.isEmpty()).forEach(all::add);
        }
        return all;
    }

    @Test
    void shouldStopReadingAfterTheBatchThatReachesTheNumberAskedFor() throws Exception {
        try (SegmentLog log = segments(1 << 20)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            for (long sequence = 1; sequence <= 10; sequence++) {
                verdictLog.append(verdicts(sequence, 4, false));
            }
            assertThat(verdictLog.read(0, 10, 0)).extracting(Verdicts::sequence).containsExactly(1L, 2L, 3L);
            assertThat(verdictLog.read(3, 1, 0)).extracting(Verdicts::sequence).containsExactly(4L);
            assertThat(verdictLog.read(1, 4, 0))
                    .as("again, after a refused commit")
                    .extracting(Verdicts::sequence)
                    .containsExactly(2L);
        }
    }

    @Test
    void shouldLetTheDatabaseKnowThatSequencesPassedWithNothingToKeep() throws Exception {
        try (SegmentLog log = segments(1 << 20)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            verdictLog.append(verdicts(1, 3, false));
            verdictLog.append(verdicts(2, 0, false));
            verdictLog.append(verdicts(9, 0, false));
            assertThat(verdictLog.read(0, 100, 0))
                    .extracting(Verdicts::sequence)
                    .containsExactly(1L);
            List<Verdicts> progress = verdictLog.read(1, 100, 0);
            assertThat(progress).singleElement().satisfies(nothing -> {
                assertThat(nothing.isEmpty()).isTrue();
                assertThat(nothing.sequence()).isEqualTo(9);
                assertThat(nothing.clockMs()).isEqualTo(verdicts(9, 0, false).clockMs());
            });
            assertThat(verdictLog.read(9, 100, 0)).isEmpty();
            verdictLog.append(verdicts(10, 1, false));
            assertThat(verdictLog.read(9, 100, 0))
                    .extracting(Verdicts::sequence)
                    .containsExactly(10L);
        }
    }

    @Test
    void shouldIgnoreWhatAReplaySaysAgainAndMakeAgainWhatWasCut() throws Exception {
        try (SegmentLog log = segments(300)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            for (long sequence = 1; sequence <= 20; sequence++) {
                verdictLog.append(verdicts(sequence, 2, false));
            }
        }
        try (SegmentLog log = segments(300)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            assertThat(verdictLog.lastSequence()).isEqualTo(20);
            verdictLog.cutAfter(12);
            for (long sequence = 10; sequence <= 22; sequence++) {
                verdictLog.append(verdicts(sequence, 2, false));
            }
            assertThat(drain(verdictLog, 0)).extracting(Verdicts::sequence).isEqualTo(SegmentLogTest.range(1, 22));
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldLetSegmentsGoOnceTheDatabaseHasThemAndSaySo() throws Exception {
        try (SegmentLog log = segments(300)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            for (long sequence = 1; sequence <= 50; sequence++) {
                verdictLog.append(verdicts(sequence, 2, false));
            }
            long before = log.bytes();
            verdictLog.committed(40);
            assertThat(log.bytes()).isLessThan(before / 2);
            assertThat(committed).hasValue(40);
            assertThat(verdictLog.committedSequence()).isEqualTo(40);
            assertThat(drain(verdictLog, 40)).extracting(Verdicts::sequence).isEqualTo(SegmentLogTest.range(41, 50));
        }
    }

    @Test
    void shouldWaitForTheFirstVerdictsAndSeeThemComeFromAnotherThread() throws Exception {
        try (SegmentLog log = segments(5000)) {
            VerdictLog verdictLog = new VerdictLog(log, committed::set);
            assertThat(verdictLog.read(0, 10, 1)).isEmpty();
            int count = 3000;
            CompletableFuture<Void> judging = CompletableFuture.runAsync(() -> {
                for (long sequence = 1; sequence <= count; sequence++) {
                    try {
                        verdictLog.append(verdicts(sequence, (int) (sequence % 3), false));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            List<Verdicts> read = new ArrayList<>();
            long last = 0;
            while (last < count) {
                List<Verdicts> next = verdictLog.read(last, 50, 10_000);
                assertThat(next).isNotEmpty();
                last = next.getLast().sequence();
                next.stream().filter(verdicts -> !verdicts.isEmpty()).forEach(read::add);
                verdictLog.committed(last);
            }
            judging.get(10, TimeUnit.SECONDS);
            assertThat(read).hasSize(count * 2 / 3);
            assertThat(read).extracting(Verdicts::sequence).isSorted().doesNotHaveDuplicates();
            assertThat(read)
                    .allSatisfy(verdicts -> assertThat(verdicts)
                            .usingRecursiveComparison(Logs.TO_THE_BIT)
                            .isEqualTo(verdicts(verdicts.sequence(), verdicts.size(), false)));
        }
        assertThat(findings).isEmpty();
    }
}
