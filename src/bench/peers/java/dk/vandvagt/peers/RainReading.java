package dk.vandvagt.peers;

/** An event of Esper's: rain, millimetres. */
public final class RainReading {
    private final int sensor;
    private final long observedAtMs;
    private final double value;

    RainReading(int sensor, long observedAtMs, double value) {
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
