package dk.vandvagt.peers;

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
    private static final double NS = 1e9;

    private interface Engine {
        Run run(Storms storms) throws Exception;
    }

    private record Run(List<Told> told, long nanos) {}

    private record Named(String name, Engine engine) {}

    private static final List<Named> ENGINES = List.of(
            new Named("core, one thread", storms -> {
                StormJudge core = new StormJudge(storms);
                return new Run(core.told(), core.nanos());
            }),
            new Named("Flink, parallelism 1", storms -> flink(storms, 1, true)),
            new Named("Flink, parallelism 2", storms -> flink(storms, 2, true)),
            new Named("Flink, parallelism 1, no shuffle", storms -> flink(storms, 1, false)),
            new Named("Esper, one thread", storms -> {
                EsperModule esper = new EsperModule(storms);
                return new Run(esper.told(), esper.nanos());
            }));

    private Peers() {}

    private static Run flink(Storms storms, int parallelism, boolean shuffled) throws Exception {
        FlinkJob job = new FlinkJob(storms, parallelism, shuffled);
        return new Run(job.told(), job.nanos());
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
        List<Told> expected = List.of();
        // round -1 warms up
        for (int round = -1; round < rounds; round++) {
            for (int turn = 0; turn < ENGINES.size(); turn++) {
                int e = Math.floorMod(turn + round, ENGINES.size());
                System.gc();
                Run run = ENGINES.get(e).engine().run(storms);
                List<Told> told = sorted(run.told());
                if (expected.isEmpty()) {
                    expected = told;
                }
                requireSame(ENGINES.get(e).name(), expected, told);
                if (round >= 0) {
                    nsPerReading[e][round] = (double) run.nanos() / storms.size();
                }
                System.err.printf(
                        "  %s, round %d of %d: %s %,.0f ns/reading%n",
                        storms.sensors(),
                        round + 1,
                        rounds,
                        ENGINES.get(e).name(),
                        (double) run.nanos() / storms.size());
            }
        }
        System.out.printf("%n%s. All engines: %s.%n%n", storms, summary(expected));
        System.out.println("| engine | ns/reading | readings/s | core is faster by |");
        System.out.println("|---|---|---|---|");
        for (int e = 0; e < ENGINES.size(); e++) {
            double[] ratio = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratio[round] = nsPerReading[e][round] / nsPerReading[0][round];
            }
            System.out.printf(
                    "| %s | %s | %,.0f | %s |%n",
                    ENGINES.get(e).name(),
                    spread(nsPerReading[e], "%,.0f"),
                    NS / median(nsPerReading[e]),
                    e == 0 ? "" : spread(ratio, "%.1f"));
        }
        System.out.println();
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
        for (Threshold.Kind kind : Threshold.Kind.values()) {
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
