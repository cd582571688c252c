package dk.vandvagt.peers;

import dk.vandvagt.shard.Spent;
import dk.vandvagt.shard.StormJudge;
import dk.vandvagt.shard.Storms;
import dk.vandvagt.shard.Storms.Told;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The core, Flink and Esper on the same storms, in turns and in an order that rotates; fails unless all tell the same
 * exceedances. {@code main ROUNDS SENSORS DAYS [SENSORS DAYS …]}; prints rows of a table.
 */
public final class Peers {
    private static final long SEED = 20231020;
    private static final int WARM_UP_ROUNDS = 2;
    // of processor time, so that a busy machine warms up as well
    private static final long WARM_UP_NS = 4_000_000_000L;
    private static final long SETTLE_MS = 1_000;
    private static final long TURN_NS = 1_500_000_000L;

    private interface Engine {
        Run run(Storms storms) throws Exception;
    }

    private record Run(List<Told> told, Spent spent) {}

    private record Named(String name, Engine engine) {}

    private static final List<Named> ENGINES = List.of(
            new Named("core, one thread", storms -> {
                StormJudge core = new StormJudge(storms);
                return new Run(core.told(), core.spent());
            }),
            new Named("Flink, parallelism 1", storms -> flink(storms, 1, true)),
            new Named("Flink, parallelism 2", storms -> flink(storms, 2, true)),
            new Named("Flink, parallelism 1, no shuffle", storms -> flink(storms, 1, false)),
            new Named("Esper, one thread", storms -> {
                EsperModule esper = new EsperModule(storms);
                return new Run(esper.told(), esper.spent());
            }));

    private Peers() {}

    private static Run flink(Storms storms, int parallelism, boolean shuffled) throws Exception {
        FlinkJob job = new FlinkJob(storms, parallelism, shuffled);
        return new Run(job.told(), job.spent());
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int rounds = Integer.parseInt(args[0]);
        for (int i = 1; i < args.length; i += 2) {
            measure(new Storms(Integer.parseInt(args[i]), Integer.parseInt(args[i + 1]), SEED), rounds);
        }
        // Flink's threads need not be waited for
        System.exit(0);
    }

    private static void measure(Storms storms, int rounds) throws Exception {
        double[][] nsPerReading = new double[ENGINES.size()][rounds];
        double[][] cpuNsPerReading = new double[ENGINES.size()][rounds];
        List<Told> expected = sorted(ENGINES.getFirst().engine().run(storms).told());
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (int turn = 0; turn < ENGINES.size(); turn++) {
                int e = Math.floorMod(turn + round, ENGINES.size());
                Named named = ENGINES.get(e);
                System.gc();
                if (round >= 0) {
                    // the others had the caches, and their collections may have swept its compiled code away
                    long settledMs = System.currentTimeMillis() + SETTLE_MS;
                    do {
                        named.engine().run(storms);
                    } while (System.currentTimeMillis() < settledMs);
                }
                Spent spent = Spent.NONE;
                long readings = 0;
                while (spent.cpuNs() < (round < 0 ? WARM_UP_NS : TURN_NS)) {
                    Run run = named.engine().run(storms);
                    requireSame(named.name(), expected, sorted(run.told()));
                    spent = spent.plus(run.spent());
                    readings += storms.size();
                }
                double ns = (double) spent.wallNs() / readings;
                double cpuNs = (double) spent.cpuNs() / readings;
                if (round >= 0) {
                    nsPerReading[e][round] = ns;
                    cpuNsPerReading[e][round] = cpuNs;
                }
                System.err.printf(
                        "  %,d sensors, %s %d: %s %,.0f ns/reading, %,.0f ns of processor time%n",
                        storms.sensors(),
                        round < 0 ? "warm-up" : "round",
                        round < 0 ? round + WARM_UP_ROUNDS + 1 : round + 1,
                        named.name(),
                        ns,
                        cpuNs);
            }
        }
        System.out.printf("%n%s. All engines: %s.%n%n", storms, summary(expected));
        System.out.println("| engine | ns/reading | core is faster by | processor ns/reading | core needs less by |");
        System.out.println("|---|---|---|---|---|");
        for (int e = 0; e < ENGINES.size(); e++) {
            System.out.printf(
                    "| %s | %s | %s | %s | %s |%n",
                    ENGINES.get(e).name(),
                    spread(nsPerReading[e], "%,.0f"),
                    e == 0 ? "" : spread(ratio(nsPerReading[e], nsPerReading[0]), "%.1f"),
                    spread(cpuNsPerReading[e], "%,.0f"),
                    e == 0 ? "" : spread(ratio(cpuNsPerReading[e], cpuNsPerReading[0]), "%.1f"));
        }
        System.out.println();
    }

    private static double[] ratio(double[] of, double[] to) {
        double[] ratio = new double[of.length];
        for (int i = 0; i < of.length; i++) {
            ratio[i] = of[i] / to[i];
        }
        return ratio;
    }

    private static List<Told> sorted(List<Told> told) {
        List<Told> sorted = new ArrayList<>(told);
        sorted.sort(null);
        return sorted;
    }

    private static void requireSame(String name, List<Told> expected, List<Told> told) {
        if (told.equals(expected)) {
            return;
        }
        List<Told> missing = new ArrayList<>(expected);
        missing.removeAll(told);
        List<Told> more = new ArrayList<>(told);
        more.removeAll(expected);
        throw new IllegalStateException(name + " tells " + told.size() + " of " + expected.size() + "; missing "
                + missing.subList(0, Math.min(5, missing.size())) + ", more "
                + more.subList(0, Math.min(5, more.size())));
    }

    private static String summary(List<Told> told) {
        StringBuilder text = new StringBuilder();
        for (Threshold.Kind kind :
                List.of(Threshold.Kind.LEVEL, Threshold.Kind.RISE, Threshold.Kind.ACCUMULATION)) {
            long began =
                    told.stream().filter(t -> t.kind() == kind && t.began()).count();
            long ended =
                    told.stream().filter(t -> t.kind() == kind && !t.began()).count();
            if (began == 0 || ended == 0) {
                throw new IllegalStateException("no " + kind + " began and ended: nothing is compared");
            }
            text.append(text.isEmpty() ? "" : ", ")
                    .append(String.format(
                            "%s %,d began, %,d ended", kind.name().toLowerCase(Locale.ROOT), began, ended));
        }
        return text.toString();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String spread(double[] values, String format) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                format + " (" + format + "–" + format + ")", median(values), sorted[0], sorted[sorted.length - 1]);
    }
}
