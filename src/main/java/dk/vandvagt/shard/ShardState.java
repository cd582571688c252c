package dk.vandvagt.shard;

import dk.vandvagt.alert.Edge;
import dk.vandvagt.analysis.ExceedanceHandler;
import dk.vandvagt.analysis.Ladders;
import dk.vandvagt.analysis.Rain;
import dk.vandvagt.analysis.Trend;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Checks;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Neighbours;
import dk.vandvagt.quality.Qartod;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.quality.RaisingPoints;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All state of the sensors one shard owns, and the judging of a batch: quality, then trend and accumulation, then thresholds,
 * then the clock. No threads, no clock, no I/O: the same batches give the same state and output. Nothing is allocated for a
 * reading that crosses no threshold.
 */
final class ShardState {
    private static final int SNAPSHOT_VERSION = 2;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int TREND_WINDOWS = LiveState.TREND_WINDOWS_MS.size();
    private static final int MIN_TREND_INTERVALS = 5;
    private static final int FAILURES_THAT_CALL = 3;

    private final Catalogue catalogue;
    private final Judging judging;
    private final int shard;
    private final int shards;
    private final int count;
    private final List<Sensor> sensors = new ArrayList<>();

    private final Recent recent;
    private final Checks checks;
    private final Neighbours neighbours;
    private final RaisingPoints raising;
    private final Ladders ladders;
    private final Rain rain;
    private final Trend trend = new Trend();
    private final Edges edges = new Edges();

    private final long[] newestAtMs;
    private final long[] receivedAtMs;
    private final long[] deadlineMs;
    private final long[] staleAfterMs;
    private final long[] intervalMs;
    private final long[] keepMs;
    private final long[] gapMs;
    private final double[] zeroM;
    private final GaugeZero[][] datedZeros;
    private final boolean[] stale;
    private final boolean[] isLevel;
    private final boolean[] isRain;
    private final boolean[] operatorCalled;
    private final boolean[] trendKnown;
    private final double[][] rise;
    private final double[][] riseError;
    private final byte[][] riseSign;

    private long judged;
    private long redelivered;
    private long corrected;
    private long late;
    private long operatorCalls;

