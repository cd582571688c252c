package dk.vandvagt.mqtt;

import dk.vandvagt.shard.Receipt;
import dk.vandvagt.wire.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * One QoS 1 message as it was delivered: acknowledged on the connection it came by or not at all, since on a later one the
 * broker delivers it again and its packet id may mean another message.
 */
record Delivery(Connection connection, int packetId, Acknowledger acknowledger) implements Receipt {
    @Override
    public void settled(@Nullable Refusal refusal) {
        acknowledger.settled(this);
    }
}
