package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts as CAP messages, for whoever fetches them; it also renews them, with or without news. */
public final class CapChannel implements Channel {
    public static final String NAME = "cap";
    private static final Logger LOG = LoggerFactory.getLogger(CapChannel.class);

    private static final long RENEW_EVERY_MS = 1_000;
    /** Should a wake-up have come before the log was written. */
    private static final int ROUNDS_WITHOUT_A_LOOK = 5;

    private static final long SHORTEST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 30_000;
    private static final long CLOSE_WITHIN_MS = 10_000;

    private final CapFeed feed;
    private final DeliveryLog deliveries;
    private final Supplier<List<Transition>> past;
    private final LongSupplier clockMs;
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private final LongAdder told = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Catalogue catalogue;
    private volatile boolean closing;
    private volatile boolean writes;

    /**
     * @param past all transitions known, oldest first: what stood before the feed began is told as well
     * @param clockMs in service the wall's, which goes on whatever becomes of judging; in a replay the readings'
     */
    public CapChannel(
            CapFeed feed,
            Catalogue catalogue,
            DeliveryLog deliveries,
            Supplier<List<Transition>> past,
            LongSupplier clockMs) {
        this.feed = feed;
        this.catalogue = catalogue;
        this.deliveries = deliveries;
        this.past = past;
        this.clockMs = clockMs;
        this.thread = Thread.ofPlatform().daemon().name("notify-cap").unstarted(this::run);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void use(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void tell(List<Transition> transitions) {
        wake.release();
    }

    @Override
    public Tallies tallies() {
        return new Tallies(told.sum(), failures.sum(), writes);
    }

    @Override
    public void close() {
        // not interrupted: that would close the file under its hands
        closing = true;
        wake.release();
        try {
            thread.join(CLOSE_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pauseMs = SHORTEST_PAUSE_MS;
        while (!closing) {
            try {
                List<Transition> all = past.get();
                told.add(feed.adopt(all, deliveries.notTold(NAME), catalogue, clockMs.getAsLong()));
                for (int round = 0; !closing; round++) {
                    boolean woken = wake.tryAcquire(round == 0 ? 0 : RENEW_EVERY_MS, TimeUnit.MILLISECONDS);
                    wake.drainPermits();
                    if (woken || round % ROUNDS_WITHOUT_A_LOOK == 0) {
                        tellWhatIsOwed();
                    }
                    long nowMs = clockMs.getAsLong();
                    told.add(feed.renew(catalogue, nowMs));
                    feed.prune(nowMs);
                    writes = true;
                    pauseMs = SHORTEST_PAUSE_MS;
                }
            } catch (IOException | RuntimeException e) {
                failures.increment();
                writes = false;
                LOG.warn("CAP messages cannot be issued: {}; the next attempt in {} ms", e, pauseMs);
                pauseMs = pause(pauseMs);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void tellWhatIsOwed() throws IOException {
        List<Transition> owed = deliveries.notTold(NAME);
        told.add(feed.tell(owed, catalogue, clockMs.getAsLong()));
        for (Transition transition : owed) {
            deliveries.told(transition.id(), NAME);
        }
    }

    private long pause(long delayMs) {
        try {
            Thread.sleep(delayMs);
        } catch (InterruptedException e) {
            closing = true;
        }
        return Math.min(LONGEST_PAUSE_MS, 2 * delayMs);
    }
}
