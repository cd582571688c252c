package dk.vandvagt.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Where a frame is built, little-endian, grows; the static methods read the same back. One thread. */
final class Bytes {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int VAR_LONG_AT_MOST = 10;

    private byte[] array = new byte[1024];
    private int size;

    static int intAt(byte[] array, int at) {
        return (int) INT.get(array, at);
    }

    static long longAt(byte[] array, int at) {
        return (long) LONG.get(array, at);
    }

    static void setInt(byte[] array, int at, int value) {
        INT.set(array, at, value);
    }

    static void setLong(byte[] array, int at, long value) {
        LONG.set(array, at, value);
    }

    Bytes clear() {
        size = 0;
        return this;
    }

    byte[] array() {
        return array;
    }

    int size() {
        return size;
    }

    byte[] toArray() {
        return Arrays.copyOf(array, size);
    }

    private void grow(int by) {
        if (array.length - size < by) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(size, by), 2 * size));
        }
    }

    Bytes putByte(int value) {
        grow(1);
        array[size++] = (byte) value;
        return this;
    }

    Bytes putInt(int value) {
        grow(Integer.BYTES);
        INT.set(array, size, value);
        size += Integer.BYTES;
        return this;
    }

    Bytes putLong(long value) {
        grow(Long.BYTES);
        LONG.set(array, size, value);
        size += Long.BYTES;
        return this;
    }

    /** All bits, NaN's among them. */
    Bytes putDouble(double value) {
        return putLong(Double.doubleToRawLongBits(value));
    }

    /** Seven bits a byte, lowest first, the high bit set on all but the last. */
    Bytes putUnsigned(long value) {
        grow(VAR_LONG_AT_MOST);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
        return this;
    }

    /** Zigzag, so that small negative numbers are short as well. */
    Bytes putSigned(long value) {
        return putUnsigned((value << 1) ^ (value >> 63));
    }

    Bytes putBytes(byte[] bytes) {
        putUnsigned(bytes.length);
        return putRaw(bytes, bytes.length);
    }

    Bytes putRaw(byte[] bytes, int length) {
        grow(length);
        System.arraycopy(bytes, 0, array, size, length);
        size += length;
        return this;
    }

    Bytes putText(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Bytes putDeflated(String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        putUnsigned(raw.length);
        byte[] deflated = new byte[raw.length + raw.length / 8 + 64];
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(raw);
            deflater.finish();
            int length = deflater.deflate(deflated);
            putUnsigned(length);
            return putRaw(deflated, length);
        }
    }

    static long unsigned(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    static long signed(ByteBuffer from) {
        long zigzag = unsigned(from);
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[(int) unsigned(from)];
        from.get(bytes);
        return bytes;
    }

    static String text(ByteBuffer from) {
        return new String(bytes(from), StandardCharsets.UTF_8);
    }

    static List<String> texts(ByteBuffer from) {
        List<String> texts = new ArrayList<>();
        for (long left = unsigned(from); left > 0; left--) {
            texts.add(text(from));
        }
        return texts;
    }

    static String inflated(ByteBuffer from) {
        byte[] raw = new byte[(int) unsigned(from)];
        byte[] deflated = bytes(from);
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(deflated);
            if (inflater.inflate(raw) != raw.length) {
                throw new IllegalStateException("deflated text is shorter than it says");
            }
        } catch (DataFormatException e) {
            throw new IllegalStateException("not deflated text", e);
        }
        return new String(raw, StandardCharsets.UTF_8);
    }
}
