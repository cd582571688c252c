package dk.vandvagt.journal;

import java.util.Map;

/**
 * All state after a sequence.
 *
 * @param clockMs the service's clock at that sequence
 * @param catalogueText of the revision in force then
 * @param parts by name, each in a form that only its writer knows
 */
public record Snapshot(long sequence, long clockMs, String catalogueText, Map<String, byte[]> parts) {}
