package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.Command;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReplayTest {
    private static final long NOW = 1_697_839_200_000L;

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();
    private final List<Batch> said = new ArrayList<>();
    private final Catalogue catalogue = Places.of("HAVN", "BAAGOE", "FAABORG");

    private static Batch readings(long sequence, int... sensors) {
        long[] observedAtMs = new long[sensors.length];
        double[] value = new double[sensors.length];
        for (int i = 0; i < sensors.length; i++) {
            observedAtMs[i] = NOW - 1000L * i;
            value[i] = sequence + i / 10.0;
        }
        return new Batch(
                sequence, NOW + sequence, NOW + sequence + 5, sensors.length, sensors, observedAtMs, value, null);
    }

    private void write(SegmentLog.Settings settings, Batch... batches) throws IOException {
        try (SegmentLog log = Logs.open(folder, settings, findings)) {
            BatchWriter writer = new BatchWriter(log);
            for (Batch batch : batches) {
                writer.append(batch, catalogue);
            }
        }
    }

    private JournalReplay.Said replay(Catalogue inForce, long after) throws IOException, InterruptedException {
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            return JournalReplay.run(log, after, inForce, Places::read, said::add, findings::add);
        }
    }

    @Test
    void shouldFindSensorsByIdAlthoughTheCatalogueOrdersThemOtherwiseNow() throws Exception {
        write(Logs.SMALL, readings(1, 0, 1, 2), readings(2, 2));
        Catalogue other = Places.of("FAABORG", "NYBORG", "BAAGOE", "HAVN");
        replay(other, 0);
        assertThat(said.get(0).sensorIndex()).containsExactly(3, 2, 0);
        assertThat(said.get(1).sensorIndex()).containsExactly(0);
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldGiveEachReadingToItsSensorThoughAnotherProcessWentOnInTheSameSegment() throws Exception {
        write(SegmentLog.Settings.USUAL, readings(1, 0, 0));
        write(SegmentLog.Settings.USUAL, readings(2, 1, 2));
        write(SegmentLog.Settings.USUAL, readings(3, 2, 0));
        replay(catalogue, 0);
        assertThat(said.get(0).sensorIndex()).containsExactly(0, 0);
        assertThat(said.get(1).sensorIndex()).containsExactly(1, 2);
        assertThat(said.get(2).sensorIndex()).containsExactly(2, 0);
    }

    @Test
    void shouldLeaveOutAndTellReadingsOfSensorsTheCatalogueDoesNotKnow() throws Exception {
        write(Logs.SMALL, readings(1, 0, 1, 2), readings(2, 1));
        JournalReplay.Said result = replay(Places.of("FAABORG", "HAVN"), 0);
        assertThat(said.get(0).sensorIndex()).containsExactly(1, 0);
        assertThat(said.get(0).value()).containsExactly(1.0, 1.2);
        assertThat(said.get(1).size()).isZero();
        assertThat(result.unknownReadings()).isEqualTo(2);
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.UNKNOWN_SENSOR);
            assertThat(finding.text()).contains("2 readings").contains("BAAGOE");
        });
    }

    @Test
    void shouldKnowRetiredSensorsOfALaterRevision() throws Exception {
        Catalogue later = Places.read("HAVN", catalogue);
        write(Logs.SMALL, readings(1, 1), Batch.of(2, NOW, NOW, new Command.UseCatalogue(later)), readings(3, 1));
        JournalReplay.Said result = replay(catalogue, 0);
        assertThat(said.get(2).sensorIndex()).containsExactly(1);
        assertThat(result.unknownReadings()).isZero();
        assertThat(result.catalogue()).isNotNull();
    }

    @Test
    void shouldBeginWithTheJournalsOwnCatalogueWhereThereIsNoSnapshot() throws Exception {
        write(Logs.SMALL, Batch.of(1, NOW, NOW, new Command.UseCatalogue(catalogue)), readings(2, 2, 0));
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            JournalReplay.run(log, 0, null, Places::read, said::add, findings::add);
        }
        assertThat(said.get(1).sensorIndex()).containsExactly(2, 0);
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldTellTheSequencesThatADamagedFrameTookAndSayTheOthers() throws Exception {
        Batch[] batches = new Batch[20];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = readings(i + 1, i % 3, (i + 1) % 3);
        }
        write(new SegmentLog.Settings(400, Long.MAX_VALUE), batches);
        Path second = Logs.files(folder, ".log").get(1);
        byte[] bytes = java.nio.file.Files.readAllBytes(second);
        Logs.flip(second, 8L * (bytes.length - 3));
        JournalReplay.Said result = replay(catalogue, 0);
        assertThat(result.missing()).isEqualTo(1);
        assertThat(result.batches()).isEqualTo(19);
        assertThat(result.lastSequence()).isEqualTo(20);
        assertThat(findings)
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Finding.Kind.DAMAGED, Finding.Kind.GAP);
        for (Batch batch : said) {
            assertThat(batch).usingRecursiveComparison().isEqualTo(batches[(int) batch.sequence() - 1]);
        }
    }

    @Test
    void shouldLeaveOutRatherThanMistakeReadingsWhoseIdsWereInADamagedFrame() throws Exception {
        write(SegmentLog.Settings.USUAL, readings(1, 0), readings(2, 1), readings(3, 0, 1));
        Path only = Logs.files(folder, ".log").getFirst();
        Logs.flip(only, 8L * (SegmentFormat.HEADER_BYTES + SegmentFormat.FRAME_HEADER_BYTES + 3));
        JournalReplay.Said result = replay(catalogue, 0);
        assertThat(said).extracting(Batch::size).containsExactly(0, 1, 1);
        assertThat(said.get(2).sensorIndex()).containsExactly(1);
        assertThat(said.get(2).value()).containsExactly(3.1);
        assertThat(result.unknownReadings()).isEqualTo(2);
        assertThat(findings).extracting(Finding::kind).contains(Finding.Kind.DAMAGED, Finding.Kind.UNKNOWN_SENSOR);
    }

    @Test
    void shouldTellWhereTheJournalDoesNotReachTheSnapshot() throws Exception {
        write(Logs.SMALL, readings(1, 0));
        JournalReplay.Said result = replay(catalogue, 5);
        assertThat(result.lastSequence()).isEqualTo(5);
        assertThat(findings)
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.text()).contains("ends at sequence 1, before the snapshot's 5"));
    }

    @Test
    void shouldListCheckAndExportSegmentsWhileTheyAreInUse() throws Exception {
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            BatchWriter writer = new BatchWriter(log);
            writer.append(Batch.of(1, NOW, NOW, new Command.UseCatalogue(catalogue)), catalogue);
            for (int i = 2; i <= 12; i++) {
                writer.append(readings(i, 0, 2), catalogue);
            }
            writer.append(Batch.tick(13, NOW, NOW), catalogue);
            writer.append(Batch.of(14, NOW, NOW, new Command.Acknowledge("id", "vagt", "set")), catalogue);
            List<JournalInspector.SegmentInfo> infos = JournalInspector.inspect(folder);
            assertThat(infos).hasSize(log.segments());
            assertThat(infos.getFirst().firstSequence()).isEqualTo(1);
            assertThat(infos.getLast().lastSequence()).isEqualTo(14);
            assertThat(infos).allSatisfy(info -> {
                assertThat(info.damagedBytes()).isZero();
                assertThat(info.createdAtMs()).isEqualTo(Logs.CREATED_AT_MS);
            });
            StringWriter text = new StringWriter();
            JournalInspector.exportJournal(folder, text);
            List<String> lines = text.toString().lines().toList();
            assertThat(lines).hasSize(14);
            assertThat(lines.get(1)).isEqualTo("""
                            {"sequence":2,"clockMs":1697839200002,"receivedAtMs":1697839200007,"readings":[\
                            {"sensorId":"HAVN","observedAtMs":1697839200000,"value":2.0},\
                            {"sensorId":"FAABORG","observedAtMs":1697839199000,"value":2.1}]}""");
            assertThat(lines.get(13)).contains("\"kind\":\"acknowledge\"").contains("vagt");
        }
        Logs.flip(Logs.files(folder, ".log").get(1), 8L * 60);
        assertThat(JournalInspector.inspect(folder))
                .anySatisfy(info -> assertThat(info.damagedBytes()).isPositive());
    }
}
