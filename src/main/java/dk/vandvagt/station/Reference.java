package dk.vandvagt.station;

import org.jspecify.annotations.Nullable;

/** What a sensor's readings are held against besides its thresholds; null for what is not in the settings. */
public record Reference(
        @Nullable SeaTide tide,
        @Nullable ReturnLevels returnLevels,
        @Nullable ReturnDepths returnDepths,
        @Nullable ForecastErrors forecastErrors) {
    public static final Reference NONE = new Reference(null, null, null, null);
}
