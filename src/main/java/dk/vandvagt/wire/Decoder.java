package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One payload format on its topics, as set for a source. Immutable; what a format has to remember between messages lies in the
 * {@link Session}.
 */
public interface Decoder {
    int MAX_PAYLOAD_BYTES = 64 * 1024;
    int MAX_READINGS = 4096;

    /** The MQTT topic filters that a source subscribes to for it. */
    List<String> filters();

    /** A new session, for one connection of one client: it knows nothing yet. */
    Session open(Catalogue catalogue);

    /** What one connection has told so far (births, aliases). One thread at a time. */
    interface Session {
        /** From the next message on this revision holds. */
        void use(Catalogue catalogue);

        /**
         * Appends the message's readings, all of them or none.
         *
         * @param topic where it came on; what came by another way than MQTT has one made up, or an empty one
         * @param receivedAtMs what relative times count from
         * @return null when taken; otherwise why not, and {@code into} is as it was
         */
        @Nullable
        Refusal decode(String topic, byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into);
    }
}
