package dk.vandvagt.app;

import dk.vandvagt.journal.JournalInspector;
import dk.vandvagt.journal.JournalInspector.SegmentInfo;
import dk.vandvagt.journal.JournalInspector.Span;
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
    private static final List<String> LOGS = List.of("journal", "judged", "alerts");
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

        Path log(String name) throws IOException {
            Path folder = data.resolve("runs").resolve(run).resolve(name);
            if (!Files.isDirectory(folder)) {
                throw new IOException(
                        "%s is no folder: --data must name the service's data folder, and --run one of its runs"
                                .formatted(folder));
            }
            return folder;
        }
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
            description = "The segments of all three logs: sequences, frames, bytes, when begun, damage.")
    static final class ListSegments implements Callable<Integer> {
        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Mixin
        private Which which = new Which();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            for (String log : LOGS) {
                out.println(log);
                for (SegmentInfo info : JournalInspector.inspect(which.log(log), progress(spec))) {
                    out.printf(
                            "  %s  sequences %d to %d  %d frames  %d bytes  begun %s  damaged %d  unfinished %d%n",
                            info.file().getFileName(),
                            info.firstSequence(),
                            info.lastSequence(),
                            info.frames(),
                            info.bytes(),
                            info.createdAtMs() == 0 ? "?" : Instant.ofEpochMilli(info.createdAtMs()),
                            info.damagedBytes(),
                            info.unfinishedBytes());
                }
            }
            out.flush();
            return CommandLine.ExitCode.OK;
        }
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
            int faults = 0;
            for (String log : LOGS) {
                faults += verify(log, JournalInspector.inspect(which.log(log), progress(spec)));
            }
            spec.commandLine().getOut().flush();
            return faults == 0 ? CommandLine.ExitCode.OK : DAMAGED;
        }

        private int verify(String log, List<SegmentInfo> infos) {
            PrintWriter out = spec.commandLine().getOut();
            int faults = 0;
            long before = 0;
            for (SegmentInfo info : infos) {
                if (info.damagedBytes() > 0) {
                    faults++;
                    out.printf(
                            "%s: %d bytes are damaged, the first at byte %d; whole frames around them are read;"
                                    + " copy the file before anything else, and see to the disk%n",
                            info.file(), info.damagedBytes(), Math.max(0, info.firstDamageAt()));
                }
                if (info.unfinishedBytes() > 0) {
                    out.printf(
                            "%s: the last %d bytes are no whole frame: being written now, or left by a crash and cut"
                                    + " at the next start%n",
                            info.file(), info.unfinishedBytes());
                }
                // only the input journal has every sequence; the others skip what gave nothing
                if (log.equals("journal") && before > 0 && info.firstSequence() > before + 1) {
                    faults++;
                    out.printf(
                            "%s: sequences %d to %d are missing before it; look for a *.damaged file or a backup%n",
                            info.file(), before + 1, info.firstSequence() - 1);
                }
                before = Math.max(before, info.lastSequence());
            }
            out.printf(
                    "%s: %d segments, %d frames, %s%n",
                    log,
                    infos.size(),
                    infos.stream().mapToLong(SegmentInfo::frames).sum(),
                    faults == 0 ? "sound" : faults + " faults");
            return faults;
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            versionProvider = Vandvagt.Version.class,
            description = "Writes the input journal (readings, ticks, commands) to stdout, one JSON object a line.")
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

        @Override
        public Integer call() throws IOException {
            Span all = Span.ALL;
            Span since = from == null ? all : bound("--from", from, true);
            Span until = to == null ? all : bound("--to", to, false);
            Span span = new Span(since.fromSequence(), until.toSequence(), since.fromMs(), until.toMs());
            PrintWriter out = spec.commandLine().getOut();
            JournalInspector.exportJournal(which.log("journal"), span, out, progress(spec));
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
