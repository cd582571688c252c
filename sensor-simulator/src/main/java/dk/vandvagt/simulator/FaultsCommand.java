package dk.vandvagt.simulator;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code faults}: what can go wrong, for {@code --fault} and for scenarios. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = "Lists what --fault takes on any of the other commands.")
final class FaultsCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        for (Fault.Kind kind : Fault.Kind.values()) {
            out.printf("%-10s %-22s %s%n", kind.tag(), kind.keys(), kind.says());
        }
        out.println("""

                On all: sensor=ID (several: A+B; default: all), from= (default: the beginning), for=3h (default: for ever).
                from is an instant, +26h after the first reading, or peak, peak-2h, peak+90min of the sensor itself.
                by is a duration (delay, reorder, clock) or in the sensor's unit; share is 0 to 1 (default: 0.05).
                  --fault drop,share=0.02 --fault stuck,sensor=ASS-HAVN-W,from=peak-1h,for=3h --fault clock,by=-1h""");
        return 0;
    }
}
