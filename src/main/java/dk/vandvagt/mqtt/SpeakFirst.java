package dk.vandvagt.mqtt;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/**
 * The two directions of one connection, of which nothing is read before something was written. Paho's thread that connects starts its
 * receiver and then looks every 100 ms whether it runs: where the other side hangs up sooner, as a proxy of a dead broker does and a broker
 * that refuses a password, the receiver has come and gone, and that thread looks for ever, ten times a second, for each attempt. It
 * writes CONNECT once it has seen everything run.
 */
final class SpeakFirst {
    private final CountDownLatch spoken = new CountDownLatch(1);

    /** The connection is closed: nobody need wait any more. */
    void over() {
        spoken.countDown();
    }

    OutputStream speaking(OutputStream out) {
        return new FilterOutputStream(out) {
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

    InputStream listening(InputStream in) {
        return new FilterInputStream(in) {
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

    private void awaitSpoken() throws IOException {
        try {
            spoken.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
