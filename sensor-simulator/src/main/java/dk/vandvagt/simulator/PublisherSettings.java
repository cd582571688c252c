package dk.vandvagt.simulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param inflight messages that may be unacknowledged at once; a broker that takes fewer decides
 * @param connectTimeout how long the first connection is tried for
 * @param giveUpAfter how long unacknowledged messages may make no progress; null for ever, as a device would
 */
record PublisherSettings(
        String broker,
        @Nullable String username,
        byte @Nullable [] password,
        String clientId,
        int inflight,
        Duration connectTimeout,
        @Nullable Duration giveUpAfter) {}
