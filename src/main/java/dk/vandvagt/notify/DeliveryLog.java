package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.util.List;

/** What was told to whom: durable, and so the queue of every channel. */
public interface DeliveryLog {
    /** The durable transitions that the channel has not told yet, in the order they were decided. */
    List<Transition> notTold(String channel) throws IOException;

    /** The channel has told it; should this get lost, it is told again under the same id. */
    void told(String transitionId, String channel) throws IOException;
}
