package dk.vandvagt.layer;

/**
 * What is wrong with an uploaded zone.
 *
 * @param member place in the upload, such as {@code features[2].geometry.coordinates[0]}
 */
public record ZoneFault(String member, String found, String expected) {
    @Override
    public String toString() {
        return member + " is " + found + ", expected " + expected;
    }
}
