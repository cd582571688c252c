package dk.vandvagt.app;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.config.Settings;
import dk.vandvagt.embedded.EmbeddedBroker;
import dk.vandvagt.http.Health;
import dk.vandvagt.http.Subscribers;
import dk.vandvagt.journal.Sequencer;
import dk.vandvagt.mqtt.MqttSource;
import dk.vandvagt.notify.Channel;
import dk.vandvagt.notify.PostOffice;
import dk.vandvagt.shard.Shards;
import dk.vandvagt.store.DrainCounts;
import dk.vandvagt.store.Store;
import dk.vandvagt.tally.Tally;
import dk.vandvagt.wire.Refusal;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the rooms are: their own counts, as health and as metrics. */
final class Pulse implements Health {
    private static final double MS = 1000;

    private static final List<String> LOGS = List.of("journal", "judged", "alerts");
    /** A disk with less free than both is nearly full. */
    private static final double FREE_AT_LEAST = 0.05;

    private static final long FREE_BYTES_AT_LEAST = 5L << 30;
    /** Of {@code journal.maxBytes}. */
    private static final double NEAR = 0.8;

    private final Settings.Journal limits;
    private final LongSupplier wallClockMs;
    private final Run run;
    private final Supplier<@Nullable Store> store;
    private final Sources sources;
    private final Supplier<@Nullable EmbeddedBroker> broker;
    private final Supplier<@Nullable String> databaseTrouble;
    private final Post post;

    Pulse(
            Settings.Journal limits,
            Run run,
            Supplier<@Nullable Store> store,
            Sources sources,
            Supplier<@Nullable EmbeddedBroker> broker,
            Supplier<@Nullable String> databaseTrouble,
            Post post,
            LongSupplier wallClockMs) {
        this.limits = limits;
        this.wallClockMs = wallClockMs;
        this.run = run;
        this.store = store;
        this.sources = sources;
        this.broker = broker;
        this.databaseTrouble = databaseTrouble;
        this.post = post;
    }

    @Override
    public List<Check> live() {
        Shards shards = run.shards();
        return List.of(
                shards.isDead()
                        ? new Check("judging", Check.State.FAILED, String.valueOf(shards.trouble()))
                        : new Check("judging", Check.State.OK, "sequence " + shards.gatheredSequence()));
    }

    @Override
    public List<Check> ready() {
        return List.of(judging(), journal(), sources(), database(), subscriptions());
    }

    private Check judging() {
        String trouble = run.shards().trouble();
        return trouble == null
                ? new Check(
                        "judging", Check.State.OK, "sequence " + run.shards().gatheredSequence())
                : new Check("judging", Check.State.FAILED, trouble);
    }

    private Check journal() {
        Sequencer.Counts counts = run.sequencer().counts();
        String trouble = counts.trouble();
        if (trouble != null) {
            return new Check("journal", Check.State.FAILED, trouble);
        }
        String detail = "sequence " + counts.lastSequence();
        List<String> wrong = journalTroubles(limits, run.kept(), run.bytes());
        return wrong.isEmpty()
                ? new Check("journal", Check.State.OK, detail)
                : new Check("journal", Check.State.DEGRADED, detail + "; " + String.join("; ", wrong));
    }

