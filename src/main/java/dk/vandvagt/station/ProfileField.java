package dk.vandvagt.station;

/**
 * One value of a device's messages: {@code sent × scale + offset}, in {@code unit}.
 *
 * @param pointer a JSON pointer (RFC 6901) into what {@code of} names; in Sparkplug a slash and the metric's name
 * @param unit its symbol; mm is a length or rain, as the sensor it feeds says
 * @param unlessPointer where the device says that the value is not to be trusted, such as {@code /tilt}; empty for nowhere
 * @param unlessIs what stands there then
 * @param distance from the device down to the water: the stage is the mounting height less this
 */
public record ProfileField(
        String id,
        String pointer,
        Part of,
        String unit,
        double scale,
        double offset,
        boolean distance,
        String unlessPointer,
        String unlessIs) {
    /** What of a message a pointer starts from. */
    public enum Part {
        /** what the network's codec made of the device's bytes */
        PAYLOAD,
        MESSAGE
    }
}
