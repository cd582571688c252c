package dk.vandvagt.shard;

import dk.vandvagt.alert.AlertBook;
import dk.vandvagt.alert.Composites;
import dk.vandvagt.alert.Edge;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Brings together what the shards found in one batch: verdicts for the database, edges in the order of their sensors for the
 * composites, and of theirs and the sensors' what is to be told for the alert book. No threads and no I/O of its own.
 */
final class Gathering {
    private final String runId;
    private final AlertBook book;
    private final Composites composites;
    private Catalogue catalogue;

    Gathering(String runId, AlertBook book, Catalogue catalogue) {
        this.runId = runId;
        this.book = book;
        this.composites = new Composites(catalogue);
        this.catalogue = catalogue;
    }

    Composites.State save() {
        return composites.save();
    }

    void restore(Composites.State saved) {
        composites.restore(saved);
    }

    Verdicts gather(Batch batch, List<ShardOutput> outputs) {
        List<Transition> transitions = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        for (ShardOutput output : outputs) {
            edges.addAll(output.edges());
        }
        // stable: for one sensor the order in which they were found stays
        edges.sort(Comparator.comparingInt(Edge::sensorIndex));
        if (batch.command() instanceof Command.UseCatalogue use) {
            // first: the shards have judged this batch's clock by the new ladders
            catalogue = use.catalogue();
            transitions.addAll(book.use(batch.sequence(), batch.clockMs(), catalogue));
            composites.use(catalogue, batch.clockMs());
        }
        outputs.forEach(this::hear);
        // what a command says of the same sensor comes after
        for (OutOfService each : book.outOfService()) {
            if (each.endsByItself() && each.untilMs() <= batch.clockMs()) {
                composites.setOutOfService(each.sensorId(), false);
            }
        }
        switch (batch.command()) {
            case Command.OutOfService out -> composites.setOutOfService(out.sensorId(), true);
            case Command.InService in -> composites.setOutOfService(in.sensorId(), false);
            case Command.Maintain maintain
            when maintain.untilMs() > batch.clockMs() ->
                maintain.sensorIds().forEach(each -> composites.setOutOfService(each, true));
            case null, default -> {}
        }
        composites.setShelved(shelved(batch, book.shelvings()));
        Composites.Judged judged = composites.judge(batch.clockMs(), edges);
        book.call(batch.clockMs(), calls(outputs));
        List<Edge> steady = book.steady(batch.clockMs(), judged.toTell());
        transitions.addAll(book.judge(batch.sequence(), batch.clockMs(), steady));
        List<Exceedance> exceedances = Stream.concat(edges.stream(), judged.found().stream())
                .filter(Gathering::isLogged)
                .map(this::exceedance)
                .toList();
        if (batch.command() != null) {
            transitions.addAll(obey(batch.command(), batch.sequence(), batch.clockMs()));
        }
        return verdicts(batch, outputs, exceedances, transitions);
    }

    /** In an order that does not depend on how many shards there are. */
    private static List<OperatorCall> calls(List<ShardOutput> outputs) {
        return outputs.stream()
                .flatMap(output -> output.calls().stream())
                .sorted(Comparator.comparing(OperatorCall::sensorId)
                        .thenComparing(OperatorCall::kind)
                        .thenComparing(OperatorCall::ruleId)
                        .thenComparingLong(OperatorCall::observedAtMs))
                .toList();
    }

    /** As this batch leaves it: what a parent kept quiet is told with the parent's shelving. */
    private static Set<String> shelved(Batch batch, List<Shelving> before) {
        Set<String> shelved = new HashSet<>();
        for (Shelving each : before) {
            if (each.untilMs() > batch.clockMs()) {
                shelved.add(each.ruleId());
            }
        }
        switch (batch.command()) {
            case Command.Shelve shelve when shelve.untilMs() > batch.clockMs() -> shelved.add(shelve.ruleId());
            case Command.Unshelve unshelve -> shelved.remove(unshelve.ruleId());
            case null, default -> {}
        }
        return shelved;
    }

