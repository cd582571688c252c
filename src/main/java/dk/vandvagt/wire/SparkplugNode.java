package dk.vandvagt.wire;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What an edge node has told since its birth. */
final class SparkplugNode {
    /** An alias belongs to the node; the birth of one of its devices may give it. */
    record Born(String device, String name, int datatype) {}

    static final int MOST_ALIASES = 4_096;
    static final int MOST_DEVICES = 1_024;
    private static final int SEQUENCES = 256;

    private final Map<Long, Born> byAlias = new HashMap<>();
    private final Set<String> bornDevices = new HashSet<>();
    private boolean born;
    private long bdSeq = -1;
    private long lastSeq;
    private int lastHash;

    boolean isBorn() {
        return born;
    }

    void bear(long bdSeq, long seq, int hash) {
        forget();
        born = true;
        this.bdSeq = bdSeq;
        lastSeq = seq;
        lastHash = hash;
    }

    /** The same message again, as a broker sends it when an acknowledgement was lost. */
    boolean isLastAgain(long seq, int hash) {
        return born && seq == lastSeq && hash == lastHash;
    }

    /** Whether it comes next; if not, nothing is known of the node any more. */
    boolean goesOn(long seq, int hash) {
        if (seq != (lastSeq + 1) % SEQUENCES) {
            forget();
            return false;
        }
        lastSeq = seq;
        lastHash = hash;
        return true;
    }

    /** A death that belongs to an earlier birth says nothing of this one. */
    void die(long deathBdSeq) {
        if (deathBdSeq == bdSeq) {
            forget();
        }
    }

    void forget() {
        born = false;
        byAlias.clear();
        bornDevices.clear();
    }

    /** @param device empty for the node itself */
    void bearDevice(String device) {
        bury(device);
        if (bornDevices.size() < MOST_DEVICES) {
            bornDevices.add(device);
        }
    }

    void bury(String device) {
        if (bornDevices.remove(device)) {
            byAlias.values().removeIf(metric -> metric.device.equals(device));
        }
    }

    boolean isBorn(String device) {
        return born && bornDevices.contains(device);
    }

    /** False where there are too many. */
    boolean name(long alias, Born metric) {
        byAlias.put(alias, metric);
        return byAlias.size() <= MOST_ALIASES;
    }

    Born named(long alias) {
        return byAlias.getOrDefault(alias, UNKNOWN);
    }

    static final Born UNKNOWN = new Born("", "", 0);
}
