package dk.vandvagt.journal;

import java.util.HashMap;
import java.util.Map;

/**
 * The newest observation time. One message moves it at most {@code maxStepMs} ahead, unless a second witness says about the
 * same, there is only one witness, or one witness insists while all others are silent: then the others are what is missing.
 */
final class StreamClock implements ServiceClock {
    private static final int INSISTS = 3;
    /** Beyond any date (±300,000 years), and far enough from the ends of a long to add to. */
    private static final long FARTHEST_MS = 1L << 53;

    private final long maxStepMs;
    private long clockMs;
    private boolean set;

    private final Map<Integer, Long> claims = new HashMap<>();
    private int insistingWitness;
    private int insisted;

    StreamClock(long lastClockMs, long maxStepMs) {
        this.clockMs = lastClockMs;
        this.set = lastClockMs != 0;
        this.maxStepMs = maxStepMs;
    }

    @Override
    public long nowMs() {
        return clockMs;
    }

    @Override
    public void tick(long wallMs) {
        // time passes by observations only
    }

    @Override
    public boolean hear(long newestMs, int witness, int witnesses, long maxFutureMs, long wallMs) {
        long newest = Math.clamp(newestMs, -FARTHEST_MS, FARTHEST_MS);
        if (!set) {
            set = true;
            clockMs = newest;
            return true;
        }
        long reach = clockMs + maxStepMs;
        if (newest <= reach || witnesses <= 1 || confirmed(newest, witness) || insists(witness)) {
            moveTo(newest);
            insisted = 0;
            return true;
        }
        claims.put(witness, newest);
        if (newest - reach <= maxFutureMs) {
            moveTo(reach);
            return true;
        }
        return false;
    }

    private boolean confirmed(long newest, int witness) {
        return claims.entrySet().stream()
                .anyMatch(claim -> claim.getKey() != witness && Math.abs(claim.getValue() - newest) <= maxStepMs);
    }

    private boolean insists(int witness) {
        insisted = witness == insistingWitness ? insisted + 1 : 1;
        insistingWitness = witness;
        return insisted >= INSISTS;
    }

    private void moveTo(long to) {
        clockMs = Math.max(clockMs, to);
        claims.values().removeIf(claim -> claim <= clockMs);
    }

    @Override
    public void sourcesConnected(long wallMs) {
        // nothing waits for the wall clock here
    }

    @Override
    public boolean catchingUp() {
        return false;
    }
}
