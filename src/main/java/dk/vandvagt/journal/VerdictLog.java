package dk.vandvagt.journal;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.VerdictSink;
import dk.vandvagt.shard.VerdictSource;
import dk.vandvagt.shard.Verdicts;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verdicts on their way to the database. Derived from the input journal: fsynced only before a snapshot is valid, cut after the
 * snapshot at a recovery and made again by the replay. One thread appends, another reads behind it.
 *
 * <p>Frames, notation of {@link BatchWriter}:
 *
 * <pre>
 * SENSOR_IDS  (context) as in the input journal
 * VERDICTS    clockMs 8, receivedAtMs − clockMs s, count v,
 *             refs v…, observedAtMs s… (each less the one before, the first less clockMs), values 8…, kinds 1…, flags 1…, tests 1…,
 *             exceedances JSON (v bytes, a list), transitions JSON (likewise)
 * </pre>
 */
public final class VerdictLog implements VerdictSink, VerdictSource, Closeable {
    private static final int SENSOR_IDS = SegmentFormat.CONTEXT | 1;
    private static final int VERDICTS = 1;
    private static final String LOST_ID = "";
    private static final Logger LOG = LoggerFactory.getLogger(VerdictLog.class);

    private final SegmentLog log;
    private final LongConsumer onCommitted;

    // the appending thread's
    private final Bytes payload = new Bytes();
    private final Map<String, Integer> refById = new HashMap<>();
    private long writingSegment;

    // the reading thread's
    private SegmentLog.@Nullable Cursor cursor;
    private long readTo = -1;
    private long readingSegment;
    private final Map<Integer, String> idByRef = new HashMap<>();
    private @Nullable Verdicts readAhead;
    private boolean asked;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private volatile boolean waiting;
    private volatile long lastSequence;
    /** The service's clock at the last sequence that it was told in this process, or at one before; else 0. */
    private volatile long lastClockMs;

    private volatile long committedSequence;

    /** @param onCommitted told first of each sequence that the database has committed: the input journal may let go as well */
    public VerdictLog(SegmentLog log, LongConsumer onCommitted) {
        this.log = log;
        this.onCommitted = onCommitted;
        this.lastSequence = log.lastSequence();
    }

    /** Removes what came after a snapshot; before a replay, and before anyone reads. */
    public void cutAfter(long sequence) throws IOException {
        log.truncateAfter(sequence);
        lastSequence = log.lastSequence();
        writingSegment = 0;
    }

    /** The last sequence that it holds or has been told. */
    public long lastSequence() {
        return lastSequence;
    }

    /** The last sequence that the database is known to have, in this process. */
    public long committedSequence() {
        return committedSequence;
    }

    public long bytes() {
        return log.bytes();
    }

