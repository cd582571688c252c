package dk.vandvagt.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Gathers what is wrong while a file is read to its end. */
final class Faults {
    /** Aliases can multiply one mistake; a file with more than this is not read on. */
    static final int KEPT = 10_000;

    private static final Comparator<Fault> BY_PLACE =
            Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column);

    private final List<Fault> faults = new ArrayList<>();
    private final List<Fault> warnings = new ArrayList<>();

    void fault(Node at, String path, String message) {
        if (!isFull()) {
            faults.add(at(at, path, message));
        }
    }

    void fault(int line, int column, String message) {
        faults.add(new Fault(line, column, "", message));
    }

    void warn(Node at, String path, String message) {
        if (warnings.size() < KEPT) {
            warnings.add(at(at, path, message));
        }
    }

    /** Whether there are so many that reading on helps nobody. */
    boolean isFull() {
        return faults.size() >= KEPT;
    }

    private static Fault at(Node node, String path, String message) {
        int column = node.getStartMark().map(Mark::getColumn).orElse(-1) + 1;
        return new Fault(lineOf(node), column, path, message);
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
        if (list.size() >= KEPT) {
            sorted.add(new Fault(0, 0, "", "more than these " + KEPT + " were not looked for"));
        }
        return sorted;
    }
}
