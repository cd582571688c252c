package dk.vandvagt.layer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why no time to the next threshold is given; a {@link LiveState.Crossings#refusal} is the ordinal of one of these. */
public enum ForecastRefusal {
    /** it is given */
    NONE,
    /** the sensor's settings have no forecast errors */
    NO_TABLE,
    /** they are of fewer storms than a band may be made of */
    TOO_FEW_STORMS,
    /** the sensor is silent */
    STALE,
    /** a reading of the window is suspect */
    SUSPECT,
    /** the window holds too few readings */
    SHORT,
    /** the level is not among those that the errors were collected at */
    CALM,
    /** the errors are of rising water, and it is not surely rising */
    NOT_RISING,
    NOT_FALLING,
    /** not even the upper end of the band reaches it within the horizon */
    NOT_REACHED;

    public byte code() {
        return (byte) ordinal();
    }

    /** As it is served, null where nothing is refused. */
    static @Nullable String word(byte code) {
        return code == 0 ? null : values()[code].name().toLowerCase(Locale.ROOT);
    }
}
