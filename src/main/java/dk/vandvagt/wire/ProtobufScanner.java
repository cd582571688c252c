package dk.vandvagt.wire;

/**
 * Goes through the fields of a Protocol Buffers message (the encoding's own description: protobuf.dev/programming-guides/encoding).
 * Written here since Sparkplug's messages need two message types of it, and bytes that are hostile no generated builders.
 */
final class ProtobufScanner {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    private byte[] in = {};
    private int at;
    private int end;
    private boolean broken;

    /** Of the field read last. */
    int field;

    int type;
    /** The bits of a varint or of a fixed number. */
    long bits;

    int from;
    int to;

    void scan(byte[] message, int from, int to) {
        in = message;
        at = from;
        end = to;
        broken = false;
    }

    /** Reads the next field; false at the end, and where the bytes are {@link #isBroken() not well-formed}. */
    boolean next() {
        if (broken || at == end) {
            return false;
        }
        long key = varint();
        field = (int) (key >>> 3);
        type = (int) key & 7;
        if (broken || field == 0 || key >>> 32 != 0) {
            broken = true;
            return false;
        }
        switch (type) {
            case VARINT -> bits = varint();
            case FIXED64 -> bits = fixed(Long.BYTES);
            case FIXED32 -> bits = fixed(Integer.BYTES);
            case LENGTH -> {
                long length = varint();
                if (broken || length < 0 || length > end - at) {
                    broken = true;
                } else {
                    from = at;
                    at += (int) length;
                    to = at;
                }
            }
            default -> broken = true;
        }
        return !broken;
    }

    boolean isBroken() {
        return broken;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                broken = true;
                return 0;
            }
            byte b = in[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        broken = true;
        return 0;
    }

    private long fixed(int size) {
        if (end - at < size) {
            broken = true;
            return 0;
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (in[at++] & 0xFFL) << (8 * i);
        }
        return value;
    }
}
