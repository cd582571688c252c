package dk.vandvagt.simulator;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The part of MQTT 5 that a load needs: connect, publish at QoS 1, take acknowledgements. Paho costs more a message than a broker does, so a load
 * made with it measures Paho; here a message costs some bytes in a buffer. One thread publishes; one of its own reads.
 */
final class LoadConnection implements AutoCloseable {
    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int PUBLISH_QOS1 = 0x32;
    private static final int PUBACK = 0x40;
    private static final int DISCONNECT = 0xE0;
    private static final int RECEIVE_MAXIMUM = 0x21;
    /** Accepted, though nobody listens: section 3.4.2.1. */
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long PATIENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_LATENCY_US = TimeUnit.MINUTES.toMicros(5);
    private static final int ANSWER_WITHIN_MS = 10_000;

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final boolean gathering;
    private final int window;
    /** By packet id: when it was due, 0 while the id is free. */
    private final AtomicLongArray dueNanos;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(LONGEST_LATENCY_US, 3);
    private final Histogram latencyUs = new Histogram(LONGEST_LATENCY_US, 3);
    private final Thread reader;
    private int next = 1;
    private long published;
    private volatile long acknowledged;
    private volatile long refused;
    private volatile @Nullable String fault;
    private volatile @Nullable Thread publisher;
    private volatile boolean closing;
    private volatile long countFromNanos = Long.MAX_VALUE;

    /**
     * @param gathering as fast as it goes: acknowledgements are let come together for a moment, as each costs a wake-up otherwise; not where
     *     latency is what is measured
     */
    LoadConnection(PublisherSettings settings, String clientId, boolean gathering) throws IOException {
        this.gathering = gathering;
        URI broker = URI.create(settings.broker());
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(
                new InetSocketAddress(broker.getHost(), broker.getPort()),
                Math.toIntExact(settings.connectTimeout().toMillis()));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
        in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(ANSWER_WITHIN_MS);
        connect(settings, clientId);
        window = Math.min(settings.inflight(), connack());
        socket.setSoTimeout(0);
        dueNanos = new AtomicLongArray(window + 1);
        reader = Thread.ofPlatform().name("load-acknowledgements").daemon().start(this::read);
    }

    /**
     * Waits while the window is full.
     *
     * @param dueAtNanos when it should have gone out, from which its latency counts
     */
    void publish(Message message, long dueAtNanos, Stop stop) throws IOException {
        if (dueNanos.get(next) != 0) {
            out.flush();
            awaitRoom(stop);
        }
        if (fault != null || stop.isRequested()) {
            return;
        }
        dueNanos.set(next, dueAtNanos);
        byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
        out.write(PUBLISH_QOS1);
        length(out, 2 + topic.length + 2 + 1 + message.payload().length);
        out.writeShort(topic.length);
        out.write(topic);
        out.writeShort(next);
        // no properties
        out.write(0);
        out.write(message.payload());
        published++;
        next = next == window ? 1 : next + 1;
    }

    /** For a quarter of the window, so that many messages go out in one piece; after a moment for one. */
    private void awaitRoom(Stop stop) {
        int quarterOn = (next - 1 + window / 4) % window + 1;
        long patientUntil = System.nanoTime() + PATIENT_NANOS;
        publisher = Thread.currentThread();
        while (fault == null && !stop.isRequested()) {
            if (dueNanos.get(quarterOn) == 0 || (dueNanos.get(next) == 0 && System.nanoTime() - patientUntil >= 0)) {
                return;
            }
            LockSupport.parkNanos(PATIENT_NANOS);
        }
    }

    /** What was due earlier is a warm-up, whose latencies are not kept. */
    void countFrom(long dueAtNanos) {
        countFromNanos = dueAtNanos;
    }

