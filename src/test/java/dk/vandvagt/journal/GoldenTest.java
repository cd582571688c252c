package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.Command;
import dk.vandvagt.shard.Verdicts;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Files written by earlier formats stay readable. A new format adds a folder beside the old ones, which are never rewritten. */
class GoldenTest {
    private static final long NOW = 1_697_839_200_000L;

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();
    private final Catalogue catalogue = Places.of("HAVN", "BAAGØ");

    private List<Batch> batches() {
        return List.of(
                Batch.of(1, NOW, NOW, new Command.UseCatalogue(catalogue)),
                new Batch(
                        2,
                        NOW + 1000,
                        NOW + 1003,
                        3,
                        new int[] {0, 1, 0},
                        new long[] {NOW, NOW - 600_000, NOW + 1000},
                        new double[] {2.27, -0.13, 2.28},
                        null),
                Batch.tick(3, NOW + 2000, NOW + 2000),
                Batch.of(4, NOW + 2500, NOW + 2500, new Command.Acknowledge("5b1c", "havnefoged", "på vej")));
    }

    /** What operators do, journalled since shelving came; a change within format 1. */
    private static List<Batch> operators() {
        return List.of(
                Batch.of(1, NOW, NOW, new Command.Shelve("HAVN.level", NOW + 3_600_000, "Anna", "sluseprøve")),
                Batch.of(2, NOW + 1000, NOW + 1001, new Command.Unshelve("HAVN.level", "Bo", "")),
                Batch.of(3, NOW + 2000, NOW + 2000, new Command.OutOfService("HAVN", "Anna", "rengøring")),
                Batch.of(4, NOW + 2500, NOW + 2500, new Command.InService("HAVN", "Bo", "renset")));
    }

    private static void writeOperators(Path to) throws IOException {
        try (SegmentLog log = Logs.open(to.resolve("journal"))) {
            BatchWriter writer = new BatchWriter(log);
            for (Batch batch : operators()) {
                writer.append(batch, Places.of("HAVN"));
            }
        }
        try (SegmentLog log = Logs.open(to.resolve("alerts"))) {
            TransitionLog.open(log).append(shelved());
        }
    }

    private static List<Transition> shelved() {
        return List.of(
                VerdictLogTest.shelved("5b1c/2", 1, Transition.Kind.SHELVED, null),
                VerdictLogTest.shelved("5b1c/3", 1, Transition.Kind.DE_ESCALATED, Transition.Cause.READING_FAILED));
    }

    private static List<Transition> transitions() {
        return List.of(
                VerdictLogTest.transition("5b1c/0", 2, Transition.Kind.RAISED),
                VerdictLogTest.transition("5b1c/1", 4, Transition.Kind.ACKNOWLEDGED));
    }

    private void write(Path to) throws IOException {
        try (SegmentLog log = Logs.open(to.resolve("journal"))) {
            BatchWriter writer = new BatchWriter(log);
            for (Batch batch : batches()) {
                writer.append(batch, catalogue);
            }
        }
        try (SegmentLog log = Logs.open(to.resolve("judged"))) {
            new VerdictLog(log, sequence -> {}).append(VerdictLogTest.verdicts(2, 3, true));
        }
        try (SegmentLog log = Logs.open(to.resolve("alerts"))) {
            TransitionLog told = TransitionLog.open(log);
            told.begin("mqtt");
            told.append(transitions());
            told.told("5b1c/0", "mqtt");
        }
        SnapshotFolder.open(to.resolve("snapshots"), () -> NOW, findings::add)
                .write(new Snapshot(4, NOW + 2500, catalogue.text(), Map.of("shard-0", new byte[] {1, 2, 3})));
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = ".+")
    void shouldWriteTheFilesOfThisFormat() throws IOException {
        write(Path.of(System.getProperty("golden.write")));
    }

