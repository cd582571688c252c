package dk.vandvagt.station;

import java.util.List;

/**
 * A rule over several sensors: raised while enough of its members stand.
 *
 * @param id unique among rules, and the rule's own
 * @param stationId the place it is about
 * @param threshold its one rung, of kind {@link Threshold.Kind#COMPOSITE}: {@code raiseAt} is how many members it takes
 * @param inhibits what is not told anew while this stands, unless it is graver
 */
public record Composite(String id, String stationId, Threshold threshold, List<Member> members, List<Member> inhibits) {
    public Composite {
        members = List.copyOf(members);
        inhibits = List.copyOf(inhibits);
    }

    /** How many members must stand: 1 for any, as many as there are for all. */
    public int atLeast() {
        return (int) threshold.raiseAt();
    }
}
