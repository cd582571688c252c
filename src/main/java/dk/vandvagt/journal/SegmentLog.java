package dk.vandvagt.journal;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An append-only log in one folder: segment files in the form of {@link SegmentFormat}. One thread at a time appends; any
 * number read behind it, each with its own {@link Cursor}, without ever seeing half a frame.
 *
 * <p>At opening, the tail of the newest segment that a crash tore is cut, and its bytes are kept in a {@code *.torn} beside. A
 * segment found damaged, its end included, is never written again: its file gets a second name, {@code *.damaged}, that no
 * retention removes, and reading goes on at the next whole frame. Files are written through {@link RandomAccessFile}, since an
 * interrupt would close a channel.
 */
public final class SegmentLog implements Closeable {
    /**
     * @param segmentBytes a segment with at least so many takes no further sequence
     * @param maxBytes of all segments together
     */
    public record Settings(long segmentBytes, long maxBytes) {
        public static final Settings USUAL = new Settings(64L << 20, Long.MAX_VALUE);
    }

    private static final class Segment {
        private final Path path;
        private final long first;
        /** of what readers may see */
        private volatile long end;

        private Segment(Path path, long first, long end) {
            this.path = path;
            this.first = first;
            this.end = end;
        }
    }

    private static final String DAMAGED = ".damaged";
    private static final String TORN = ".torn";

    private final Path folder;
    private final Settings settings;
    private final LongSupplier wallClockMs;
    private final Consumer<Finding> findings;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private final ConcurrentNavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Long> toldDamaged = ConcurrentHashMap.newKeySet();
    private final CRC32C crc = new CRC32C();

    private @Nullable Segment current;
    private @Nullable RandomAccessFile file;
    private byte[] crcSeed = {};
    private byte[] frame = new byte[4096];
    private long forcedEnd;
    /** after a failed fsync the kernel may hold unwritten pages for clean: they must be written again */
    private boolean rewrite;

    private volatile long lastSequence;

    private SegmentLog(
            Path folder,
            Settings settings,
            LongSupplier wallClockMs,
            Consumer<Finding> findings,
            FileChannel lockChannel,
            FileLock lock) {
        this.folder = folder;
        this.settings = settings;
        this.wallClockMs = wallClockMs;
        this.findings = findings;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /**
     * Makes the folder if need be, locks it and reads its newest segment.
     *
     * @param findings told of damage now and later, on whichever thread meets it
     * @throws IOException among others where another process has the folder open
     */
    @SuppressWarnings("MustBeClosedChecker")
    public static SegmentLog open(Path folder, Settings settings, LongSupplier wallClockMs, Consumer<Finding> findings)
            throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        SegmentLog log = null;
        try {
            log = new SegmentLog(folder, settings, wallClockMs, findings, channel, lock(folder, channel));
            log.recover();
            return log;
        } catch (IOException | RuntimeException e) {
            if (log != null) {
                log.closeFile();
            }
            channel.close();
            throw e;
        }
    }

