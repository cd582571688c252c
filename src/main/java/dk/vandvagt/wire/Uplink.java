package dk.vandvagt.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One message of a device as its network tells it.
 *
 * @param deviceId as the network writes it
 * @param frameCounter the device's own count of its uplinks, which starts again when it joins; negative where it is not told
 * @param sessionId what changes when the device joins, empty where it is not told
 * @param observedAtMs when the network heard it first
 * @param payload what the network's codec made of the device's bytes
 * @param message all that the network told
 * @param refusal why it holds no readings, or null
 */
record Uplink(
        String deviceId,
        long frameCounter,
        String sessionId,
        long observedAtMs,
        JsonNode payload,
        JsonNode message,
        @Nullable Refusal refusal) {}
