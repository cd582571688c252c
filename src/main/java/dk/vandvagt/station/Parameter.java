package dk.vandvagt.station;

/** What a sensor measures: exactly one of these. */
public enum Parameter {
    /** Stage on the gauge's own zero, metres. */
    LEVEL("m"),
    /** Rain, millimetres; of what time, {@link RainGauge} says. */
    RAIN("mm"),
    BATTERY("V"),
    SIGNAL("dBm");

    private final String unit;

    Parameter(String unit) {
        this.unit = unit;
    }

    /** The unit readings of this parameter are kept in. */
    public String unit() {
        return unit;
    }
}
