package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
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
            defaultValue = "vandvagt/v1/readings",
            order = 54,
            description = "readings go to TOPIC/{sensorId} (default: ${DEFAULT-VALUE})")
    private String topicPrefix = "";

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

    Encoder encoder() {
        String at = "--topic-prefix " + topicPrefix + ": ";
        if (topicPrefix.isEmpty() || topicPrefix.startsWith("/") || topicPrefix.endsWith("/")) {
            throw fault(at + "expected levels such as vandvagt/v1/readings, without a slash at either end");
        }
        if (topicPrefix.contains("+") || topicPrefix.contains("#")) {
            throw fault(at + "found a wildcard; a message goes to one topic");
        }
        return new Encoder(topicPrefix);
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
        PublisherSettings settings = settings();
        PrintWriter out = spec().commandLine().getOut();
        PrintWriter err = spec().commandLine().getErr();
        if (dryRun) {
            for (int i = 0; i < plan.repeats(); i++) {
                for (Message message : plan.event()) {
                    // not println: the same bytes on every system
                    out.print(message.topic() + ' ' + message.payload() + '\n');
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
        boolean terminal = Progress.standardErrorIsTerminal();
        Summary summary;
        if (!quiet && (terminal || progress)) {
            try (Progress _ = new Progress(transmission, publisher, err, terminal)) {
                summary = transmission.run();
            }
        } else {
            summary = transmission.run();
        }
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

    private PublisherSettings settings() {
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
