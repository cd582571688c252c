package dk.vandvagt.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** A way to a server on this machine that can be cut in the middle of anything, can stand still, and can be out of order. */
final class Line implements AutoCloseable {
    private static final int BUFFER = 4096;
    private static final long LOOK_NANOS = 2_000_000;

    private final ServerSocket here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private final int port;
    private volatile boolean stalled;
    private volatile boolean down;

    Line(int port) throws IOException {
        this.port = port;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return here.getLocalPort();
    }

    private void accept() {
        while (!here.isClosed()) {
            try {
                Socket near = here.accept();
                if (down) {
                    near.close();
                    continue;
                }
                connect(near);
            } catch (IOException gone) {
                // closed, or nobody there: the caller sees its connection end
            }
        }
    }

    private void connect(Socket near) throws IOException {
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            ends.add(near);
            ends.add(far);
            if (down) {
                cut();
            }
            Thread.ofVirtual().start(() -> carry(near, far));
            Thread.ofVirtual().start(() -> carry(far, near));
        } catch (IOException nobodyThere) {
            near.close();
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                while (stalled) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // cut
        } finally {
            ends.remove(from);
            ends.remove(to);
        }
    }

    void stall(boolean on) {
        stalled = on;
    }

    /** Nobody gets through until it is mended. */
    void down(boolean on) throws IOException {
        down = on;
        if (on) {
            cut();
        }
    }

    void cut() throws IOException {
        for (Socket end : ends) {
            end.close();
        }
    }

    @Override
    public void close() throws IOException {
        here.close();
        stalled = false;
        cut();
    }
}
