package dk.vandvagt.layer;

import java.util.List;

/** What planners have put: zones they drew, and the buildings there are. */
public record Plan(List<Zone> zones, Footprints buildings) {
    public static final Plan NONE = new Plan(List.of(), Footprints.NONE);

    public Plan {
        zones = List.copyOf(zones);
    }
}
