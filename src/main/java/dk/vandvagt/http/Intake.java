package dk.vandvagt.http;

import dk.vandvagt.shard.Inlet;
import dk.vandvagt.station.Catalogue;
import java.util.function.Supplier;

/**
 * Where posted readings go.
 *
 * @param catalogue the revision in force; asked at every message
 * @param topicPrefix of Vandvagt's own topics: decoders know a sensor by its topic
 * @param deviceToken what opens it; the operator's does not
 * @param answerWithinMs after which a message that is not settled is answered 503; a repeat changes nothing
 */
public record Intake(
        Inlet inlet, Supplier<Catalogue> catalogue, String topicPrefix, BearerToken deviceToken, long answerWithinMs) {}
