package dk.vandvagt.station;

/**
 * How a rain gauge reports.
 *
 * @param input what its values are
 * @param wrapMm what a counter can show at most before it begins again at 0; NaN where it does not
 * @param label which end of its interval a reading's time is
 * @param heartbeatMs longest silence of a gauge that is well and dry, {@link Reports#ON_TIP} only; else 0
 * @param antecedentK share of the antecedent precipitation that is left after a day
 */
public record RainGauge(
        Input input, double wrapMm, Label label, Reports reports, long heartbeatMs, double antecedentK) {

    /** Increments each interval, labelled by its end. */
    public static final RainGauge USUAL =
            new RainGauge(Input.INCREMENT, Double.NaN, Label.END, Reports.PERIODIC, 0, 0.90);

    public enum Input {
        /** mm since the reading before */
        INCREMENT,
        /** mm since the counter was last at 0 */
        COUNTER,
        /** mm/h, mean of the interval */
        INTENSITY
    }

    public enum Label {
        START,
        END
    }

    public enum Reports {
        /** each interval, dry or wet */
        PERIODIC,
        /** when rain has fallen; a silence within the heartbeat is dry */
        ON_TIP
    }
}
