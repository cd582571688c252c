package dk.vandvagt.app;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Settings;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.notify.DeliveryLog;
import dk.vandvagt.notify.DutyDesk;
import dk.vandvagt.shard.Command;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The duty list in this house; for what is true now only, never in a replay, a demo or a drill. */
final class Duty {
    private static final Logger LOG = LoggerFactory.getLogger(Duty.class);
    private static final SegmentLog.Settings JOURNAL = new SegmentLog.Settings(1L << 20, 1L << 30);

    private Duty() {}

    /** Nobody waits behind letters to subscribers: it has carriers of its own. */
    static DutyDesk desk(
            Settings settings,
            Settings.Duty duty,
            Run run,
            Path folder,
            DeliveryLog deliveries,
            Vertx vertx,
            LongSupplier wallClockMs)
            throws IOException {
        SegmentLog journal = SegmentLog.open(folder, JOURNAL, wallClockMs, finding -> LOG.warn("{}", finding));
        return new DutyDesk(
                deliveries,
                new SegmentLedger(journal),
                Carriers.of(settings, vertx, run::catalogue, to -> "", wallClockMs),
                roster(duty),
                about -> nobodyAnswered(run, about),
                settings.place().timeZone(),
                wallClockMs);
    }

    /** While it is off it hears of no end: should it be switched on again, it begins with what is told from then on. */
    static void forget(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** @param duty null: nobody is on duty any more */
    static DutyDesk.Roster roster(Settings.@Nullable Duty duty) throws IOException {
        if (duty == null) {
            return new DutyDesk.Roster(List.of(), 3, 600_000);
        }
        List<DutyDesk.Person> people = new ArrayList<>();
        for (Settings.OnDuty each : duty.people()) {
            String secret = each.secretFile() == null ? "" : Service.secretIn(each.secretFile());
            people.add(new DutyDesk.Person(each.name(), each.way(), each.address(), secret, each.language()));
        }
        return new DutyDesk.Roster(people, duty.severityFrom(), duty.after().toMillis());
    }

    /** About the worst: the list has the others. */
    private static CompletionStage<?> nobodyAnswered(Run run, List<Transition> about) {
        Transition worst = about.getFirst();
        return run.command(new Command.Call(OperatorCall.of(
                OperatorCall.Kind.NOBODY_ANSWERED,
                worst.stationId(),
                worst.sensorId(),
                worst.ruleId(),
                worst.threshold(),
                worst.observedAtMs())));
    }
}
