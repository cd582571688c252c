package dk.vandvagt.app;

import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.journal.JournalFullException;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.journal.SettledLog;
import dk.vandvagt.notify.SettledLetters;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Letters that arrived or were given up: on disk first, then copied to the database, for as long as it takes. */
final class DeliveryCopy implements SettledLetters, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryCopy.class);
    private static final SegmentLog.Settings USUAL = new SegmentLog.Settings(4L << 20, 1L << 30);
    private static final int AT_ONCE = 500;

    private final SegmentLog.Settings limits;
    private final SettledLog log;
    private final Copy copy;
    private final LongAdder lost = new LongAdder();
    private long copied;

    /** The database's copy. */
    interface Copy {
        /** May be told the same again. */
        void keep(List<SettledLetter> letters) throws SQLException;
    }

    DeliveryCopy(Path folder, Copy copy, LongSupplier wallClockMs) throws IOException {
        this(folder, copy, wallClockMs, USUAL);
    }

    DeliveryCopy(Path folder, Copy copy, LongSupplier wallClockMs, SegmentLog.Settings limits) throws IOException {
        this.limits = limits;
        this.copy = copy;
        log = new SettledLog(SegmentLog.open(folder, limits, wallClockMs, finding -> LOG.warn("{}", finding)));
    }

    /** Telling people does not stop because nobody has room for the record of it. */
    @Override
    public void add(SettledLetter letter) throws IOException {
        try {
            log.add(letter);
        } catch (JournalFullException full) {
            if (log.bytes() < limits.maxBytes() / 2) {
                // the disk is full: the delivery journal beside has no room either, and both are tried again
                throw full;
            }
            if (lost.sum() == 0) {
                LOG.error(
                        "what becomes of letters is no longer recorded: {}; is the database away?", full.getMessage());
            }
            lost.increment();
        }
    }

    @Override
    public void force() throws IOException {
        log.force();
    }

    /** Letters whose fate no database will know. */
    long lost() {
        return lost.sum();
    }

    /** What has been added since; after a start, all that is still held once more. From time to time, by one thread at a time. */
    synchronized void copy() {
        try {
            List<SettledLog.Entry> fresh = log.after(copied, AT_ONCE);
            while (!fresh.isEmpty()) {
                copy.keep(fresh.stream().map(SettledLog.Entry::letter).toList());
                copied = fresh.getLast().number();
                log.letGo(copied);
                fresh = log.after(copied, AT_ONCE);
            }
        } catch (SQLException away) {
            LOG.debug("deliveries are copied to the database later", away);
        } catch (IOException | RuntimeException failed) {
            LOG.warn("deliveries are not copied to the database: {}; it is tried again", failed.toString());
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
