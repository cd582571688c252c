package dk.vandvagt.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * What gauges measure becomes what arrives, in the order of event time at which it is sent: faults, packing, encoding. Goes on over several
 * series as one; a pure function of them and the seed.
 */
final class Telemetry {
    /** Readings of one sensor that go out together; {@code first} places them among those of the same instant. */
    private record Sending(List<Reading> readings, Reading truly, long atMs, long first) {}

    private final Encoder encoder;
    private final int perMessage;
    private final Faults faults;
    private final Map<String, List<Reading>> open = new LinkedHashMap<>();
    private final Map<String, Sending> held = new LinkedHashMap<>();
    private final PriorityQueue<Sending> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Sending::atMs).thenComparingLong(Sending::first));
    private long sendings;

    Telemetry(Encoder encoder, int perMessage, Faults faults) {
        this.encoder = encoder;
        this.perMessage = perMessage;
        this.faults = faults;
    }

    /** All of a series that ends. */
    List<Message> messages(List<Reading> readings) {
        List<Message> messages = new ArrayList<>(readings.size() / perMessage + 16);
        for (Reading reading : readings) {
            take(reading);
            sendUntil(reading.observedAtMs(), messages);
        }
        long endMs = readings.isEmpty() ? 0 : readings.getLast().observedAtMs();
        for (List<Reading> batch : open.values()) {
            if (!batch.isEmpty()) {
                waiting.add(new Sending(List.copyOf(batch), batch.getLast(), endMs, sendings++));
                batch.clear();
            }
        }
        sendUntil(Long.MAX_VALUE, messages);
        return messages;
    }

    /** A series that need not end. */
    Iterator<Message> messages(Iterator<Reading> readings) {
        return new Iterator<>() {
            private final ArrayDeque<Message> next = new ArrayDeque<>();

            @Override
            public boolean hasNext() {
                while (next.isEmpty() && readings.hasNext()) {
                    Reading reading = readings.next();
                    List<Message> found = new ArrayList<>();
                    take(reading);
                    sendUntil(reading.observedAtMs(), found);
                    next.addAll(found);
                }
                return !next.isEmpty();
            }

            @Override
            public Message next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return next.remove();
            }
        };
    }

    private void take(Reading truly) {
        Reading measured = faults.measured(truly);
        if (measured == null) {
            return;
        }
        List<Reading> batch = open.computeIfAbsent(truly.sensorId(), _ -> new ArrayList<>());
        batch.add(measured);
        if (batch.size() < perMessage) {
            return;
        }
        List<Reading> whole = List.copyOf(batch);
        batch.clear();
        long heldUntilMs = faults.heldUntilMs(truly);
        if (heldUntilMs == Long.MIN_VALUE) {
            waiting.add(new Sending(whole, truly, faults.sentAtMs(truly), sendings++));
            return;
        }
        Sending before = held.get(truly.sensorId());
        if (before != null && before.atMs == heldUntilMs) {
            before.readings.addAll(whole);
        } else {
            Sending first = new Sending(new ArrayList<>(whole), truly, heldUntilMs, sendings++);
            held.put(truly.sensorId(), first);
            waiting.add(first);
        }
    }

    private void sendUntil(long nowMs, List<Message> to) {
        for (Sending next = waiting.peek(); next != null && next.atMs <= nowMs; next = waiting.peek()) {
            waiting.remove();
            List<Reading> readings = next.readings;
            if (encoder.mostReadings() == 1) {
                readings = List.of(readings.getLast());
            }
            for (int from = 0; from < readings.size(); from += encoder.mostReadings()) {
                List<Reading> part = readings.subList(from, Math.min(readings.size(), from + encoder.mostReadings()));
                for (Message message : encoder.messages(part, next.atMs)) {
                    to.addAll(faults.arriving(message, next.truly));
                }
            }
        }
    }
}
