package dk.vandvagt.shard;

import dk.vandvagt.alert.Transition;
import java.util.List;

/** The durable transitions by their place in the log, which stays theirs over restarts. Any thread; may wait for the disk. */
public interface AlertTrail {
    /** Holds nothing. */
    AlertTrail NONE = new AlertTrail() {
        @Override
        public String id() {
            return "none";
        }

        @Override
        public Steps after(long place, int most) {
            return new Steps(place <= 0, List.of(), 0);
        }
    };

    record Step(long place, Transition transition) {}

    /**
     * @param whole whether none that came after the asked place has gone; false also for a place this log has not reached
     * @param steps in order
     * @param last place of the newest there is
     */
    record Steps(boolean whole, List<Step> steps, long last) {
        public Steps {
            steps = List.copyOf(steps);
        }
    }

    /** Of the log: a place in another is none in this one. */
    String id();

    /** Those after a place, the oldest {@code most} of them. */
    Steps after(long place, int most);
}
