package dk.vandvagt.app;

import dk.vandvagt.config.CheckConfig;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.Settings;
import dk.vandvagt.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. */
@Command(
        name = "vandvagt",
        description = "Watches water and rain: readings in over MQTT, judged, stored, people warned, layers out.",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        subcommands = {
            Vandvagt.Serve.class,
            DemoCommand.class,
            DrillCommand.class,
            Vandvagt.Check.class,
            CalibrateCommand.class,
            TerrainCommand.class,
            DatabaseCommand.class,
            JournalCommand.class
        },
        footer = {
            "",
            "Also: vandvagt simulate …   the sensor simulator (vandvagt simulate --help)",
            "",
            "Try:  vandvagt demo         a storm at Assens, from sensor to page, on this machine alone"
        })
public final class Vandvagt {
    static final int FAULTY_SETTINGS = 2;

    private Vandvagt() {}

    public static void main(String[] args) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        int code = new CommandLine(new Vandvagt())
                .setExecutionExceptionHandler((failed, line, parsed) -> {
                    line.getErr().println(line.getColorScheme().errorText(inWords(failed)));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
        if (code != CommandLine.ExitCode.OK) {
            System.exit(code);
        }
    }

    private static String inWords(Throwable failed) {
        return failed instanceof IOException && failed.getMessage() != null ? failed.getMessage() : failed.toString();
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Vandvagt.class.getPackage().getImplementationVersion();
            return new String[] {"vandvagt " + (version == null ? "(not packaged)" : version)};
        }
    }

    /** Ports and folder: what a machine decides rather than a place. */
    static final class Where {
        @Option(
                names = "--data",
                paramLabel = "FOLDER",
                description = "where everything is kept (data; the demo: data/demo)")
        @Nullable
        Path data;

        @Option(names = "--http-port", paramLabel = "PORT", description = "of the page and the API (8080)")
        @Nullable
        Integer httpPort;

        @Option(names = "--mqtt-port", paramLabel = "PORT", description = "of the embedded broker (1883)")
        @Nullable
        Integer mqttPort;

        @Option(names = "--db-port", paramLabel = "PORT", description = "of the embedded database (54320)")
        @Nullable
        Integer databasePort;

        Settings applyTo(Settings settings) {
            Settings moved = settings;
            moved = httpPort == null ? moved : moved.withHttpPort(httpPort);
            moved = mqttPort == null ? moved : moved.withMqttPort(mqttPort);
            return databasePort == null ? moved : moved.withDatabasePort(databasePort);
        }
    }

    /** The settings of a file, or its faults on stderr and null. */
    static @Nullable Settings load(Path file, CommandLine.Model.CommandSpec spec) {
        Read read = SettingsFile.load(file, null);
        return switch (read) {
            case Read.Good good -> {
                good.warnings()
                        .forEach(warning -> spec.commandLine().getErr().println(warning.format(file.toString())));
                yield good.settings();
            }
            case Read.Bad bad -> {
                spec.commandLine().getErr().print(CheckConfig.text(file.toString(), bad));
                spec.commandLine().getErr().flush();
                yield null;
            }
        };
    }

    /** Waits for Ctrl-C or SIGTERM, then stops everything in order. */
    static void untilStopped(AutoCloseable running) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                running.close();
                            } catch (Exception failed) {
                                System.err.println("did not stop cleanly: " + failed);
                            }
                            stopped.countDown();
                        },
                        "vandvagt-stop"));
        stopped.await();
    }

    @Command(
            name = "serve",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "Runs the service with the settings of a file, until stopped.")
    static final class Serve implements Callable<Integer> {
        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "settings, such as config/assens.yml")
        @SuppressWarnings("NullAway.Init")
        private Path config;

        @Mixin
        private Where where = new Where();

        @Override
        public Integer call() throws IOException, InterruptedException {
            Settings settings = load(config, spec);
            if (settings == null) {
                return FAULTY_SETTINGS;
            }
            Path data = where.data == null ? Path.of("data") : where.data;
            System.out.println("Vandvagt for " + settings.place().name() + " starts; data in " + data);
            Service service = Service.start(where.applyTo(settings), config, data, Progress.on(System.out));
            System.out.println();
            System.out.println("Page and API:     " + service.address());
            System.out.println("Operator's token: " + service.operatorTokenFile());
            if (service.mqttPort() >= 0) {
                System.out.println("Sensors publish:  mqtt port " + service.mqttPort() + ", user "
                        + Service.SENSOR_ACCOUNT + ", password in " + service.sensorPasswordFile());
            }
            System.out.println("Ctrl-C stops it.");
            System.out.flush();
            untilStopped(service);
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "check-config",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "Reads a settings file and tells what it means, or all its faults.")
    static final class Check implements Callable<Integer> {
        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "settings, such as config/assens.yml")
        @SuppressWarnings("NullAway.Init")
        private Path file;

        @Override
        public Integer call() {
            Read read = SettingsFile.load(file, null);
            spec.commandLine().getOut().print(CheckConfig.text(file.toString(), read));
            spec.commandLine().getOut().flush();
            return read instanceof Read.Good ? CommandLine.ExitCode.OK : FAULTY_SETTINGS;
        }
    }
}
