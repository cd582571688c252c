package dk.vandvagt.station;

/** Classes of rain by WMO-No. 8, Guide to Instruments and Methods of Observation, volume I, on precipitation intensity. */
public enum RainIntensity {
    NONE(0),
    /** the Guide's "slight" */
    LIGHT(2.5),
    MODERATE(10),
    HEAVY(50),
    VIOLENT(Double.POSITIVE_INFINITY);

    private final double belowMmPerHour;

    RainIntensity(double belowMmPerHour) {
        this.belowMmPerHour = belowMmPerHour;
    }

    /** @param mmPerHour not NaN */
    public static RainIntensity of(double mmPerHour) {
        if (!(mmPerHour >= 0)) {
            throw new IllegalArgumentException("intensity of " + mmPerHour + " mm/h");
        }
        if (mmPerHour == 0) {
            return NONE;
        }
        RainIntensity found = LIGHT;
        while (mmPerHour >= found.belowMmPerHour && found != VIOLENT) {
            found = values()[found.ordinal() + 1];
        }
        return found;
    }
}
