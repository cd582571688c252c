package dk.vandvagt.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Gathers what is wrong while a file is read to its end. */
final class Faults {
    /** Aliases can multiply one mistake; beyond this they are counted only. */
    static final int KEPT = 10_000;

    private static final Comparator<Fault> BY_PLACE =
            Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column);

    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> warnings = new ArrayList<>();
    private long uncounted;

    void fault(Node at, String path, String message) {
        keep(faults, at, path, message);
    }

    void fault(int line, int column, String message) {
        faults.add(new Fault(line, column, "", message));
    }

    void warn(Node at, String path, String message) {
        keep(warnings, at, path, message);
    }

    private void keep(List<Fault> list, Node at, String path, String message) {
        if (list.size() >= KEPT) {
            uncounted++;
            return;
        }
        list.add(new Fault(lineOf(at), at.getStartMark().map(Mark::getColumn).orElse(-1) + 1, path, message));
    }

    static int lineOf(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    boolean any() {
        return !faults.isEmpty();
    }

    List<Fault> faults() {
        return sorted(faults);
    }

    List<Fault> warnings() {
        return sorted(warnings);
    }

    private List<Fault> sorted(List<Fault> list) {
        List<Fault> sorted = new ArrayList<>(list);
        sorted.sort(BY_PLACE);
        if (uncounted > 0) {
            sorted.add(new Fault(0, 0, "", "and " + uncounted + " more"));
        }
        return sorted;
    }
}
