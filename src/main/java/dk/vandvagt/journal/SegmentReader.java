package dk.vandvagt.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads one segment forwards and gives only frames that are whole; bytes that are not are noted and passed over up to the
 * next whole frame. Reads through a {@link RandomAccessFile}, which, unlike a channel, survives an interrupt. One thread.
 */
final class SegmentReader implements Closeable {
    /** Bytes {@code from} (inclusive) to {@code to} (exclusive) are not frames. */
    record Damage(long from, long to) {}

    private static final int WINDOW = 1 << 18;

    private final RandomAccessFile file;
    private final byte[] crcSeed;
    private final CRC32C crc = new CRC32C();
    private final long createdAtMs;
    private final List<Damage> damage = new ArrayList<>();

    private byte[] window = new byte[WINDOW];
    private long windowFrom;
    private int windowBytes;

    private long position = SegmentFormat.HEADER_BYTES;
    private long goodEnd = SegmentFormat.HEADER_BYTES;
    private long sequence;
    private byte type;
    private int payloadBytes;
    private long frames;

    SegmentReader(Path path) throws IOException {
        long firstSequence = SegmentFormat.firstSequence(path);
        sequence = firstSequence;
        crcSeed = SegmentFormat.crcSeed(firstSequence);
        file = new RandomAccessFile(path.toFile(), "r");
        try {
            byte[] header = new byte[SegmentFormat.HEADER_BYTES];
            boolean whole = false;
            if (file.length() >= header.length) {
                file.readFully(header);
                whole = SegmentFormat.isWhole(header, path);
            }
            if (!whole) {
                damage.add(new Damage(0, SegmentFormat.HEADER_BYTES));
            }
            createdAtMs = whole ? SegmentFormat.createdAtMs(header) : 0;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Goes to the next whole frame.
     *
     * @param end of what has been written so far
     * @return false when there is none before {@code end}
     */
    boolean next(long end) throws IOException {
        while (position < end) {
            if (isFrame(position, end)) {
                goodEnd = position + SegmentFormat.FRAME_HEADER_BYTES + payloadBytes;
                position = goodEnd;
                frames++;
                return true;
            }
            long from = position;
            do {
                position++;
            } while (position < end && !isFrame(position, end));
            damage.add(new Damage(from, position));
        }
        return false;
    }

    private boolean isFrame(long at, long end) throws IOException {
        if (end - at < SegmentFormat.FRAME_HEADER_BYTES) {
            return false;
        }
        load(at, SegmentFormat.FRAME_HEADER_BYTES, end);
        int i = (int) (at - windowFrom);
        int length = Bytes.intAt(window, i);
        long found = Bytes.longAt(window, i + 9);
        if (length < 0
                || length > SegmentFormat.PAYLOAD_AT_MOST
                || length > end - at - SegmentFormat.FRAME_HEADER_BYTES
                || found < sequence
                || found - sequence > SegmentFormat.LEAP_AT_MOST) {
            return false;
        }
        load(at, SegmentFormat.FRAME_HEADER_BYTES + length, end);
        i = (int) (at - windowFrom);
        if (Bytes.intAt(window, i + 4) != SegmentFormat.frameCrc(crc, crcSeed, window, i, length)) {
            return false;
        }
        type = window[i + 8];
        sequence = found;
        payloadBytes = length;
        return true;
    }

    /** Brings at least these bytes into the window, and never one beyond {@code end}: it may still change. */
    private void load(long from, int bytes, long end) throws IOException {
        if (from >= windowFrom && from + bytes <= windowFrom + windowBytes) {
            return;
        }
        if (bytes > window.length) {
            window = new byte[Math.max(bytes, 2 * window.length)];
        }
        int wanted = (int) Math.min(window.length, end - from);
        windowBytes = 0;
        file.seek(from);
        file.readFully(window, 0, wanted);
        windowFrom = from;
        windowBytes = wanted;
    }

    /**
     * Once all is read: whether what is not whole is one frame at the end, as a crash leaves it: longer than the bytes that are there,
     * or with nothing yet in its last block. A frame that is all there and wrong is damage.
     */
    boolean isTorn(long end) throws IOException {
        if (damage.size() != 1 || damage.getFirst().from() != goodEnd) {
            return false;
        }
        if (end - goodEnd < SegmentFormat.FRAME_HEADER_BYTES) {
            return true;
        }
        load(goodEnd, SegmentFormat.FRAME_HEADER_BYTES, end);
        int length = Bytes.intAt(window, (int) (goodEnd - windowFrom));
        if (length >= 0
                && length <= SegmentFormat.PAYLOAD_AT_MOST
                && length > end - goodEnd - SegmentFormat.FRAME_HEADER_BYTES) {
            return true;
        }
        load(end - 1, 1, end);
        return window[(int) (end - 1 - windowFrom)] == 0;
    }

    byte type() {
        return type;
    }

    boolean isContext() {
        return (type & SegmentFormat.CONTEXT) != 0;
    }

    long sequence() {
        return sequence;
    }

    /** Good until the next {@link #next}. */
    ByteBuffer payload() {
        int from = (int) (goodEnd - payloadBytes - windowFrom);
        return ByteBuffer.wrap(window, from, payloadBytes)
                .slice()
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    int payloadBytes() {
        return payloadBytes;
    }

    /** Where the last whole frame ended. */
    long goodEnd() {
        return goodEnd;
    }

    long frames() {
        return frames;
    }

    long length() throws IOException {
        return file.length();
    }

    /** 0 where the header is damaged. */
    long createdAtMs() {
        return createdAtMs;
    }

    /** What was passed over so far. */
    List<Damage> damage() {
        return damage;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
