package dk.vandvagt.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The last two snapshots: where the newest cannot be read, the one before serves. One thread.
 *
 * <p>A file, numbers little-endian, notation of {@link BatchWriter}:
 *
 * <pre>
 * magic "VANDSNAP" 8, format version 4, created (epoch ms) 8, sequence 8, clockMs 8,
 * catalogue: bytes before deflating v, bytes v, deflated UTF-8; parts: count v, of each: name text, n v, bytes n;
 * CRC-32C of all before it 4
 * </pre>
 */
public final class SnapshotFolder {
    private static final long MAGIC = 0x50414E53444E4156L;
    private static final int VERSION = 1;
    private static final int KEPT = 2;

    private final Path folder;
    private final LongSupplier wallClockMs;
    private final Consumer<Finding> findings;

    private SnapshotFolder(Path folder, LongSupplier wallClockMs, Consumer<Finding> findings) {
        this.folder = folder;
        this.wallClockMs = wallClockMs;
        this.findings = findings;
    }

    public static SnapshotFolder open(Path folder, LongSupplier wallClockMs, Consumer<Finding> findings)
            throws IOException {
        Files.createDirectories(folder);
        return new SnapshotFolder(folder, wallClockMs, findings);
    }

    /**
     * Keeps a snapshot and lets go of all but the one before it.
     *
     * @return the sequence of the older one kept: what the journal holds up to it is covered; 0 while there is only one
     */
    public long write(Snapshot snapshot) throws IOException {
        Bytes bytes = new Bytes()
                .putLong(MAGIC)
                .putInt(VERSION)
                .putLong(wallClockMs.getAsLong())
                .putLong(snapshot.sequence())
                .putLong(snapshot.clockMs())
                .putDeflated(snapshot.catalogueText())
                .putUnsigned(snapshot.parts().size());
        new TreeMap<>(snapshot.parts())
                .forEach((name, part) -> bytes.putText(name).putBytes(part));
        bytes.putInt(crc(bytes.array(), bytes.size()));
        Path unfinished = folder.resolve("snapshot.tmp");
        try (RandomAccessFile file = new RandomAccessFile(unfinished.toFile(), "rw")) {
            file.setLength(0);
            file.write(bytes.array(), 0, bytes.size());
            file.getFD().sync();
        }
        Files.move(
                unfinished,
                folder.resolve("%020d.snapshot".formatted(snapshot.sequence())),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        SegmentLog.forceFolder(folder);
        List<Path> kept = files();
        for (Path old : kept.subList(0, Math.max(0, kept.size() - KEPT))) {
            Files.delete(old);
        }
        return olderSequence();
    }

    /** Of the older of the two kept, 0 where there are not two. */
    public long olderSequence() throws IOException {
        List<Path> kept = files();
        return kept.size() < KEPT ? 0 : sequenceOf(kept.get(kept.size() - KEPT));
    }

    private static long sequenceOf(Path file) {
        return Long.parseLong(file.getFileName().toString(), 0, 20, 10);
    }

    /** The newest that can be read, or null; one that cannot is kept aside and told. */
    public @Nullable Snapshot newest() throws IOException {
        for (Path file : files().reversed()) {
            Snapshot snapshot = read(file);
            if (snapshot != null) {
                return snapshot;
            }
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            findings.accept(new Finding(
                    Finding.Kind.UNREADABLE_SNAPSHOT,
                    "%s is damaged; kept aside as %s, and the one before it is used"
                            .formatted(file, aside.getFileName())));
        }
        return null;
    }

    /** Of those kept, oldest first, by their names alone: also beside the running service. */
    public static List<Long> sequencesIn(Path folder) throws IOException {
        return Files.isDirectory(folder)
                ? files(folder).stream().map(SnapshotFolder::sequenceOf).toList()
                : List.of();
    }

    private List<Path> files() throws IOException {
        return files(folder);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{20}\\.snapshot"))
                    .sorted()
                    .toList();
        }
    }

    /** @return null where it is damaged */
    private static @Nullable Snapshot read(Path file) throws IOException {
        byte[] array = Files.readAllBytes(file);
        int end = array.length - Integer.BYTES;
        if (end < 2 * Long.BYTES || Bytes.longAt(array, 0) != MAGIC || Bytes.intAt(array, end) != crc(array, end)) {
            return null;
        }
        ByteBuffer from = ByteBuffer.wrap(array, Long.BYTES, end - Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int version = from.getInt();
        if (version > VERSION) {
            throw new IOException("%s has format %d, and this program reads formats up to %d: run the newer program"
                    .formatted(file, version, VERSION));
        }
        from.getLong();
        long sequence = from.getLong();
        long clockMs = from.getLong();
        String catalogueText = Bytes.inflated(from);
        Map<String, byte[]> parts = new HashMap<>();
        for (long left = Bytes.unsigned(from); left > 0; left--) {
            String name = Bytes.text(from);
            parts.put(name, Bytes.bytes(from));
        }
        return new Snapshot(sequence, clockMs, catalogueText, parts);
    }

    private static int crc(byte[] array, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, 0, length);
        return (int) crc.getValue();
    }
}
