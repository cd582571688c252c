package dk.vandvagt.shard;

import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.util.List;

/** Makes transitions durable before anybody is told. */
public interface AlertJournal {
    /**
     * Fsyncs those it does not hold yet, by id, and returns them, in order: what a replay decides again is not told again.
     *
     * @throws IOException the disk refused; nothing may be sent
     */
    List<Transition> append(List<Transition> transitions) throws IOException;
}
