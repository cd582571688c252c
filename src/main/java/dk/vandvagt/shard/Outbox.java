package dk.vandvagt.shard;

import dk.vandvagt.alert.Transition;
import java.util.List;

/** Takes durable transitions to be told; must return at once. */
public interface Outbox {
    void tell(List<Transition> transitions);
}
