package dk.vandvagt.app;

import dk.vandvagt.config.Settings;
import dk.vandvagt.store.StoreSettings;
import dk.vandvagt.store.Upgrade;
import dk.vandvagt.store.UpgradeRefused;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an operator does to the database while no service uses it. */
@Command(
        name = "database",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        description = "Work on the database that the settings name.",
        subcommands = DatabaseCommand.Upgrading.class)
final class DatabaseCommand implements Callable<Integer> {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    @Command(
            name = "upgrade",
            mixinStandardHelpOptions = true,
            versionProvider = Vandvagt.Version.class,
            description =
                    "Moves the database to the highest level its server offers now (plain, apache, community): says "
                            + "what it will do, asks, does it. Stop the service first. Interrupted, it goes on when repeated.")
    static final class Upgrading implements Callable<Integer> {
        private static final int REFUSED = 3;

        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "the service's settings, such as config/assens.yml")
        @SuppressWarnings("NullAway.Init")
        private Path config;

        @Option(names = "--yes", description = "do not ask")
        private boolean yes;

        @Override
        public Integer call() throws IOException, SQLException {
            Settings settings = Vandvagt.load(config, spec);
            if (settings == null) {
                return Vandvagt.FAULTY_SETTINGS;
            }
            PrintWriter err = spec.commandLine().getErr();
            if (!(settings.database() instanceof Settings.Database.Outside outside)) {
                err.println("the embedded database has no TimescaleDB and stays plain; to move to one of your own see "
                        + "docs/OPERATIONS.md, \"Moving to TimescaleDB\"");
                return REFUSED;
            }
            StoreSettings where = Service.outside(outside).with(Service.ages(outside));
            PrintWriter out = spec.commandLine().getOut();
            out.println(where);
            out.flush();
            try (Upgrade upgrade = Upgrade.open(where)) {
                upgrade.plan().forEach(line -> out.println("  " + line));
                out.flush();
                if (!yes && !agreed(System.console())) {
                    err.println("nothing was changed" + (System.console() == null ? "; --yes goes on unasked" : ""));
                    return REFUSED;
                }
                upgrade.run(line -> {
                    out.println(LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + "  " + line);
                    out.flush();
                });
                return CommandLine.ExitCode.OK;
            } catch (UpgradeRefused refused) {
                err.println(refused.getMessage());
                return REFUSED;
            }
        }

        private static boolean agreed(@Nullable Console console) {
            if (console == null) {
                return false;
            }
            String answer = console.readLine("Is there a backup, and shall it begin? [y/N] ");
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        }
    }
}
