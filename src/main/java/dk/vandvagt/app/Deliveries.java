package dk.vandvagt.app;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.journal.TransitionLog;
import dk.vandvagt.notify.DeliveryLog;
import java.io.IOException;
import java.util.List;

/** The log of transitions, as channels ask for it. */
record Deliveries(TransitionLog log) implements DeliveryLog {
    static DeliveryLog of(TransitionLog log) {
        return new Deliveries(log);
    }

    @Override
    public List<Transition> notTold(String channel) {
        return log.untold(channel);
    }

    @Override
    public void told(String transitionId, String channel) throws IOException {
        log.told(transitionId, channel);
    }
}
