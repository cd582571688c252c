package dk.vandvagt.layer;

import dk.vandvagt.alert.ExerciseRun;

/**
 * When and from what a layer was computed.
 *
 * @param computedAtMs the service's clock at the last batch that is in it, 0 before the first
 */
public record Stamp(String runId, long sequence, long computedAtMs, String catalogueRevision) {
    static Stamp of(LiveState live) {
        return new Stamp(
                live.runId(), live.sequence(), live.clockMs(), live.catalogue().revision());
    }

    /** As members of a feature or a collection. */
    public void writeTo(FlatJson json) {
        json.instant("computedAt", computedAtMs)
                .whole("sequence", sequence)
                .text("runId", runId)
                .text("status", ExerciseRun.status(runId))
                .text("catalogueRevision", catalogueRevision);
    }
}
