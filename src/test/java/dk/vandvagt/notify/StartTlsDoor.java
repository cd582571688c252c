package dk.vandvagt.notify;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** STARTTLS before a mail server that has none: TLS ends here. */
final class StartTlsDoor implements AutoCloseable {
    private final ServerSocket server;
    private final SSLContext keys;
    private final int behind;
    private final boolean offers;
    private final List<String> before = new CopyOnWriteArrayList<>();

    /** @param offers whether it says that it can */
    StartTlsDoor(SSLContext keys, int behind, boolean offers) throws IOException {
        this.keys = keys;
        this.behind = behind;
        this.offers = offers;
        this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** What was said in the clear. */
    List<String> saidBefore() {
        return before;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            say(socket, "220 door ESMTP");
            for (String line = line(socket.getInputStream()); !line.isEmpty(); line = line(socket.getInputStream())) {
                before.add(line);
                if (line.startsWith("EHLO")) {
                    say(socket, offers ? "250-door\r\n250 STARTTLS" : "250 door");
                } else if (line.equals("STARTTLS") && offers) {
                    say(socket, "220 go ahead");
                    pipe((SSLSocket) keys.getSocketFactory().createSocket(socket, null, false));
                    return;
                } else {
                    say(socket, line.startsWith("QUIT") ? "221 bye" : "530 5.7.0 Must issue a STARTTLS command first");
                }
            }
        } catch (IOException gone) {
            // either side
        }
    }

    private void pipe(SSLSocket outside) throws IOException {
        outside.setUseClientMode(false);
        try (outside;
                Socket inside = new Socket(InetAddress.getByName("127.0.0.1"), behind)) {
            line(inside.getInputStream());
            Thread back = Thread.ofVirtual().start(() -> copy(inside, outside));
            copy(outside, inside);
            back.interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            byte[] some = new byte[8192];
            OutputStream out = to.getOutputStream();
            for (int n = from.getInputStream().read(some);
                    n >= 0;
                    n = from.getInputStream().read(some)) {
                out.write(some, 0, n);
                out.flush();
            }
        } catch (IOException gone) {
            // either side
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
