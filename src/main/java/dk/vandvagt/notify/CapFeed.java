package dk.vandvagt.notify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CAP messages of a run: made from transitions, renewed while an alert stands, kept a file each in a folder, fsynced before
 * anybody is shown one. What was issued before a crash is the same after it. Any thread; what time it is, is handed in.
 */
public final class CapFeed {
    private static final Logger LOG = LoggerFactory.getLogger(CapFeed.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final DateTimeFormatter SLOT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String KEPT = ".json";
    private static final String UNFINISHED = ".tmp";
    private static final int MOST_LISTED = 500;

    /** A file's content. */
    private record Issued(CapMessage message, String xml) {}

    private final Path folder;
    private final CapSettings settings;
    private final LongSupplier wallClockMs;
    private final Map<String, CapMessage> byIdentifier = new HashMap<>();
    /** each alert's messages, oldest first */
    private final Map<String, List<CapMessage>> byAlert = new HashMap<>();

    private final TreeMap<Long, CapMessage> inOrder = new TreeMap<>();
    private volatile long changedAtMs;

    private CapFeed(Path folder, CapSettings settings, LongSupplier wallClockMs) {
        this.folder = folder;
        this.settings = settings;
        this.wallClockMs = wallClockMs;
    }

    /** Reads all that was issued. */
    public static CapFeed open(Path folder, CapSettings settings, LongSupplier wallClockMs) throws IOException {
        CapFeed feed = new CapFeed(Files.createDirectories(folder), settings, wallClockMs);
        feed.load();
        return feed;
    }

    private synchronized void load() throws IOException {
        List<CapMessage> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(UNFINISHED)) {
                    Files.delete(file);
                } else if (name.endsWith(KEPT)) {
                    try {
                        found.add(JSON.readValue(file.toFile(), Issued.class).message());
                    } catch (com.fasterxml.jackson.core.JsonProcessingException damaged) {
                        Path aside = file.resolveSibling(name + ".damaged");
                        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
                        LOG.warn(
                                "a CAP message cannot be read and is kept aside as {}: {}",
                                aside,
                                damaged.getOriginalMessage());
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(CapMessage::number));
        found.forEach(this::remember);
        changedAtMs = wallClockMs.getAsLong();
    }

    private void remember(CapMessage message) {
        byIdentifier.put(message.identifier(), message);
        byAlert.computeIfAbsent(message.alertId(), id -> new ArrayList<>()).add(message);
        inOrder.put(message.number(), message);
    }

    /**
     * Issues what is new in these; one that was issued before stays as it is. Not for the public, and so passed over: shelved
     * steps, acknowledgements, the instruments' own alerts, and the end of what was never told.
     *
     * @return how many were issued
     */
    public synchronized int tell(List<Transition> transitions, Catalogue catalogue, long nowMs) throws IOException {
        Batch batch = new Batch(catalogue, nowMs);
        for (Transition transition : transitions) {
            if (isForThePublic(transition)) {
                batch.tell(transition);
            }
        }
        return batch.publish();
    }

    private static boolean isForThePublic(Transition transition) {
        return !transition.shelved()
                && transition.kind() != Transition.Kind.ACKNOWLEDGED
                && CapText.concernsThePublic(transition);
    }

    /**
     * Tells of alerts that stood before this feed began.
     *
     * @param past all transitions known, oldest first
     * @param owed those that will be told anyhow
     */
    public synchronized int adopt(List<Transition> past, List<Transition> owed, Catalogue catalogue, long nowMs)
            throws IOException {
        Set<String> coming = owed.stream().map(Transition::alertId).collect(Collectors.toSet());
        Map<String, Transition> newest = new HashMap<>();
        past.stream()
                .filter(each -> each.kind() != Transition.Kind.ACKNOWLEDGED)
                .forEach(each -> newest.put(each.alertId(), each));
        return tell(
                newest.values().stream()
                        .filter(each -> !each.kind().ends()
                                && !coming.contains(each.alertId())
                                && !byAlert.containsKey(each.alertId()))
                        .sorted(Comparator.comparing(Transition::id))
                        .toList(),
                catalogue,
                nowMs);
    }

    /** Issues anew what stands and was last told of an update interval ago, so that nothing lapses into an all-clear. */
    public synchronized int renew(Catalogue catalogue, long nowMs) throws IOException {
        Batch batch = new Batch(catalogue, nowMs);
        byAlert.values().stream()
                .map(List::getLast)
                .filter(last -> !last.last() && nowMs - last.sentMs() >= settings.updateIntervalMs())
                .sorted(Comparator.comparingLong(CapMessage::number))
                .forEach(batch::renew);
        return batch.publish();
    }

    /** Forgets what expired long ago; never the last word on an alert that stands. */
    public synchronized void prune(long nowMs) throws IOException {
        List<CapMessage> old = inOrder.values().stream()
                .filter(each -> each.expiresMs() + settings.keepMs() < nowMs && !isStanding(each))
                .toList();
        for (CapMessage message : old) {
            Files.deleteIfExists(file(message.identifier()));
            inOrder.remove(message.number());
            byIdentifier.remove(message.identifier());
            List<CapMessage> all = byAlert.getOrDefault(message.alertId(), new ArrayList<>());
            all.remove(message);
            if (all.isEmpty()) {
                byAlert.remove(message.alertId());
            }
            changedAtMs = wallClockMs.getAsLong();
        }
    }

    private boolean isStanding(CapMessage message) {
        List<CapMessage> all = byAlert.get(message.alertId());
        return all != null && all.getLast() == message && !message.last();
    }

    /** Newest first: the last word on all that stands, and the newest of the others. */
    public synchronized List<CapMessage> listed() {
        List<CapMessage> listed = new ArrayList<>();
        for (CapMessage message : inOrder.descendingMap().values()) {
            if (listed.size() < MOST_LISTED || isStanding(message)) {
                listed.add(message);
            }
        }
        return listed;
    }

    /** Wall clock. */
    public long changedAtMs() {
        return changedAtMs;
    }

    /** A message as it was issued, null where there is none of that name. */
    public @Nullable String xml(String identifier) throws IOException {
        synchronized (this) {
            if (!byIdentifier.containsKey(identifier)) {
                return null;
            }
        }
        try {
            return JSON.readValue(file(identifier).toFile(), Issued.class).xml();
        } catch (java.io.FileNotFoundException prunedMeanwhile) {
            return null;
        }
    }

    private Path file(String identifier) {
        return folder.resolve(identifier + KEPT);
    }

    /** No space, comma, {@code <} or {@code &}, and good as the name of a file. */
    private static String identifier(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]", ".");
    }

