package dk.vandvagt.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows in PostgreSQL's binary COPY format (manual, COPY, "Binary Format"), gathered in memory. The buffer is kept from one use
 * to the next.
 */
final class BinaryCopy {
    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    /** The format counts from 2000-01-01. */
    private static final long EPOCH_MS = 946_684_800_000L;

    private static final long EARLIEST_MS = Long.MIN_VALUE / 1_000 + EPOCH_MS;
    private static final long LATEST_MS = Long.MAX_VALUE / 1_000 + EPOCH_MS;

    private byte[] buffer = new byte[1 << 16];
    private int length;
    private int rows;

    void begin() {
        length = 0;
        rows = 0;
        need(SIGNATURE.length + 8);
        System.arraycopy(SIGNATURE, 0, buffer, 0, SIGNATURE.length);
        length = SIGNATURE.length;
        int32(0);
        int32(0);
    }

    int rows() {
        return rows;
    }

    void row(int fields) {
        need(2 + fields * 12);
        int16(fields);
        rows++;
    }

    void smallint(int value) {
        int32(2);
        int16(value);
    }

    void integer(int value) {
        int32(4);
        int32(value);
    }

    void bigint(long value) {
        int32(8);
        int64(value);
    }

    /** NaN becomes null: in PostgreSQL it would be the largest of all numbers. */
    void doublePrecision(double value) {
        if (Double.isNaN(value)) {
            int32(-1);
        } else {
            bigint(Double.doubleToRawLongBits(value));
        }
    }

    /** What 64 bits of microseconds cannot hold becomes their end, which the server refuses like all it cannot hold itself. */
    void timestamptz(long epochMs) {
        bigint((Math.clamp(epochMs, EARLIEST_MS, LATEST_MS) - EPOCH_MS) * 1_000);
    }

    /** @return rows the server took */
    long send(Connection connection, String copy) throws SQLException {
        need(2);
        int16(-1);
        CopyIn in = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
        try {
            in.writeToCopy(buffer, 0, length);
            return in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    private void need(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    private void int16(int value) {
        buffer[length++] = (byte) (value >> 8);
        buffer[length++] = (byte) value;
    }

    private void int32(int value) {
        int16(value >> 16);
        int16(value);
    }

    private void int64(long value) {
        int32((int) (value >> 32));
        int32((int) value);
    }
}