    @Override
    public void append(Verdicts verdicts) throws IOException {
        if (verdicts.sequence() <= lastSequence) {
            return;
        }
        if (!verdicts.isEmpty()) {
            write(verdicts);
        }
        lastSequence = verdicts.sequence();
        lastClockMs = verdicts.clockMs();
        if (waiting) {
            lock.lock();
            try {
                appended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void write(Verdicts verdicts) throws IOException {
        long segment = log.prepare(verdicts.sequence());
        if (segment != writingSegment) {
            refById.clear();
            writingSegment = segment;
        }
        giveRefs(verdicts);
        int size = verdicts.size();
        payload.clear()
                .putLong(verdicts.clockMs())
                .putSigned(verdicts.receivedAtMs() - verdicts.clockMs())
                .putUnsigned(size);
        for (int i = 0; i < size; i++) {
            payload.putUnsigned(refById.getOrDefault(verdicts.sensorId()[i], 0));
        }
        long before = verdicts.clockMs();
        for (int i = 0; i < size; i++) {
            payload.putSigned(verdicts.observedAtMs()[i] - before);
            before = verdicts.observedAtMs()[i];
        }
        for (int i = 0; i < size; i++) {
            payload.putDouble(verdicts.value()[i]);
        }
        payload.putRaw(verdicts.kind(), size).putRaw(verdicts.flag(), size).putRaw(verdicts.test(), size);
        payload.putBytes(list(verdicts.exceedances())).putBytes(list(verdicts.transitions()));
        log.append(VERDICTS, verdicts.sequence(), payload);
    }

    /** Refs are taken for given only once their frame is appended: it may be refused, and tried again. */
    private void giveRefs(Verdicts verdicts) throws IOException {
        Map<String, Integer> fresh = new LinkedHashMap<>();
        for (int i = 0; i < verdicts.size(); i++) {
            String id = verdicts.sensorId()[i];
            if (!refById.containsKey(id)) {
                fresh.putIfAbsent(id, refById.size() + fresh.size());
            }
        }
        if (fresh.isEmpty()) {
            return;
        }
        payload.clear().putUnsigned(fresh.size());
        fresh.forEach((id, ref) -> payload.putUnsigned(ref).putText(id));
        log.append(SENSOR_IDS, verdicts.sequence(), payload);
        refById.putAll(fresh);
    }

    private static byte[] list(List<?> records) {
        return records.isEmpty() ? new byte[0] : Json.write(records);
    }

    @Override
    public void force() throws IOException {
        log.force();
    }

    /**
     * As the port says; and where all that is held has been read, and more sequences have passed with nothing to keep, one empty
     * verdict of the last of them: so the database's progress, and with it the input journal, does not stand still.
     */
    @Override
    public List<Verdicts> read(long afterSequence, int maxObservations, long timeoutMs)
            throws IOException, InterruptedException {
        if (!asked) {
            // a database to which this log is new has nothing to say about it but where it begins to read
            onCommitted.accept(Math.max(0, afterSequence));
            asked = true;
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        awaitAfter(afterSequence, deadline);
        // taken before the frames are read, and the clock before that: whatever is appended meanwhile is later
        long clockMs = lastClockMs;
        long last = lastSequence;
        if (last <= afterSequence) {
            return List.of();
        }
        if (cursor == null || afterSequence != readTo) {
            seek(afterSequence);
        }
        List<Verdicts> found = new ArrayList<>();
        int observations = 0;
        boolean atEnd = false;
        while (observations < maxObservations && !atEnd) {
            Verdicts next = next();
            if (next == null) {
                atEnd = true;
            } else {
                found.add(next);
                readTo = next.sequence();
                observations += Math.max(1, next.size());
            }
        }
        if (found.isEmpty() && atEnd) {
            readTo = last;
            found.add(nothing(last, clockMs));
        }
        return found;
    }

    private void awaitAfter(long afterSequence, long deadline) throws InterruptedException {
        lock.lock();
        try {
            waiting = true;
            for (long left = deadline - System.nanoTime();
                    lastSequence <= afterSequence && left > 0;
                    left = deadline - System.nanoTime()) {
                appended.awaitNanos(left);
            }
        } finally {
            waiting = false;
            lock.unlock();
        }
    }

    /** Lets go of the file it reads; the log itself is its owner's to close. Nobody reads any more. */
    @Override
    public void close() throws IOException {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    private void seek(long afterSequence) throws IOException {
        if (cursor != null) {
            cursor.close();
        }
        cursor = log.cursor(afterSequence + 1);
        readingSegment = 0;
        readTo = afterSequence;
    }

    private @Nullable Verdicts next() throws IOException {
        SegmentLog.Cursor in = cursor;
        if (in == null) {
            return null;
        }
        while (in.next()) {
            if (in.segment() != readingSegment) {
                readingSegment = in.segment();
                idByRef.clear();
            }
            ByteBuffer frame = in.payload();
            if (in.type() == SENSOR_IDS) {
                for (long left = Bytes.unsigned(frame); left > 0; left--) {
                    int ref = (int) Bytes.unsigned(frame);
                    idByRef.put(ref, Bytes.text(frame));
                }
            } else if (in.type() == VERDICTS) {
                return verdicts(in.sequence(), frame);
            } else {
                throw new IOException(
                        "sequence %d has a frame of type %d, which this program does not know: run the newer program"
                                .formatted(in.sequence(), in.type()));
            }
        }
        return null;
    }

    private Verdicts verdicts(long sequence, ByteBuffer from) throws IOException {
        long clockMs = from.getLong();
        long receivedAtMs = clockMs + Bytes.signed(from);
        int size = (int) Bytes.unsigned(from);
        String[] sensorId = new String[size];
        for (int i = 0; i < size; i++) {
            int ref = (int) Bytes.unsigned(from);
            sensorId[i] = idByRef.getOrDefault(ref, LOST_ID);
        }
        long[] observedAtMs = new long[size];
        long before = clockMs;
        for (int i = 0; i < size; i++) {
            before += Bytes.signed(from);
            observedAtMs[i] = before;
        }
        double[] value = new double[size];
        for (int i = 0; i < size; i++) {
            value[i] = from.getDouble();
        }
        byte[] kind = new byte[size];
        byte[] flag = new byte[size];
        byte[] test = new byte[size];
        from.get(kind).get(flag).get(test);
        List<Exceedance> exceedances = listOf(from, Exceedance.class);
        List<Transition> transitions = listOf(from, Transition.class);
        Verdicts verdicts = new Verdicts(
                sequence,
                clockMs,
                receivedAtMs,
                size,
                sensorId,
                kind,
                observedAtMs,
                value,
                flag,
                test,
                exceedances,
                transitions);
        return Arrays.asList(sensorId).contains(LOST_ID) ? withoutLostIds(verdicts) : verdicts;
    }

    /** Where the frame with the ids was damaged: the database gets the rest, rather than nothing any more. */
    private Verdicts withoutLostIds(Verdicts all) {
        int[] kept = IntStream.range(0, all.size())
                .filter(i -> !all.sensorId()[i].equals(LOST_ID))
                .toArray();
        log.tell(new Finding(
                Finding.Kind.UNKNOWN_SENSOR,
                "%s: left out %d observations of sequence %d, whose sensor ids were in a damaged frame"
                        .formatted(log.folder(), all.size() - kept.length, all.sequence())));
        String[] sensorId = new String[kept.length];
        byte[] kind = new byte[kept.length];
        byte[] flag = new byte[kept.length];
        byte[] test = new byte[kept.length];
        for (int i = 0; i < kept.length; i++) {
            sensorId[i] = all.sensorId()[kept[i]];
            kind[i] = all.kind()[kept[i]];
            flag[i] = all.flag()[kept[i]];
            test[i] = all.test()[kept[i]];
        }
        return new Verdicts(
                all.sequence(),
                all.clockMs(),
                all.receivedAtMs(),
                kept.length,
                sensorId,
                kind,
                Arrays.stream(kept).mapToLong(i -> all.observedAtMs()[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> all.value()[i]).toArray(),
                flag,
                test,
                all.exceedances(),
                all.transitions());
    }

    private static <T> List<T> listOf(ByteBuffer from, Class<T> member) throws IOException {
        from.mark();
        if (Bytes.unsigned(from) == 0) {
            return List.of();
        }
        from.reset();
        return Json.readList(from, member);
    }

    private static Verdicts nothing(long sequence, long clockMs) {
        byte[] none = {};
        return new Verdicts(
                sequence,
                clockMs,
                clockMs,
                0,
                new String[0],
                none,
                new long[0],
                new double[0],
                none,
                none,
                List.of(),
                List.of());
    }

    @Override
    public void committed(long sequence) {
        // first: it may refuse a database that is not this folder's, and then nothing goes
        onCommitted.accept(sequence);
        committedSequence = Math.max(committedSequence, sequence);
        try {
            log.dropBefore(sequence + 1);
        } catch (IOException e) {
            LOG.warn("a segment the database no longer needs could not be removed; it is tried again", e);
        }
    }
}
