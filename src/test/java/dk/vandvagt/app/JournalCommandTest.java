package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.journal.SegmentLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JournalCommandTest {
    private static final int TICK = 2;
    private static final long CLOCK_MS = 1_697_760_000_000L;

    @TempDir
    Path data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeThreeLogs() throws IOException {
        for (String name : List.of("journal", "judged", "alerts")) {
            try (SegmentLog log = open(name)) {
                for (long sequence = 1; sequence <= 30; sequence++) {
                    byte[] tick = ByteBuffer.allocate(9)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(CLOCK_MS + sequence * 1000)
                            .array();
                    log.append(TICK, sequence, tick);
                }
            }
        }
    }

    @Test
    void shouldFindSoundLogsSoundAlsoWhileTheyAreOpen() throws IOException {
        try (SegmentLog running = open("journal")) {
            assertThat(running.lastSequence()).isEqualTo(30);
            assertThat(run("verify")).isZero();
        }
        assertThat(out.toString()).contains("journal: ", "30 frames, sound");
    }

    @Test
    void shouldSayWhichFileIsDamagedAndWhereAndEndWithOne() throws IOException {
        Path oldest = segments("journal").getFirst();
        byte[] bytes = Files.readAllBytes(oldest);
        bytes[40] ^= 1;
        Files.write(oldest, bytes);
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString()).contains(oldest + ": 26 bytes are damaged, the first at byte 32");
    }

    @Test
    void shouldSayWhichSequencesAreMissingWhereASegmentIsGone() throws IOException {
        Files.delete(segments("journal").get(1));
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString()).contains("sequences 8 to 14 are missing");
    }

    @Test
    void shouldTellASegmentWithoutAnyBytesAsDamaged() throws IOException {
        Files.write(segments("judged").getFirst(), new byte[0]);
        assertThat(run("verify")).isEqualTo(1);
    }

    @Test
    void shouldTakeAHalfWrittenLastFrameForUnfinishedAndSayThatItWasJudged() throws IOException {
        Path newest = segments("journal").getLast();
        byte[] bytes = Files.readAllBytes(newest);
        Files.write(newest, java.util.Arrays.copyOf(bytes, bytes.length - 3));
        // the frame itself is no damage; that what was judged of it is known all the same is
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString())
                .contains("no whole frame")
                .contains("1 faults")
                .doesNotContain("damaged");
    }

    @Test
    void shouldListEverySegmentOfAllThreeLogs() throws IOException {
        assertThat(run("list")).isZero();
        assertThat(out.toString())
                .contains("judged", "alerts", "begun 2023-10-20T00:00:00Z")
                .contains(segments("journal").getLast().getFileName().toString());
    }

    @Test
    void shouldExportOnlyTheSequencesOrTheTimeAskedFor() {
        assertThat(run("export", "--from", "10", "--to", "12")).isZero();
        assertThat(out.toString().lines()).hasSize(3).first().asString().contains("\"sequence\":10");
        out.getBuffer().setLength(0);
        assertThat(run("export", "--from", "2023-10-20T00:00:29Z")).isZero();
        assertThat(out.toString().lines()).hasSize(2);
    }

    @Test
    void shouldSayWhatABoundMayBeAndWhatTheFolderMustBe() {
        assertThat(run("export", "--from", "yesterday")).isEqualTo(2);
        assertThat(err.toString()).contains("--from=yesterday", "2023-10-20T21:40:00Z");
        assertThat(run("verify", "--run", "drill")).isEqualTo(1);
    }

    @Test
    void shouldSayWhereTheJournalEndsTooEarlyOrBeginsTooLate() throws IOException {
        Path run = data.resolve("runs/replay");
        Files.writeString(run.resolve("committed"), "committed 40\nasked\n");
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString()).contains("ends at sequence 30, and 40 was reached");
        Files.writeString(run.resolve("committed"), "committed 12\nasked\n");
        Path snapshots = Files.createDirectories(run.resolve("snapshots"));
        for (int sequence : new int[] {2, 4}) {
            Files.createFile(snapshots.resolve("%020d.snapshot".formatted(sequence)));
        }
        assertThat(run("verify")).isZero();
        assertThat(run("list")).isZero();
        assertThat(out.toString()).contains("  committed, not covered", "  not committed, not covered");
        Files.delete(segments("journal").getFirst());
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString()).contains("the newest snapshot needs it from 5 on: sequences 5 to ");
    }

    @Test
    void shouldReadTheFilesOfTheFirstFormat() throws IOException {
        Path run = data.resolve("runs/golden");
        Path golden = Path.of("src/test/resources/golden/journal/format-1");
        try (Stream<Path> files = Files.walk(golden)) {
            for (Path file : files.toList()) {
                Files.createDirectories(run);
                Path to = run.resolve(golden.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        assertThat(run("verify", "--run", "golden")).as(out.toString()).isZero();
        assertThat(run("export", "--run", "golden", "--format", "csv")).isZero();
        assertThat(out.toString())
                .contains("sequence,clockMs,receivedAtMs,sensorId,observedAtMs,value")
                .contains("2,1697839201000,1697839201003,HAVN,1697839200000,2.27");
    }

    private SegmentLog open(String name) throws IOException {
        return SegmentLog.open(
                data.resolve("runs/replay").resolve(name),
                new SegmentLog.Settings(200, Long.MAX_VALUE),
                () -> CLOCK_MS,
                finding -> {});
    }

    private List<Path> segments(String name) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("runs/replay").resolve(name))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    private int run(String what, String... options) {
        List<String> line = new ArrayList<>(List.of(what, "--data", data.toString()));
        line.addAll(List.of(options));
        if (!line.contains("--run")) {
            line.addAll(List.of("--run", "replay"));
        }
        return new CommandLine(new JournalCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.toArray(String[]::new));
    }
}
