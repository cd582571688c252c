package dk.vandvagt.app;

import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.notify.Ledger;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The delivery journal in segments like the others: checksummed, cut and kept aside where damaged. */
final class SegmentLedger implements Ledger {
    private final SegmentLog log;

    SegmentLedger(SegmentLog log) {
        this.log = log;
    }

    @Override
    public void read(Reader into) throws IOException {
        try (SegmentLog.Cursor cursor = log.cursor(1)) {
            while (cursor.next()) {
                ByteBuffer frame = cursor.payload();
                byte[] payload = new byte[frame.remaining()];
                frame.get(payload);
                into.entry(cursor.type(), payload);
            }
        }
    }

    @Override
    public void append(int type, byte[] payload) throws IOException {
        long number = next();
        log.prepare(number);
        log.append(type, number, payload);
    }

    @Override
    public void force() throws IOException {
        log.force();
    }

    @Override
    public long next() {
        return log.lastSequence() + 1;
    }

    @Override
    public void dropBefore(long number) throws IOException {
        log.dropBefore(number);
    }

    @Override
    public long bytes() {
        return log.bytes();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
