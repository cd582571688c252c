package dk.vandvagt.simulator;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The wish, from a signal or a parent gone, that sending ends now; whoever waits, waits on it too. */
final class Stop {
    private final CountDownLatch requested = new CountDownLatch(1);
    private volatile @Nullable String reason;

    void request(String why) {
        if (reason == null) {
            reason = why;
        }
        requested.countDown();
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    @Nullable
    String reason() {
        return reason;
    }

    /** Waits at most {@code millis}; true when the stop was requested meanwhile. */
    boolean await(long millis) {
        try {
            return requested.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            request("interrupted");
            return true;
        }
    }
}
