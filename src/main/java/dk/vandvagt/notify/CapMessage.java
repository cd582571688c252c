package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Text;

/**
 * One CAP message as it was issued; it never changes.
 *
 * @param number counts all messages of the feed in the order they were issued
 * @param identifier of the transition it tells, or of the alert and the interval it was renewed in
 * @param reference how later messages name it: sender, identifier and sent
 * @param sentMs whole seconds
 * @param told the last transition that the public was told of
 * @param renewal nothing is new but the time
 * @param silent the sensor is
 */
public record CapMessage(
        long number,
        String identifier,
        String alertId,
        Type type,
        String reference,
        long sentMs,
        long expiresMs,
        Transition told,
        boolean renewal,
        boolean silent,
        CapArea area,
        Text headline,
        Text description) {
    public enum Type {
        ALERT("Alert"),
        UPDATE("Update"),
        CANCEL("Cancel");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** Nothing follows it, unless the alert comes back. */
    boolean last() {
        return told.kind().ends();
    }
}