    /** What is not yet failing, in words. */
    static List<String> journalTroubles(Settings.Journal limits, Run.Kept kept, long[] bytes) {
        List<String> wrong = new ArrayList<>();
        if (kept.damaged() > 0) {
            wrong.add(kept.damaged()
                    + " damaged files are kept aside (*.damaged): see to the disk, run `vandvagt journal verify`,"
                    + " and move them away when you are done");
        }
        if (kept.freeBytes() < FREE_BYTES_AT_LEAST && kept.freeBytes() < FREE_AT_LEAST * kept.diskBytes()) {
            wrong.add("the disk is nearly full, %d MB are left: once it is full, nothing is acknowledged"
                    .formatted(kept.freeBytes() >> 20));
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] > NEAR * limits.maxBytes()) {
                wrong.add(
                        "%s/ holds %d MB of the %d that journal.maxBytes allows: bring the database back or raise it, or nothing is"
                                        .formatted(LOGS.get(i), bytes[i] >> 20, limits.maxBytes() >> 20)
                                + " acknowledged");
            }
        }
        return wrong;
    }

    private Check sources() {
        Map<String, MqttSource> all = sources.all();
        List<String> away = sources.away();
        if (all.isEmpty() || away.size() == all.size()) {
            return new Check(
                    "mqtt",
                    Check.State.FAILED,
                    "not subscribed at the broker" + sources.trouble(Sources.HOME) + "; trying");
        }
        if (!away.isEmpty()) {
            return new Check(
                    "mqtt",
                    away.contains(Sources.HOME) ? Check.State.FAILED : Check.State.DEGRADED,
                    "not subscribed at the broker of "
                            + away.stream().map(id -> id + sources.trouble(id)).collect(Collectors.joining(", "))
                            + "; trying, and the others go on");
        }
        long received = all.values().stream()
                .mapToLong(each -> each.tallies().receivedMessages())
                .sum();
        return new Check("mqtt", Check.State.OK, received + " messages received");
    }

    private Check database() {
        Store database = store.get();
        if (database == null || !database.isUp()) {
            String why =
                    database == null ? databaseTrouble.get() : database.drain().lastError();
            return new Check(
                    "database",
                    Check.State.DEGRADED,
                    "away" + (why == null ? "" : " (" + why + ")")
                            + ": judging and alerts go on, the journal keeps what it will be given");
        }
        DrainCounts drain = database.drain();
        String level = database.level()
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .orElse("unknown");
        String detail = "level " + level + ", committed to sequence " + drain.sequence();
        List<String> wrong = new ArrayList<>(database.troubles());
        if (drain.quarantined() > 0) {
            wrong.add(drain.quarantined() + " rows refused for what they hold: see table quarantine");
        }
        return wrong.isEmpty()
                ? new Check("database", Check.State.OK, detail)
                : new Check("database", Check.State.DEGRADED, detail + "; " + String.join("; ", wrong));
    }

    private Check subscriptions() {
        int dead = post.office().dead();
        return dead == 0
                ? new Check("subscriptions", Check.State.OK, post.office().waiting() + " waiting")
                : new Check(
                        "subscriptions",
                        Check.State.DEGRADED,
                        dead + " letters given up: see GET /deliveries?state=dead; each can be sent again");
    }

    private void countPost(Tally tally) {
        PostOffice office = post.office();
        for (Subscription.Way way : office.ways()) {
            Tags tags = Tags.of("way", way.name().toLowerCase(Locale.ROOT));
            tally.counter(
                    "vandvagt.letters.arrived",
                    "taken by the other side",
                    tags,
                    () -> office.tallies(way).arrived());
            tally.counter(
                    "vandvagt.letters.attempts.failed",
                    "tried again, or given up",
                    tags,
                    () -> office.tallies(way).attemptsFailed());
            tally.counter(
                    "vandvagt.letters.dead",
                    "given up",
                    tags,
                    () -> office.tallies(way).dead());
            tally.gauge(
                    "vandvagt.letters.last.seconds",
                    "from writing to arrival of the letter that arrived last",
                    tags,
                    () -> office.tallies(way).lastMs() / MS);
        }
        tally.gauge("vandvagt.letters.waiting", "on their way, or owed", Tags.empty(), office::waiting);
        for (Subscribers.Limit limit : Subscribers.Limit.values()) {
            tally.counter(
                    "vandvagt.subscriptions.limited",
                    "asked for and not made: too many",
                    Tags.of("limit", limit.name().toLowerCase(Locale.ROOT)),
                    () -> post.limits(limit));
        }
    }

    /** One source's, under its name. */
    void count(Tally tally, String id, MqttSource source) {
        Tags tags = Tags.of("source", id);
        tally.gauge(
                "vandvagt.source.subscribed",
                "1 while its subscription stands",
                tags,
                () -> source.tallies().subscribed() ? 1 : 0);
        tally.counter(
                "vandvagt.source.messages",
                "received, repeats included",
                tags,
                () -> source.tallies().receivedMessages());
        tally.counter(
                "vandvagt.source.acknowledged",
                "messages",
                tags,
                () -> source.tallies().acknowledged());
        tally.counter(
                "vandvagt.source.reconnects",
                "connections after the first",
                tags,
                () -> source.tallies().reconnects());
    }

    /** One channel's, under its name. */
    static void count(Tally tally, Channel channel) {
        Tags tags = Tags.of("channel", channel.name());
        tally.gauge(
                "vandvagt.channel.connected",
                "1 while it can tell",
                tags,
                () -> channel.tallies().connected() ? 1 : 0);
        tally.counter(
                "vandvagt.channel.told",
                "messages the other side has",
                tags,
                () -> channel.tallies().told());
        tally.counter(
                "vandvagt.channel.failures",
                "attempts that are made again",
                tags,
                () -> channel.tallies().failures());
    }

    /** Names every count for Prometheus. */
    void count(Tally tally) {
        countPost(tally);
        tally.received(() -> run.sequencer().counts().readings());
        tally.judged(() -> run.shards().judged());
        tally.stored(() -> drained(DrainCounts::inserted));
        for (Refusal refusal : Refusal.values()) {
            tally.refused(refusal.tag(), () -> run.sequencer().refused(refusal));
        }
        tally.inboxDepth("journal", () -> run.sequencer().counts().queueDepth());
        tally.inboxDepth("shards", () -> run.shards().inboxDepth());
        tally.judgedLagSeconds(
                () -> (run.sequencer().counts().clockMs() - run.shards().gatheredClockMs()) / MS);
        tally.committedLagSeconds(this::committedLagSeconds);
        tally.alerts(
                "active", () -> run.shards().standingAlerts() - run.shards().silentAlerts());
        tally.alerts("stale", () -> run.shards().silentAlerts());
        Tags none = Tags.empty();
        tally.counter(
                "vandvagt.readings.redelivered",
                "same key, same value",
                none,
                () -> run.shards().counts().redelivered());
        tally.counter(
                "vandvagt.readings.corrected",
                "same key, other value",
                none,
                () -> run.shards().counts().corrected());
        tally.counter(
                "vandvagt.readings.late",
                "older than the lateness window",
                none,
                () -> run.shards().counts().late());
        tally.counter(
                "vandvagt.readings.overflowed",
                "gave way in a full window: the sensor reports more often than its interval says",
                none,
                () -> run.shards().counts().overflowed());
        tally.counter(
                "vandvagt.quality.operator.calls",
                "a person must look: three failures in a row above a raising point, an implausible step, doubt whether it is over",
                none,
                () -> run.shards().counts().operatorCalls());
        tally.counter(
                "vandvagt.rain.counter.resets",
                "rain counters that began anew or jumped",
                none,
                () -> run.shards().counts().counterResets());
        tally.counter(
                "vandvagt.rain.late",
                "readings of rain that came too late to count",
                none,
                () -> run.shards().counts().rainTooLate());
        tally.gauge(
                "vandvagt.sensors.stale",
                "sensors that are silent",
                none,
                () -> run.shards().counts().staleSensors());
        tally.gauge(
                "vandvagt.sensors",
                "sensors in the settings",
                none,
                () -> run.catalogue().stations().stream()
                        .mapToInt(station -> station.sensors().size())
                        .sum());
        tally.gauge(
                "vandvagt.snapshot.age.seconds",
                "since the state was last on disk",
                none,
                () -> (wallClockMs.getAsLong() - run.snapshotAtMs()) / MS);
        tally.counter(
                "vandvagt.journal.fsyncs",
                "group commits",
                none,
                () -> run.sequencer().counts().fsyncs());
        tally.counter(
                "vandvagt.journal.failures",
                "writes the disk refused",
                none,
                () -> run.sequencer().counts().failures());
        countLogs(tally);
        tally.counter("vandvagt.store.duplicates", "redeliveries", none, () -> drained(DrainCounts::duplicates));
        tally.counter("vandvagt.store.corrections", "other value", none, () -> drained(DrainCounts::corrections));
        tally.counter(
                "vandvagt.store.quarantined",
                "rows the database refused for what they hold",
                none,
                () -> drained(DrainCounts::quarantined));
        tally.gauge("vandvagt.store.up", "1 when the database answers", none, () -> {
            Store database = store.get();
            return database != null && database.isUp() ? 1 : 0;
        });
        tally.gauge(
                "vandvagt.store.jobs.failing", "jobs of the database, its roll-up or upkeep that fail", none, () -> {
                    Store database = store.get();
                    return database == null ? 0 : database.troubles().size();
                });
        tally.gauge("vandvagt.broker.outstanding", "messages the embedded broker holds for the service", none, () -> {
            EmbeddedBroker own = broker.get();
            return own == null ? Double.NaN : own.outstanding();
        });
    }

    private void countLogs(Tally tally) {
        for (int i = 0; i < LOGS.size(); i++) {
            int log = i;
            Tags tags = Tags.of("log", LOGS.get(i));
            tally.gauge("vandvagt.journal.bytes", "on disk", tags, () -> run.bytes()[log]);
            tally.gauge("vandvagt.journal.segments", "files", tags, () -> run.segments()[log]);
            tally.gauge("vandvagt.journal.age.seconds", "of the oldest frame kept", tags, () -> {
                long oldestAtMs = run.kept().oldestAtMs()[log];
                return oldestAtMs == 0 ? Double.NaN : (wallClockMs.getAsLong() - oldestAtMs) / MS;
            });
        }
        tally.gauge(
                "vandvagt.journal.kept.aside",
                "files",
                Tags.of("why", "damaged"),
                () -> run.kept().damaged());
        tally.gauge(
                "vandvagt.journal.kept.aside",
                "files",
                Tags.of("why", "torn"),
                () -> run.kept().torn());
        tally.gauge(
                "vandvagt.journal.disk.free.bytes",
                "of the disk that the run is on",
                Tags.empty(),
                () -> run.kept().freeBytes());
        tally.gauge(
                "vandvagt.journal.disk.bytes",
                "size of the disk that the run is on",
                Tags.empty(),
                () -> run.kept().diskBytes());
        tally.gauge(
                "vandvagt.journal.limit.bytes",
                "what each of the three logs may grow to",
                Tags.empty(),
                limits::maxBytes);
        tally.gauge(
                "vandvagt.letters.given.up",
                "and not sent again yet",
                Tags.empty(),
                () -> post.office().dead());
        tally.gauge(
                "vandvagt.lag.sequences",
                "judged and not yet committed in the database; NaN while that is not known",
                Tags.of("to", "committed"),
                () -> {
                    Store database = store.get();
                    return database == null || database.drain().sequence() < 0
                            ? Double.NaN
                            : Math.max(
                                    0,
                                    run.shards().gatheredSequence()
                                            - database.drain().sequence());
                });
        Timer fsync = Timer.builder("vandvagt.journal.fsync")
                .description("how long the disk takes for a group commit")
                .serviceLevelObjectives(
                        Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(tally.registry());
        DistributionSummary batch = DistributionSummary.builder("vandvagt.journal.batch.readings")
                .description("readings of one group commit; ticks and commands are 0")
                .serviceLevelObjectives(1, 10, 100, 1000)
                .register(tally.registry());
        run.sequencer().watch((readings, fsyncNanos) -> {
            fsync.record(fsyncNanos, TimeUnit.NANOSECONDS);
            batch.record(readings);
        });
    }

    /** 0 once the database has all that was judged; NaN while it is not known how far it is. */
    private double committedLagSeconds() {
        long judged = run.shards().gatheredSequence();
        Store database = store.get();
        if (database == null || database.drain().sequence() < 0) {
            return Double.NaN;
        }
        DrainCounts drain = database.drain();
        if (drain.sequence() >= judged) {
            return 0;
        }
        return drain.clockMs() == 0 ? Double.NaN : (run.shards().gatheredClockMs() - drain.clockMs()) / MS;
    }

    private long drained(java.util.function.ToLongFunction<DrainCounts> count) {
        Store database = store.get();
        return database == null ? 0 : count.applyAsLong(database.drain());
    }
}
