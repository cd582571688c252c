package dk.vandvagt.simulator;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import javax.net.SocketFactory;

/**
 * Sockets for Paho, in two things other than plain ones. It never sets TCP_NODELAY, and Nagle's algorithm with delayed acknowledgements then
 * costs a factor of ten. And nothing is read before something was written: Paho's thread that connects starts its receiver and then looks
 * every 100 ms whether it runs, so where the other side hangs up sooner, the receiver has come and gone and that thread looks for ever.
 */
final class SpeakFirstSocketFactory extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new SpeakFirst();
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    private Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = createSocket();
        socket.connect(to);
        return socket;
    }

    private static final class SpeakFirst extends Socket {
        private final CountDownLatch spoken = new CountDownLatch(1);

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                    spoken.countDown();
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                    spoken.countDown();
                }
            };
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    awaitSpoken();
                    return in.read();
                }

                @Override
                public int read(byte[] into, int at, int length) throws IOException {
                    awaitSpoken();
                    return in.read(into, at, length);
                }
            };
        }

        @Override
        public synchronized void close() throws IOException {
            spoken.countDown();
            super.close();
        }

        private void awaitSpoken() throws IOException {
            try {
                spoken.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
