package dk.vandvagt.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.AlertBook;
import dk.vandvagt.alert.Composites;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Settings;
import dk.vandvagt.journal.CommitMark;
import dk.vandvagt.journal.Finding;
import dk.vandvagt.journal.JournalReplay;
import dk.vandvagt.journal.Retention;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.journal.Sequencer;
import dk.vandvagt.journal.ServiceClock;
import dk.vandvagt.journal.Snapshot;
import dk.vandvagt.journal.SnapshotFolder;
import dk.vandvagt.journal.TransitionLog;
import dk.vandvagt.journal.VerdictLog;
import dk.vandvagt.journal.WallClock;
import dk.vandvagt.shard.AlertTrail;
import dk.vandvagt.shard.Command;
import dk.vandvagt.shard.Outbox;
import dk.vandvagt.shard.SavedState;
import dk.vandvagt.shard.Shards;
import dk.vandvagt.station.Catalogue;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: its journal, the shards that judge it, and what they gave. Opening it is recovery: the newest snapshot, then the
 * journal after it, through the very same shards; what a replay decides again has the same ids and is not told again.
 */
final class Run implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final String SHARD_PART = "shard-";
    private static final String ALERT_PART = "alerts";
    private static final String COMPOSITE_PART = "composites";
    /** How long a transition that was told, and that the database has, is kept in the local log as well. */
    private static final long TOLD_KEPT_MS = TimeUnit.DAYS.toMillis(90);

    private static final long SNAPSHOT_WITHIN_S = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What lies on disk, looked at from time to time.
     *
     * @param damaged files kept aside since something in them is damaged
     * @param torn files with what a crash left of a last write
     * @param freeBytes of the disk, for this process
     * @param oldestAtMs when the oldest segment of journal, judged and alerts was begun; 0 where that is not known
     */
    record Kept(int damaged, int torn, long freeBytes, long diskBytes, long[] oldestAtMs) {}

    private final Path folder;
    private final String logId;
    private final CommitMark mark;
    private final SegmentLog journal;
    private final VerdictLog verdicts;
    private final SegmentLog judged;
    private final TransitionLog transitions;
    private final SegmentLog alerts;
    private final SnapshotFolder snapshots;
    private final Retention retention;
    private final Shards shards;
    private final Sequencer sequencer;
    private final Set<String> formerAreas;
    private volatile Catalogue catalogue;
    private long lastSnapshotSequence;
    private volatile Kept kept = new Kept(0, 0, Long.MAX_VALUE, Long.MAX_VALUE, new long[3]);
    private volatile @Nullable String olderThanTheDatabase;
    private final LongSupplier wallClockMs;
    private volatile long snapshotAtMs;

    private Run(Settings settings, String configText, Path folder, Outbox outbox, LongSupplier wallClockMs)
            throws IOException, InterruptedException {
        Consumer<Finding> findings = finding -> LOG.warn("{}", finding);
        SegmentLog.Settings limits = new SegmentLog.Settings(
                settings.journal().segmentBytes(), settings.journal().maxBytes());
        journal = SegmentLog.open(folder.resolve("journal"), limits, wallClockMs, findings);
        judged = SegmentLog.open(folder.resolve("judged"), limits, wallClockMs, findings);
        alerts = SegmentLog.open(folder.resolve("alerts"), limits, wallClockMs, findings);
        this.folder = folder;
        this.wallClockMs = wallClockMs;
        snapshotAtMs = wallClockMs.getAsLong();
        logId = settings.run().id() + "-" + identityOf(folder);
        mark = CommitMark.in(folder);
        retention = new Retention(journal);
        verdicts = new VerdictLog(judged, sequence -> committed(sequence));
        transitions = TransitionLog.open(alerts);
        snapshots = SnapshotFolder.open(folder.resolve("snapshots"), wallClockMs, findings);

        JournalledSettings texts = new JournalledSettings(configText);
        Snapshot snapshot = snapshots.newest();
        Catalogue then = snapshot == null ? null : texts.read(snapshot.catalogueText(), null);
        SavedState saved = snapshot == null || then == null ? null : saved(snapshot, then);
        long from = snapshot == null ? 0 : snapshot.sequence();
        lastSnapshotSequence = from;
        long judgedTo = verdicts.lastSequence();
        if (judgedTo > Math.max(from, journal.lastSequence())) {
            // no replay can make them again
            judged.keepAside(
                    from,
                    "verdicts to sequence %d, and the journal ends at %d: its newest part is lost, or the folder is an older copy"
                            .formatted(judgedTo, journal.lastSequence()));
        }
        verdicts.cutAfter(from);
        shards = new Shards(
                settings.run().id(),
                settings.shards(),
                then == null ? texts.today(null) : then,
                saved,
                verdicts,
                transitions,
                outbox);
        JournalReplay.Said said = JournalReplay.run(journal, from, then, texts::read, shards, findings);
        texts.mustNotLose(said);
        if (said.batches() > 0) {
            LOG.info("replayed {} batches with {} readings after the snapshot", said.batches(), said.readings());
        }
        if (journal.lastSequence() > said.lastSequence() && said.lastSequence() > 0) {
            // a batch whose sensor ids were written and whose readings were not: never acknowledged
            journal.truncateAfter(said.lastSequence());
        }
        retention.covered(snapshots.olderSequence());

        Catalogue inForce = said.catalogue() != null ? said.catalogue() : then;
        Catalogue configured = texts.today(inForce);
        boolean changed =
                inForce == null || texts.replaced() || !inForce.revision().equals(configured.revision());
        catalogue = inForce == null || changed ? configured : inForce;
        formerAreas = inForce == null ? Set.of() : inForce.areas();
        long lastClockMs = said.lastClockMs() != 0 || snapshot == null ? said.lastClockMs() : snapshot.clockMs();
        // never a sequence that anything kept has seen, even where the journal's tail was damaged
        long after = LongStream.of(
                        said.lastSequence(), from, judgedTo, transitions.lastCausingSequence(), mark.committed())
                .max()
                .orElseThrow();
        if (after > Math.max(said.lastSequence(), journal.lastSequence())) {
            findings.accept(new Finding(
                    Finding.Kind.GAP,
                    "%s: ends at sequence %d, and %d was reached: its newest part is lost, or the folder is an older copy; sequences go on after that"
                            .formatted(journal.folder(), said.lastSequence(), after)));
        }
        mark.opened(after);
        sequencer = new Sequencer(
                Sequencer.Settings.USUAL,
                journal,
                clock(settings, lastClockMs, wallClockMs.getAsLong()),
                after,
                inForce == null ? configured : inForce,
                shards,
                wallClockMs);
        look();
        sequencer.start();
        if (changed) {
            await(sequencer.command(new Command.UseCatalogue(configured)));
            LOG.info("settings revision {} is in force", configured.revision());
        }
    }

    /** Recovers the run in that folder, or begins it. */
    static Run open(Settings settings, String configText, Path folder, Outbox outbox, LongSupplier wallClockMs)
            throws IOException, InterruptedException {
        return new Run(settings, configText, folder, outbox, wallClockMs);
    }

    /**
     * Made when the folder is: sequences begin anew with a new folder, and the database must not take them for ones it has
     * already.
     */
    private static String identityOf(Path folder) throws IOException {
        Path file = folder.resolve("identity");
        if (!Files.exists(file)) {
            newIdentity(file);
        }
        return Files.readString(file).strip();
    }

    private static void newIdentity(Path file) throws IOException {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        Path unfinished = file.resolveSibling("identity.tmp");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(random)));
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * On the drain's thread. A database that is further than this folder ever was has sequences that are given to other readings
     * now: nothing is drained under this name any more, and the next start takes a new one, under which the database is given all.
     *
     * @throws IllegalStateException in words for an operator
     */
    private void committed(long sequence) {
        try {
            String refusal = olderThanTheDatabase;
            if (refusal == null && !mark.agrees(sequence)) {
                refusal =
                        ("the database has sequence %d of this log, which had reached only %d when it was opened: the data folder"
                                        + " is an older copy, or its newest part is lost. Nothing is stored and nothing let go until the service"
                                        + " is restarted: it then gives the database all that it holds under a new name, and what is there"
                                        + " twice changes nothing")
                                .formatted(sequence, mark.reached());
                newIdentity(folder.resolve("identity"));
                mark.forget();
                olderThanTheDatabase = refusal;
                LOG.error("{}", refusal);
            }
            if (refusal != null) {
                throw new IllegalStateException(refusal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        retention.committed(sequence);
    }

    private static ServiceClock clock(Settings settings, long lastClockMs, long nowMs) {
        return switch (settings.run().clock()) {
            case Settings.Clock.Wall wall -> ServiceClock.wall(WallClock.Settings.USUAL, lastClockMs, nowMs);
            case Settings.Clock.Stream stream ->
                ServiceClock.stream(lastClockMs, stream.maxStep().toMillis());
        };
    }

    private static SavedState saved(Snapshot snapshot, Catalogue then) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        AlertBook.State book = AlertBook.State.NONE;
        Composites.State composites = null;
        for (Map.Entry<String, byte[]> part : snapshot.parts().entrySet()) {
            if (part.getKey().startsWith(SHARD_PART)) {
                parts.add(part.getValue());
            } else if (part.getKey().equals(ALERT_PART)) {
                book = JSON.readValue(part.getValue(), AlertBook.State.class);
            } else if (part.getKey().equals(COMPOSITE_PART)) {
                composites = JSON.readValue(part.getValue(), Composites.State.class);
            }
        }
        // one from before there were composites has no such part
        return new SavedState(
                snapshot.sequence(),
                snapshot.clockMs(),
                then,
                parts,
                book,
                composites == null ? Composites.State.of(book) : composites);
    }

    /** Writes the state down, so that a restart need not replay what came before; nothing to do when nothing came since. */
    synchronized void snapshot() throws IOException, InterruptedException {
        SavedState state = await(shards.save());
        if (state.sequence() == lastSnapshotSequence) {
            snapshotAtMs = wallClockMs.getAsLong();
            return;
        }
        Map<String, byte[]> parts = new TreeMap<>();
        for (int i = 0; i < state.shards().size(); i++) {
            parts.put(SHARD_PART + i, state.shards().get(i));
        }
        parts.put(COMPOSITE_PART, JSON.writeValueAsBytes(state.composites()));
        parts.put(ALERT_PART, JSON.writeValueAsBytes(state.alerts()));
        long covered = snapshots.write(new Snapshot(
                state.sequence(), state.clockMs(), state.catalogue().text(), parts));
        lastSnapshotSequence = state.sequence();
        snapshotAtMs = wallClockMs.getAsLong();
        retention.covered(covered);
        mark.write();
        transitions.dropBefore(retention.neededFrom(), state.clockMs() - TOLD_KEPT_MS);
    }

    private static <T> T await(CompletionStage<T> stage) throws IOException, InterruptedException {
        try {
            return stage.toCompletableFuture().get(SNAPSHOT_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (TimeoutException stuck) {
            throw new IOException("judging did not answer within " + SNAPSHOT_WITHIN_S + " s", stuck);
        }
    }

    /**
     * Reads the settings again.
     *
     * @return the catalogue in force from here on
     */
    CompletionStage<Catalogue> use(Catalogue next) {
        if (next.revision().equals(catalogue.revision())) {
            return CompletableFuture.completedFuture(catalogue);
        }
        return sequencer.command(new Command.UseCatalogue(next)).thenApply(sequence -> {
            catalogue = next;
            return next;
        });
    }

    CompletionStage<Long> command(Command command) {
        return sequencer.command(command);
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Sequencer sequencer() {
        return sequencer;
    }

    Shards shards() {
        return shards;
    }

    VerdictLog verdicts() {
        return verdicts;
    }

    TransitionLog transitions() {
        return transitions;
    }

    /**
     * The transitions held, oldest first; before them, of alerts that stand for longer than those are kept, the last. May wait for
     * judging.
     */
    List<Transition> told() {
        List<Transition> held = transitions.all();
        Set<String> known = held.stream().map(Transition::alertId).collect(Collectors.toSet());
        List<Transition> told = new ArrayList<>(
                shards
                        .copy()
                        .toCompletableFuture()
                        .orTimeout(SNAPSHOT_WITHIN_S, TimeUnit.SECONDS)
                        .join()
                        .alerts()
                        .stream()
                        .filter(each -> each.state() == Alert.State.ACTIVE && !known.contains(each.id()))
                        .map(Alert::last)
                        .toList());
        told.addAll(held);
        return told;
    }

    /** Of the settings in force before this start. */
    Set<String> formerAreas() {
        return formerAreas;
    }

    /** For the live stream. */
    AlertTrail trail() {
        return new AlertTrail() {
            @Override
            public String id() {
                return logId;
            }

            @Override
            public Steps after(long place, int most) {
                return transitions.after(place, most);
            }
        };
    }

    /** Names this journal to the database. */
    String logId() {
        return logId;
    }

    /** Bytes on disk of journal, verdicts and transitions. */
    long[] bytes() {
        return new long[] {journal.bytes(), judged.bytes(), alerts.bytes()};
    }

    /** Likewise. */
    int[] segments() {
        return new int[] {journal.segments(), judged.segments(), alerts.segments()};
    }

    /** When the state on disk was last the state; at first, when this run was opened. */
    long snapshotAtMs() {
        return snapshotAtMs;
    }

    /** Looks at the disk; from time to time, and not from a thread that must not wait. */
    void look() throws IOException {
        int damaged = 0;
        int torn = 0;
        for (String name : List.of("journal", "judged", "alerts", "snapshots")) {
            damaged += SegmentLog.keptAside(folder.resolve(name)).size();
            torn += SegmentLog.keptTorn(folder.resolve(name)).size();
        }
        File disk = folder.toFile();
        kept = new Kept(damaged, torn, disk.getUsableSpace(), disk.getTotalSpace(), new long[] {
            journal.oldestAtMs(), judged.oldestAtMs(), alerts.oldestAtMs()
        });
    }

    /** As last looked at. */
    Kept kept() {
        return kept;
    }

    /** Ends after the batch under way; what still waits was never acknowledged and comes again. */
    @Override
    public void close() throws IOException, InterruptedException {
        sequencer.close();
        try {
            snapshot();
        } catch (IOException refused) {
            LOG.warn("no snapshot at the end; the next start replays more of the journal", refused);
        }
        shards.close();
        alerts.close();
        verdicts.close();
        judged.close();
        journal.close();
    }
}
