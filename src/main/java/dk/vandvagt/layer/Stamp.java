package dk.vandvagt.layer;

import dk.vandvagt.alert.ExerciseRun;
import java.util.List;

/**
 * When and from what a layer was computed.
 *
 * @param asOfMs the instant whose state of knowledge it shows: the service's clock at the last batch that is in it, 0 before the
 *     first
 * @param sequence of that batch
 */
public record Stamp(String runId, long sequence, long asOfMs, String catalogueRevision) {
    static final List<Property> PROPERTIES = List.of(
            Property.of("asOf", Property.Type.INSTANT, "As known at", "Som kendt"),
            Property.of("sequence", Property.Type.WHOLE, "Last batch in it", "Seneste portion"),
            Property.of("runId", Property.Type.TEXT, "Run", "Kørsel"),
            Property.of("status", Property.Type.TEXT, "Actual or exercise", "Virkelig eller øvelse"),
            Property.of(
                    "catalogueRevision", Property.Type.TEXT, "Revision of the settings", "Indstillingernes udgave"));

    public static Stamp of(LiveState live) {
        return new Stamp(
                live.runId(), live.sequence(), live.clockMs(), live.catalogue().revision());
    }

    /** As members of a feature or a collection. */
    public void writeTo(FlatJson json) {
        json.instant("asOf", asOfMs)
                .whole("sequence", sequence)
                .text("runId", runId)
                .text("status", ExerciseRun.status(runId))
                .text("catalogueRevision", catalogueRevision);
    }
}
