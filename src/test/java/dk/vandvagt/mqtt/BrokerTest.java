package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.Objects;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

class BrokerTest {
    @Test
    void shouldHoldNoMessageBackUntilTheOneBeforeIsAcknowledged() throws Exception {
        SocketFactory sockets = Objects.requireNonNull(
                Broker.at("tcp://127.0.0.1:1883", "vandvagt", null, null).sockets());
        try (Socket socket = sockets.createSocket()) {
            assertThat(socket.getTcpNoDelay()).isTrue();
        }
    }

    @Test
    void shouldLeaveTlsToTheJvmWhereNothingElseIsSet() {
        assertThat(Broker.at("ssl://127.0.0.1:8883", "vandvagt", null, null).sockets())
                .isNull();
    }
}
