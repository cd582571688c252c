package dk.vandvagt.app;

import dk.vandvagt.config.Settings;
import dk.vandvagt.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A storm from sensor to page on this machine alone: the service as it is, fed by the simulator in a process of its own. Begins
 * from nothing each time, in a folder that only it writes.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        description =
                "Shows a storm at Assens: starts broker, database, service and simulator, and tells where to look.")
final class DemoCommand implements Callable<Integer> {
    /** From half a day before the water is on the quays to calm again: so the first alert comes within seconds. */
    private static final String STORM_HOURS = "62";

    private static final String MARK = "vandvagt-demo";
    /** Set by the launcher; the simulator is a program of its own, never on this one's class path. */
    static final String SIMULATOR = "vandvagt.simulator";

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings (default: config/assens.yml beside the launcher)")
    private Path config = Path.of(System.getProperty("vandvagt.home", "."), "config", "assens.yml");

    @Option(names = "--seed", paramLabel = "N", description = "of the storm: the same seed, the same storm")
    @Nullable
    Long seed;

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "4000",
            description =
                    "storm time against real time (default: ${DEFAULT-VALUE}: two and a half days in under a minute)")
    private double speed;

    @Mixin
    private Vandvagt.Where where = new Vandvagt.Where();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = Vandvagt.load(config, spec);
        if (settings == null) {
            return 2;
        }
        String simulator = System.getProperty(SIMULATOR);
        if (simulator == null || !Files.isRegularFile(Path.of(simulator))) {
            throw new IOException("the simulator is not there (" + simulator
                    + "): start the demo by ./vandvagt demo, which builds it");
        }
        Path data = where.data == null ? Path.of("data", "demo") : where.data;
        FileChannel held = beginFromNothing(data);
        System.out.println("Vandvagt demo: a storm at " + settings.place().name() + "; data in " + data);
        Service service = Service.start(
                where.applyTo(settings).withRun("demo", new Settings.Clock.Stream(Duration.ofHours(1))),
                config,
                data,
                Progress.on(System.out));
        Process storm = startStorm(simulator, settings, service);
        System.out.printf("""

                Open        %s
                See         water rise in the Little Belt, a cloudburst pass, alerts go yellow, orange, red and clear
                Time        the clock is that of the readings, %.0f times as fast as real time, until it has caught up
                Operator    token in %s
                Nothing here is a forecast or a warning: the storm is simulated.
                Ctrl-C stops everything.
                """, service.address(), speed, service.operatorTokenFile());
        System.out.flush();
        Vandvagt.untilStopped(() -> {
            storm.destroy();
            if (!storm.waitFor(5, TimeUnit.SECONDS)) {
                storm.destroyForcibly();
            }
            service.close();
            held.close();
        });
        return CommandLine.ExitCode.OK;
    }

    private Process startStorm(String simulator, Settings settings, Service service) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-jar",
                simulator,
                "storm",
                "--broker",
                "tcp://127.0.0.1:" + service.mqttPort(),
                "--username",
                Service.SENSOR_ACCOUNT,
                "--password-file",
                service.sensorPasswordFile().toString(),
                "--topic-prefix",
                settings.mqtt().topicPrefix() + "/readings",
                "--end-now",
                "--duration",
                STORM_HOURS,
                "--speed",
                String.valueOf(speed),
                "--exit-with-parent",
                "--quiet"));
        if (seed != null) {
            command.addAll(List.of("--seed", seed.toString()));
        }
        // its standard input is a pipe from here: when this process is gone, however it went, the simulator sees it end
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /**
     * Empties the folder, but only one that a demo has made and none is using.
     *
     * @return held for as long as the demo runs
     */
    private static FileChannel beginFromNothing(Path data) throws IOException {
        Path mark = data.resolve(MARK);
        if (Files.isDirectory(data) && !Files.exists(mark)) {
            try (Stream<Path> entries = Files.list(data)) {
                if (entries.findAny().isPresent()) {
                    throw new IOException(data + " is not a demo's folder, so the demo does not empty it:"
                            + " choose another with --data");
                }
            }
        }
        DataFolder.at(data);
        FileChannel held = FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (held.tryLock() == null) {
            held.close();
            throw new IOException("another demo runs in " + data + ": stop it, or choose another folder with --data");
        }
        EmbeddedDatabase.stopLeftover(data.resolve("database"));
        try (Stream<Path> entries = Files.list(data)) {
            for (Path entry : entries.filter(each -> !each.equals(mark)).toList()) {
                deleteAll(entry);
            }
        }
        return held;
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
