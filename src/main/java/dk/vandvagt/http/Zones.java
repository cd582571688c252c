package dk.vandvagt.http;

import dk.vandvagt.layer.Footprints;
import dk.vandvagt.layer.Zone;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The zones planners have drawn, and the buildings they have uploaded. */
public interface Zones {
    /** What opens changing them; the operator's does not. */
    BearerToken plannerToken();

    /** As of now; from any thread. */
    List<Zone> all();

    /**
     * All of them or none: those whose id is there already take its place. Completes when they are on disk; false where
     * there would then be more than are kept.
     */
    CompletionStage<Boolean> put(List<Zone> zones);

    /** Completes when it is off the disk; false where there is none of that id. */
    CompletionStage<Boolean> remove(String id, long atMs);

    /** As of now; from any thread. */
    Footprints buildings();

    /** In place of those there were. Completes when they are on disk. */
    CompletionStage<Void> putBuildings(Footprints buildings);
}
