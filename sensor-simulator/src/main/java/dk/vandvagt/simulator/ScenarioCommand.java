package dk.vandvagt.simulator;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code scenario}: a storm or a calm from a file, with what goes wrong in it. */
@Command(
        name = "scenario",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Plays a scenario: one that comes along, or a file of your own.")
final class ScenarioCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable Simulator simulator;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "NAME|FILE", arity = "0..1", description = "which; without it they are listed")
    private @Nullable String name;

    @Option(names = "--seed", paramLabel = "N", order = 1, description = "another seed than the file's")
    private @Nullable Long seed;

    @Option(names = "--end-now", order = 2, description = "move it so that it ends now")
    private boolean endNow;

    @Override
    public Integer call() {
        String wanted = name;
        if (wanted == null) {
            return list();
        }
        Simulator main = Objects.requireNonNull(simulator);
        return common.carryOut(plan(wanted, main), main);
    }

    private int list() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        for (String each : Scenario.LIBRARY) {
            out.printf("%-20s %s%n", each, read(each).title());
        }
        return 0;
    }

    private Plan plan(String wanted, Simulator main) {
        Scenario scenario = read(wanted);
        Long otherSeed = seed;
        if (otherSeed != null) {
            scenario = scenario.withSeed(otherSeed);
        }
        if (endNow) {
            long now = main.clock().millis();
            Instant full = Instant.ofEpochMilli(now - Math.floorMod(now, Storm.LEVEL_INTERVAL_MS));
            scenario = scenario.shiftedBy(Duration.between(
                    scenario.storm().start().plus(scenario.storm().duration()), full));
        }
        Storm storm = new Storm(scenario.storm());
        List<Reading> event = storm.event();
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("scenario", Summary.quoted(scenario.name()));
        notes.put("seed", String.valueOf(scenario.storm().seed()));
        Telemetry telemetry = common.telemetry(
                storm.units(), 1, scenario.faults(), scenario.storm().seed(), event);
        return new Plan("scenario", storm.units(), telemetry.messages(event), 1, Collections.emptyIterator(), notes);
    }

    private Scenario read(String which) {
        try {
            return Scenario.read(which);
        } catch (Scenario.ScenarioFault e) {
            throw common.fault(String.valueOf(e.getMessage()));
        }
    }
}
