package dk.vandvagt.quality;

/**
 * The tests themselves, on plain numbers: U.S. IOOS, Manual for Real-Time Quality Control of Water Level Data, v2.1 (2021), by
 * its names. A limit that is NaN switches its part off.
 */
public final class Qartod {
    private Qartod() {}

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

    /** Test 7, rate of change between two observations. */
    public static byte rateOfChange(double before, double value, long spacingMs, double limitPerHour) {
        if (Double.isNaN(limitPerHour) || spacingMs <= 0) {
            return Flag.NOT_EVALUATED;
        }
        double perHour = Math.abs(value - before) / (spacingMs / 3_600_000.0);
        return perHour > limitPerHour ? Flag.SUSPECT : Flag.PASS;
    }
}
