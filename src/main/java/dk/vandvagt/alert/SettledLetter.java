package dk.vandvagt.alert;

import java.util.List;

/**
 * What became of a letter to a subscriber, who is named by number only: once the subscription is deleted, nobody is.
 *
 * @param number in its thread, the storm
 * @param severity the worst that stood then, 0 when all was over
 * @param steps ids of the transitions in it
 * @param settledAtMs when it arrived, or was given up
 * @param attempts of the sending that ended so; one that is sent again counts anew
 * @param reason why it was given up, without the address; empty where it arrived
 */
public record SettledLetter(
        String letterId,
        int subscriber,
        Subscription.Way way,
        String storm,
        int number,
        int severity,
        List<String> steps,
        long madeAtMs,
        long settledAtMs,
        int attempts,
        boolean arrived,
        String reason) {
    public SettledLetter {
        steps = List.copyOf(steps);
    }
}
