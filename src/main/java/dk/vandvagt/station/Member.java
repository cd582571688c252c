package dk.vandvagt.station;

/**
 * What a composite rests on, or keeps quiet: a threshold of a sensor or of redundant sensors, or another composite.
 *
 * @param of id of the sensor, of the redundant sensors, or of the composite
 * @param threshold empty for a composite
 */
public record Member(String of, String threshold) {
    /** As the settings write it. */
    @Override
    public String toString() {
        return threshold.isEmpty() ? of : of + "/" + threshold;
    }
}
