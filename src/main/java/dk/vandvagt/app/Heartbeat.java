package dk.vandvagt.app;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Beats every second on each event loop: where a loop is held up, so is its beat. */
final class Heartbeat {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double NS = 1e9;

    private final List<AtomicLong> beats = new ArrayList<>();
    private final LongSupplier nanoTime;

    Heartbeat(Iterable<EventExecutor> loops, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        for (EventExecutor loop : loops) {
            AtomicLong beat = new AtomicLong(nanoTime.getAsLong());
            beats.add(beat);
            loop.scheduleWithFixedDelay(() -> beat.set(nanoTime.getAsLong()), EVERY_NS, EVERY_NS, TimeUnit.NANOSECONDS);
        }
    }

    static Heartbeat of(Vertx vertx) {
        return new Heartbeat(((VertxInternal) vertx).nettyEventLoopGroup(), System::nanoTime);
    }

    /** How late the latest beat is, seconds; 0 where all loops keep time. */
    double lateSeconds() {
        long now = nanoTime.getAsLong();
        long late = 0;
        for (AtomicLong beat : beats) {
            late = Math.max(late, now - beat.get() - EVERY_NS);
        }
        return late / NS;
    }
}
