package dk.vandvagt.shard;

import dk.vandvagt.station.Catalogue;

/** What changes judging besides readings and time; journalled like them, so that a replay does the same. */
public sealed interface Command {
    /** From here on this revision holds. State is carried over by sensor id and threshold name. */
    record UseCatalogue(Catalogue catalogue) implements Command {}

    record Acknowledge(String alertId, String by, String note) implements Command {}
}