    void fail(String why) {
        if (fault == null) {
            fault = why;
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    long published() {
        return published;
    }

    long acknowledged() {
        return acknowledged;
    }

    long refused() {
        return refused;
    }

    @Nullable
    String fault() {
        return fault;
    }

    /** False where the broker has not answered all within that time. */
    boolean awaitAcknowledged(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (acknowledged + refused < published && fault == null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return acknowledged + refused == published;
    }

    /** Of what was acknowledged since this was asked last. */
    synchronized Histogram latestLatencyUs() {
        Histogram latest = recorder.getIntervalHistogram();
        latencyUs.add(latest);
        return latest;
    }

    /** Of all that was due after the warm-up. */
    synchronized Histogram latencyUs() {
        latestLatencyUs();
        return latencyUs;
    }

    @Override
    public void close() {
        closing = true;
        try {
            out.write(DISCONNECT);
            out.write(0);
            out.flush();
        } catch (IOException _) {
            // it was closed from the other side
        }
        try {
            socket.close();
            reader.join(TimeUnit.SECONDS.toMillis(5));
        } catch (IOException _) {
            // closed anyhow
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Section 3.1; clean start, no keep-alive. */
    private void connect(PublisherSettings settings, String clientId) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(body);
        byte[] password = settings.password();
        to.writeUTF("MQTT");
        to.write(5);
        to.write(0x02 | (settings.username() == null ? 0 : 0x80) | (password == null ? 0 : 0x40));
        to.writeShort(0);
        to.write(0);
        to.writeUTF(clientId);
        if (settings.username() != null) {
            to.writeUTF(settings.username());
        }
        if (password != null) {
            to.writeShort(password.length);
            to.write(password);
        }
        out.write(CONNECT);
        length(out, body.size());
        body.writeTo(out);
        out.flush();
    }

    /** Returns the receive maximum: section 3.2. */
    private int connack() throws IOException {
        int type = in.readUnsignedByte();
        byte[] body = in.readNBytes(length(in));
        if (type != CONNACK || body.length < 2 || body[1] != 0) {
            throw new IOException("the broker refuses the connection"
                    + (body.length < 2 ? "" : String.format(": 0x%02X", body[1] & 0xFF)));
        }
        // of the properties only this one counts here, and a broker that has it usually sends it first
        int at = (body[2] & 0x80) == 0 ? 3 : 4;
        while (at + 2 < body.length) {
            int id = body[at] & 0xFF;
            if (id == RECEIVE_MAXIMUM) {
                return (body[at + 1] & 0xFF) << 8 | body[at + 2] & 0xFF;
            }
            at += 1 + propertyLength(id, body, at + 1);
        }
        return 65_535;
    }

    /** Of what CONNACK may hold: section 3.2.2.3. */
    private static int propertyLength(int id, byte[] body, int at) {
        return switch (id) {
            case 0x11, 0x27 -> 4;
            case 0x13, 0x22 -> 2;
            case 0x24, 0x25, 0x28, 0x29, 0x2A -> 1;
            case 0x26 -> {
                int name = 2 + ((body[at] & 0xFF) << 8 | body[at + 1] & 0xFF);
                yield name + 2 + ((body[at + name] & 0xFF) << 8 | body[at + name + 1] & 0xFF);
            }
            default -> 2 + ((body[at] & 0xFF) << 8 | body[at + 1] & 0xFF);
        };
    }

    /** Whatever has come in is read at once: a system call costs more than what it brings. */
    private void read() {
        byte[] bytes = new byte[BUFFER_BYTES];
        int filled = 0;
        try {
            while (true) {
                int more = in.read(bytes, filled, bytes.length - filled);
                if (more < 0) {
                    throw new IOException("the broker has closed the connection");
                }
                filled += more;
                int read = answers(bytes, filled, System.nanoTime());
                System.arraycopy(bytes, read, bytes, 0, filled - read);
                filled -= read;
                LockSupport.unpark(publisher);
                if (gathering) {
                    LockSupport.parkNanos(GATHER_NANOS);
                }
            }
        } catch (IOException e) {
            if (!closing) {
                fail(e.getMessage() == null ? "the connection is lost" : e.getMessage());
            }
        }
    }

    /** Returns how many bytes made whole packets. */
    private int answers(byte[] bytes, int filled, long nowNanos) throws IOException {
        int at = 0;
        while (at + 2 <= filled) {
            // all that comes here is shorter than 128 bytes but for a broker's last words
            int length = bytes[at + 1];
            if (length < 0 || (bytes[at] & 0xFF) == DISCONNECT) {
                throw new IOException("the broker ends the connection"
                        + (length > 0 && at + 2 < filled ? String.format(": 0x%02X", bytes[at + 2] & 0xFF) : ""));
            }
            if (at + 2 + length > filled) {
                return at;
            }
            if ((bytes[at] & 0xFF) == PUBACK) {
                int id = (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
                answered(id, length > 2 ? bytes[at + 4] & 0xFF : 0, nowNanos);
            }
            at += 2 + length;
        }
        return at;
    }

    private void answered(int id, int code, long nowNanos) {
        long due = dueNanos.getAndSet(id, 0);
        if (code == 0 || code == NO_MATCHING_SUBSCRIBERS) {
            if (due >= countFromNanos) {
                long tookUs = TimeUnit.NANOSECONDS.toMicros(nowNanos - due);
                recorder.recordValue(Math.clamp(tookUs, 0, LONGEST_LATENCY_US));
            }
            acknowledged = acknowledged + 1;
        } else {
            refused = refused + 1;
        }
    }

    private static void length(DataOutputStream to, int length) throws IOException {
        int rest = length;
        while (rest >= 0x80) {
            to.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        to.write(rest);
    }

    private static int length(DataInputStream from) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int next = from.readUnsignedByte();
            length |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return length;
            }
        }
    }
}
