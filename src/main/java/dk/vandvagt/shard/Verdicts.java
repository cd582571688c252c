package dk.vandvagt.shard;

import dk.vandvagt.alert.Transition;
import java.util.List;

/**
 * What judging one batch gave, to be kept until the database has it. Derived from the journal, so it may be cut and made again.
 *
 * @param sensorId with the arrays beside it one entry an observation, in the order they were judged
 * @param kind {@link #ARRIVED} or {@link #REFLAGGED}
 * @param value kept unit, on the sensor's own zero
 * @param flag QARTOD
 * @param test code of the deciding {@link dk.vandvagt.quality.QualityTest}
 */
public record Verdicts(
        long sequence,
        long clockMs,
        long receivedAtMs,
        int size,
        String[] sensorId,
        byte[] kind,
        long[] observedAtMs,
        double[] value,
        byte[] flag,
        byte[] test,
        List<Exceedance> exceedances,
        List<Transition> transitions) {
    /**
     * An observation came: stored if its key is new; with the stored value again it is a redelivery and changes nothing, flag
     * included; with another value it is a correction.
     */
    public static final byte ARRIVED = 0;
    /** A later reading changed the flag of this observation. */
    public static final byte REFLAGGED = 1;

    public boolean isEmpty() {
        return size == 0 && exceedances.isEmpty() && transitions.isEmpty();
    }
}