    private static FileLock lock(Path folder, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            lock = null;
        }
        if (lock == null) {
            ByteBuffer holder = ByteBuffer.allocate(32);
            channel.read(holder, 0);
            throw new IOException(
                    "%s is in use by process %s: only one may use a data folder; stop that one, or give this one another folder"
                            .formatted(
                                    folder,
                                    new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII)
                                            .strip()));
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        return lock;
    }

    private void recover() throws IOException {
        List<Path> paths;
        try (Stream<Path> files = Files.list(folder)) {
            paths = files.filter(SegmentFormat::isSegment).sorted().toList();
        }
        for (Path path : paths) {
            add(new Segment(path, SegmentFormat.firstSequence(path), Files.size(path)));
        }
        for (Map.Entry<Long, Segment> newest = segments.lastEntry();
                newest != null && !recoverNewest(newest.getValue());
                newest = segments.lastEntry()) {
            setAside(newest.getValue());
        }
    }

    /** @return false when it holds no frame */
    private boolean recoverNewest(Segment segment) throws IOException {
        try (SegmentReader reader = new SegmentReader(segment.path)) {
            while (reader.next(segment.end)) {
                lastSequence = reader.sequence();
            }
            if (reader.frames() == 0) {
                return false;
            }
            if (!reader.damage().isEmpty() && !(reader.isTorn(segment.end) && cutTail(segment, reader.goodEnd()))) {
                tellDamaged(segment, reader.damage());
                return true;
            }
        }
        resume(segment);
        return true;
    }

    /** @return false where its bytes cannot be kept: then it stays as it is, and nothing is appended to it */
    private boolean cutTail(Segment segment, long goodEnd) throws IOException {
        long torn = segment.end - goodEnd;
        Path aside = free(segment.path, TORN);
        try (RandomAccessFile from = new RandomAccessFile(segment.path.toFile(), "r");
                RandomAccessFile to = new RandomAccessFile(aside.toFile(), "rw")) {
            byte[] tail = new byte[Math.toIntExact(torn)];
            from.seek(goodEnd);
            from.readFully(tail);
            to.write(tail);
            to.getFD().sync();
            forceFolder(folder);
        } catch (IOException e) {
            Files.deleteIfExists(aside);
            return false;
        }
        cut(segment, goodEnd);
        findings.accept(new Finding(
                Finding.Kind.TORN_TAIL,
                "%s: cut the last %d bytes, from byte %d on: a write that was not completed; kept as %s"
                        .formatted(segment.path, torn, goodEnd, aside.getFileName())));
        return true;
    }

    /** A newest segment without a frame: its file is renamed, which needs no room. */
    private void setAside(Segment segment) throws IOException {
        boolean begun = segment.end <= SegmentFormat.HEADER_BYTES;
        Path aside = free(segment.path, begun ? TORN : DAMAGED);
        Files.move(segment.path, aside, StandardCopyOption.ATOMIC_MOVE);
        remove(segment);
        findings.accept(new Finding(
                begun ? Finding.Kind.TORN_TAIL : Finding.Kind.DAMAGED,
                "%s: %d bytes and not one whole frame, %s; kept aside as %s"
                        .formatted(
                                segment.path,
                                segment.end,
                                begun ? "begun and not written to" : "all that it held is damaged",
                                aside.getFileName())));
    }

    /** The first of {@code name.kind}, {@code name.2.kind}, … that is not there. */
    private static Path free(Path path, String kind) {
        Path aside = path.resolveSibling(path.getFileName() + kind);
        for (int i = 2; Files.exists(aside); i++) {
            aside = path.resolveSibling(path.getFileName() + "." + i + kind);
        }
        return aside;
    }

    private void resume(Segment segment) throws IOException {
        file = new RandomAccessFile(segment.path.toFile(), "rw");
        crcSeed = SegmentFormat.crcSeed(segment.first);
        current = segment;
        forcedEnd = segment.end;
    }

    private void cut(Segment segment, long end) throws IOException {
        try (RandomAccessFile torn = new RandomAccessFile(segment.path.toFile(), "rw")) {
            torn.setLength(end);
            torn.getFD().sync();
        }
        bytes.addAndGet(end - segment.end);
        segment.end = end;
    }

    private void add(Segment segment) {
        segments.put(segment.first, segment);
        bytes.addAndGet(segment.end);
    }

    private void remove(Segment segment) throws IOException {
        segments.remove(segment.first);
        bytes.addAndGet(-segment.end);
        Files.deleteIfExists(segment.path);
        forceFolder(folder);
    }

    /** Once a process; the file gets a second name, so that it stays when the log no longer needs it. */
    private void tellDamaged(Segment segment, List<SegmentReader.Damage> damage) throws IOException {
        if (!toldDamaged.add(segment.first)) {
            return;
        }
        long lost = damage.stream().mapToLong(part -> part.to() - part.from()).sum();
        findings.accept(new Finding(
                Finding.Kind.DAMAGED,
                "%s: %d bytes in %d places are damaged, the first at byte %d; its whole frames are read; %s"
                        .formatted(
                                segment.path,
                                lost,
                                damage.size(),
                                damage.getFirst().from(),
                                keepAside(segment))));
    }

    void tell(Finding finding) {
        findings.accept(finding);
    }

    private String keepAside(Segment segment) throws IOException {
        for (Path earlier : aside(folder, DAMAGED)) {
            if (isOf(earlier, segment.path)
                    && (Files.isSameFile(earlier, segment.path) || Files.mismatch(earlier, segment.path) < 0)) {
                return "kept aside as " + earlier.getFileName();
            }
        }
        Path aside = free(segment.path, DAMAGED);
        try {
            Files.createLink(aside, segment.path);
            forceFolder(folder);
        } catch (UnsupportedOperationException | IOException noLinksHere) {
            try {
                Files.copy(segment.path, aside);
            } catch (IOException e) {
                return "could not be kept aside: " + e;
            }
        }
        return "kept aside as " + aside.getFileName();
    }

    private static boolean isOf(Path aside, Path segment) {
        return aside.getFileName().toString().startsWith(segment.getFileName().toString());
    }

    /** What was kept aside of damage in a folder of logs or snapshots, oldest first. */
    public static List<Path> keptAside(Path folder) throws IOException {
        return aside(folder, DAMAGED);
    }

    /** What was kept of torn tails. */
    public static List<Path> keptTorn(Path folder) throws IOException {
        return aside(folder, TORN);
    }

    private static List<Path> aside(Path folder, String kind) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(kind)).sorted().toList();
        }
    }

    /** A folder can be fsynced through a channel only, which an interrupt closes: it is tried again, and the interrupt kept. */
    static void forceFolder(Path folder) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException again) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Begins a new segment if the newest is full: called before frames are built that lean on context frames of theirs.
     *
     * @param sequence of the frames to come
     * @return the first sequence of the segment they will be in
     */
    public synchronized long prepare(long sequence) throws IOException {
        Segment segment = current;
        if (segment == null || (segment.end >= settings.segmentBytes && sequence > lastSequence)) {
            segment = roll(sequence);
        }
        return segment.first;
    }

    /** As the other, of a whole array. */
    public void append(int type, long sequence, byte[] payload) throws IOException {
        append(type, sequence, payload, payload.length);
    }

    void append(int type, long sequence, Bytes payload) throws IOException {
        append(type, sequence, payload.array(), payload.size());
    }

    /**
     * Writes one frame; it is safe from a crash of the machine only after {@link #force}.
     *
     * @param type with {@link SegmentFormat#CONTEXT} where later frames of the segment lean on it
     * @param sequence at least 1 and not below the last
     * @throws JournalFullException no room; nothing was appended, and it may be tried again
     * @throws IOException the disk failed; nothing was appended, and it may be tried again
     */
    public synchronized void append(int type, long sequence, byte[] payload, int length) throws IOException {
        if (sequence < Math.max(1, lastSequence) || sequence - lastSequence > SegmentFormat.LEAP_AT_MOST) {
            throw new IllegalArgumentException("sequence %d after %d in %s".formatted(sequence, lastSequence, folder));
        }
        if (length > SegmentFormat.PAYLOAD_AT_MOST) {
            throw new IllegalArgumentException("%d bytes in one frame".formatted(length));
        }
        prepare(sequence);
        Segment segment = open(current);
        RandomAccessFile out = open(file);
        int frameBytes = SegmentFormat.FRAME_HEADER_BYTES + length;
        makeRoom(frameBytes);
        if (frame.length < frameBytes) {
            frame = new byte[Math.max(frameBytes, 2 * frame.length)];
        }
        Bytes.setInt(frame, 0, length);
        frame[8] = (byte) type;
        Bytes.setLong(frame, 9, sequence);
        System.arraycopy(payload, 0, frame, SegmentFormat.FRAME_HEADER_BYTES, length);
        Bytes.setInt(frame, 4, SegmentFormat.frameCrc(crc, crcSeed, frame, 0, length));
        try {
            if (out.getFilePointer() != segment.end) {
                out.seek(segment.end);
            }
            out.write(frame, 0, frameBytes);
        } catch (IOException e) {
            cutBack(out, segment.end);
            throw asFull(e);
        }
        bytes.addAndGet(frameBytes);
        lastSequence = sequence;
        segment.end += frameBytes;
    }

    private void makeRoom(int more) throws JournalFullException {
        if (bytes.get() + more > settings.maxBytes) {
            throw new JournalFullException("%s holds %d bytes, and %d more would pass its limit of %d"
                    .formatted(folder, bytes.get(), more, settings.maxBytes));
        }
    }

    /** What cannot be cut now is written over by the next frame, or cut at the next start. */
    private static void cutBack(RandomAccessFile out, long end) {
        try {
            out.setLength(end);
        } catch (IOException laterThen) {
            return;
        }
    }

    private IOException asFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota")
                ? new JournalFullException("no room on the disk of %s: %s".formatted(folder, e.getMessage()), e)
                : e;
    }

    private static <T> T open(@Nullable T field) {
        if (field == null) {
            throw new IllegalStateException("the log is closed");
        }
        return field;
    }

    private Segment roll(long sequence) throws IOException {
        if (segments.containsKey(sequence)) {
            throw new IllegalStateException("sequence %d begins a segment of %s already".formatted(sequence, folder));
        }
        if (!lock.isValid()) {
            throw new IOException(folder + " is closed");
        }
        force();
        makeRoom(SegmentFormat.HEADER_BYTES);
        Path path = folder.resolve(SegmentFormat.name(sequence));
        RandomAccessFile next = new RandomAccessFile(path.toFile(), "rw");
        try {
            next.setLength(0);
            next.write(SegmentFormat.header(wallClockMs.getAsLong(), sequence));
            next.getFD().sync();
            forceFolder(folder);
        } catch (IOException e) {
            next.close();
            Files.deleteIfExists(path);
            throw asFull(e);
        }
        closeFile();
        Segment segment = new Segment(path, sequence, SegmentFormat.HEADER_BYTES);
        file = next;
        crcSeed = SegmentFormat.crcSeed(sequence);
        forcedEnd = SegmentFormat.HEADER_BYTES;
        current = segment;
        add(segment);
        return segment;
    }

    /**
     * Fsyncs what was appended.
     *
     * @throws IOException not all of it is on the disk; it may be tried again, and the frames stay appended
     */
    public synchronized void force() throws IOException {
        Segment segment = current;
        RandomAccessFile out = file;
        if (segment == null || out == null || segment.end == forcedEnd) {
            return;
        }
        try {
            if (rewrite) {
                writeAgain(out, segment);
            }
            out.getFD().sync();
        } catch (IOException e) {
            distrustPages();
            throw asFull(e);
        }
        rewrite = false;
        forcedEnd = segment.end;
    }

    /** The next {@link #force} writes again what no fsync has confirmed. */
    synchronized void distrustPages() {
        rewrite = true;
    }

    private void writeAgain(RandomAccessFile out, Segment segment) throws IOException {
        try (SegmentReader reader = new SegmentReader(segment.path)) {
            while (reader.next(segment.end)) {
                // its checksums are what is wanted
            }
            if (!reader.damage().isEmpty()) {
                throw new IOException(
                        "%s: the disk lost what had been written after an fsync failed: stop, and see to the disk"
                                .formatted(segment.path));
            }
        }
        byte[] unforced = new byte[Math.toIntExact(segment.end - forcedEnd)];
        out.seek(forcedEnd);
        out.readFully(unforced);
        out.seek(forcedEnd);
        out.write(unforced);
    }

    /** Removes all frames with a later sequence; for a recovery, before anyone reads. */
    public synchronized void truncateAfter(long sequence) throws IOException {
        if (sequence >= lastSequence) {
            return;
        }
        closeFile();
        for (Map.Entry<Long, Segment> newest = segments.lastEntry();
                newest != null && newest.getKey() > sequence;
                newest = segments.lastEntry()) {
            remove(newest.getValue());
        }
        lastSequence = 0;
        Map.Entry<Long, Segment> newest = segments.lastEntry();
        if (newest != null) {
            truncate(newest.getValue(), sequence);
        }
    }

    private void truncate(Segment segment, long sequence) throws IOException {
        try (SegmentReader reader = new SegmentReader(segment.path)) {
            long end = reader.goodEnd();
            while (reader.next(segment.end) && reader.sequence() <= sequence) {
                end = reader.goodEnd();
                lastSequence = reader.sequence();
            }
            boolean damaged = !reader.damage().isEmpty() || toldDamaged.contains(segment.first);
            if (damaged) {
                copyAside(segment);
                tellDamaged(segment, reader.damage());
            }
            cut(segment, end);
            if (!damaged) {
                resume(segment);
            }
        }
    }

    /** A second name for the same file would be cut along with the first. */
    private void copyAside(Segment segment) throws IOException {
        Path copy = segment.path.resolveSibling(segment.path.getFileName() + ".tmp");
        Files.copy(segment.path, copy, StandardCopyOption.REPLACE_EXISTING);
        Path name = free(segment.path, DAMAGED);
        for (Path earlier : aside(folder, DAMAGED)) {
            name = Files.isSameFile(earlier, segment.path) ? earlier : name;
        }
        Files.move(copy, name, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(folder);
    }

    /** Removes segments all of whose frames come before a sequence; the newest segment always stays. */
    public synchronized void dropBefore(long sequence) throws IOException {
        for (Segment segment : segments.values()) {
            Map.Entry<Long, Segment> later = segments.higherEntry(segment.first);
            if (later == null || later.getKey() > sequence) {
                return;
            }
            remove(segment);
        }
    }

    /** Where the oldest segment begins, 0 when there is none. */
    public long firstSequence() {
        Map.Entry<Long, Segment> oldest = segments.firstEntry();
        return oldest == null ? 0 : oldest.getKey();
    }

    /** When the oldest segment was begun, so that its first frame is about as old; 0 when there is none or its header is damaged. */
    public long oldestAtMs() throws IOException {
        Map.Entry<Long, Segment> oldest = segments.firstEntry();
        if (oldest == null) {
            return 0;
        }
        try (SegmentReader reader = new SegmentReader(oldest.getValue().path)) {
            return reader.createdAtMs();
        } catch (FileNotFoundException droppedMeanwhile) {
            return 0;
        }
    }

    /**
     * Gives segments that reach beyond a sequence a second name that stays when they are cut or dropped.
     *
     * @param why told with it
     */
    public synchronized void keepAside(long afterSequence, String why) throws IOException {
        for (Segment segment : segments.values()) {
            Map.Entry<Long, Segment> later = segments.higherEntry(segment.first);
            if (later == null || later.getKey() > afterSequence + 1) {
                toldDamaged.add(segment.first);
                findings.accept(
                        new Finding(Finding.Kind.GAP, "%s: %s; %s".formatted(segment.path, why, keepAside(segment))));
            }
        }
    }

    /** Of the last frame, 0 when there is none. */
    public long lastSequence() {
        return lastSequence;
    }

    public long bytes() {
        return bytes.get();
    }

    public int segments() {
        return segments.size();
    }

    public Path folder() {
        return folder;
    }

    /** Reads from a sequence on; what comes before it is given only if it is context of the same segment. */
    public Cursor cursor(long fromSequence) {
        return new Cursor(fromSequence);
    }

    private synchronized void closeFile() throws IOException {
        if (file != null) {
            file.close();
        }
        file = null;
        current = null;
    }

    @Override
    public synchronized void close() throws IOException {
        if (!lock.isValid()) {
            return;
        }
        try {
            force();
        } finally {
            closeFile();
            lock.release();
            lockChannel.close();
        }
    }

    /** A place in the log, for one thread. */
    public final class Cursor implements Closeable {
        private final long from;
        private @Nullable Segment segment;
        private @Nullable SegmentReader reader;

        private Cursor(long from) {
            this.from = from;
        }

        /**
         * Goes to the next frame.
         *
         * @return false when no further one has been appended yet; it may be asked again
         */
        public boolean next() throws IOException {
            while (true) {
                if (reader == null && !enter()) {
                    return false;
                }
                Segment here = open(segment);
                SegmentReader in = open(reader);
                // in this order: once a later segment exists, the end of this one is final
                boolean complete = segments.higherKey(here.first) != null;
                long end = here.end;
                while (in.next(end)) {
                    if (in.sequence() >= from || in.isContext()) {
                        tellDamage(here, in);
                        return true;
                    }
                }
                tellDamage(here, in);
                if (!complete) {
                    return false;
                }
                in.close();
                reader = null;
            }
        }

        private void tellDamage(Segment here, SegmentReader in) throws IOException {
            if (!in.damage().isEmpty()) {
                tellDamaged(here, in.damage());
            }
        }

        private boolean enter() throws IOException {
            while (true) {
                Map.Entry<Long, Segment> entry =
                        segment == null ? startingPlace() : segments.higherEntry(segment.first);
                if (entry == null) {
                    return false;
                }
                segment = entry.getValue();
                try {
                    reader = new SegmentReader(segment.path);
                    return true;
                } catch (FileNotFoundException e) {
                    if (segments.containsKey(entry.getKey())) {
                        throw e;
                    }
                    // dropped in between: what it held is no longer wanted
                }
            }
        }

        private Map.@Nullable Entry<Long, Segment> startingPlace() {
            Map.Entry<Long, Segment> holding = segments.floorEntry(from);
            return holding != null ? holding : segments.firstEntry();
        }

        public int type() {
            return open(reader).type() & 0xFF;
        }

        public long sequence() {
            return open(reader).sequence();
        }

        /** Little-endian; good until the next {@link #next}. */
        public ByteBuffer payload() {
            return open(reader).payload();
        }

        /** First sequence of the segment it is in: context holds within a segment. */
        public long segment() {
            return open(segment).first;
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
            reader = null;
        }
    }
}
