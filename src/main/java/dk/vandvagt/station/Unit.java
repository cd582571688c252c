package dk.vandvagt.station;

/** The unit a sensor sends; {@link #keep} turns it into the one that its {@link Parameter} is kept in. */
public enum Unit {
    M("m", Parameter.LEVEL, 1),
    CM("cm", Parameter.LEVEL, 100),
    MM_LEVEL("mm", Parameter.LEVEL, 1000),
    MM("mm", Parameter.RAIN, 1),
    /** of gauges that send an intensity; kept so */
    MM_PER_HOUR("mm/h", Parameter.RAIN, 1),
    VOLT("V", Parameter.BATTERY, 1),
    MILLIVOLT("mV", Parameter.BATTERY, 1000),
    DBM("dBm", Parameter.SIGNAL, 1);

    private static final Unit[] ALL = values();

    private final String symbol;
    private final Parameter parameter;
    private final double perKept;

    Unit(String symbol, Parameter parameter, double perKept) {
        this.symbol = symbol;
        this.parameter = parameter;
        this.perKept = perKept;
    }

    public String symbol() {
        return symbol;
    }

    public Parameter parameter() {
        return parameter;
    }

    /** As {@link #values}, without a copy each time; not to be written to. */
    static Unit[] all() {
        return ALL;
    }

    /** How many of this unit make one of the kept unit. */
    public double perKept() {
        return perKept;
    }

    /** Divides, so that 227 cm is the double nearest to 2.27. */
    public double keep(double sent) {
        return sent / perKept;
    }
}
