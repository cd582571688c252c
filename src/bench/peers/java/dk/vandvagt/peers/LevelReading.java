package dk.vandvagt.peers;

/** An event of Esper's: a level, metres. */
public final class LevelReading {
    private final int sensor;
    private final long observedAtMs;
    private final double value;

    LevelReading(int sensor, long observedAtMs, double value) {
        this.sensor = sensor;
        this.observedAtMs = observedAtMs;
        this.value = value;
    }

    public int getSensor() {
        return sensor;
    }

    public long getObservedAtMs() {
        return observedAtMs;
    }

    public double getValue() {
        return value;
    }
}
