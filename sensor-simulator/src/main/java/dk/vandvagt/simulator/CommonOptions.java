package dk.vandvagt.simulator;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every subcommand is told about the broker, the pace and how much to say, and the run that follows from it. */
final class CommonOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Option(
            names = "--broker",
            paramLabel = "URL",
            defaultValue = "tcp://127.0.0.1:1883",
            order = 50,
            description = "MQTT 5 broker (default: ${DEFAULT-VALUE})")
    private String broker = "";

    @Option(names = "--username", paramLabel = "NAME", order = 51, description = "user name at the broker")
    private @Nullable String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            order = 52,
            description = "file whose first line is the password; never given on the command line, where others see it")
    private @Nullable Path passwordFile;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            order = 53,
            description = "MQTT client id (default: vandvagt-simulator- and eight random digits)")
    private @Nullable String clientId;

    @Option(
            names = "--topic-prefix",
            paramLabel = "TOPIC",
            order = 54,
            description =
                    "readings go to TOPIC/{sensorId}, and as their format has it (default: vandvagt/v1/readings, and"
                            + " what other formats usually have)")
    private @Nullable String topicPrefix;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "canonical-json",
            order = 41,
            description = "payloads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Format format = Format.CANONICAL_JSON;

    @Option(
            names = "--fault",
            paramLabel = "KIND[,KEY=VALUE]...",
            order = 42,
            description = "something that goes wrong, repeatable; kinds and keys: vandvagt-simulator faults")
    private List<String> faults = List.of();

    @Option(
            names = "--fault-seed",
            paramLabel = "N",
            order = 43,
            description = "the same seed gives the same faults (default: the seed of what is played, else 1)")
    private @Nullable Long faultSeed;

    @Option(
            names = "--settings",
            order = 59,
            description = "print what the service's settings need for this format, and send nothing")
    private boolean settings;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            order = 60,
            description = "write what would be sent to a file: a line each of instant, topic and payload (base64)")
    private @Nullable Path write;

    @Option(
            names = "--inflight",
            paramLabel = "N",
            defaultValue = "50",
            order = 55,
            description = "messages unacknowledged at once, at most (default: ${DEFAULT-VALUE})")
    private int inflight;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            order = 56,
            description = "how long to try for the first connection (default: ${DEFAULT-VALUE})")
    private int connectTimeoutSeconds;

    @Option(
            names = "--give-up-after",
            paramLabel = "SECONDS",
            order = 57,
            description = "end when for this long the broker accepts none of the waiting messages (default: never)")
    private @Nullable Integer giveUpAfterSeconds;

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "3600",
            order = 40,
            description = "event time runs X times as fast as the clock, or 'max': as fast as the broker takes it"
                    + " (default: ${DEFAULT-VALUE}, an hour per second)")
    private String speed = "";

    @Option(names = "--dry-run", order = 60, description = "print topics and payloads instead of sending them")
    private boolean dryRun;

    @Option(names = "--json", order = 61, description = "at the end, print a summary as JSON on standard output")
    private boolean json;

    @Option(names = "--progress", order = 62, description = "tell progress even where standard error is no terminal")
    private boolean progress;

    @Option(names = "--quiet", order = 63, description = "say nothing but faults")
    private boolean quiet;

    @Option(
            names = "--exit-with-parent",
            order = 64,
            description = "end when standard input ends, as it does when the starting process is gone")
    private boolean exitWithParent;

    Encoder encoder(Map<String, String> units) {
        String prefix = topicPrefix == null ? format.usualPrefix() : topicPrefix;
        String at = "--topic-prefix " + prefix + ": ";
        if (prefix.isEmpty() || prefix.startsWith("/") || prefix.endsWith("/")) {
            throw fault(at + "expected levels such as vandvagt/v1/readings, without a slash at either end");
        }
        if (prefix.contains("+") || prefix.contains("#")) {
            throw fault(at + "found a wildcard; a message goes to one topic");
        }
        return format.encoder(prefix, units);
    }

    /**
     * From measurements to messages, by the chosen format and faults.
     *
     * @param more faults that what is played brings along; they come first
     */
    Telemetry telemetry(Map<String, String> units, int perMessage, List<Fault> more, long seed, List<Reading> event) {
        Set<String> sensors = new TreeSet<>();
        event.forEach(reading -> sensors.add(reading.sensorId()));
        List<Fault> all = new ArrayList<>(more);
        all.addAll(faults());
        for (Fault fault : all) {
            for (String sensorId : fault.sensors()) {
                if (!sensors.contains(sensorId)) {
                    throw fault("--fault " + fault.kind().tag() + ": sensor " + sensorId + " is not played; there are "
                            + String.join(", ", sensors));
                }
            }
        }
        Faults made = new Faults(faultSeed(seed), all);
        made.learn(event);
        return new Telemetry(encoder(units), perMessage, made);
    }

    /** Those of the command line. */
    List<Fault> faults() {
        List<Fault> all = new ArrayList<>();
        for (String fault : faults) {
            try {
                all.add(Fault.of(fault));
            } catch (IllegalArgumentException e) {
                throw fault("--fault " + fault + ": " + e.getMessage());
            }
        }
        return all;
    }

    long faultSeed(long usual) {
        Long asked = faultSeed;
        return asked == null ? usual : asked;
    }

    /** For a command that sends by a schedule of its own. */
    void refuse(String command, String... options) {
        for (String option : options) {
            if (spec().commandLine().getParseResult().hasMatchedOption(option)) {
                throw fault(option + ": " + command + " has none");
            }
        }
    }

    Format format() {
        return format;
    }

    String checkedSensorId(String sensorId, String option) {
        if (sensorId.isBlank() || !sensorId.matches("[^/+#\\s\\p{Cntrl}]+")) {
            throw fault(option + ": '" + sensorId
                    + "' is no sensor id; expected one topic level, without spaces, '/', '+' and '#'");
        }
        return sensorId;
    }

    ParameterException fault(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    /** Carries a plan out; everything on the command line has been checked before anything is sent. */
    int carryOut(Plan plan, Simulator simulator) {
        double checkedSpeed;
        try {
            checkedSpeed = Pace.parseSpeed(speed);
        } catch (IllegalArgumentException e) {
            throw fault("--speed " + e.getMessage());
        }
        PublisherSettings settings = publisherSettings();
        PrintWriter out = spec().commandLine().getOut();
        PrintWriter err = spec().commandLine().getErr();
        if (this.settings) {
            out.print(ServiceSettings.of(format, plan.units()));
            out.flush();
            return 0;
        }
        if (write != null) {
            return writeTo(write, plan);
        }
        if (dryRun) {
            for (int i = 0; i < plan.repeats(); i++) {
                for (Message message : plan.event()) {
                    // not println: the same bytes on every system
                    out.print(message.topic() + ' ' + shown(message) + '\n');
                }
            }
            out.flush();
            return 0;
        }
        if (exitWithParent) {
            simulator.stopAtEndOfInput();
        }
        Publisher publisher = new Publisher(settings, quiet ? _ -> {} : err::println);
        Transmission transmission =
                new Transmission(plan, checkedSpeed, publisher, simulator.clock(), simulator.stop());
        Summary summary = telling(transmission::progress, transmission::run);
        if (!quiet) {
            err.println(summary.text());
        }
        if (summary.fault() != null) {
            err.println("vandvagt-simulator: " + summary.fault());
        }
        if (json) {
            out.println(summary.json());
        }
        return summary.exitCode();
    }

    boolean isQuiet() {
        return quiet;
    }

    boolean wantsJson() {
        return json;
    }

    boolean endsWithParent() {
        return exitWithParent;
    }

    /** Runs it, with a line of progress a second where somebody watches. */
    <T> T telling(Supplier<String> line, Supplier<T> run) {
        boolean terminal = Progress.standardErrorIsTerminal();
        if (quiet || !(terminal || progress)) {
            return run.get();
        }
        try (Progress _ = new Progress(line, spec().commandLine().getErr(), terminal)) {
            return run.get();
        }
    }

    private String shown(Message message) {
        boolean binary = format == Format.CANONICAL_CBOR || format == Format.SENML_CBOR || format == Format.SPARKPLUG;
        return binary ? HexFormat.of().formatHex(message.payload()) : message.text();
    }

    private int writeTo(Path file, Plan plan) {
        Base64.Encoder base64 = Base64.getEncoder();
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            for (int i = 0; i < plan.repeats(); i++) {
                for (Message message : plan.event()) {
                    lines.write(Instant.ofEpochMilli(message.sentAtMs()) + " " + message.topic() + " "
                            + base64.encodeToString(message.payload()) + "\n");
                }
            }
        } catch (IOException e) {
            throw fault("--write " + file + ": cannot be written (" + e + ")");
        }
        return 0;
    }

    PublisherSettings publisherSettings() {
        URI uri;
        try {
            uri = URI.create(broker);
        } catch (IllegalArgumentException _) {
            throw fault("--broker " + broker + ": expected tcp://host:port");
        }
        if (!"tcp".equals(uri.getScheme())
                || uri.getHost() == null
                || !uri.getPath().isEmpty()) {
            throw fault("--broker " + broker + ": expected tcp://host:port, such as tcp://127.0.0.1:1883");
        }
        String url = uri.getPort() < 0 ? "tcp://" + uri.getHost() + ":1883" : broker;
        return new PublisherSettings(
                url,
                username,
                password(),
                clientId == null ? "vandvagt-simulator-" + randomDigits() : clientId,
                atLeastOne(inflight, "--inflight"),
                Duration.ofSeconds(atLeastOne(connectTimeoutSeconds, "--connect-timeout")),
                giveUpAfterSeconds == null
                        ? null
                        : Duration.ofSeconds(atLeastOne(giveUpAfterSeconds, "--give-up-after")));
    }

    private byte @Nullable [] password() {
        Path file = passwordFile;
        if (file == null) {
            return null;
        }
        try {
            String password = Files.readString(file).lines().findFirst().orElse("");
            if (password.isEmpty()) {
                throw fault("--password-file " + file + ": its first line is empty; expected the password there");
            }
            return password.getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw fault("--password-file " + file + ": cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    private int atLeastOne(int value, String option) {
        if (value < 1) {
            throw fault(option + " " + value + ": expected a whole number of at least 1");
        }
        return value;
    }

    private static String randomDigits() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private CommandLine.Model.CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set the command yet");
        }
        return spec;
    }
}
