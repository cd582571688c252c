package dk.vandvagt.app;

import java.io.PrintStream;
import java.time.Duration;

/** What is starting, said while it does. */
public interface Progress {
    /** Says nothing. */
    Progress SILENT = what -> detail -> {};

    Step begin(String what);

    /** Something that has begun. */
    interface Step {
        void done(String detail);
    }

    /** A line when a step begins to take its time is not needed: each says when it is done, and how long it took. */
    static Progress on(PrintStream out) {
        return what -> {
            long beganNanos = System.nanoTime();
            return detail -> {
                Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
                out.printf("  %-34s %6.1f s   %s%n", what, took.toMillis() / 1000.0, detail);
                out.flush();
            };
        };
    }
}
