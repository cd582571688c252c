package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: reads it, runs one subcommand, and turns a signal or a lost parent into an orderly end. */
@Command(
        name = "vandvagt-simulator",
        mixinStandardHelpOptions = true,
        versionProvider = Simulator.Version.class,
        subcommands = {
            ReplayCommand.class,
            StormCommand.class,
            ScenarioCommand.class,
            LoadCommand.class,
            DrillCommand.class,
            FaultsCommand.class
        },
        description = "Plays water level and rain sensors towards an MQTT broker.",
        footer = {
            "",
            "Exit code 0: everything was acknowledged by the broker as accepted; 1: it was not, and why is said."
        })
public final class Simulator implements Runnable {
    /** Beyond what a transmission waits for acknowledgements after a stop, and what closing may take. */
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final InputStream in;
    private final Stop stop;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    Simulator(InstantSource clock, InputStream in, Stop stop) {
        this.clock = clock;
        this.in = in;
        this.stop = stop;
    }

    public static void main(String[] args) {
        Stop stop = new Stop();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger exitCode = new AtomicInteger(1);
        Thread onSignal = Thread.ofPlatform().name("end").unstarted(() -> {
            if (ended.getCount() > 0) {
                stop.request("signal");
                try {
                    if (!ended.await(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                        System.err.println("vandvagt-simulator: did not end in time");
                    }
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                // instead of the signal's own code, so that a clean end after Ctrl-C is told from a broken one
                Runtime.getRuntime().halt(exitCode.get());
            }
        });
        Runtime.getRuntime().addShutdownHook(onSignal);

        Simulator simulator = new Simulator(InstantSource.system(), System.in, stop);
        exitCode.set(simulator.run(args, writer(System.out), writer(System.err)));
        ended.countDown();
        System.exit(exitCode.get());
    }

    /** Another command of the same run, with the same end. */
    int again(List<String> args, PrintWriter out, PrintWriter err) {
        return new Simulator(clock, in, stop).run(args.toArray(String[]::new), out, err);
    }

    int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(this)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Instant.class, Simulator::instant)
                .registerConverter(Format.class, Simulator::format)
                .setParameterExceptionHandler(Simulator::explain);
        int code = line.execute(args);
        out.flush();
        err.flush();
        return code;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                commandLine(), "a subcommand is missing: storm, scenario, replay, load, drill, or faults to list them");
    }

    InstantSource clock() {
        return clock;
    }

    Stop stop() {
        return stop;
    }

    void stopAtEndOfInput() {
        Thread.ofPlatform().name("parent-watch").daemon().start(() -> {
            try {
                while (in.read() >= 0) {
                    // what the parent may write is no concern of ours, only that it is there
                }
            } catch (IOException _) {
                // a broken pipe means the same as its end
            }
            stop.request("standard input ended");
        });
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            throw new CommandLine.TypeConversionException(
                    "'" + text + "' is no instant; expected one such as 2023-10-20T21:40:00Z");
        }
    }

    private static Format format(String text) {
        try {
            return Format.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** One message and where to read on, instead of the whole usage text below which the message would scroll away. */
    private static int explain(CommandLine.ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("vandvagt-simulator: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("see " + line.getCommandSpec().qualifiedName() + " --help");
        return 1;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** The version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Simulator.class.getPackage().getImplementationVersion();
            return new String[] {"vandvagt-simulator " + (version == null ? "(not packaged)" : version)};
        }
    }
}