    /** Messages made together; shown together, once all of them are on disk. */
    private final class Batch {
        private final Catalogue catalogue;
        private final long nowMs;
        private final List<Issued> made = new ArrayList<>();
        private final Map<String, List<CapMessage>> alerts = new HashMap<>();
        private long number = inOrder.isEmpty() ? 0 : inOrder.lastKey();

        private Batch(Catalogue catalogue, long nowMs) {
            this.catalogue = catalogue;
            this.nowMs = nowMs;
        }

        private List<CapMessage> soFar(String alertId) {
            return alerts.computeIfAbsent(alertId, id -> new ArrayList<>(byAlert.getOrDefault(id, List.of())));
        }

        void tell(Transition transition) {
            List<CapMessage> before = soFar(transition.alertId());
            String identifier = identifier(transition.id());
            boolean known = before.stream().anyMatch(each -> each.identifier().equals(identifier));
            boolean unheardOf = before.isEmpty() && transition.kind().ends();
            // a disk that lost power may have kept the later and lost the earlier
            boolean overtaken = !before.isEmpty() && before.getLast().told().number() > transition.number();
            if (!known && !unheardOf && !overtaken) {
                add(before, identifier, transition, false);
            }
        }

        void renew(CapMessage last) {
            // the slot began after the last message: no two renewals have one name, whatever the interval becomes
            long slotMs = Math.floorDiv(nowMs, settings.updateIntervalMs()) * settings.updateIntervalMs();
            String identifier = identifier(last.alertId() + ".r" + SLOT.format(Instant.ofEpochMilli(slotMs)));
            add(soFar(last.alertId()), identifier, last.told(), true);
        }

        private void add(List<CapMessage> before, String identifier, Transition told, boolean renewal) {
            CapMessage previous = before.isEmpty() ? null : before.getLast();
            long notBeforeMs = previous == null ? nowMs : Math.max(nowMs, previous.sentMs());
            long sentMs = Math.floorDiv(notBeforeMs, 1000) * 1000;
            boolean silent = switch (told.kind()) {
                case STALE -> true;
                case BACK -> false;
                case RAISED, UNSHELVED -> told.unconfirmed();
                default -> previous != null && previous.silent();
            };
            CapText says = new CapText(told, silent, renewal, sentMs, catalogue, settings);
            CapMessage.Type type = previous == null
                    ? CapMessage.Type.ALERT
                    : told.kind() == Transition.Kind.WITHDRAWN ? CapMessage.Type.CANCEL : CapMessage.Type.UPDATE;
            CapMessage message = new CapMessage(
                    ++number,
                    identifier,
                    told.alertId(),
                    type,
                    settings.sender() + "," + identifier + "," + CapXml.time(sentMs, settings.zone()),
                    sentMs,
                    sentMs + 2 * settings.updateIntervalMs(),
                    told,
                    renewal,
                    silent,
                    area(told.stationId(), previous),
                    says.headline(),
                    says.description());
            List<String> references = before.stream()
                    .filter(each -> each.expiresMs() > sentMs || each == previous)
                    .map(CapMessage::reference)
                    .toList();
            before.add(message);
            made.add(new Issued(message, CapXml.of(message, references, says, settings)));
        }

        /** A station that has left the settings is told of where it was. */
        private CapArea area(String stationId, @Nullable CapMessage previous) {
            Station station = catalogue.station(stationId);
            if (station != null) {
                return CapArea.of(station);
            }
            return previous == null ? new CapArea(stationId, "", "") : previous.area();
        }

        int publish() throws IOException {
            if (made.isEmpty()) {
                return 0;
            }
            for (Issued each : made) {
                Path unfinished = folder.resolve(each.message.identifier() + UNFINISHED);
                try (FileChannel out = FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
                    ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(each));
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    out.force(true);
                }
            }
            for (Issued each : made) {
                Files.move(
                        folder.resolve(each.message.identifier() + UNFINISHED),
                        file(each.message.identifier()),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
            made.forEach(each -> remember(each.message));
            changedAtMs = wallClockMs.getAsLong();
            return made.size();
        }
    }
}
