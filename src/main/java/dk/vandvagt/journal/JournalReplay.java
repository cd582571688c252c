package dk.vandvagt.journal;

import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.BatchHandler;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Says the journal again, from after a sequence to its end: recovery, drill and backtest alike. */
public final class JournalReplay {
    /**
     * What was said.
     *
     * @param lastSequence of the last batch, or the sequence it began after
     * @param lastClockMs of the last batch, 0 where there was none
     * @param catalogue in force at the end
     * @param missing sequences that the journal should have and has not
     * @param unknownReadings left out, of sensors the catalogue in force did not know
     */
    public record Said(
            long lastSequence,
            long lastClockMs,
            @Nullable Catalogue catalogue,
            long batches,
            long readings,
            long missing,
            long unknownReadings) {}

    private JournalReplay() {}

    /**
     * @param catalogue in force after {@code afterSequence}, null where the journal itself begins with one
     * @param readCatalogue the catalogue of a journalled text, on top of the one before it
     * @param handler takes each batch on the calling thread
     * @param findings told of gaps and of readings left out
     */
    public static Said run(
            SegmentLog journal,
            long afterSequence,
            @Nullable Catalogue catalogue,
            BiFunction<String, @Nullable Catalogue, Catalogue> readCatalogue,
            BatchHandler handler,
            Consumer<Finding> findings)
            throws IOException, InterruptedException {
        long sequence = afterSequence;
        long clockMs = 0;
        long batches = 0;
        long readings = 0;
        long missing = 0;
        try (SegmentLog.Cursor cursor = journal.cursor(afterSequence + 1)) {
            BatchReader reader = new BatchReader(cursor, catalogue, readCatalogue);
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                long gap = batch.sequence() - sequence - 1;
                if (gap > 0) {
                    missing += gap;
                    findings.accept(new Finding(
                            Finding.Kind.GAP,
                            "%s: sequences %d to %d are missing"
                                    .formatted(journal.folder(), sequence + 1, batch.sequence() - 1)));
                }
                sequence = batch.sequence();
                clockMs = batch.clockMs();
                batches++;
                readings += batch.size();
                handler.onBatch(batch);
            }
            if (journal.lastSequence() < afterSequence) {
                findings.accept(new Finding(
                        Finding.Kind.GAP,
                        "%s: ends at sequence %d, before the snapshot's %d: its newest part is lost, or the folder is an older copy; sequences go on after the snapshot's"
                                .formatted(journal.folder(), journal.lastSequence(), afterSequence)));
            }
            reader.unknown()
                    .forEach((id, count) -> findings.accept(new Finding(
                            Finding.Kind.UNKNOWN_SENSOR,
                            "%s: left out %d readings of a sensor that the catalogue did not know: %s"
                                    .formatted(journal.folder(), count, id))));
            long unknown = reader.unknown().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            return new Said(sequence, clockMs, reader.catalogue(), batches, readings, missing, unknown);
        }
    }
}
