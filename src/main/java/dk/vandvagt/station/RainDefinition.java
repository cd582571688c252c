package dk.vandvagt.station;

/**
 * What DMI calls kraftig regn and skybrud (dmi.dk, criteria for warnings of rain). All are strict: 15 mm in half an hour is no
 * cloudburst yet.
 */
public enum RainDefinition {
    HEAVY_RAIN(new Text("Kraftig regn", "Heavy rain"), 6 * 3_600_000L, 24),
    CLOUDBURST(new Text("Skybrud", "Cloudburst"), 30 * 60_000L, 15),
    DOUBLE_CLOUDBURST(new Text("Dobbelt skybrud", "Double cloudburst"), 30 * 60_000L, 30),
    TRIPLE_CLOUDBURST(new Text("Tredobbelt skybrud", "Triple cloudburst"), 30 * 60_000L, 45);

    private final Text title;
    private final long windowMs;
    private final double aboveMm;

    RainDefinition(Text title, long windowMs, double aboveMm) {
        this.title = title;
        this.windowMs = windowMs;
        this.aboveMm = aboveMm;
    }

    public Text title() {
        return title;
    }

    public long windowMs() {
        return windowMs;
    }

    public double aboveMm() {
        return aboveMm;
    }

    /** @param mm over {@link #windowMs} */
    public boolean isMetBy(double mm) {
        return mm > aboveMm;
    }
}
