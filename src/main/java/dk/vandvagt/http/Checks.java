package dk.vandvagt.http;

import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The log of staff-gauge checks. Each call returns at once. */
public interface Checks {
    /**
     * @param offset null while it is not known, since the stored readings are not to be had
     * @param settled it will not change any more
     */
    record Checked(GaugeCheck check, @Nullable GaugeOffset offset, boolean settled) {}

    /** Called for a level sensor of the settings in force; done when it is on disk. */
    CompletionStage<Checked> add(
            String sensorId, long observedAtMs, double levelM, String by, String note, long recordedAtMs);

    /** In the order in which they came in. */
    CompletionStage<List<Checked>> of(String sensorId);
}
