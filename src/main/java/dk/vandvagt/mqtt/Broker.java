package dk.vandvagt.mqtt;

import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One broker, and how to sit at it.
 *
 * @param uri such as {@code tcp://localhost:1883}
 * @param clientId the session's name at the broker: the same after a restart, and nobody else's
 * @param receiveMaximum how many unacknowledged messages the broker may send ahead: the bound of what is held in memory
 * @param onlyMqtt3 it has MQTT 3.1.1 and not 5
 * @param tls for {@code ssl://}; null for what the JVM trusts
 * @param sessionSeconds how long the broker keeps the session after the connection; MQTT 3.1.1 knows only for ever
 */
public record Broker(
        String uri,
        String clientId,
        @Nullable String username,
        char @Nullable [] password,
        int receiveMaximum,
        int keepAliveSeconds,
        boolean onlyMqtt3,
        @Nullable SSLSocketFactory tls,
        long sessionSeconds) {
    static final long FOR_EVER = 0xFFFF_FFFFL;
    private static final int USUAL_RECEIVE_MAXIMUM = 1000;
    private static final int USUAL_KEEP_ALIVE_SECONDS = 30;

    /** With a session that lasts. */
    public Broker(
            String uri,
            String clientId,
            @Nullable String username,
            char @Nullable [] password,
            int receiveMaximum,
            int keepAliveSeconds,
            boolean onlyMqtt3,
            @Nullable SSLSocketFactory tls) {
        this(uri, clientId, username, password, receiveMaximum, keepAliveSeconds, onlyMqtt3, tls, FOR_EVER);
    }

    public static Broker at(String uri, String clientId, @Nullable String username, char @Nullable [] password) {
        return new Broker(
                uri, clientId, username, password, USUAL_RECEIVE_MAXIMUM, USUAL_KEEP_ALIVE_SECONDS, false, null);
    }

    /** The same, whose TLS is not the JVM's own. */
    public Broker with(SSLSocketFactory tls) {
        return new Broker(uri, clientId, username, password, receiveMaximum, keepAliveSeconds, onlyMqtt3, tls);
    }

    /** The same, spoken to by MQTT 3.1.1. */
    public Broker byMqtt3() {
        return new Broker(uri, clientId, username, password, receiveMaximum, keepAliveSeconds, true, tls);
    }

    /** The same broker under another name, by MQTT 5, whose session is soon forgotten. */
    public Broker forATime(
            String otherClientId,
            @Nullable String otherUsername,
            char @Nullable [] otherPassword,
            long otherSessionSeconds) {
        return new Broker(
                uri,
                otherClientId,
                otherUsername,
                otherPassword,
                receiveMaximum,
                keepAliveSeconds,
                false,
                tls,
                otherSessionSeconds);
    }

    /** What Paho is to connect with; null for its own. */
    public @Nullable SocketFactory sockets() {
        return tls != null ? tls : uri.startsWith("tcp:") ? new NoDelaySockets() : null;
    }

    @Override
    public String toString() {
        return uri + " as " + clientId;
    }
}
