package dk.vandvagt.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Asks for a port before a server does, because both servers report a taken one late and without its number. */
final class Ports {

    private Ports() {}

    /** The port itself, or a free one in place of 0. */
    static int claim(String what, InetAddress host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new PortTakenException(what, host.getHostAddress(), port, e);
        }
    }
}
