package dk.vandvagt.alert;

/**
 * A rule put aside for a time: its transitions are made and kept, but not told.
 *
 * @param severity the worst that is kept quiet; whatever is worse ends the shelving and is told
 * @param atMs when, by the service's clock
 * @param untilMs when it ends by itself, by the same clock
 * @param by who did it
 * @param note why
 */
public record Shelving(String ruleId, int severity, long atMs, long untilMs, String by, String note) {}
