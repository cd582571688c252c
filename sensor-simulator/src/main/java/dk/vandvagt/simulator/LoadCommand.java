package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code load}: as many messages as were asked for, or as the broker takes, and how long each took. */
@Command(
        name = "load",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description =
                "Sends many sensors' readings at a rate, or as fast as it goes, and tells how long the broker took.",
        footer = {
            "",
            "With a rate, a message's latency counts from when it was due, not from when it could be sent: a broker that",
            "falls behind shows it (no coordinated omission). Without one it counts from handing over to PUBACK, with",
            "--inflight messages underway on each connection."
        })
final class LoadCommand implements Callable<Integer> {
    private static final Set<Fault.Kind> NOT_HERE = EnumSet.of(Fault.Kind.DELAY, Fault.Kind.REORDER, Fault.Kind.OUTAGE);
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final int MOST_SENSORS = 1_000_000;
    private static final int MOST_CONNECTIONS = 1000;
    private static final long PATIENCE_MS = 30_000;
    /** Waits shorter than this are not slept: the kernel wakes no thread so precisely. */
    private static final long FINEST_SLEEP_NANOS = 60_000;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable Simulator simulator;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--sensors",
            paramLabel = "N",
            defaultValue = "1000",
            order = 1,
            description = "(default: ${DEFAULT-VALUE})")
    private int sensors;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "max",
            order = 2,
            description = "messages a second, or max: as fast as it goes (default: ${DEFAULT-VALUE})")
    private String rate = "";

    @Option(
            names = "--connections",
            paramLabel = "M",
            defaultValue = "1",
            order = 3,
            description = "(default: ${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--readings",
            paramLabel = "K",
            defaultValue = "1",
            order = 4,
            description = "in a message (default: ${DEFAULT-VALUE})")
    private int readings;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            order = 5,
            description = "how long (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "2",
            order = 6,
            description = "seconds before, which are sent and not counted (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--sensor-pattern",
            paramLabel = "PATTERN",
            defaultValue = "LOAD-{n}",
            order = 7,
            description = "sensor id, {n} from 1 (default: ${DEFAULT-VALUE})")
    private String pattern = "";

    private List<Fault> faults = List.of();
    private final List<LoadConnection> open = new CopyOnWriteArrayList<>();
    private long acknowledgedBefore;

    /**
     * @param acknowledged of those sent after the warm-up
     * @param askedPerSecond infinite where as fast as it goes
     */
    private record Counted(
            long sent,
            long acknowledged,
            long refused,
            double seconds,
            double askedPerSecond,
            Histogram latencyUs,
            @Nullable String fault) {
        double perSecond() {
            return acknowledged / seconds;
        }
    }

    @Override
    public Integer call() {
        double perSecond = perSecond();
        common.refuse("load", "--speed", "--dry-run", "--write", "--settings");
        if (warmUp < 0) {
            throw common.fault("--warm-up " + warmUp + ": expected 0 or more seconds");
        }
        within("--sensors", sensors, MOST_SENSORS);
        within("--connections", connections, Math.min(sensors, MOST_CONNECTIONS));
        within("--readings", readings, Format.MOST_READINGS);
        within("--seconds", seconds, 86_400);
        if (!pattern.contains("{n}")) {
            throw common.fault("--sensor-pattern " + pattern + ": expected {n} in it, or all sensors share one id");
        }
        if (common.format() == Format.SPARKPLUG && connections > 1) {
            throw common.fault(
                    "--connections " + connections + ": sparkplug is one node here, which has one connection");
        }
        common.checkedSensorId(pattern.replace("{n}", "1"), "--sensor-pattern");
        faults = common.faults();
        for (Fault fault : faults) {
            if (NOT_HERE.contains(fault.kind()) || fault.from().anchor() == Moment.Anchor.PEAK) {
                throw common.fault(
                        "--fault " + fault.kind().tag() + ": a load has no peak, and sends each message when it is due:"
                                + " delay, reorder, outage and what begins at a peak are for storm, scenario and replay");
            }
        }
        Simulator main = Objects.requireNonNull(simulator);
        if (common.endsWithParent()) {
            main.stopAtEndOfInput();
        }
        Counted counted = common.telling(this::progress, () -> run(perSecond, main));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        if (!common.isQuiet()) {
            err.println(text(counted));
        }
        if (counted.fault != null) {
            err.println("vandvagt-simulator: " + counted.fault);
        }
        if (common.wantsJson()) {
            out.println(json(counted));
        }
        return counted.fault == null ? 0 : 1;
    }

    private double perSecond() {
        if (rate.equals("max")) {
            return Double.POSITIVE_INFINITY;
        }
        double asked = Reading.isNumber(rate) ? Double.parseDouble(rate) : 0;
        if (!(asked > 0)) {
            throw common.fault("--rate " + rate + ": expected messages a second such as 5000, or max");
        }
        return asked;
    }

    private void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw common.fault(option + " " + value + ": expected 1 to " + most);
        }
    }

    private Counted run(double perSecond, Simulator main) {
        PublisherSettings settings = common.publisherSettings();
        String fault = null;
        List<Sender> senders = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(new LoadConnection(settings, settings.clientId() + "-" + i, Double.isInfinite(perSecond)));
            }
            long beginNanos = System.nanoTime();
            for (int i = 0; i < connections; i++) {
                senders.add(new Sender(i, open.get(i), perSecond, beginNanos, main));
            }
            senders.forEach(sender -> sender.thread.start());
            for (Sender sender : senders) {
                sender.thread.join();
            }
        } catch (IOException e) {
            fault = "no connection to an MQTT broker at " + settings.broker() + " (" + e.getMessage() + ")";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            fault = "interrupted";
        }
        long sent = 0;
        long acknowledged = 0;
        long refused = 0;
        double longest = 1e-9;
        Histogram latencyUs = new Histogram(3);
        for (LoadConnection each : open) {
            if (!each.awaitAcknowledged(main.stop().isRequested() ? 3000 : PATIENCE_MS) && fault == null) {
                String why = each.fault();
                fault = why != null ? why : "the broker has not acknowledged all within " + PATIENCE_MS / 1000 + " s";
            }
        }
        for (Sender sender : senders) {
            LoadConnection each = sender.connection;
            longest = Math.max(longest, (System.nanoTime() - sender.countedFromNanos) / 1e9);
            each.close();
            sent += each.published() - sender.sentBefore;
            acknowledged += each.latencyUs().getTotalCount();
            refused += each.refused();
            latencyUs.add(each.latencyUs());
        }
        open.forEach(LoadConnection::close);
        return new Counted(sent, acknowledged, refused, longest, perSecond, latencyUs, fault);
    }

    /** One connection's share of the sensors and of the rate. */
    private final class Sender {
        private final int index;
        private final LoadConnection connection;
        private final double nanosApart;
        private final long beginNanos;
        private final Simulator main;
        private final Encoder encoder;
        private final Faults goingWrong;
        private final List<String> mine = new ArrayList<>();
        private final long[] lastMs;
        private final Thread thread;
        private volatile long countedFromNanos;
        private volatile long sentBefore;

        Sender(int index, LoadConnection connection, double perSecond, long beginNanos, Simulator main) {
            this.index = index;
            this.connection = connection;
            this.main = main;
            this.beginNanos = beginNanos;
            nanosApart = connections * 1e9 / perSecond;
            encoder = common.encoder(Map.of());
            for (int n = index; n < sensors; n += connections) {
                mine.add(pattern.replace("{n}", String.valueOf(n + 1)));
            }
            goingWrong = new Faults(common.faultSeed(1), faults);
            goingWrong.beginAt(main.clock().millis());
            lastMs = new long[mine.size()];
            countedFromNanos = beginNanos;
            thread = Thread.ofPlatform().name("load-" + index).unstarted(this::send);
        }

        private void send() {
            boolean paced = nanosApart > 0;
            // the connections' turns lie between one another
            double firstDue = beginNanos + nanosApart * index / connections;
            long countFrom = beginNanos + TimeUnit.SECONDS.toNanos(warmUp);
            long end = countFrom + TimeUnit.SECONDS.toNanos(seconds);
            boolean counting = false;
            try {
                for (long i = 0; connection.fault() == null && !main.stop().isRequested(); i++) {
                    long now = System.nanoTime();
                    long due = paced ? Math.round(firstDue + i * nanosApart) : now;
                    if (due - end >= 0) {
                        break;
                    }
                    while (now - due < 0) {
                        connection.flush();
                        if (due - now > FINEST_SLEEP_NANOS) {
                            LockSupport.parkNanos(due - now - FINEST_SLEEP_NANOS / 2);
                        } else {
                            Thread.onSpinWait();
                        }
                        now = System.nanoTime();
                    }
                    if (!counting && due - countFrom >= 0) {
                        counting = true;
                        connection.countFrom(due);
                        countedFromNanos = System.nanoTime();
                        sentBefore = connection.published();
                    }
                    for (Message message : message((int) (i % mine.size()))) {
                        connection.publish(message, due, main.stop());
                    }
                }
                connection.flush();
            } catch (IOException e) {
                connection.fail(String.valueOf(e.getMessage()));
            }
        }

        /** Observed as it is sent; where that is not later than the sensor's last, a millisecond after it. */
        private List<Message> message(int sensor) {
            long atMs = Math.max(main.clock().millis(), lastMs[sensor] + 1);
            lastMs[sensor] = atMs + readings - 1;
            List<Reading> batch = new ArrayList<>(readings);
            for (int k = 0; k < readings; k++) {
                Reading measured = goingWrong.measured(new Reading(mine.get(sensor), atMs + k, value(atMs + k)));
                if (measured != null) {
                    batch.add(measured);
                }
            }
            if (batch.isEmpty()) {
                return List.of();
            }
            List<Message> sound = encoder.messages(batch, atMs);
            if (goingWrong.isEmpty()) {
                return sound;
            }
            List<Message> arriving = new ArrayList<>();
            for (Message message : sound) {
                arriving.addAll(goingWrong.arriving(message, new Reading(mine.get(sensor), atMs, "0")));
            }
            return arriving;
        }

        private static String value(long atMs) {
            long hundredths = atMs / 7 % 90 + 10;
            return "0." + hundredths;
        }
    }

    private String progress() {
        long acknowledged = 0;
        Histogram latest = new Histogram(3);
        for (LoadConnection each : open) {
            acknowledged += each.acknowledged();
            latest.add(each.latestLatencyUs());
        }
        long before = acknowledgedBefore;
        acknowledgedBefore = acknowledged;
        return String.format(
                Locale.ROOT,
                "acknowledged %d, %d messages/s, p99 %.1f ms",
                acknowledged,
                (acknowledged - before) * 1000 / Progress.INTERVAL_MS,
                latest.getValueAtPercentile(99) / 1e3);
    }

    private String text(Counted counted) {
        return String.format(
                Locale.ROOT,
                "load: %d messages of %d readings acknowledged in %.1f s: %.0f messages/s, %.0f readings/s; %s%n"
                        + "  %s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.1f ms",
                counted.acknowledged,
                readings,
                counted.seconds,
                counted.perSecond(),
                counted.perSecond() * readings,
                Double.isInfinite(counted.askedPerSecond) ? "as fast as it goes" : "asked for " + rate,
                Double.isInfinite(counted.askedPerSecond) ? "handed over to PUBACK" : "due to PUBACK",
                counted.latencyUs.getValueAtPercentile(50) / 1e3,
                counted.latencyUs.getValueAtPercentile(99) / 1e3,
                counted.latencyUs.getValueAtPercentile(99.9) / 1e3,
                counted.latencyUs.getMaxValue() / 1e3);
    }

    private String json(Counted counted) {
        StringBuilder latency = new StringBuilder();
        for (double percentile : PERCENTILES) {
            latency.append(latency.isEmpty() ? "" : ",")
                    .append("\"p")
                    .append(String.valueOf(percentile).replaceFirst("\\.0$", ""))
                    .append("\":")
                    .append(String.format(
                            Locale.ROOT, "%.3f", counted.latencyUs.getValueAtPercentile(percentile) / 1e3));
        }
        return String.format(
                Locale.ROOT,
                "{\"command\":\"load\",\"sensors\":%d,\"connections\":%d,\"readingsPerMessage\":%d,\"rate\":%s,\"sent\":%d,"
                        + "\"acknowledged\":%d,\"refused\":%d,\"seconds\":%.3f,\"messagesPerSecond\":%.1f,\"latencyFrom\":%s,"
                        + "\"latencyMs\":{%s,\"max\":%.3f},\"fault\":%s}",
                sensors,
                connections,
                readings,
                Double.isInfinite(counted.askedPerSecond) ? "\"max\"" : rate,
                counted.sent,
                counted.acknowledged,
                counted.refused,
                counted.seconds,
                counted.perSecond(),
                Double.isInfinite(counted.askedPerSecond) ? "\"sent\"" : "\"due\"",
                latency,
                counted.latencyUs.getMaxValue() / 1e3,
                counted.fault == null ? "null" : Summary.quoted(counted.fault));
    }
}
