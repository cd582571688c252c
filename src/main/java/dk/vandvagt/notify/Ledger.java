package dk.vandvagt.notify;

import java.io.IOException;

/** An append-only file of typed entries: the memory of {@link PostOffice}. One thread. */
public interface Ledger extends AutoCloseable {
    @FunctionalInterface
    interface Reader {
        void entry(int type, byte[] payload) throws IOException;
    }

    /** Every entry held, oldest first. */
    void read(Reader into) throws IOException;

    void append(int type, byte[] payload) throws IOException;

    /** What was appended outlives the process and the power. */
    void force() throws IOException;

    /** The number the next entry will have. */
    long next();

    /** Entries below that number may go. */
    void dropBefore(long number) throws IOException;

    long bytes();

    @Override
    void close() throws IOException;
}
