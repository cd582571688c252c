package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/** A line a second about how far a transmission is; on a terminal each takes the place of the one before. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL_MS = 1000;

    private final Transmission transmission;
    private final Publisher publisher;
    private final PrintWriter err;
    private final boolean overwrite;
    private final Stop done = new Stop();
    private final Thread thread;

    Progress(Transmission transmission, Publisher publisher, PrintWriter err, boolean overwrite) {
        this.transmission = transmission;
        this.publisher = publisher;
        this.err = err;
        this.overwrite = overwrite;
        thread = Thread.ofPlatform().name("progress").daemon().start(this::tell);
    }

    /** Java asks only for standard input and output together; Linux tells of standard error by itself. */
    static boolean standardErrorIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException _) {
            return System.console() != null && System.console().isTerminal();
        }
    }

    @Override
    public void close() {
        done.request("done");
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (overwrite) {
            err.println();
        }
    }

    private void tell() {
        long before = 0;
        while (!done.await(INTERVAL_MS)) {
            Publisher.Tally tally = publisher.tally();
            String line = String.format(
                    Locale.ROOT,
                    "event time %s, sent %d, acknowledged %d, %d messages/s",
                    transmission.eventTimeMs() == 0 ? "not begun" : Instant.ofEpochMilli(transmission.eventTimeMs()),
                    tally.sent(),
                    tally.acknowledged(),
                    (tally.acknowledged() - before) * 1000 / INTERVAL_MS);
            before = tally.acknowledged();
            if (overwrite) {
                // carriage return, and the line's old rest erased (ECMA-48)
                err.print("\r" + line + "\u001b[K");
                err.flush();
            } else {
                err.println(line);
            }
        }
    }
}
