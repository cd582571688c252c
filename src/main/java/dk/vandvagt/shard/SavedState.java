package dk.vandvagt.shard;

import dk.vandvagt.alert.AlertBook;
import dk.vandvagt.alert.Composites;
import dk.vandvagt.station.Catalogue;
import java.util.List;

/**
 * All state after one sequence, as it is saved and restored. The shards' parts are by sensor id, so they may be restored into
 * another number of shards.
 */
public record SavedState(
        long sequence,
        long clockMs,
        Catalogue catalogue,
        List<byte[]> shards,
        AlertBook.State alerts,
        Composites.State composites) {}
