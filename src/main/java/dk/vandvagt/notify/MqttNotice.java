package dk.vandvagt.notify;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/** A few messages, now, over a connection of their own: all of them are with the broker when a call returns. */
public record MqttNotice(
        MqttChannel.Clients clients,
        String uri,
        String clientId,
        @Nullable String username,
        char @Nullable [] password,
        @Nullable SocketFactory sockets) {
    private static final long CONNECT_WITHIN_MS = TimeUnit.SECONDS.toMillis(20);
    private static final long DISCONNECT_MS = 1_000;
    private static final byte[] NOTHING = {};

    private interface Talk {
        void with(MqttAsyncClient client) throws MqttException;
    }

    /** @param retained for those who come later, too */
    public void tell(String topic, byte[] payload, boolean retained) throws IOException {
        connected(client -> {
            MqttMessage message = MqttChannel.retained(payload);
            message.setRetained(retained);
            MqttChannel.publish(client, topic, message);
        });
    }

    /** Nothing is retained there any more. */
    public void empty(Collection<String> topics) throws IOException {
        connected(client -> {
            for (String topic : topics) {
                MqttChannel.publish(client, topic, MqttChannel.retained(NOTHING));
            }
        });
    }

    private void connected(Talk talk) throws IOException {
        try {
            MqttAsyncClient client = clients.make(uri, clientId);
            try {
                client.connect(MqttChannel.options(username, password, sockets)).waitForCompletion(CONNECT_WITHIN_MS);
                talk.with(client);
                client.disconnect(0).waitForCompletion(DISCONNECT_MS);
            } finally {
                if (client.isConnected()) {
                    client.disconnectForcibly(0, DISCONNECT_MS, false);
                }
            }
        } catch (MqttException e) {
            throw new IOException(uri + ": " + e.getMessage(), e);
        }
    }
}
