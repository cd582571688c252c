package dk.vandvagt.station;

/**
 * Where a gauge's own zero lies in the station's datum, from an instant on.
 *
 * @param validFromMs epoch milliseconds; {@link Long#MIN_VALUE} for always
 * @param zeroM metres above the datum
 * @param source who levelled it, or empty
 */
public record GaugeZero(long validFromMs, double zeroM, String source) {}
