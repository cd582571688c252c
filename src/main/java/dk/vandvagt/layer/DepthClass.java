package dk.vandvagt.layer;

/** How deep the water would stand, or why it would not: what the map colours. Depths in metres, lower bound included. */
public enum DepthClass {
    UP_TO_20_CM("0-0.2", 0, 0.2, "0 to 0.2 m", "0 til 0,2 m"),
    UP_TO_50_CM("0.2-0.5", 0.2, 0.5, "0.2 to 0.5 m", "0,2 til 0,5 m"),
    UP_TO_1_M("0.5-1", 0.5, 1, "0.5 to 1 m", "0,5 til 1 m"),
    OVER_1_M("1-", 1, Double.NaN, "1 m or more", "1 m eller mere"),
    /** Ground below the level to which the sea finds no way at that level. */
    SHIELDED("shielded", Double.NaN, Double.NaN, "below the level, shielded", "under niveauet, afskærmet");

    private final String tag;
    private final double fromM;
    private final double toM;
    private final String en;
    private final String da;

    DepthClass(String tag, double fromM, double toM, String en, String da) {
        this.tag = tag;
        this.fromM = fromM;
        this.toM = toM;
        this.en = en;
        this.da = da;
    }

    /** As in features. */
    public String tag() {
        return tag;
    }

    /** NaN for {@link #SHIELDED}. */
    public double fromM() {
        return fromM;
    }

    /** NaN where there is no upper bound. */
    public double toM() {
        return toM;
    }

    public String en() {
        return en;
    }

    public String da() {
        return da;
    }

    public boolean isWet() {
        return this != SHIELDED;
    }
}
