package dk.vandvagt.app;

import dk.vandvagt.journal.CommitMark;
import dk.vandvagt.journal.JournalInspector;
import dk.vandvagt.journal.JournalInspector.SegmentInfo;
import dk.vandvagt.journal.JournalInspector.Span;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.journal.SnapshotFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at what a data folder's logs hold, and changes nothing: also beside a running service. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        description = "Lists, verifies or exports what a data folder's journal holds; the service may be running.",
        subcommands = {JournalCommand.ListSegments.class, JournalCommand.Verify.class, JournalCommand.Export.class})
final class JournalCommand implements Runnable {
    /** In this order: what follows from the journal is read before it, so that beside a running service it is never ahead. */
    private static final List<String> LOGS = List.of("alerts", "judged", "journal");

    private static final int DAMAGED = 1;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "one of list, verify or export is missing");
    }

    /** Which run of which data folder. */
    static final class Which {
        @Option(names = "--data", paramLabel = "FOLDER", description = "of the service (data)")
        private Path data = Path.of("data");

        @Option(names = "--run", paramLabel = "RUN", description = "as service.run names it (live)")
        private String run = "live";

        Path folder() {
            return data.resolve("runs").resolve(run);
        }

        Path log(String name) throws IOException {
            Path folder = folder().resolve(name);
            if (!Files.isDirectory(folder)) {
                throw new IOException(
                        "%s is no folder: --data must name the service's data folder, and --run one of its runs"
                                .formatted(folder));
            }
            return folder;
        }
    }

    /**
     * What the folder itself knows beside its logs.
     *
     * @param committed the database has all up to it, as far as the folder knows: at most some minutes old
     * @param covered by the older of two snapshots, 0 while there are not two
     * @param newest snapshot's, 0 for none
     */
    private record Marks(long committed, long covered, long newest) {
        private static Marks of(Which which) throws IOException {
            List<Long> snapshots = SnapshotFolder.sequencesIn(which.folder().resolve("snapshots"));
            return new Marks(
                    CommitMark.committedIn(which.folder()),
                    snapshots.size() < 2 ? 0 : snapshots.get(snapshots.size() - 2),
                    snapshots.isEmpty() ? 0 : snapshots.getLast());
        }
    }

    private static void printKeptAside(PrintWriter out, Path log) throws IOException {
        SegmentLog.keptAside(log).forEach(file -> out.println("  kept aside as damaged: " + file));
        SegmentLog.keptTorn(log).forEach(file -> out.println("  kept of a torn write: " + file));
    }

    /** Says on stderr what is being read, about once a second. */
    private static Consumer<Path> progress(CommandLine.Model.CommandSpec spec) {
        long[] saidNanos = {System.nanoTime()};
        return file -> {
            long now = System.nanoTime();
            if (now - saidNanos[0] > TimeUnit.SECONDS.toNanos(1)) {
                saidNanos[0] = now;
                spec.commandLine().getErr().println("reading " + file);
                spec.commandLine().getErr().flush();
            }
        };
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            versionProvider = Vandvagt.Version.class,
            description =
                    "The segments of all three logs: sequences, frames, bytes, age, damage, and whether they are needed.")
    static final class ListSegments implements Callable<Integer> {
        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Mixin
        private Which which = new Which();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            Marks marks = Marks.of(which);
            long now = System.currentTimeMillis();
            for (String log : LOGS) {
                List<SegmentInfo> infos = JournalInspector.inspect(which.log(log), progress(spec));
                out.printf(
                        "%s: %d segments, %d bytes%n",
                        log,
                        infos.size(),
                        infos.stream().mapToLong(SegmentInfo::bytes).sum());
                for (SegmentInfo info : infos) {
                    out.printf(
                            "  %s  sequences %d to %d  %d frames  %d bytes  begun %s  damaged %d  unfinished %d%s%n",
                            info.file().getFileName(),
                            info.firstSequence(),
                            info.lastSequence(),
                            info.frames(),
                            info.bytes(),
                            age(info.createdAtMs(), now),
                            info.damagedBytes(),
                            info.unfinishedBytes(),
                            log.equals("alerts") ? "" : "  " + need(log, info, marks));
                }
                printKeptAside(out, which.log(log));
            }
            out.printf(
                    "the database has all to sequence %d, as far as is known here; snapshots are of %d and %d%n",
                    marks.committed, marks.covered, marks.newest);
            out.flush();
            return CommandLine.ExitCode.OK;
        }
    }

    private static String age(long createdAtMs, long nowMs) {
        return createdAtMs == 0
                ? "?"
                : Instant.ofEpochMilli(createdAtMs) + " (%.1f h ago)".formatted((nowMs - createdAtMs) / 3_600_000.0);
    }

    private static String need(String log, SegmentInfo info, Marks marks) {
        boolean committed = info.lastSequence() <= marks.committed;
        if (log.equals("judged")) {
            return committed ? "committed" : "not committed";
        }
        return (committed ? "committed" : "not committed")
                + (info.lastSequence() <= marks.covered ? ", covered" : ", not covered");
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            versionProvider = Vandvagt.Version.class,
            description = "Checks every frame of all three logs; exit code 1 where something is damaged or missing.")
    static final class Verify implements Callable<Integer> {
        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Mixin
        private Which which = new Which();

        @Override
        public Integer call() throws IOException {
            Marks marks = Marks.of(which);
            int faults = 0;
            long judgedTo = 0;
            for (String log : LOGS) {
                List<SegmentInfo> infos = JournalInspector.inspect(which.log(log), progress(spec));
                int found = frames(infos) + (log.equals("judged") ? 0 : missing(infos));
                if (log.equals("judged")) {
                    judgedTo = last(infos);
                } else if (log.equals("journal")) {
                    found += ends(infos, marks, judgedTo);
                }
                say(
                        "%s: %d segments, %d frames, %s%n",
                        log,
                        infos.size(),
                        infos.stream().mapToLong(SegmentInfo::frames).sum(),
                        found == 0 ? "sound" : found + " faults");
                printKeptAside(spec.commandLine().getOut(), which.log(log));
                faults += found;
            }
            spec.commandLine().getOut().flush();
            return faults == 0 ? CommandLine.ExitCode.OK : DAMAGED;
        }

        private int say(String form, Object... what) {
            spec.commandLine().getOut().printf(form, what);
            return 1;
        }

        private static long last(List<SegmentInfo> infos) {
            return infos.stream().mapToLong(SegmentInfo::lastSequence).max().orElse(0);
        }

        private int frames(List<SegmentInfo> infos) {
            int faults = 0;
            for (SegmentInfo info : infos) {
                if (info.damagedBytes() > 0) {
                    faults += say(
                            "%s: %d bytes are damaged, the first at byte %d; whole frames around them are read;"
                                    + " copy the file before anything else, and see to the disk%n",
                            info.file(), info.damagedBytes(), Math.max(0, info.firstDamageAt()));
                }
                if (info.unfinishedBytes() > 0) {
                    say(
                            "%s: the last %d bytes are no whole frame: being written now, or left by a crash and kept"
                                    + " aside at the next start%n",
                            info.file(), info.unfinishedBytes());
                }
            }
            return faults;
        }

        /** Within and between segments; judged has gaps of its own, where nothing came of a sequence. */
        private int missing(List<SegmentInfo> infos) {
            int faults = 0;
            long before = infos.isEmpty() ? 0 : infos.getFirst().firstSequence() - 1;
            for (SegmentInfo info : infos) {
                if (info.firstSequence() > before + 1) {
                    faults += tellMissing(info.file(), before + 1, info.firstSequence() - 1);
                }
                for (JournalInspector.Sequences gap : info.missing()) {
                    faults += tellMissing(info.file(), gap.from(), gap.to());
                }
                before = Math.max(before, info.lastSequence());
            }
            return faults;
        }

        private int tellMissing(Path file, long from, long to) {
            return say("%s: sequences %d to %d are missing; look for a *.damaged file or a backup%n", file, from, to);
        }

        private int ends(List<SegmentInfo> infos, Marks marks, long judgedTo) {
            int faults = 0;
            long first = infos.isEmpty() ? 0 : infos.getFirst().firstSequence();
            long needed = marks.newest + 1;
            if (first > needed) {
                faults += say(
                        "journal: begins at sequence %d, and the newest snapshot needs it from %d on: sequences %d to %d are missing%n",
                        first, needed, needed, first - 1);
            } else if (first > marks.covered + 1 && marks.covered > 0) {
                say(
                        "journal: begins at sequence %d, too late for the older snapshot, of %d: only the newest can be used%n",
                        first, marks.covered);
            }
            long seen = Math.max(Math.max(marks.committed, marks.newest), judgedTo);
            if (seen > last(infos)) {
                faults += say(
                        "journal: ends at sequence %d, and %d was reached: the newest part is lost, or the folder is an older copy%n",
                        last(infos), seen);
            }
            return faults;
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            versionProvider = Vandvagt.Version.class,
            description =
                    "Writes the input journal (readings, ticks, commands) to stdout, one JSON object a line; or readings as CSV.")
    static final class Export implements Callable<Integer> {
        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Mixin
        private Which which = new Which();

        @Option(names = "--from", paramLabel = "WHEN", description = "first sequence, or time with offset")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "WHEN", description = "last sequence, or time with offset; inclusive")
        private @Nullable String to;

        private enum Form {
            json,
            csv
        }

        @Option(names = "--format", paramLabel = "FORM", description = "json or csv (json)")
        private Form form = Form.json;

        @Override
        public Integer call() throws IOException {
            Span all = Span.ALL;
            Span since = from == null ? all : bound("--from", from, true);
            Span until = to == null ? all : bound("--to", to, false);
            Span span = new Span(since.fromSequence(), until.toSequence(), since.fromMs(), until.toMs());
            PrintWriter out = spec.commandLine().getOut();
            switch (form) {
                case json -> JournalInspector.exportJournal(which.log("journal"), span, out, progress(spec));
                case csv -> JournalInspector.exportReadings(which.log("journal"), span, out, progress(spec));
            }
            if (out.checkError()) {
                throw new IOException("the export is not complete: its output could not be written");
            }
            return CommandLine.ExitCode.OK;
        }

        private Span bound(String option, String text, boolean isFrom) {
            Span all = Span.ALL;
            if (text.matches("\\d{1,18}")) {
                long sequence = Long.parseLong(text);
                return new Span(isFrom ? sequence : 0, isFrom ? Long.MAX_VALUE : sequence, all.fromMs(), all.toMs());
            }
            try {
                long ms = OffsetDateTime.parse(text).toInstant().toEpochMilli();
                return new Span(0, Long.MAX_VALUE, isFrom ? ms : all.fromMs(), isFrom ? all.toMs() : ms);
            } catch (DateTimeParseException e) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "%s=%s: must be a sequence such as 1200, or a time with offset such as 2023-10-20T21:40:00Z"
                                .formatted(option, text),
                        e);
            }
        }
    }
}
