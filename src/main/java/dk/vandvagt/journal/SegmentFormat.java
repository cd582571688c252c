package dk.vandvagt.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A segment on disk, format 1. All numbers are little-endian.
 *
 * <pre>
 * header                                        frame
 *  0  8  magic "VANDLOG\n"                       0  4  n, bytes of payload
 *  8  4  format version                          4  4  CRC-32C of the segment's first sequence (8 bytes),
 * 12  4  CRC-32C of the other 28 bytes                 bytes 0–3 and bytes 8 to the end
 * 16  8  created, epoch milliseconds             8  1  type; high bit: later frames of the segment need it
 * 24  8  first sequence, as in the file's name   9  8  sequence, not below that of the frame before
 *                                               17  n  payload
 * </pre>
 *
 * The first sequence is in each frame's CRC so that a frame of another segment, left in a block of the disk, is never taken.
 */
final class SegmentFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 32;
    static final int FRAME_HEADER_BYTES = 17;
    static final int CONTEXT = 0x80;
    static final int PAYLOAD_AT_MOST = 256 << 20;
    /** No writer leaps this far: lets a search for the next good frame pass over almost all else without a checksum. */
    static final long LEAP_AT_MOST = 1L << 40;

    private static final long MAGIC = 0x0A474F4C444E4156L;
    private static final String SUFFIX = ".log";

    private SegmentFormat() {}

    static String name(long firstSequence) {
        return "%020d%s".formatted(firstSequence, SUFFIX);
    }

    static boolean isSegment(Path file) {
        return file.getFileName().toString().matches("\\d{20}\\.log");
    }

    static long firstSequence(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name, 0, name.length() - SUFFIX.length(), 10);
    }

    static byte[] header(long createdAtMs, long firstSequence) {
        byte[] header = new byte[HEADER_BYTES];
        Bytes.setLong(header, 0, MAGIC);
        Bytes.setInt(header, 8, VERSION);
        Bytes.setLong(header, 16, createdAtMs);
        Bytes.setLong(header, 24, firstSequence);
        Bytes.setInt(header, 12, headerCrc(header));
        return header;
    }

    private static int headerCrc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, 12);
        crc.update(header, 16, 16);
        return (int) crc.getValue();
    }

    /**
     * @return whether it is whole
     * @throws IOException whole, but of a later version than this program knows
     */
    static boolean isWhole(byte[] header, Path file) throws IOException {
        if (Bytes.longAt(header, 0) != MAGIC || Bytes.intAt(header, 12) != headerCrc(header)) {
            return false;
        }
        int version = Bytes.intAt(header, 8);
        if (version > VERSION) {
            throw new IOException("%s has format %d, and this program reads formats up to %d: run the newer program"
                    .formatted(file, version, VERSION));
        }
        return Bytes.longAt(header, 24) == firstSequence(file);
    }

    static long createdAtMs(byte[] header) {
        return Bytes.longAt(header, 16);
    }

    static byte[] crcSeed(long firstSequence) {
        byte[] seed = new byte[Long.BYTES];
        Bytes.setLong(seed, 0, firstSequence);
        return seed;
    }

    /** @param at where the frame begins in the array */
    static int frameCrc(CRC32C crc, byte[] seed, byte[] array, int at, int payloadBytes) {
        crc.reset();
        crc.update(seed, 0, seed.length);
        crc.update(array, at, 4);
        crc.update(array, at + 8, FRAME_HEADER_BYTES - 8 + payloadBytes);
        return (int) crc.getValue();
    }
}
