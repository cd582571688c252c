package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Text;
import java.util.List;

/**
 * One message to one subscriber: what has happened since the last one, and what stands now. A storm is one thread of them, from the first
 * alert told to the end of the last.
 *
 * @param id the same however often it is sent: a receiver drops repeats by it
 * @param subscriber number of the subscription
 * @param storm id of the thread
 * @param number in the thread, 0 for its first
 * @param steps in the order they were decided; at least one
 * @param standing the last step of each alert that the subscriber was told of and that still stands, worst first
 * @param opening stands before everything else; empty for none
 */
public record Letter(
        String id,
        int subscriber,
        String storm,
        int number,
        List<Transition> steps,
        List<Transition> standing,
        long madeAtMs,
        Text opening) {
    public Letter {
        steps = List.copyOf(steps);
        standing = List.copyOf(standing);
    }

    /** One that begins with what is new. */
    public Letter(
            String id,
            int subscriber,
            String storm,
            int number,
            List<Transition> steps,
            List<Transition> standing,
            long madeAtMs) {
        this(id, subscriber, storm, number, steps, standing, madeAtMs, Text.NONE);
    }

    /** The worst that stands, 0 when all is over. */
    public int severity() {
        return standing.stream().mapToInt(Transition::severity).max().orElse(0);
    }

    /** Everything this subscriber was told of is over, or no longer watched. */
    public boolean isLast() {
        return standing.isEmpty();
    }
}
