package dk.vandvagt.store;

import java.io.IOException;
import java.sql.SQLException;

/** A database on disk that can be broken, and started again on the same port. */
public interface BreakableDatabase extends AutoCloseable {
    /**
     * A place for tables, apart from all others.
     *
     * @return where it is
     */
    String create(String name) throws SQLException;

    String user();

    /** As {@code kill -9} of the whole server. */
    void kill() throws IOException, InterruptedException;

    /** Without waiting for anybody: the next start recovers. */
    void stopImmediately() throws IOException, InterruptedException;

    /** After either; returns when it takes connections. */
    void start() throws IOException;

    /** It keeps its connections and says nothing. */
    void freeze() throws IOException, InterruptedException;

    void thaw() throws IOException, InterruptedException;

    @Override
    void close();
}
