package dk.vandvagt.store;

import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import org.jspecify.annotations.Nullable;

/** @param offset null until it is worked out for good */
public record StoredCheck(GaugeCheck check, @Nullable GaugeOffset offset) {}
