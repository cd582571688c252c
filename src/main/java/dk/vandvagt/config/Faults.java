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
    private long moreFaults;
    private long moreWarnings;

    void fault(Node at, String path, String message) {
        if (isFull()) {
            moreFaults++;
        } else {
            faults.add(at(at, path, message));
        }
    }

    void fault(int line, int column, String message) {
        faults.add(new Fault(line, column, "", message));
    }

    void warn(Node at, String path, String message) {
        if (warnings.size() >= KEPT) {
            moreWarnings++;
        } else {
            warnings.add(at(at, path, message));
        }
    }

    /** Whether further faults are counted only, so that their messages need not be thought out. */
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
        return sorted(faults, moreFaults);
    }

    List<Fault> warnings() {
        return sorted(warnings, moreWarnings);
    }

    private List<Fault> sorted(List<Fault> list, long more) {
        List<Fault> sorted = new ArrayList<>(list);
        sorted.sort(BY_PLACE);
        if (more > 0) {
            sorted.add(new Fault(0, 0, "", "and " + more + " more"));
        }
        return sorted;
    }
}
