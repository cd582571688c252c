package dk.vandvagt.journal;

/**
 * Follows the wall clock and never goes back. After a start it first <em>catches up</em>: it follows the newest observation, so
 * that sensors whose readings queued up while the service was down do not turn stale just before those readings come. That ends
 * when a reading is about as new as the wall clock, or when nothing has come for a while.
 */
public final class WallClock implements ServiceClock {
    /**
     * @param nearMs a reading no older than this means that the queue has been worked off
     * @param graceMs catching up ends after so long without arrivals, counted from when the sources connected
     * @param connectWithinMs it ends as well where the sources do not connect for so long: sensors that cannot be heard are
     *     stale, and must be told as such
     */
    public record Settings(long nearMs, long graceMs, long connectWithinMs) {
        public static final Settings USUAL = new Settings(60_000, 15_000, 10 * 60_000);
    }

    private final Settings settings;
    private long clockMs;
    private boolean catchingUp;
    private boolean connected;
    /** wall time of the last sign that something may still come */
    private long lastSignMs;

    WallClock(Settings settings, long lastClockMs, long startedAtMs) {
        this.settings = settings;
        this.clockMs = lastClockMs;
        // with no past there is nothing that could turn stale
        this.catchingUp = lastClockMs > 0;
        this.lastSignMs = startedAtMs;
    }

    @Override
    public long nowMs() {
        return clockMs;
    }

    @Override
    public void tick(long wallMs) {
        if (catchingUp) {
            // a wall clock set back must not prolong it
            lastSignMs = Math.min(lastSignMs, wallMs);
            catchingUp = wallMs - lastSignMs < (connected ? settings.graceMs : settings.connectWithinMs);
        }
        if (!catchingUp) {
            clockMs = Math.max(clockMs, wallMs);
        }
    }

    @Override
    public boolean hear(long newestMs, int witness, int witnesses, long maxFutureMs, long wallMs) {
        tick(wallMs);
        if (newestMs > Math.max(clockMs, wallMs) + maxFutureMs) {
            return false;
        }
        if (catchingUp) {
            lastSignMs = wallMs;
            catchingUp = newestMs < wallMs - settings.nearMs;
            clockMs = Math.max(clockMs, catchingUp ? newestMs : wallMs);
        }
        return true;
    }

    @Override
    public void sourcesConnected(long wallMs) {
        if (!connected) {
            connected = true;
            lastSignMs = wallMs;
        }
    }

    @Override
    public boolean catchingUp() {
        return catchingUp;
    }
}
