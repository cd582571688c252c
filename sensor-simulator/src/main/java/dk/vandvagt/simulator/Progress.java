package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A line a second about how far it is; on a terminal each takes the place of the one before. */
final class Progress implements AutoCloseable {
    static final long INTERVAL_MS = 1000;

    private final Supplier<String> line;
    private final PrintWriter err;
    private final boolean overwrite;
    private final Stop done = new Stop();
    private final Thread thread;

    /** @param line asked for once a second */
    Progress(Supplier<String> line, PrintWriter err, boolean overwrite) {
        this.line = line;
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
        while (!done.await(INTERVAL_MS)) {
            if (overwrite) {
                // carriage return, and the line's old rest erased (ECMA-48)
                err.print("\r" + line.get() + "\u001b[K");
                err.flush();
            } else {
                err.println(line.get());
            }
        }
    }
}
