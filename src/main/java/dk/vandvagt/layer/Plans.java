package dk.vandvagt.layer;

/** Where layers get what planners have put. From any thread. */
public interface Plans {
    Plan now();

    /** As it was known then; what is not kept of that time is unknown. */
    Plan asOf(long atMs);

    /** What goes with a copy of the live state, or with a state of the past. */
    default Plan of(LiveState live) {
        return live.isOfThePast() ? asOf(live.clockMs()) : now();
    }
}
