package dk.vandvagt.quality;

/**
 * The tests themselves, on plain numbers: U.S. IOOS, Manual for Real-Time Quality Control of Water Level Data, v2.1 (2021), by
 * its names. A limit that is NaN, or a duration that is 0, switches its part off. Test 2, syntax, is the wire's; test 3,
 * location, is done once, where the settings are read.
 */
public final class Qartod {
    private static final double MS_PER_HOUR = 3_600_000.0;

    private Qartod() {}

    /** Test 1, gap: whether the reading that should have come by now is missing. */
    public static byte gap(long silentMs, long gapMs) {
        if (gapMs == 0) {
            return Flag.NOT_EVALUATED;
        }
        return silentMs > gapMs ? Flag.MISSING : Flag.PASS;
    }

    /** Test 4, gross range: outside what the instrument can read FAIL, outside what the place can have SUSPECT. */
    public static byte grossRange(double value, double sensorMin, double sensorMax, double userMin, double userMax) {
        if (value < sensorMin || value > sensorMax) {
            return Flag.FAIL;
        }
        if (value < userMin || value > userMax) {
            return Flag.SUSPECT;
        }
        boolean tested = !Double.isNaN(sensorMin) || !Double.isNaN(userMin);
        return tested ? Flag.PASS : Flag.NOT_EVALUATED;
    }

    /** Test 5, climatology: outside what this season can have. */
    public static byte climatology(double value, double seasonMin, double seasonMax) {
        return value < seasonMin || value > seasonMax ? Flag.SUSPECT : Flag.PASS;
    }

    /** Test 6, spike, as the manual has it: the middle one of three against the mean of its neighbours. */
    public static byte spike(double before, double value, double after, double suspect, double fail) {
        return spike(Math.abs(value - (before + after) / 2), suspect, fail);
    }

    /**
     * Test 6 in the differential form (ioos_qc's {@code method='differential'}): the smaller of the steps up to the middle one
     * and down from it. Unlike the mean it leaves the neighbours of a spike, and the foot of a sudden true rise, alone.
     */
    public static byte spikeByDifferences(double before, double value, double after, double suspect, double fail) {
        double up = value - before;
        double down = value - after;
        return spike(up * down > 0 ? Math.min(Math.abs(up), Math.abs(down)) : 0, suspect, fail);
    }

    private static byte spike(double spike, double suspect, double fail) {
        if (spike > fail) {
            return Flag.FAIL;
        }
        if (spike > suspect) {
            return Flag.SUSPECT;
        }
        return !Double.isNaN(fail) || !Double.isNaN(suspect) ? Flag.PASS : Flag.NOT_EVALUATED;
    }

    /** Test 7, rate of change between two observations; the manual lets it fail, the service only suspects by it. */
    public static byte rateOfChange(
            double before, double value, long spacingMs, double suspectPerHour, double failPerHour) {
        if (spacingMs <= 0 || Double.isNaN(suspectPerHour) && Double.isNaN(failPerHour)) {
            return Flag.NOT_EVALUATED;
        }
        double perHour = Math.abs(value - before) / (spacingMs / MS_PER_HOUR);
        if (perHour > failPerHour) {
            return Flag.FAIL;
        }
        return perHour > suspectPerHour ? Flag.SUSPECT : Flag.PASS;
    }

    /**
     * Test 8, flat line.
     *
     * @param flatMs for how long all observations up to this one have lain within the tolerance of each other; the manual's own
     *     formula lacks the absolute value, so that any falling series would be flat
     */
    public static byte flatLine(long flatMs, long suspectMs, long failMs) {
        if (failMs > 0 && flatMs >= failMs) {
            return Flag.FAIL;
        }
        if (suspectMs > 0 && flatMs >= suspectMs) {
            return Flag.SUSPECT;
        }
        return failMs > 0 || suspectMs > 0 ? Flag.PASS : Flag.NOT_EVALUATED;
    }

    /**
     * Test 10, attenuated signal.
     *
     * @param spread of the window's observations, as range or standard deviation
     * @param observations in the window
     * @param needed for the spread to mean something
     */
    public static byte attenuatedSignal(double spread, int observations, int needed, double suspect, double fail) {
        if (observations < needed || Double.isNaN(suspect) && Double.isNaN(fail)) {
            return Flag.NOT_EVALUATED;
        }
        if (spread < fail) {
            return Flag.FAIL;
        }
        return spread < suspect ? Flag.SUSPECT : Flag.PASS;
    }

    /** Test 11, neighbor: against what another place measured at about the same time; NaN where it measured nothing. */
    public static byte neighbor(double value, double neighbour, double suspect, double fail) {
        if (Double.isNaN(neighbour) || Double.isNaN(suspect) && Double.isNaN(fail)) {
            return Flag.NOT_EVALUATED;
        }
        double difference = Math.abs(value - neighbour);
        if (difference > fail) {
            return Flag.FAIL;
        }
        return difference > suspect ? Flag.SUSPECT : Flag.PASS;
    }
}