    @Test
    void shouldReadWhatFormat1Wrote() throws Exception {
        copyResource("/golden/journal/format-1", folder);
        List<Batch> said = new ArrayList<>();
        try (SegmentLog log = Logs.open(folder.resolve("journal"), SegmentLog.Settings.USUAL, findings)) {
            JournalReplay.run(log, 0, null, Places::read, said::add, findings::add);
        }
        assertThat(said).hasSize(4);
        assertThat(said.getFirst().command())
                .isInstanceOfSatisfying(
                        Command.UseCatalogue.class,
                        use -> assertThat(use.catalogue().revision()).isEqualTo(catalogue.revision()));
        assertThat(said.subList(1, 4))
                .usingRecursiveComparison(Logs.TO_THE_BIT)
                .isEqualTo(batches().subList(1, 4));
        try (SegmentLog log = Logs.open(folder.resolve("judged"), SegmentLog.Settings.USUAL, findings)) {
            List<Verdicts> verdicts = new VerdictLog(log, sequence -> {}).read(0, 10, 0);
            assertThat(verdicts)
                    .usingRecursiveComparison(Logs.TO_THE_BIT)
                    .isEqualTo(List.of(VerdictLogTest.verdicts(2, 3, true)));
        }
        try (SegmentLog log = Logs.open(folder.resolve("alerts"), SegmentLog.Settings.USUAL, findings)) {
            TransitionLog told = TransitionLog.open(log);
            assertThat(told.all()).isEqualTo(transitions());
            assertThat(told.untold("mqtt")).containsExactly(transitions().getLast());
        }
        assertThat(SnapshotFolder.open(folder.resolve("snapshots"), () -> NOW, findings::add)
                        .newest())
                .usingRecursiveComparison(Logs.TO_THE_BIT)
                .isEqualTo(new Snapshot(4, NOW + 2500, catalogue.text(), Map.of("shard-0", new byte[] {1, 2, 3})));
        assertThat(findings).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write.operators", matches = ".+")
    void shouldWriteWhatOperatorsDo() throws IOException {
        writeOperators(Path.of(System.getProperty("golden.write.operators")));
    }

    @Test
    void shouldReadWhatOperatorsDid() throws Exception {
        copyResource("/golden/journal/format-1-operators", folder);
        List<Batch> said = new ArrayList<>();
        StringWriter exported = new StringWriter();
        try (SegmentLog log = Logs.open(folder.resolve("journal"), SegmentLog.Settings.USUAL, findings)) {
            JournalReplay.run(log, 0, catalogue, Places::read, said::add, findings::add);
            JournalInspector.exportJournal(folder.resolve("journal"), exported);
        }
        assertThat(said).usingRecursiveComparison(Logs.TO_THE_BIT).isEqualTo(operators());
        assertThat(exported.toString().lines().toList())
                .hasSize(4)
                .first()
                .asString()
                .contains("\"kind\":\"shelve\"", "\"untilMs\":" + (NOW + 3_600_000), "\"note\":\"sluseprøve\"");
        assertThat(exported.toString())
                .contains("\"kind\":\"unshelve\"", "\"kind\":\"outOfService\"", "\"kind\":\"inService\"");
        try (SegmentLog log = Logs.open(folder.resolve("alerts"), SegmentLog.Settings.USUAL, findings)) {
            assertThat(TransitionLog.open(log).all()).isEqualTo(shelved());
        }
        assertThat(findings).isEmpty();
    }

    /** Since there is maintenance, and calls to operators from outside judging; a change within format 1. */
    private static List<Batch> maintenance() {
        return List.of(
                Batch.of(
                        1,
                        NOW,
                        NOW,
                        new Command.Maintain(List.of("HAVN", "BAAGØ"), NOW + 7_200_000, "Anna", "rengøring")),
                Batch.of(2, NOW + 500, NOW + 503, new Command.Maintain(List.of(), NOW + 7_200_000, "Bo", "")),
                Batch.of(
                        3,
                        NOW + 600,
                        NOW + 600,
                        new Command.Call(OperatorCall.of(
                                OperatorCall.Kind.NOBODY_ANSWERED, "HAVN", "HAVN", "HAVN.level", "kajer", 0))));
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write.maintenance", matches = ".+")
    void shouldWriteMaintenance() throws IOException {
        Path to = Path.of(System.getProperty("golden.write.maintenance"));
        try (SegmentLog log = Logs.open(to.resolve("journal"))) {
            BatchWriter writer = new BatchWriter(log);
            for (Batch batch : maintenance()) {
                writer.append(batch, catalogue);
            }
        }
    }

    @Test
    void shouldReadMaintenance() throws Exception {
        copyResource("/golden/journal/format-1-maintenance", folder);
        List<Batch> said = new ArrayList<>();
        StringWriter exported = new StringWriter();
        try (SegmentLog log = Logs.open(folder.resolve("journal"), SegmentLog.Settings.USUAL, findings)) {
            JournalReplay.run(log, 0, catalogue, Places::read, said::add, findings::add);
            JournalInspector.exportJournal(folder.resolve("journal"), exported);
        }
        assertThat(said).usingRecursiveComparison(Logs.TO_THE_BIT).isEqualTo(maintenance());
        assertThat(exported.toString()).contains("\"kind\":\"call\",\"call\":\"NOBODY_ANSWERED\"");
        assertThat(exported.toString().lines().findFirst().orElseThrow())
                .contains("\"kind\":\"maintain\",\"sensorIds\":[\"HAVN\",\"BAAGØ\"],\"untilMs\":" + (NOW + 7_200_000));
        assertThat(findings).isEmpty();
    }

    private static void copyResource(String name, Path to) throws Exception {
        URI resource =
                Objects.requireNonNull(GoldenTest.class.getResource(name), name).toURI();
        Path from = Path.of(resource);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (FileSystemException e) {
            throw new AssertionError("golden files of " + name, e);
        }
    }
}
