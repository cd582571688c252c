package dk.vandvagt.notify;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a server that can be cut in the middle of anything; the next connection works. */
public final class Cable implements AutoCloseable {
    private final ServerSocket here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private final int port;

    public Cable(String uri) throws IOException {
        port = URI.create(uri).getPort();
        Thread.ofVirtual().start(this::accept);
    }

    public String uri() {
        return "tcp://127.0.0.1:" + here.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = here.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
                ends.add(near);
                ends.add(far);
                Thread.ofVirtual().start(() -> carry(near, far));
                Thread.ofVirtual().start(() -> carry(far, near));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void carry(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // cut
        }
    }

    public void cut() throws IOException {
        for (Socket end : ends) {
            end.close();
        }
        ends.clear();
    }

    @Override
    public void close() throws IOException {
        here.close();
        cut();
    }
}
