package dk.vandvagt.notify;

import java.time.ZoneId;

/**
 * @param sender who the messages are from, as other systems know it; without spaces, commas, {@code <} and {@code &}
 * @param web where people read on
 * @param updateIntervalMs after so long without news a message is renewed; each holds for twice as long
 * @param keepMs how long after it has expired a message can still be fetched
 * @param exercise the run is a drill, a demo or a replay: status Exercise, scope Restricted
 * @param zone of the people told
 */
public record CapSettings(
        String sender,
        String senderName,
        String web,
        long updateIntervalMs,
        long keepMs,
        boolean exercise,
        ZoneId zone) {}
