package dk.vandvagt.quality;

/**
 * What a sensor shows too much or too little, by one {@link GaugeCheck}. The correction that manuals speak of is the same with the other
 * sign.
 *
 * @param recordedM level that the sensor recorded when the staff gauge was read, NaN where it is missing
 * @param readingAtMs of the sensor's reading that is nearest in time, 0 where it is missing
 * @param offsetM recorded less read: positive where the sensor shows too much; NaN where it is missing
 */
public record GaugeOffset(How how, double recordedM, long readingAtMs, double offsetM) {
    public static final GaugeOffset MISSING = new GaugeOffset(How.MISSING, Double.NaN, 0, Double.NaN);

    public enum How {
        /** on the line between the readings before and after; or a reading of the very instant */
        INTERPOLATED,
        /** the nearest reading, since within the span there is one only before or only after */
        NEAREST,
        /** no reading within the span */
        MISSING
    }

    /**
     * @param atMs of the sensor's readings, rising
     * @param levelM of each, in the same datum as the check; NaN for one that is not to be used
     * @param spanMs readings further away say nothing
     */
    public static GaugeOffset of(GaugeCheck check, long[] atMs, double[] levelM, long spanMs) {
        int before = -1;
        int after = -1;
        for (int i = 0; i < atMs.length; i++) {
            if (Double.isNaN(levelM[i]) || Math.abs(atMs[i] - check.observedAtMs()) > spanMs) {
                continue;
            }
            if (atMs[i] <= check.observedAtMs()) {
                before = i;
            }
            if (atMs[i] >= check.observedAtMs() && after < 0) {
                after = i;
            }
        }
        if (before < 0 && after < 0) {
            return MISSING;
        }
        if (before < 0 || after < 0) {
            int only = Math.max(before, after);
            return found(How.NEAREST, levelM[only], atMs[only], check);
        }
        long sinceBeforeMs = check.observedAtMs() - atMs[before];
        long apartMs = atMs[after] - atMs[before];
        double share = apartMs == 0 ? 0 : (double) sinceBeforeMs / apartMs;
        double recordedM = levelM[before] + share * (levelM[after] - levelM[before]);
        return found(How.INTERPOLATED, recordedM, atMs[share <= 0.5 ? before : after], check);
    }

    private static GaugeOffset found(How how, double recordedM, long readingAtMs, GaugeCheck check) {
        return new GaugeOffset(how, recordedM, readingAtMs, recordedM - check.levelM());
    }

    public boolean isBeyond(double toleranceM) {
        // to the tenth of a millimetre: 1.30 - 1.27 is no more than 0.03
        return Math.round(Math.abs(offsetM) * 10_000) > Math.round(toleranceM * 10_000);
    }
}
