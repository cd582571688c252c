package dk.vandvagt.simulator;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Speaks just enough MQTT 5 over a real socket to answer publishes as a script says: for the answers that a real broker
 * gives only under conditions no test can bring about. One client at a time.
 */
final class ScriptedBroker implements AutoCloseable {
    /** Instead of a PUBACK code: no answer. */
    static final int WITHHOLD = -1;

    /** Instead of a PUBACK code: the connection ends. */
    static final int HANG_UP = -2;

    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int PINGREQ = 12;

    private final ServerSocket listener;
    private final Script script;
    private final int connackCode;
    private final int receiveMaximum;
    private final List<Received> received = new ArrayList<>();
    private int mostUnanswered;

    /** A publish as it came in; connections and publishes count from 0. */
    record Received(int connection, String topic, String payload) {}

    interface Script {
        /** A PUBACK code, {@link #WITHHOLD} or {@link #HANG_UP}. */
        int answer(int connection, int nthOfConnection, Received publish);
    }

    /** @param receiveMaximum as the client is told, or {@link #UNLIMITED}: it is told none */
    ScriptedBroker(int connackCode, int receiveMaximum, Script script) throws IOException {
        this.connackCode = connackCode;
        this.receiveMaximum = receiveMaximum;
        this.script = script;
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().name("scripted-broker").daemon().start(this::serveAll);
    }

    ScriptedBroker(Script script) throws IOException {
        this(0, UNLIMITED, script);
    }

    String url() {
        return "tcp://127.0.0.1:" + listener.getLocalPort();
    }

    synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** How many publishes had come in, while the client paused, without an answer. */
    synchronized int mostUnanswered() {
        return mostUnanswered;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serveAll() {
        for (int connection = 0; !listener.isClosed(); connection++) {
            try (Socket socket = listener.accept()) {
                serve(socket, connection);
            } catch (IOException _) {
                // the client or the test has hung up
            }
        }
    }

    private void serve(Socket socket, int connection) throws IOException {
        socket.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        List<byte[]> pubacks = new ArrayList<>();
        int nth = 0;
        while (true) {
            if (pubacks.size() >= receiveMaximum) {
                // answers are given only once the client pauses, so that one too many would show
                socket.setSoTimeout(150);
            }
            int first;
            try {
                first = in.read();
            } catch (SocketTimeoutException _) {
                for (byte[] puback : pubacks) {
                    out.write(puback);
                }
                pubacks.clear();
                socket.setSoTimeout(0);
                continue;
            }
            if (first < 0) {
                return;
            }
            byte[] body = in.readNBytes(length(in));
            switch (first >> 4) {
                case CONNECT -> out.write(connack());
                case PUBLISH -> {
                    Received publish = parse(connection, body);
                    synchronized (this) {
                        received.add(publish);
                    }
                    int answer = script.answer(connection, nth++, publish);
                    if (answer == HANG_UP) {
                        return;
                    }
                    if (answer != WITHHOLD) {
                        int topicLength = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
                        byte[] puback = {0x40, 4, body[2 + topicLength], body[3 + topicLength], (byte) answer, 0};
                        if (receiveMaximum != UNLIMITED) {
                            pubacks.add(puback);
                            synchronized (this) {
                                mostUnanswered = Math.max(mostUnanswered, pubacks.size());
                            }
                        } else {
                            out.write(puback);
                        }
                    }
                }
                case PINGREQ -> out.write(new byte[] {(byte) 0xD0, 0});
                default -> {
                    return;
                }
            }
        }
    }

    /** With receive maximum as property 0x21: MQTT 5.0, section 3.2.2.3.3. */
    private byte[] connack() {
        byte code = (byte) connackCode;
        byte high = (byte) (receiveMaximum >> 8);
        byte low = (byte) receiveMaximum;
        return receiveMaximum == UNLIMITED
                ? new byte[] {0x20, 3, 0, code, 0}
                : new byte[] {0x20, 6, 0, code, 3, 0x21, high, low};
    }

    /** Variable byte integer: MQTT 5.0, section 1.5.5. */
    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.readUnsignedByte();
            length |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return length;
            }
        }
    }

    private static Received parse(int connection, byte[] body) {
        int topicLength = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
        String topic = new String(body, 2, topicLength, StandardCharsets.UTF_8);
        int properties = 4 + topicLength;
        int payload = properties + 1 + body[properties];
        return new Received(
                connection, topic, new String(body, payload, body.length - payload, StandardCharsets.UTF_8));
    }
}
