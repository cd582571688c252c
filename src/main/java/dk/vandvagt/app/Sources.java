package dk.vandvagt.app;

import dk.vandvagt.mqtt.Broker;
import dk.vandvagt.mqtt.MqttSource;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.Decoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The brokers that readings come from, by name. One that is away holds up no other. */
final class Sources {
    /** The one that {@code service.mqtt} names. */
    static final String HOME = "home";

    /** How long the clock waits, after a start, for brokers that may be holding readings back. */
    private static final long LATEST_CONNECTED_S = 30;

    private final Run run;
    private final LongSupplier wallClockMs;
    private final Map<String, MqttSource> sources = new LinkedHashMap<>();
    private final AtomicInteger missing = new AtomicInteger();

    Sources(Run run, LongSupplier wallClockMs) {
        this.run = run;
        this.wallClockMs = wallClockMs;
    }

    /**
     * @param shareGroup null for a subscription of its own
     * @param onSubscribed each time it stands
     */
    synchronized void add(String id, Broker at, Decoder decoder, @Nullable String shareGroup, Runnable onSubscribed) {
        List<String> filters = shareGroup == null
                ? decoder.filters()
                : decoder.filters().stream()
                        .map(filter -> "$share/" + shareGroup + "/" + filter)
                        .toList();
        AtomicInteger first = new AtomicInteger(1);
        missing.incrementAndGet();
        sources.put(id, new MqttSource(at, decoder, filters, run.catalogue(), run.sequencer(), wallClockMs, () -> {
            onSubscribed.run();
            if (first.getAndSet(0) == 1 && missing.decrementAndGet() == 0) {
                run.sequencer().sourcesConnected();
            }
        }));
    }

    void start() {
        all().values().forEach(MqttSource::start);
        Thread.ofVirtual().start(() -> {
            try {
                TimeUnit.SECONDS.sleep(LATEST_CONNECTED_S);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            run.sequencer().sourcesConnected();
        });
    }

    void use(Catalogue catalogue) {
        all().values().forEach(each -> each.use(catalogue));
    }

    void stopTaking() {
        all().values().forEach(MqttSource::stopTaking);
    }

    void close() {
        all().values().forEach(MqttSource::close);
    }

    synchronized Map<String, MqttSource> all() {
        return new LinkedHashMap<>(sources);
    }

    /** Why a source's last attempt to connect failed, empty where nothing is known. */
    String trouble(String id) {
        MqttSource source = all().get(id);
        String trouble = source == null ? null : source.trouble();
        return trouble == null ? "" : " (" + trouble + ")";
    }

    /** Those whose subscription does not stand now. */
    List<String> away() {
        List<String> away = new ArrayList<>();
        all().forEach((id, each) -> {
            if (!each.tallies().subscribed()) {
                away.add(id);
            }
        });
        return away;
    }
}
