package dk.vandvagt.app;

import dk.vandvagt.config.Settings;
import dk.vandvagt.layer.Grid;
import dk.vandvagt.terrain.Preparation;
import dk.vandvagt.terrain.TerrainException;
import dk.vandvagt.terrain.TerrainOrder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prepares a terrain model for flood extents; the service takes it up when it is started next. */
@Command(
        name = "terrain",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        description =
                "Prepares a terrain model (GeoTIFF or ArcGrid) for flood extents, as the settings' terrain and coast say. "
                        + "Killed, it goes on where it was when it is run again.",
        footer = {"", "Try:  vandvagt terrain dhm.tif --config config/assens.yml"})
final class TerrainCommand implements Callable<Integer> {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "SETTINGS",
            description = "settings with terrain and coast")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Option(names = "--data", paramLabel = "FOLDER", description = "of the service (data)")
    private Path data = Path.of("data");

    @Parameters(paramLabel = "FILE", description = "the model: .tif, .tiff, .asc or .asc.gz")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Override
    public Integer call() throws IOException {
        Settings settings = Vandvagt.load(config, spec);
        if (settings == null) {
            return Vandvagt.FAULTY_SETTINGS;
        }
        TerrainOrder order = order(settings);
        if (order == null) {
            throw new TerrainException(
                    config
                            + ": has no terrain and coast, so nothing says what the model's heights mean; see docs/SETTINGS.md, terrain");
        }
        long beganNanos = System.nanoTime();
        PrintWriter out = spec.commandLine().getOut();
        Preparation.Done done = Preparation.prepare(
                model,
                order,
                folder(DataFolder.at(data)),
                new Bar(out, System.console() != null),
                System.currentTimeMillis());
        tell(out, order, done, Duration.ofNanos(System.nanoTime() - beganNanos));
        return CommandLine.ExitCode.OK;
    }

    static Path folder(DataFolder data) {
        return data.path().resolve("terrain");
    }

    /** Null where the settings have none. */
    static @Nullable TerrainOrder order(Settings settings) {
        Settings.Terrain terrain = settings.terrain();
        return terrain == null
                ? null
                : new TerrainOrder(
                        terrain.crs(),
                        terrain.datum(),
                        terrain.unitM(),
                        terrain.neighbours(),
                        terrain.highestLevelM(),
                        terrain.barriers(),
                        terrain.culverts(),
                        terrain.source(),
                        terrain.licence(),
                        terrain.coast().stream()
                                .map(coast ->
                                        new TerrainOrder.Coast(coast.id(), coast.name(), coast.sea(), coast.area()))
                                .toList());
    }

    private static void tell(PrintWriter out, TerrainOrder order, Preparation.Done done, Duration took) {
        Grid grid = done.model().grid();
        line(
                out,
                "Prepared %,d cells in %.1f s, %.1f %% of them nodata, %.4f m² each in the middle row; up to %.2f m %s, %d neighbours, %s.",
                grid.cells(),
                took.toMillis() / 1000.0,
                100.0 * done.nodataCells() / grid.cells(),
                done.cellAreaM2(),
                order.highestLevelM(),
                order.datum(),
                order.neighbours(),
                done.hasDefences() ? "with and without defences" : "no barriers or flaps");
        for (int i = 0; i < order.coast().size(); i++) {
            line(
                    out,
                    "  %s: the sea comes from %,d cells (%s)",
                    order.coast().get(i).id(),
                    done.seaCells()[i],
                    order.coast().get(i).sea());
        }
        line(out, "The service takes it up when it is started next.");
        out.flush();
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }

    /** A bar on a terminal; where lines are kept, one each tenth. */
    private static final class Bar implements Preparation.Watch {
        private static final int WIDTH = 40;

        private final PrintWriter out;
        private final boolean terminal;
        private String step = "";
        private long of = 1;
        private int shown = -1;

        Bar(PrintWriter out, boolean terminal) {
            this.out = out;
            this.terminal = terminal;
        }

        @Override
        public void found(Preparation.Model model) {
            Grid grid = model.grid();
            double x2 = grid.x0() + grid.columns() * grid.dx();
            double y2 = grid.y0() + grid.rows() * grid.dy();
            line(
                    out,
                    "%s, %,d columns by %,d rows of %s by %s %s, x %s to %s, y %s to %s%s",
                    model.crs(),
                    grid.columns(),
                    grid.rows(),
                    plain(Math.abs(grid.dx())),
                    plain(Math.abs(grid.dy())),
                    model.isGeographic() ? "degrees" : "m",
                    plain(Math.min(grid.x0(), x2)),
                    plain(Math.max(grid.x0(), x2)),
                    plain(Math.min(grid.y0(), y2)),
                    plain(Math.max(grid.y0(), y2)),
                    model.resumedAtBand() > 0 ? "; goes on at band " + (model.resumedAtBand() + 1) : "");
            out.flush();
        }

        private static String plain(double value) {
            return String.format(Locale.ROOT, "%.6f", value).replaceFirst("\\.?0+$", "");
        }

        @Override
        public void begins(Preparation.Step what, long most) {
            if (terminal && !step.isEmpty()) {
                out.println();
            }
            step = switch (what) {
                case GROUND -> "reading ground";
                case STRETCHES -> "stretches of coast";
                case FLOOD -> "the sea, with defences";
                case FLOOD_UNDEFENDED -> "the sea, without defences";
            };
            of = Math.max(1, most);
            shown = -1;
            if (!terminal) {
                line(out, "%s ...", step);
                out.flush();
            }
        }

        @Override
        public void reached(long soFar) {
            int parts = terminal ? WIDTH : 10;
            int now = (int) Math.min(parts, soFar * parts / of);
            if (now == shown) {
                return;
            }
            shown = now;
            if (terminal) {
                out.printf(
                        Locale.ROOT,
                        "\r  %-26s [%s%s] %3d %%",
                        step,
                        "#".repeat(now),
                        " ".repeat(WIDTH - now),
                        Math.min(100, soFar * 100 / of));
            } else if (now > 0) {
                line(out, "  %s %d %%", step, now * 10);
            }
            out.flush();
        }
    }
}