    private void hear(ShardOutput output) {
        for (int i = 0; i < output.size(); i++) {
            if (output.kind(i) == Verdicts.ARRIVED) {
                composites.hear(output.sensorIndex(i), output.observedAtMs(i), output.value(i), output.flag(i));
                if (output.flag(i) != Flag.FAIL) {
                    book.hear(output.sensorIndex(i), output.observedAtMs(i));
                }
            }
        }
    }

    private List<Transition> obey(Command command, long sequence, long clockMs) {
        return switch (command) {
            case Command.UseCatalogue inForceAlready -> List.of();
            case Command.Acknowledge ack -> book.acknowledge(sequence, clockMs, ack.alertId(), ack.by(), ack.note());
            case Command.Shelve shelve ->
                book.shelve(sequence, clockMs, shelve.ruleId(), shelve.untilMs(), shelve.by(), shelve.note());
            case Command.Unshelve unshelve ->
                book.unshelve(sequence, clockMs, unshelve.ruleId(), unshelve.by(), unshelve.note());
            case Command.OutOfService out ->
                book.takeOutOfService(sequence, clockMs, out.sensorId(), out.by(), out.note());
            case Command.Maintain maintain ->
                book.maintain(
                        sequence, clockMs, maintain.sensorIds(), maintain.untilMs(), maintain.by(), maintain.note());
            case Command.Call called -> {
                book.call(clockMs, List.of(called.call()));
                yield List.of();
            }
            case Command.InService in -> book.putInService(sequence, clockMs, in.sensorId(), in.by(), in.note());
        };
    }

    private static boolean isLogged(Edge edge) {
        return switch (edge.kind()) {
            case BEGAN, CONFIRMED, ENDED, WITHDRAWN, REMOVED -> true;
            case PEAK, STALE, BACK -> false;
        };
    }

    private Exceedance exceedance(Edge edge) {
        Threshold threshold = edge.threshold();
        if (threshold == null || edge.rule() == null) {
            throw new AssertionError(edge);
        }
        return new Exceedance(
                runId,
                edge.rule().id(),
                threshold.name(),
                edge.rule().stationId(),
                catalogue.sensor(edge.sensorIndex()).id(),
                threshold.severity(),
                threshold.raiseAt(),
                threshold.clearBelow(),
                catalogue.unit(edge.rule()),
                threshold.kind().hasDatum() ? threshold.datum().name() : "",
                edge.beganAtMs(),
                edge.kind() == Edge.Kind.BEGAN || edge.kind() == Edge.Kind.CONFIRMED ? 0 : edge.atMs(),
                edge.peak(),
                edge.peakAtMs(),
                edge.kind() == Edge.Kind.WITHDRAWN ? Flag.FAIL : edge.worstFlag(),
                edge.late(),
                edge.possible(),
                book.isOutOfService(edge.rule().sensorIndex()));
    }

    private Verdicts verdicts(
            Batch batch, List<ShardOutput> outputs, List<Exceedance> exceedances, List<Transition> transitions) {
        int size = outputs.stream().mapToInt(ShardOutput::size).sum();
        String[] sensorId = new String[size];
        byte[] kind = new byte[size];
        long[] observedAtMs = new long[size];
        double[] value = new double[size];
        byte[] flag = new byte[size];
        byte[] test = new byte[size];
        int n = 0;
        for (ShardOutput output : outputs) {
            for (int i = 0; i < output.size(); i++) {
                sensorId[n] = catalogue.sensor(output.sensorIndex(i)).id();
                kind[n] = output.kind(i);
                observedAtMs[n] = output.observedAtMs(i);
                value[n] = output.value(i);
                flag[n] = output.flag(i);
                test[n] = output.test(i);
                n++;
            }
        }
        return new Verdicts(
                batch.sequence(),
                batch.clockMs(),
                batch.receivedAtMs(),
                size,
                sensorId,
                kind,
                observedAtMs,
                value,
                flag,
                test,
                exceedances,
                transitions);
    }
}
