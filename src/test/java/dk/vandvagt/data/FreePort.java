package dk.vandvagt.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a server that will be stopped and started again. It is none that the system gives to clients: one of them could take it
 * meanwhile, even a client that calls the stopped server, which then connects to itself.
 */
public final class FreePort {
    private static final Path GIVEN_TO_CLIENTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int LOWEST = 10_000;
    private static final int USUALLY_GIVEN_FROM = 32_768;
    private static final int ATTEMPTS = 200;

    private FreePort() {}

    public static int any() {
        int before = firstGivenToClients();
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, before);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // another one
            }
        }
        throw new IllegalStateException("no free port from " + LOWEST + " to " + before);
    }

    private static int firstGivenToClients() {
        try {
            int first = Files.exists(GIVEN_TO_CLIENTS)
                    ? Integer.parseInt(
                            Files.readString(GIVEN_TO_CLIENTS).strip().split("\\s+", 2)[0])
                    : USUALLY_GIVEN_FROM;
            return first > LOWEST + ATTEMPTS ? first : USUALLY_GIVEN_FROM;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
