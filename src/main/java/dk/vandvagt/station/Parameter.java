package dk.vandvagt.station;

/** What a sensor measures: exactly one of these. */
public enum Parameter {
    /** Stage on the gauge's own zero, metres. */
    LEVEL("m"),
    /** Rain fallen in the interval that ends at the reading's time, millimetres. */
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
