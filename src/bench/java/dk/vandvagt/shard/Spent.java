package dk.vandvagt.shard;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Time that has been spent.
 *
 * @param wallNs what a clock on the wall shows
 * @param cpuNs of all threads of this process, its compiler's and collector's too: does not count what else the machine does
 */
public record Spent(long wallNs, long cpuNs) {
    public static final Spent NONE = new Spent(0, 0);

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    public static Spent now() {
        return new Spent(System.nanoTime(), PROCESS.getProcessCpuTime());
    }

    public Spent since(Spent before) {
        return new Spent(wallNs - before.wallNs, cpuNs - before.cpuNs);
    }

    public Spent plus(Spent other) {
        return new Spent(wallNs + other.wallNs, cpuNs + other.cpuNs);
    }
}