    ShardState(Catalogue catalogue, int shard, int shards) {
        this.catalogue = catalogue;
        this.judging = catalogue.judging();
        this.shard = shard;
        this.shards = shards;
        for (int index = shard; index < catalogue.sensorCount(); index += shards) {
            sensors.add(catalogue.sensor(index));
        }
        count = sensors.size();
        newestAtMs = new long[count];
        receivedAtMs = new long[count];
        deadlineMs = new long[count];
        staleAfterMs = new long[count];
        intervalMs = new long[count];
        keepMs = new long[count];
        gapMs = new long[count];
        zeroM = new double[count];
        datedZeros = new GaugeZero[count][];
        stale = new boolean[count];
        isLevel = new boolean[count];
        isRain = new boolean[count];
        operatorCalled = new boolean[count];
        trendKnown = new boolean[count];
        rise = new double[TREND_WINDOWS][count];
        riseError = new double[TREND_WINDOWS][count];
        riseSign = new byte[TREND_WINDOWS][count];
        int[] capacity = new int[count];
        List<List<Rule>> rules = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            Sensor sensor = sensors.get(s);
            deadlineMs[s] = NEVER;
            staleAfterMs[s] = sensor.staleAfterMs();
            intervalMs[s] = sensor.intervalMs();
            isLevel[s] = sensor.parameter() == Parameter.LEVEL;
            isRain[s] = sensor.parameter() == Parameter.RAIN;
            keepMs[s] = keepMs(sensor);
            gapMs[s] = sensor.gapMs();
            capacity[s] = Recent.capacity(keepMs[s], sensor.intervalMs());
            rules.add(catalogue.rules(global(s)));
            datedZeros[s] = new GaugeZero[0];
            Station station = catalogue.station(sensor.stationId());
            if (station != null && isLevel[s]) {
                zeroM[s] = station.gaugeZeroM(NEVER);
                if (station.gaugeZeros().size() > 1) {
                    datedZeros[s] = station.gaugeZeros().toArray(GaugeZero[]::new);
                }
            }
        }
        recent = new Recent(capacity);
        raising = new RaisingPoints(sensors);
        neighbours = new Neighbours(catalogue, sensors, keepMs);
        checks = new Checks(sensors, raising, neighbours);
        ladders = new Ladders(rules);
        long[] windowsMs = LiveState.ACCUMULATION_WINDOWS_MS.stream()
                .mapToLong(Long::longValue)
                .toArray();
        rain = new Rain(sensors, windowsMs, judging.latenessWindowMs());
    }

    private long keepMs(Sensor sensor) {
        long longest =
                judging.latenessWindowMs() + sensor.quality().attenuatedSignal().windowMs();
        if (sensor.parameter() == Parameter.LEVEL) {
            for (int w = 0; w < TREND_WINDOWS; w++) {
                longest = Math.max(longest, trendWindowMs(w, sensor.intervalMs()));
            }
            for (Threshold threshold : sensor.thresholds()) {
                longest = Math.max(longest, threshold.windowMs());
            }
        }
        return longest + 3 * sensor.intervalMs();
    }

    private static long trendWindowMs(int window, long intervalMs) {
        return Math.max(LiveState.TREND_WINDOWS_MS.get(window), MIN_TREND_INTERVALS * intervalMs);
    }

    Catalogue catalogue() {
        return catalogue;
    }

    private int global(int s) {
        return s * shards + shard;
    }

    /** Judges the batch's readings that are this shard's, then lets the clock reach the batch's. */
    void judge(Batch batch, ShardOutput out) {
        edges.out = out;
        edges.clockMs = batch.clockMs();
        int size = batch.size();
        int[] sensorIndex = batch.sensorIndex();
        for (int i = 0; i < size; i++) {
            int index = sensorIndex[i];
            if (index % shards == shard) {
                judgeReading(index / shards, batch.observedAtMs()[i], batch.value()[i], batch.receivedAtMs(), out);
            }
            overhear(index, batch.observedAtMs()[i], batch.value()[i], out);
        }
        advance(batch.clockMs());
    }

    private void judgeReading(int s, long observedAtMs, double value, long receivedMs, ShardOutput out) {
        judged++;
        if (observedAtMs < newestAtMs[s] - judging.latenessWindowMs()) {
            late++;
            out.verdict(Verdicts.ARRIVED, global(s), observedAtMs, value, Flag.NOT_EVALUATED, QualityTest.LATE.code());
            return;
        }
        int i = recent.find(s, observedAtMs);
        boolean correction = i >= 0;
        if (correction) {
            if (recent.value(s, i) == value) {
                redelivered++;
                return;
            }
            corrected++;
            recent.setValue(s, i, value);
        } else {
            i = checks.insert(recent, s, -i - 1, observedAtMs, value);
        }
        edges.sensor = s;
        edges.began = false;
        boolean newest = i == recent.size(s) - 1;
        int touched = checks.note(recent, s, i, newest && !correction, zeroM(s, observedAtMs));
        reflag(s, touched, i, out);
        int verdict = checks.evaluate(recent, s, i, zeroM(s, observedAtMs));
        byte flag = Checks.flag(verdict);
        recent.setFlag(s, i, flag, Checks.test(verdict));
        out.verdict(Verdicts.ARRIVED, global(s), observedAtMs, value, flag, Checks.test(verdict));
        reflag(s, i + 1, recent.size(s), out);
        watchFailures(s);
        trendKnown[s] = false;
        if (isRain[s]) {
            rain.add(s, observedAtMs, value, flag == Flag.FAIL);
        }
        if (newest) {
            boolean first = newestAtMs[s] == 0;
            long silenceMs = observedAtMs - newestAtMs[s];
            if (!first && silenceMs > staleAfterMs[s]) {
                ladders.passOver(s, silenceMs);
            }
            newestAtMs[s] = observedAtMs;
            receivedAtMs[s] = receivedMs;
            checks.evict(recent, s, observedAtMs - keepMs[s]);
            if (stale[s] && observedAtMs + staleAfterMs[s] > edges.clockMs) {
                stale[s] = false;
                out.edge(Edge.ofSensor(Edge.Kind.BACK, global(s), observedAtMs, observedAtMs));
            }
            judgeRungs(s, observedAtMs, value, flag, correction, first ? 0 : holdMs(s), true);
        } else if (isRain[s] || isLevel[s]) {
            if (correction && isLevel[s]) {
                takeBack(s, observedAtMs, value, flag);
            }
            judgeRungs(s, newestAtMs[s], value, flag, correction, 0, false);
        }
        tellSilence(s);
        setDeadline(s);
    }

    /** What a sensor that is silent raises, by an old reading, is marked silent from the start. */
    private void tellSilence(int s) {
        if (stale[s] && edges.began) {
            edges.out.edge(Edge.ofSensor(Edge.Kind.STALE, global(s), edges.clockMs, newestAtMs[s]));
        }
        edges.began = false;
    }

    /**
     * @param level whether level rungs are judged too: only by the newest reading; sums and trends change by a late one as well
     */
    private void judgeRungs(int s, long atMs, double value, byte flag, boolean correction, long holdMs, boolean level) {
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            Threshold threshold = ladders.threshold(r);
            switch (threshold.kind()) {
                case LEVEL -> {
                    if (level) {
                        double levelM = value + zeroM(s, atMs);
                        if (correction) {
                            ladders.takeBackPeak(r, atMs, edges);
                            if (flag == Flag.FAIL || !ladders.isBeyond(r, levelM)) {
                                ladders.disown(r, atMs, atMs, edges);
                            }
                        }
                        ladders.judge(r, levelM, flag, atMs, holdMs, edges);
                    }
                }
                case RISE -> {
                    double levelM = newestLevelM(s);
                    double perHour = levelM < threshold.onlyAboveM()
                            ? farBelow(threshold)
                            : trend.estimate(
                                            recent,
                                            s,
                                            threshold.windowMs(),
                                            sensors.get(s).resolution())
                                    ? trend.risePerHour()
                                    : Double.NaN;
                    ladders.judge(r, perHour, flag, atMs, 0, edges);
                }
                case RESIDUAL, EXPECTED, COMPOSITE -> {}
                case ACCUMULATION -> judgeAccumulation(s, r, rain.window(threshold.windowMs()), flag, atMs);
            }
        }
    }

    /** Raises by what has surely fallen, clears by what can have fallen at most: between the two, nothing is said. */
    private void judgeAccumulation(int s, int r, int window, byte flag, long atMs) {
        double atLeastMm = rain.lowerMm(s, window);
        if (ladders.isBeyond(r, atLeastMm)) {
            ladders.judge(r, atLeastMm, flag, atMs, 0, edges);
            return;
        }
        double atMostMm = rain.upperMm(s, window);
        if (rain.isKnown(s, window) && !ladders.isBeyond(r, atMostMm)) {
            ladders.judge(r, atMostMm, flag, atMs, 0, edges);
        }
    }

    private static double farBelow(Threshold threshold) {
        boolean falling = threshold.direction() == Threshold.Direction.FALLING;
        return falling ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    /** A level that people may have been told of is corrected, though newer ones have come since. */
    private void takeBack(int s, long observedAtMs, double value, byte flag) {
        double levelM = value + zeroM(s, observedAtMs);
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            if (ladders.threshold(r).kind() == Threshold.Kind.LEVEL) {
                ladders.takeBackPeak(r, observedAtMs, edges);
                if (flag == Flag.FAIL || !ladders.isBeyond(r, levelM)) {
                    ladders.disown(r, observedAtMs, edges.clockMs, edges);
                }
            }
        }
    }

    private double newestLevelM(int s) {
        return recent.value(s, recent.size(s) - 1) + zeroM(s, newestAtMs[s]);
    }

    private double zeroM(int s, long atMs) {
        GaugeZero[] dated = datedZeros[s];
        double zero = zeroM[s];
        if (dated.length > 0) {
            zero = dated[0].zeroM();
            for (GaugeZero candidate : dated) {
                if (candidate.validFromMs() <= atMs) {
                    zero = candidate.zeroM();
                }
            }
        }
        return zero;
    }

    /** How long a raise by the newest reading waits for the next one: 0 unless the step to it is implausible. */
    private long holdMs(int s) {
        if (!isLevel[s]) {
            return 0;
        }
        int i = recent.size(s) - 1;
        int before = i - 1;
        while (before >= 0 && recent.flag(s, before) == Flag.FAIL) {
            before--;
        }
        if (before < 0) {
            return 0;
        }
        double stepM = Math.abs(recent.value(s, i) - recent.value(s, before));
        double spacing = recent.observedAtMs(s, i) - recent.observedAtMs(s, before);
        double limitM = judging.implausibleStepM() * Math.max(1, spacing / judging.implausibleStepMs());
        return stepM > limitM ? intervalMs[s] : 0;
    }

    /** A reading that sensors of this shard are compared with, whichever shard it belongs to. */
    private void overhear(int index, long observedAtMs, double value, ShardOutput out) {
        int[] listeners = neighbours.listeners(index);
        if (listeners.length == 0
                || !neighbours.hear(index, observedAtMs, value, gaugeZeroM(catalogue.sensor(index), observedAtMs))) {
            return;
        }
        for (int s : listeners) {
            long apartMs = neighbours.apartMs(s);
            // what is older is kept only to judge others by
            long fromMs = Math.max(observedAtMs - apartMs, newestAtMs[s] - keepMs[s]);
            int from = recent.size(s);
            while (from > 0 && recent.observedAtMs(s, from - 1) >= fromMs) {
                from--;
            }
            if (from < recent.size(s) && recent.observedAtMs(s, from) <= observedAtMs + apartMs) {
                edges.sensor = s;
                trendKnown[s] = false;
                reflag(s, from, recent.size(s), out);
                setDeadline(s);
            }
        }
    }

    private double gaugeZeroM(Sensor sensor, long atMs) {
        Station station = catalogue.station(sensor.stationId());
        return station == null || sensor.parameter() != Parameter.LEVEL ? 0 : station.gaugeZeroM(atMs);
    }

    /** Several failures in a row above a raising point are no spike: a person must look. */
    private void watchFailures(int s) {
        int i = recent.size(s) - 1;
        // the newest may yet turn out a spike: until then it is left out
        if (recent.flag(s, i) != Flag.FAIL) {
            i--;
        }
        int failures = 0;
        while (i >= 0 && failures < FAILURES_THAT_CALL && failedBeyond(s, i)) {
            failures++;
            i--;
        }
        if (failures == 0) {
            operatorCalled[s] = false;
        } else if (failures == FAILURES_THAT_CALL && !operatorCalled[s]) {
            operatorCalled[s] = true;
            operatorCalls++;
        }
    }

    private boolean failedBeyond(int s, int i) {
        return recent.flag(s, i) == Flag.FAIL
                && raising.isBeyond(s, recent.value(s, i) + zeroM(s, recent.observedAtMs(s, i)));
    }

    /** Tests observations again, in their order, now that a neighbour in time or place came or changed. */
    private void reflag(int s, int from, int to, ShardOutput out) {
        for (int i = from; i < to; i++) {
            reflag(s, i, out);
        }
    }

    private void reflag(int s, int i, ShardOutput out) {
        byte flagBefore = recent.flag(s, i);
        byte testBefore = recent.test(s, i);
        int verdict = checks.evaluate(recent, s, i, zeroM(s, recent.observedAtMs(s, i)));
        byte flag = Checks.flag(verdict);
        byte test = Checks.test(verdict);
        if (flag == flagBefore && test == testBefore) {
            return;
        }
        recent.setFlag(s, i, flag, test);
        long observedAtMs = recent.observedAtMs(s, i);
        double value = recent.value(s, i);
        out.verdict(Verdicts.REFLAGGED, global(s), observedAtMs, value, flag, test);
        if (flag == Flag.FAIL) {
            for (int r = ladders.first(s); r < ladders.end(s); r++) {
                ladders.takeBackPeak(r, observedAtMs, edges);
                ladders.disown(r, observedAtMs, edges.clockMs, edges);
            }
        }
        if (isRain[s] && (flag == Flag.FAIL) != (flagBefore == Flag.FAIL)) {
            rain.add(s, observedAtMs, value, flag == Flag.FAIL);
        }
    }

    private void setDeadline(int s) {
        long staleAtMs = stale[s] ? NEVER : newestAtMs[s] + staleAfterMs[s];
        long dueMs = ladders.nextDueMs(s);
        // silent already: what is pending cannot be confirmed in time
        deadlineMs[s] = stale[s] && dueMs != NEVER ? Long.MIN_VALUE : Math.min(staleAtMs, dueMs);
    }

    private void advance(long clockMs) {
        for (int s = 0; s < count; s++) {
            if (deadlineMs[s] <= clockMs) {
                edges.sensor = s;
                edges.began = false;
                meetDeadline(s, clockMs);
                setDeadline(s);
            }
        }
    }

    private void meetDeadline(int s, long clockMs) {
        if (stale[s]) {
            ladders.goStale(s, clockMs, edges);
            tellSilence(s);
            return;
        }
        long staleAtMs = newestAtMs[s] + staleAfterMs[s];
        // an on-delay that ends at the very instant of silence was complete
        ladders.advance(s, Math.min(clockMs, staleAtMs), edges);
        if (staleAtMs <= clockMs && !sensors.get(s).retired()) {
            ladders.goStale(s, staleAtMs, edges);
            stale[s] = true;
            edges.out.edge(Edge.ofSensor(Edge.Kind.STALE, global(s), staleAtMs, newestAtMs[s]));
        } else if (staleAtMs <= clockMs) {
            stale[s] = true;
        }
    }

    /** Writes this shard's entries into the arrays of a copy. */
    void copyInto(LiveState copy) {
        for (int s = 0; s < count; s++) {
            int g = global(s);
            int size = recent.size(s);
            copy.observedAtMs()[g] = newestAtMs[s];
            copy.receivedAtMs()[g] = receivedAtMs[s];
            copy.value()[g] = size == 0 ? Double.NaN : recent.value(s, size - 1);
            copy.flag()[g] = size == 0 ? Flag.MISSING : recent.flag(s, size - 1);
            copy.test()[g] = size == 0 ? QualityTest.NONE.code() : recent.test(s, size - 1);
            if (Qartod.gap(edges.clockMs - newestAtMs[s], gapMs[s]) == Flag.MISSING) {
                copy.flag()[g] = Flag.MISSING;
                copy.test()[g] = QualityTest.GAP.code();
            }
            copy.stale()[g] = stale[s];
            estimateTrend(s);
            for (int w = 0; w < TREND_WINDOWS; w++) {
                copy.riseMPerHour()[w][g] = rise[w][s];
                copy.riseStandardError()[w][g] = riseError[w][s];
                copy.riseSign()[w][g] = riseSign[w][s];
            }
            for (int w = 0; w < copy.accumulationMm().length; w++) {
                copy.accumulationMm()[w][g] = isRain[s] ? rain.shownMm(s, w, edges.clockMs) : Double.NaN;
            }
            for (int r = ladders.first(s); r < ladders.end(s); r++) {
                if (ladders.isStanding(r)) {
                    copy.severity()[g] = (byte)
                            Math.max(copy.severity()[g], ladders.threshold(r).severity());
                }
                copy.pending()[g] |= ladders.state(r) == Ladders.PENDING;
            }
        }
    }

    private void estimateTrend(int s) {
        if (trendKnown[s]) {
            return;
        }
        trendKnown[s] = true;
        for (int w = 0; w < TREND_WINDOWS; w++) {
            Sensor sensor = sensors.get(s);
            boolean known =
                    isLevel[s] && trend.estimate(recent, s, trendWindowMs(w, sensor.intervalMs()), sensor.resolution());
            rise[w][s] = known ? trend.risePerHour() : Double.NaN;
            riseError[w][s] = known ? trend.standardError() : Double.NaN;
            riseSign[w][s] = (byte) (known ? trend.sign() : 0);
        }
    }

    /** All state, by sensor id, rule id and threshold name, so that it can be restored into another revision. */
    byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream to = new DataOutputStream(bytes)) {
            to.writeInt(SNAPSHOT_VERSION);
            for (int s = 0; s < count; s++) {
                if (newestAtMs[s] != 0) {
                    to.writeBoolean(true);
                    saveSensor(s, to);
                }
            }
            to.writeBoolean(false);
            saveNeighbours(to);
        } catch (IOException memoryDoesNotFail) {
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return bytes.toByteArray();
    }

    private void saveSensor(int s, DataOutputStream to) throws IOException {
        to.writeUTF(sensors.get(s).id());
        to.writeLong(newestAtMs[s]);
        to.writeLong(receivedAtMs[s]);
        to.writeBoolean(stale[s]);
        int size = recent.size(s);
        to.writeInt(size);
        for (int i = 0; i < size; i++) {
            to.writeLong(recent.observedAtMs(s, i));
            to.writeDouble(recent.value(s, i));
            to.writeByte(recent.flag(s, i));
            to.writeByte(recent.test(s, i));
            to.writeByte(recent.farFlag(s, i));
            to.writeByte(recent.farTest(s, i));
        }
        to.writeBoolean(operatorCalled[s]);
        writeLongs(checks.save(s), to);
        writeLongs(isRain[s] ? rain.save(s) : new long[0], to);
        int rungs = 0;
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            rungs += ladders.state(r) != Ladders.NORMAL ? 1 : 0;
        }
        to.writeInt(rungs);
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            if (ladders.state(r) != Ladders.NORMAL) {
                to.writeUTF(ladders.rule(r).id());
                to.writeUTF(ladders.threshold(r).name());
                saveRung(ladders.save(r), to);
            }
        }
    }

    private static void writeLongs(long[] longs, DataOutputStream to) throws IOException {
        to.writeInt(longs.length);
        for (long each : longs) {
            to.writeLong(each);
        }
    }

    private static long[] readLongs(DataInputStream from) throws IOException {
        long[] longs = new long[from.readInt()];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = from.readLong();
        }
        return longs;
    }

    private static void saveRung(Ladders.RungState rung, DataOutputStream to) throws IOException {
        to.writeByte(rung.state());
        to.writeByte(rung.worstFlag());
        to.writeByte(rung.lastFlag());
        to.writeInt(rung.readingsBeyond());
        to.writeLong(rung.sinceMs());
        to.writeLong(rung.heldUntilMs());
        to.writeLong(rung.lastBeyondMs());
        to.writeLong(rung.beganAtMs());
        to.writeLong(rung.peakAtMs());
        to.writeDouble(rung.peak());
        to.writeLong(rung.peakBeforeAtMs());
        to.writeDouble(rung.peakBefore());
        to.writeDouble(rung.lastBeyond());
    }

    private static Ladders.RungState readRung(DataInputStream from) throws IOException {
        return new Ladders.RungState(
                from.readByte(),
                from.readByte(),
                from.readByte(),
                from.readInt(),
                from.readLong(),
                from.readLong(),
                from.readLong(),
                from.readLong(),
                from.readLong(),
                from.readDouble(),
                from.readLong(),
                from.readDouble(),
                from.readDouble());
    }

    /** Takes over what was saved of the sensors this shard owns; others, and thresholds that are gone, are passed over. */
    void restore(byte[] saved) throws IOException {
        DataInputStream from = new DataInputStream(new ByteArrayInputStream(saved));
        int version = from.readInt();
        if (version != SNAPSHOT_VERSION) {
            throw new IOException(
                    "snapshot of a shard has version " + version + ", this service reads version " + SNAPSHOT_VERSION);
        }
        while (from.readBoolean()) {
            int index = catalogue.sensorIndexEvenRetired(from.readUTF());
            boolean mine = index >= 0 && index % shards == shard;
            restoreSensor(mine ? index / shards : -1, from);
        }
        restoreNeighbours(from);
    }

    private void saveNeighbours(DataOutputStream to) throws IOException {
        to.writeInt(neighbours.count());
        for (int n = 0; n < neighbours.count(); n++) {
            to.writeUTF(catalogue.sensor(neighbours.sensorIndex(n)).id());
            int size = neighbours.size(n);
            to.writeInt(size);
            for (int i = 0; i < size; i++) {
                to.writeLong(neighbours.observedAtMs(n, i));
                to.writeDouble(neighbours.level(n, i));
            }
        }
    }

    private void restoreNeighbours(DataInputStream from) throws IOException {
        int neighboursSaved = from.readInt();
        for (int n = 0; n < neighboursSaved; n++) {
            int index = catalogue.sensorIndexEvenRetired(from.readUTF());
            int size = from.readInt();
            for (int i = 0; i < size; i++) {
                long observedAtMs = from.readLong();
                double level = from.readDouble();
                if (index >= 0) {
                    neighbours.restore(index, observedAtMs, level);
                }
            }
        }
    }

    private void restoreSensor(int s, DataInputStream from) throws IOException {
        boolean mine = s >= 0;
        long newest = from.readLong();
        long received = from.readLong();
        boolean wasStale = from.readBoolean();
        int size = from.readInt();
        for (int i = 0; i < size; i++) {
            long observedAtMs = from.readLong();
            double value = from.readDouble();
            byte flag = from.readByte();
            byte test = from.readByte();
            byte farFlag = from.readByte();
            byte farTest = from.readByte();
            if (mine) {
                int at = recent.insert(s, recent.size(s), observedAtMs, value, flag, test);
                recent.setFar(s, at, farFlag, farTest);
            }
        }
        boolean called = from.readBoolean();
        long[] farBack = readLongs(from);
        long[] fallen = readLongs(from);
        if (mine) {
            operatorCalled[s] = called;
            checks.restore(recent, s, farBack);
            if (isRain[s] && fallen.length > 0) {
                rain.restore(s, fallen);
            }
            newestAtMs[s] = newest;
            receivedAtMs[s] = received;
            stale[s] = wasStale;
        }
        int rungs = from.readInt();
        for (int i = 0; i < rungs; i++) {
            String ruleId = from.readUTF();
            String name = from.readUTF();
            Ladders.RungState state = readRung(from);
            for (int r = mine ? ladders.first(s) : 0; mine && r < ladders.end(s); r++) {
                if (ladders.rule(r).id().equals(ruleId)
                        && ladders.threshold(r).name().equals(name)) {
                    ladders.restore(r, state);
                }
            }
        }
        if (mine) {
            setDeadline(s);
        }
    }

    /** Goes on counting where the state of the revision before left off. */
    void takeCounts(ShardState before) {
        judged = before.judged;
        redelivered = before.redelivered;
        corrected = before.corrected;
        late = before.late;
        operatorCalls = before.operatorCalls;
    }

    long judged() {
        return judged;
    }

    long redelivered() {
        return redelivered;
    }

    long corrected() {
        return corrected;
    }

    long late() {
        return late;
    }

    /** How often several readings in a row failed above a raising point, each of which an operator is called for once. */
    long operatorCalls() {
        return operatorCalls;
    }

    long overflowed() {
        return recent.overflowed() + rain.overflowed();
    }

    /** Turns what the thresholds found into edges of the batch that is being judged. */
    private final class Edges implements ExceedanceHandler {
        private ShardOutput out = new ShardOutput(0);
        private long clockMs;
        private int sensor;
        private boolean began;

        @Override
        public void onExceedanceBegan(
                int rung, long beganAtMs, long atMs, long observedAtMs, double value, byte flag, boolean unconfirmed) {
            began = true;
            emit(Edge.Kind.BEGAN, rung, beganAtMs, atMs, observedAtMs, value, flag, unconfirmed);
        }

        @Override
        public void onExceedancePeak(int rung, double peak, long peakAtMs) {
            emit(
                    Edge.Kind.PEAK,
                    rung,
                    ladders.beganAtMs(rung),
                    peakAtMs,
                    peakAtMs,
                    peak,
                    ladders.worstFlag(rung),
                    false);
        }

        @Override
        public void onExceedanceEnded(int rung, long endedAtMs, long atMs, double value, byte flag) {
            emit(Edge.Kind.ENDED, rung, ladders.beganAtMs(rung), endedAtMs, atMs, value, flag, false);
        }

        @Override
        public void onExceedanceWithdrawn(int rung, long observedAtMs, long atMs) {
            emit(
                    Edge.Kind.WITHDRAWN,
                    rung,
                    ladders.beganAtMs(rung),
                    atMs,
                    observedAtMs,
                    ladders.peak(rung),
                    Flag.FAIL,
                    false);
        }

        private void emit(
                Edge.Kind kind,
                int rung,
                long beganAtMs,
                long atMs,
                long observedAtMs,
                double value,
                byte flag,
                boolean unconfirmed) {
            Rule rule = ladders.rule(rung);
            Threshold threshold = ladders.threshold(rung);
            boolean late = observedAtMs + staleAfterMs[sensor] <= clockMs;
            out.edge(new Edge(
                    kind,
                    global(sensor),
                    rule,
                    threshold,
                    rule.rungs().indexOf(threshold),
                    beganAtMs,
                    atMs,
                    observedAtMs,
                    value,
                    flag,
                    ladders.peak(rung),
                    ladders.peakAtMs(rung),
                    ladders.worstFlag(rung),
                    unconfirmed,
                    false,
                    late && !unconfirmed));
        }
    }
}
