package dk.vandvagt.journal;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.AlertJournal;
import dk.vandvagt.shard.AlertTrail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The transitions that people are told of, and to whom they have been told: fsynced before the first is told, so that after a
 * crash every channel gets each at least once and none is decided anew. Held in memory as well. Any thread.
 *
 * <p>Frames, each with a number of its own for a sequence:
 *
 * <pre>
 * CHANNELS    (context) all channels there are, JSON: name → number it began at
 * TRANSITION  JSON, n bytes v before it
 * TOLD        transition id text, channel text
 * </pre>
 */
public final class TransitionLog implements AlertJournal {
    private static final int CHANNELS = SegmentFormat.CONTEXT | 1;
    private static final int TRANSITION = 1;
    private static final int TOLD = 2;

    private record Channels(Map<String, Long> beganAt) {}

    private static final class Entry {
        private final long number;
        private final Transition transition;
        private final Set<String> told = new HashSet<>();

        private Entry(long number, Transition transition) {
            this.number = number;
            this.transition = transition;
        }
    }

    private final SegmentLog log;
    private final Bytes payload = new Bytes();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    /** The same, by their numbers. */
    private final NavigableMap<Long, Entry> byNumber = new TreeMap<>();

    private final Map<String, Long> channels = new TreeMap<>();
    private long number;
    private long segment;
    /** Up to here transitions may have gone. */
    private long gone;
    /** Of the newest transition: what comes after it may be lost in a crash, and its number given again. */
    private long newest;

    private TransitionLog(SegmentLog log) {
        this.log = log;
    }

    /** Reads all that is held. */
    public static TransitionLog open(SegmentLog log) throws IOException {
        TransitionLog transitions = new TransitionLog(log);
        transitions.load();
        return transitions;
    }

    private synchronized void load() throws IOException {
        try (SegmentLog.Cursor cursor = log.cursor(1)) {
            while (cursor.next()) {
                ByteBuffer frame = cursor.payload();
                switch (cursor.type()) {
                    case CHANNELS -> {
                        channels.clear();
                        channels.putAll(Json.read(frame, Channels.class).beganAt());
                    }
                    case TRANSITION -> {
                        Transition transition = Json.read(frame, Transition.class);
                        if (!entries.containsKey(transition.id())) {
                            hold(new Entry(cursor.sequence(), transition));
                        }
                    }
                    case TOLD -> {
                        Entry entry = entries.get(Bytes.text(frame));
                        if (entry != null) {
                            entry.told.add(Bytes.text(frame));
                        }
                    }
                    default ->
                        throw new IOException(
                                "%s: number %d has a frame of type %d, which this program does not know: run the newer program"
                                        .formatted(log.folder(), cursor.sequence(), cursor.type()));
                }
            }
        }
        number = log.lastSequence();
        gone = Math.max(0, log.firstSequence() - 1);
        newest = Math.max(newest, gone);
    }

    private void hold(Entry entry) {
        entries.put(entry.transition.id(), entry);
        byNumber.put(entry.number, entry);
        newest = entry.number;
    }

    @Override
    public synchronized List<Transition> append(List<Transition> transitions) throws IOException {
        Map<String, Entry> fresh = new LinkedHashMap<>();
        for (Transition transition : transitions) {
            if (!entries.containsKey(transition.id()) && !fresh.containsKey(transition.id())) {
                fresh.put(transition.id(), write(transition));
            }
        }
        if (fresh.isEmpty()) {
            return List.of();
        }
        log.force();
        fresh.values().forEach(this::hold);
        return fresh.values().stream().map(entry -> entry.transition).toList();
    }

    private Entry write(Transition transition) throws IOException {
        append(TRANSITION, payload.clear().putBytes(Json.write(transition)));
        return new Entry(number, transition);
    }

    private void append(int type, Bytes body) throws IOException {
        long now = log.prepare(number + 1);
        if (now != segment) {
            log.append(CHANNELS, number + 1, new Bytes().putBytes(Json.write(new Channels(channels))));
            segment = now;
        }
        log.append(type, number + 1, body);
        number++;
    }

    private void change(Map<String, Long> next) throws IOException {
        append(CHANNELS, payload.clear().putBytes(Json.write(new Channels(next))));
        log.force();
        channels.clear();
        channels.putAll(next);
    }

    /** The highest sequence of the journal that any transition held was caused by, 0 for none. */
    public synchronized long lastCausingSequence() {
        return entries.values().stream()
                .mapToLong(entry -> entry.transition.sequence())
                .max()
                .orElse(0);
    }

    /** Those held, oldest first. */
    public synchronized List<Transition> all() {
        return entries.values().stream().map(entry -> entry.transition).toList();
    }

    /** As {@link AlertTrail#after}. */
    public synchronized AlertTrail.Steps after(long place, int most) {
        List<AlertTrail.Step> steps = byNumber.tailMap(place, false).values().stream()
                .limit(most)
                .map(entry -> new AlertTrail.Step(entry.number, entry.transition))
                .toList();
        return new AlertTrail.Steps(place >= gone && place <= newest, steps, newest);
    }

    /** From now on each transition is owed to this channel; one known from before owes on as it did. */
    public synchronized void begin(String channel) throws IOException {
        if (!channels.containsKey(channel)) {
            Map<String, Long> next = new TreeMap<>(channels);
            next.put(channel, number + 1);
            change(next);
        }
    }

    /** Nothing is owed to this channel any more. */
    public synchronized void end(String channel) throws IOException {
        Map<String, Long> next = new TreeMap<>(channels);
        if (next.remove(channel) != null) {
            change(next);
        }
    }

    /** The channel has taken it. Fsynced with what is appended next: a crash before that tells it once more. */
    public synchronized void told(String transitionId, String channel) throws IOException {
        Entry entry = entries.get(transitionId);
        if (entry != null && !entry.told.contains(channel)) {
            append(TOLD, payload.clear().putText(transitionId).putText(channel));
            entry.told.add(channel);
        }
    }

    /** What is owed to a channel, oldest first; nothing to one that never began. */
    public synchronized List<Transition> untold(String channel) {
        List<Transition> owed = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (isOwed(entry, channel)) {
                owed.add(entry.transition);
            }
        }
        return owed;
    }

    private boolean isOwed(Entry entry, String channel) {
        return entry.number >= channels.getOrDefault(channel, Long.MAX_VALUE) && !entry.told.contains(channel);
    }

    /**
     * Lets go of the oldest, whole segments at a time, as far as each was told on all its channels.
     *
     * @param beforeSequence of the journal: what comes before it is in the database and no replay says it again
     * @param beforeClockMs and decided before this
     */
    public synchronized void dropBefore(long beforeSequence, long beforeClockMs) throws IOException {
        long keepFrom = number + 1;
        for (Entry entry : entries.values()) {
            boolean goes = entry.transition.sequence() < beforeSequence
                    && entry.transition.clockMs() < beforeClockMs
                    && channels.keySet().stream().noneMatch(channel -> isOwed(entry, channel));
            if (!goes) {
                keepFrom = entry.number;
                break;
            }
        }
        log.dropBefore(keepFrom);
        long held = log.firstSequence();
        entries.values().removeIf(entry -> entry.number < held);
        NavigableMap<Long, Entry> dropped = byNumber.headMap(held, false);
        if (!dropped.isEmpty()) {
            gone = dropped.lastKey();
            dropped.clear();
        }
    }

    public long bytes() {
        return log.bytes();
    }
}
