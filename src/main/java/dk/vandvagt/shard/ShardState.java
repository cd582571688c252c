package dk.vandvagt.shard;

import dk.vandvagt.alert.Edge;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.analysis.DeadlineHandler;
import dk.vandvagt.analysis.ExceedanceHandler;
import dk.vandvagt.analysis.Expectation;
import dk.vandvagt.analysis.ForecastScore;
import dk.vandvagt.analysis.Ladders;
import dk.vandvagt.analysis.Rain;
import dk.vandvagt.analysis.Tide;
import dk.vandvagt.analysis.TimerWheel;
import dk.vandvagt.analysis.Trend;
import dk.vandvagt.layer.ForecastRefusal;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Checks;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Neighbours;
import dk.vandvagt.quality.Qartod;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.quality.RaisingPoints;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The judging of one shard's sensors: quality, then trend and accumulation, then thresholds, then the clock. No threads, no clock,
 * no I/O: the same batches give the same state and output. Nothing is allocated for a reading that crosses no threshold.
 */
final class ShardState {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int TREND_WINDOWS = LiveState.TREND_WINDOWS_MS.size();
    private static final int MIN_TREND_INTERVALS = 5;
    private static final int FAILURES_THAT_CALL = 3;
    private static final long HOUR_MS = 3_600_000;
    private static final long NEAR_AN_HOUR_MS = 5 * 60_000;
    private static final long CONSTANT_OFFSET_MS = 60_000;
    /** So many sensors' state stays in the nearest caches until it is their turn. */
    private static final int WARMED_TOGETHER = 32;

    private static final int FIT_INTO_CACHES = 2_000;

    final Catalogue catalogue;
    final List<Sensor> sensors = new ArrayList<>();
    final SensorRecords records;
    final Recent recent;
    final Checks checks;
    final Neighbours neighbours;
    final Ladders ladders;
    final Rain rain;

    private final Judging judging;
    private final int shard;
    private final int shards;
    private final int count;
    private final RaisingPoints raising;
    private final Trend trend = new Trend();
    private final @Nullable Tide[] tides;
    private final @Nullable Expectation[] expectations;
    private final @Nullable ForecastScore[] scores;
    private final Edges edges = new Edges();
    private final TimerWheel deadlines;
    private final DeadlineHandler meetDeadline = (s, deadlineMs) -> {
        meetDeadline(s);
        setDeadline(s);
    };
    private final long[] gapMs;
    private final GaugeZero[][] datedZeros;
    private final double[][] rise;
    private final double[][] riseError;
    private final byte[][] riseSign;

    /** Keeps what is read in advance from being optimised away. */
    private long warmth;

    private long judged;
    private long redelivered;
    private long corrected;
    private long late;
    private long overflowed;
    private long operatorCalls;
    private long counterResets;
    private long rainTooLate;
    private int staleSensors;

    ShardState(Catalogue catalogue, int shard, int shards) {
        this.catalogue = catalogue;
        this.judging = catalogue.judging();
        this.shard = shard;
        this.shards = shards;
        for (int index = shard; index < catalogue.sensorCount(); index += shards) {
            sensors.add(catalogue.sensor(index));
        }
        count = sensors.size();
        records = new SensorRecords(count);
        deadlines = new TimerWheel(count);
        gapMs = new long[count];
        tides = new Tide[count];
        expectations = new Expectation[count];
        scores = new ForecastScore[count];
        datedZeros = new GaugeZero[count][];
        rise = new double[TREND_WINDOWS][count];
        riseError = new double[TREND_WINDOWS][count];
        riseSign = new byte[TREND_WINDOWS][count];
        long[] keepMs = new long[count];
        int[] capacity = new int[count];
        List<List<Rule>> rules = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            Sensor sensor = sensors.get(s);
            keepMs[s] = keepMs(sensor);
            gapMs[s] = sensor.gapMs();
            capacity[s] = Recent.capacity(keepMs[s], sensor.intervalMs());
            rules.add(catalogue.rules(global(s)));
            setUp(s, sensor, keepMs[s]);
        }
        recent = new Recent(capacity);
        raising = new RaisingPoints(sensors);
        neighbours = new Neighbours(catalogue, sensors, keepMs);
        checks = new Checks(sensors, raising, neighbours);
        ladders = new Ladders(
                rules, sensors.stream().mapToLong(Sensor::staleAfterMs).toArray());
        long[] windowsMs = LiveState.ACCUMULATION_WINDOWS_MS.stream()
                .mapToLong(Long::longValue)
                .toArray();
        rain = new Rain(sensors, windowsMs, judging.latenessWindowMs());
    }

    private void setUp(int s, Sensor sensor, long keepMs) {
        boolean level = sensor.parameter() == Parameter.LEVEL;
        Station station = catalogue.station(sensor.stationId());
        List<GaugeZero> zeros = level && station != null ? station.gaugeZeros() : List.of();
        records.set(s, sensor, keepMs, zeros.isEmpty() ? 0 : zeros.getLast().zeroM());
        datedZeros[s] = zeros.toArray(GaugeZero[]::new);
        if (datedZeros[s].length > 1) {
            records.set(s, SensorRecords.DATED_ZEROS);
        }
        SeaTide tide = sensor.reference().tide();
        if (level && tide != null) {
            tides[s] = Tide.of(tide);
        }
        ForecastErrors errors = sensor.reference().forecastErrors();
        if (level && errors != null) {
            // a tide of its own: one that is asked hours ahead would look up the present anew with every reading
            Tide ahead = tide == null ? null : Tide.of(tide);
            expectations[s] = new Expectation(errors, ahead);
            scores[s] = new ForecastScore(errors, sensor.intervalMs(), ahead);
            records.set(s, SensorRecords.EXPECTED);
        }
    }

    private long keepMs(Sensor sensor) {
        long longest =
                judging.latenessWindowMs() + sensor.quality().attenuatedSignal().windowMs();
        if (sensor.parameter() == Parameter.LEVEL) {
            for (int w = 0; w < TREND_WINDOWS; w++) {
                longest = Math.max(longest, trendWindowMs(w, sensor.intervalMs()));
            }
            for (Threshold threshold : sensor.thresholds()) {
                // a rise of as long ago as a correction may come is asked for again
                long back = threshold.kind() == Threshold.Kind.RISE ? judging.latenessWindowMs() : 0;
                longest = Math.max(longest, back + threshold.windowMs());
            }
            ForecastErrors errors = sensor.reference().forecastErrors();
            longest = Math.max(longest, errors == null ? 0 : errors.windowMs());
        }
        return longest + 3 * sensor.intervalMs();
    }

    static long trendWindowMs(int window, long intervalMs) {
        return Math.max(LiveState.TREND_WINDOWS_MS.get(window), MIN_TREND_INTERVALS * intervalMs);
    }

    int global(int s) {
        return s * shards + shard;
    }

    /** Index of a sensor among this shard's own, or -1. */
    int own(int sensorIndex) {
        return sensorIndex >= 0 && sensorIndex % shards == shard ? sensorIndex / shards : -1;
    }

    /** Judges the batch's readings that are this shard's, then lets the clock reach the batch's. */
    void judge(Batch batch, ShardOutput out) {
        edges.out = out;
        edges.clockMs = batch.clockMs();
        int size = batch.size();
        int[] sensorIndex = batch.sensorIndex();
        for (int i = 0; i < size; i++) {
            if (count > FIT_INTO_CACHES && i % WARMED_TOGETHER == 0) {
                warm(sensorIndex, i, Math.min(i + WARMED_TOGETHER, size));
            }
            int index = sensorIndex[i];
            if (index % shards == shard) {
                judgeReading(index / shards, batch.observedAtMs()[i], batch.value()[i], batch.receivedAtMs(), out);
            }
            if (!neighbours.isEmpty()) {
                overhear(index, batch.observedAtMs()[i], batch.value()[i], out);
            }
        }
        deadlines.advance(batch.clockMs(), meetDeadline);
    }

    /**
     * Reads what the next readings will touch. With many sensors a reading costs its cache misses, little else: one after the other
     * while it is judged, at the same time here, where no load waits for another.
     */
    private void warm(int[] sensorIndex, int from, int to) {
        long read = 0;
        for (int i = from; i < to; i++) {
            int s = sensorIndex[i] / shards;
            if (sensorIndex[i] % shards == shard) {
                read += records.newestAtMs(s)
                        + recent.warm(s)
                        + checks.warm(s)
                        + ladders.warm(s)
                        + deadlines.deadlineMs(s);
                if (records.is(s, SensorRecords.RAIN)) {
                    read += rain.warm(s);
                }
            }
        }
        warmth += read;
    }

    private void judgeReading(int s, long observedAtMs, double value, long receivedMs, ShardOutput out) {
        judged++;
        long newestMs = records.newestAtMs(s);
        if (observedAtMs < newestMs - judging.latenessWindowMs()) {
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
            long keptFromMs = Math.max(newestMs, observedAtMs) - records.keepMs(s);
            i = checks.insert(recent, s, -i - 1, observedAtMs, value, keptFromMs);
        }
        edges.sensor = s;
        edges.began = false;
        boolean newest = i == recent.size(s) - 1;
        double zeroM = zeroM(s, observedAtMs);
        int touched = checks.note(recent, s, i, newest && !correction, zeroM);
        boolean failures = reflag(s, touched, i, out);
        int verdict = checks.evaluate(recent, s, i, zeroM);
        byte flag = Checks.flag(verdict);
        recent.setFlag(s, i, flag, Checks.test(verdict));
        out.verdict(Verdicts.ARRIVED, global(s), observedAtMs, value, flag, Checks.test(verdict));
        failures |= reflag(s, i + 1, recent.size(s), out);
        watchFailures(s);
        records.clear(s, SensorRecords.TREND_KNOWN);
        if (records.is(s, SensorRecords.RAIN)) {
            rain.add(s, observedAtMs, value, flag == Flag.FAIL);
        }
        if (correction || failures) {
            // what was told may rest on what no longer holds
            revise(s, !newest || correction);
        }
        if (newest) {
            if (deadlines.deadlineMs(s) < observedAtMs) {
                // no tick came in between: an on-delay that was over before this reading is over, whatever it says
                ladders.completeDelays(s, Math.min(observedAtMs - 1, newestMs + records.staleAfterMs(s)), edges);
            }
            long silenceMs = observedAtMs - newestMs;
            if (newestMs != 0 && silenceMs > records.staleAfterMs(s)) {
                ladders.passOver(s, silenceMs);
            }
            if (newestMs != 0 && isClockOff(s, observedAtMs, receivedMs)) {
                out.call(call(OperatorCall.Kind.CLOCK_OFF, s, "", "", observedAtMs));
            }
            records.heard(s, observedAtMs, receivedMs);
            if (records.is(s, SensorRecords.STALE) && observedAtMs + records.staleAfterMs(s) > edges.clockMs) {
                setStale(s, false);
                out.edge(Edge.ofSensor(Edge.Kind.BACK, global(s), observedAtMs, observedAtMs));
            }
            expect(s, !correction);
            long holdMs = newestMs == 0 ? 0 : holdMs(s);
            judgeRungs(s, holdMs, true);
            if (holdMs > 0 && ladders.nextDueMs(s) != NEVER) {
                callOperator(OperatorCall.Kind.IMPLAUSIBLE_STEP, s, observedAtMs);
            }
        } else if (records.is(s, SensorRecords.RAIN | SensorRecords.LEVEL)) {
            expect(s, false);
            judgeRungs(s, 0, false);
        }
        tellSilence(s);
        setDeadline(s);
    }

    private void callOperator(OperatorCall.Kind kind, int s, long observedAtMs) {
        operatorCalls++;
        edges.out.call(call(kind, s, "", "", observedAtMs));
    }

    private OperatorCall call(OperatorCall.Kind kind, int s, String ruleId, String threshold, long observedAtMs) {
        Sensor sensor = sensors.get(s);
        return OperatorCall.of(kind, sensor.stationId(), sensor.id(), ruleId, threshold, observedAtMs);
    }

    /**
     * This reading and the one before it came one hour after they were observed, or two, and as much one as the other: a summer time
     * or a time zone. What had to wait comes at offsets that differ by the interval.
     */
    private boolean isClockOff(int s, long observedAtMs, long receivedMs) {
        long offsetMs = receivedMs - observedAtMs;
        long offsetBeforeMs = records.receivedAtMs(s) - records.newestAtMs(s);
        long constantMs = Math.min(CONSTANT_OFFSET_MS, records.intervalMs(s) / 4);
        return isHours(offsetMs) && isHours(offsetBeforeMs) && Math.abs(offsetMs - offsetBeforeMs) <= constantMs;
    }

    private static boolean isHours(long offsetMs) {
        return Math.abs(offsetMs - HOUR_MS) <= NEAR_AN_HOUR_MS || Math.abs(offsetMs - 2 * HOUR_MS) <= NEAR_AN_HOUR_MS;
    }

    void setStale(int s, boolean stale) {
        if (stale != records.is(s, SensorRecords.STALE)) {
            int counted = sensors.get(s).retired() ? 0 : 1;
            staleSensors += stale ? counted : -counted;
            records.put(s, SensorRecords.STALE, stale);
        }
    }

    /** What a sensor that is silent raises, by an old reading, is marked silent from the start. */
    private void tellSilence(int s) {
        if (records.is(s, SensorRecords.STALE) && edges.began) {
            edges.out.edge(Edge.ofSensor(Edge.Kind.STALE, global(s), edges.clockMs, records.newestAtMs(s)));
        }
        edges.began = false;
    }

    /**
     * Judges by the newest reading and what came before it.
     *
     * @param holdMs as {@link Ladders#judge} has it, for a level
     * @param all also the rungs that look at the newest reading alone; sums and trends change by a late one as well
     */
    private void judgeRungs(int s, long holdMs, boolean all) {
        // a newest reading that failed says nothing; what a late one adds to the sums is to be judged all the same
        int newest = all ? recent.size(s) - 1 : newestSound(s);
        long atMs = recent.observedAtMs(s, newest);
        byte flag = recent.flag(s, newest);
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            switch (ladders.kind(r)) {
                case LEVEL -> {
                    if (all) {
                        ladders.judge(r, levelM(s, newest), flag, atMs, holdMs, edges);
                    }
                }
                case RESIDUAL -> {
                    if (all) {
                        ladders.judge(r, residualM(s, newest), flag, atMs, holdMs, edges);
                    }
                }
                case RISE -> ladders.judge(r, risePerHour(s, r, newest), flag, atMs, holdMs, edges);
                case EXPECTED -> ladders.judge(r, expectedM(s, r), flag, atMs, holdMs, edges);
                case ACCUMULATION -> judgeAccumulation(s, r, rain.window(ladders.windowMs(r)), flag, atMs);
                case COMPOSITE -> throw new AssertionError(ladders.rule(r));
            }
        }
    }

    private int newestSound(int s) {
        int i = recent.size(s) - 1;
        while (i > 0 && recent.flag(s, i) == Flag.FAIL) {
            i--;
        }
        return i;
    }

    /** Level in the station's datum; of other parameters the value itself. */
    private double levelM(int s, int i) {
        return recent.value(s, i) + zeroM(s, recent.observedAtMs(s, i));
    }

    private double residualM(int s, int i) {
        Tide tide = tides[s];
        return tide == null ? Double.NaN : tide.residualM(levelM(s, i), recent.observedAtMs(s, i));
    }

    private double risePerHour(int s, int r, int i) {
        boolean falling = ladders.isFalling(r);
        if (levelM(s, i) < ladders.onlyAboveM(r)) {
            return falling ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
        long windowMs = ladders.windowMs(r);
        return hasNewZero(s, recent.observedAtMs(s, i), windowMs) ? Double.NaN : trend.rise(recent, s, i, windowMs);
    }

    /**
     * Expects anew by the readings as they are.
     *
     * @param toScore also scores what was expected before by the newest reading but one, which is settled
     */
    private void expect(int s, boolean toScore) {
        if (!records.is(s, SensorRecords.EXPECTED)) {
            return;
        }
        Expectation expectation = expectations[s];
        ForecastScore score = scores[s];
        if (expectation == null || score == null) {
            return;
        }
        make(s, expectation, false);
        if (toScore) {
            int settled = recent.size(s) - 2;
            if (settled >= 0 && recent.flag(s, settled) != Flag.FAIL && recent.flag(s, settled) != Flag.SUSPECT) {
                score.observed(recent.observedAtMs(s, settled), levelM(s, settled));
            }
            score.made(expectation);
        }
    }

    private byte make(int s, Expectation expectation, boolean stale) {
        long newestMs = records.newestAtMs(s);
        boolean moved = hasNewZero(s, newestMs, expectation.windowMs());
        return expectation.make(trend, recent, s, zeroM(s, newestMs), stale || moved);
    }

    /** The farthest level expected within the rule's horizon. */
    private double expectedM(int s, int r) {
        Expectation expectation = expectations[s];
        return expectation == null || expectation.isRising() == ladders.isFalling(r)
                ? Double.NaN
                : expectation.farthestM(ladders.windowMs(r));
    }

    /** Raises by what has surely fallen, says possible by what can have fallen at most, clears by that where all is known. */
    private void judgeAccumulation(int s, int r, int window, byte flag, long atMs) {
        double atLeastMm = rain.lowerMm(s, window);
        double atMostMm = rain.upperMm(s, window);
        if (ladders.isBeyond(r, atLeastMm)) {
            ladders.judge(r, atLeastMm, flag, atMs, 0, edges);
        } else if (ladders.isBeyond(r, atMostMm) || rain.isKnown(s, window)) {
            ladders.judgePossible(r, atMostMm, flag, atMs, edges);
        } else {
            ladders.interrupt(r);
        }
    }

    /**
     * Readings were corrected or failed after they had been judged: an exceedance that no reading since it began bears out is taken
     * back; the extremes of the others are looked up again, and since when their delays count.
     *
     * @param newestToo whether the newest reading has been judged already
     */
    private void revise(int s, boolean newestToo) {
        int end = recent.size(s) - (newestToo ? 0 : 1);
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            if (ladders.state(r) != Ladders.NORMAL) {
                revise(s, r, end);
            }
        }
    }

    private void revise(int s, int r, int end) {
        // what is older may be there still or not, as the window has been emptied lately or not: it is not asked
        long fromMs = Math.max(ladders.beganAtMs(r), records.newestAtMs(s) - records.keepMs(s));
        boolean clearing = ladders.state(r) == Ladders.CLEARING;
        double peak = Double.NaN;
        long peakAtMs = 0;
        long delaySinceMs = 0;
        boolean unbroken = true;
        boolean unknown = false;
        boolean judged = false;
        int i = end;
        while (i > 0 && recent.observedAtMs(s, i - 1) >= fromMs) {
            i--;
            if (recent.flag(s, i) == Flag.FAIL) {
                continue;
            }
            long atMs = recent.observedAtMs(s, i);
            double value = valueWhen(s, r, i);
            unknown |= Double.isNaN(value);
            judged = true;
            boolean farther = ladders.isFalling(r) ? !(value >= peak) : !(value <= peak);
            if (ladders.isBeyond(r, value) && farther) {
                peak = value;
                peakAtMs = atMs;
            }
            unbroken &= clearing ? ladders.isBelowClearing(r, value) : ladders.isBeyond(r, value);
            delaySinceMs = unbroken ? atMs : delaySinceMs;
        }
        boolean allKept = i < end && recent.observedAtMs(s, i) == ladders.beganAtMs(r) && !unknown;
        if (allKept && Double.isNaN(peak)) {
            ladders.withdraw(r, ladders.peakAtMs(r), edges.clockMs, edges);
        } else if (i < end) {
            ladders.revisePeak(r, recent.observedAtMs(s, i), peak, peakAtMs, edges);
            if (delaySinceMs != 0 && !unknown) {
                ladders.reviseDelay(r, delaySinceMs);
            } else if (clearing && judged && !unknown) {
                ladders.clearNoMore(r);
            }
        }
    }

    /** What a rung is judged by, as it was when the i-th reading was the newest; NaN where that is not known any more. */
    private double valueWhen(int s, int r, int i) {
        return switch (ladders.kind(r)) {
            case LEVEL -> levelM(s, i);
            case RESIDUAL -> residualM(s, i);
            case RISE ->
                recent.observedAtMs(s, i) - ladders.windowMs(r) < records.newestAtMs(s) - records.keepMs(s)
                        ? Double.NaN
                        : risePerHour(s, r, i);
            case COMPOSITE -> throw new AssertionError(ladders.rule(r));
            // what was expected then was right to be told then
            case EXPECTED -> Double.NaN;
            case ACCUMULATION -> {
                int window = rain.window(ladders.windowMs(r));
                long atMs = recent.observedAtMs(s, i);
                yield ladders.isPossible(r) ? rain.upperMmWhen(s, window, atMs) : rain.lowerMmWhen(s, window, atMs);
            }
        };
    }

    /** Whether the gauge's zero was moved within the window: what it measured before and after makes no trend. */
    private boolean hasNewZero(int s, long atMs, long windowMs) {
        return records.is(s, SensorRecords.DATED_ZEROS) && zeroM(s, atMs - windowMs) != zeroM(s, atMs);
    }

    private double zeroM(int s, long atMs) {
        if (!records.is(s, SensorRecords.DATED_ZEROS)) {
            return records.zeroM(s);
        }
        GaugeZero[] dated = datedZeros[s];
        double zero = dated[0].zeroM();
        for (GaugeZero candidate : dated) {
            if (candidate.validFromMs() <= atMs) {
                zero = candidate.zeroM();
            }
        }
        return zero;
    }

    /** How long a raise by the newest reading waits for the next one: 0 unless the step to it is implausible. */
    private long holdMs(int s) {
        if (!records.is(s, SensorRecords.LEVEL)) {
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
        double stepM = Math.abs(levelM(s, i) - levelM(s, before));
        if (stepM <= judging.implausibleStepM()) {
            return 0;
        }
        double spacing = recent.observedAtMs(s, i) - recent.observedAtMs(s, before);
        double limitM = judging.implausibleStepM() * Math.max(1, spacing / judging.implausibleStepMs());
        boolean implausible = stepM > limitM && !checks.isBorneOut(s, recent.observedAtMs(s, i), levelM(s, i));
        // one that is due is not there at once: readings come late by seconds
        long intervalMs = records.intervalMs(s);
        return implausible ? Math.min(intervalMs + intervalMs / 2, records.staleAfterMs(s)) : 0;
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
            long fromMs = Math.max(observedAtMs - apartMs, records.newestAtMs(s) - records.keepMs(s));
            int from = recent.size(s);
            while (from > 0 && recent.observedAtMs(s, from - 1) >= fromMs) {
                from--;
            }
            if (from < recent.size(s) && recent.observedAtMs(s, from) <= observedAtMs + apartMs) {
                edges.sensor = s;
                edges.began = false;
                records.clear(s, SensorRecords.TREND_KNOWN);
                if (reflag(s, from, recent.size(s), out)) {
                    revise(s, true);
                }
                int newest = recent.size(s) - 1;
                if (checks.isBorneOut(s, recent.observedAtMs(s, newest), levelM(s, newest))) {
                    ladders.release(s, Math.max(observedAtMs, records.newestAtMs(s)), edges);
                }
                tellSilence(s);
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
            records.clear(s, SensorRecords.OPERATOR_CALLED);
        } else if (failures == FAILURES_THAT_CALL && !records.is(s, SensorRecords.OPERATOR_CALLED)) {
            records.set(s, SensorRecords.OPERATOR_CALLED);
            callOperator(OperatorCall.Kind.FAILURES_BEYOND, s, records.newestAtMs(s));
        }
    }

    private boolean failedBeyond(int s, int i) {
        return recent.flag(s, i) == Flag.FAIL
                && raising.isBeyond(s, recent.value(s, i) + zeroM(s, recent.observedAtMs(s, i)));
    }

    /**
     * Tests observations again, in their order, now that a neighbour in time or place came or changed.
     *
     * @return whether one failed that had not, or the other way round
     */
    private boolean reflag(int s, int from, int to, ShardOutput out) {
        boolean failures = false;
        for (int i = from; i < to; i++) {
            failures |= reflag(s, i, out);
        }
        return failures;
    }

    private boolean reflag(int s, int i, ShardOutput out) {
        byte flagBefore = recent.flag(s, i);
        byte testBefore = recent.test(s, i);
        long observedAtMs = recent.observedAtMs(s, i);
        int verdict = checks.evaluate(recent, s, i, zeroM(s, observedAtMs));
        byte flag = Checks.flag(verdict);
        byte test = Checks.test(verdict);
        if (flag == flagBefore && test == testBefore) {
            return false;
        }
        recent.setFlag(s, i, flag, test);
        double value = recent.value(s, i);
        out.verdict(Verdicts.REFLAGGED, global(s), observedAtMs, value, flag, test);
        boolean failure = (flag == Flag.FAIL) != (flagBefore == Flag.FAIL);
        if (failure && records.is(s, SensorRecords.RAIN)) {
            rain.add(s, observedAtMs, value, flag == Flag.FAIL);
        }
        return failure;
    }

    void setDeadline(int s) {
        boolean stale = records.is(s, SensorRecords.STALE);
        long staleAtMs = stale ? NEVER : records.newestAtMs(s) + records.staleAfterMs(s);
        long dueMs = ladders.nextDueMs(s);
        // silent already: what is pending cannot be confirmed in time
        deadlines.schedule(s, stale && dueMs != NEVER ? Long.MIN_VALUE : Math.min(staleAtMs, dueMs));
    }

    /** Silence begins or an on-delay is over. */
    private void meetDeadline(int s) {
        long clockMs = edges.clockMs;
        edges.sensor = s;
        edges.began = false;
        if (records.is(s, SensorRecords.STALE)) {
            ladders.goStale(s, clockMs, edges);
            tellSilence(s);
            return;
        }
        long staleAtMs = records.newestAtMs(s) + records.staleAfterMs(s);
        // an on-delay that ends at the very instant of silence was complete
        ladders.advance(s, Math.min(clockMs, staleAtMs), edges);
        if (staleAtMs <= clockMs) {
            setStale(s, true);
            if (!sensors.get(s).retired()) {
                ladders.goStale(s, staleAtMs, edges);
                edges.out.edge(Edge.ofSensor(Edge.Kind.STALE, global(s), staleAtMs, records.newestAtMs(s)));
            }
        }
    }

    /** Writes this shard's entries into the arrays of a copy. */
    void copyInto(LiveState copy) {
        for (int s = 0; s < count; s++) {
            int g = global(s);
            int size = recent.size(s);
            long newestMs = records.newestAtMs(s);
            copy.observedAtMs()[g] = newestMs;
            copy.receivedAtMs()[g] = records.receivedAtMs(s);
            copy.value()[g] = size == 0 ? Double.NaN : recent.value(s, size - 1);
            copy.flag()[g] = size == 0 ? Flag.MISSING : recent.flag(s, size - 1);
            copy.test()[g] = size == 0 ? QualityTest.NONE.code() : recent.test(s, size - 1);
            if (Qartod.gap(edges.clockMs - newestMs, gapMs[s]) == Flag.MISSING) {
                copy.flag()[g] = Flag.MISSING;
                copy.test()[g] = QualityTest.GAP.code();
            }
            copy.stale()[g] = records.is(s, SensorRecords.STALE);
            estimateTrend(s);
            for (int w = 0; w < TREND_WINDOWS; w++) {
                copy.riseMPerHour()[w][g] = rise[w][s];
                copy.riseStandardError()[w][g] = riseError[w][s];
                copy.riseSign()[w][g] = riseSign[w][s];
            }
            if (records.is(s, SensorRecords.RAIN)) {
                copyRain(s, copy, g);
            }
            if (size > 0) {
                copy.residualM()[g] = residualM(s, size - 1);
                copyCrossing(s, copy.crossings(), g);
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

    private void copyCrossing(int s, LiveState.Crossings copy, int g) {
        Expectation expectation = expectations[s];
        double levelM = levelM(s, recent.size(s) - 1);
        double nextM = nextLevelM(s, levelM, expectation != null && !expectation.isRising());
        copy.levelM()[g] = nextM;
        copy.refusal()[g] = Expectation.NO_TABLE;
        ForecastScore score = scores[s];
        if (expectation == null || score == null) {
            return;
        }
        copy.refusal()[g] = make(s, expectation, records.is(s, SensorRecords.STALE));
        if (!Double.isNaN(nextM)) {
            expectation.reach(nextM);
            copy.earliestMs()[g] = expectation.earliestMs();
            copy.centralMs()[g] = expectation.centralMs();
            copy.latestMs()[g] = expectation.latestMs();
            if (expectation.refusal() == Expectation.NONE && expectation.earliestMs() == 0) {
                copy.refusal()[g] = ForecastRefusal.NOT_REACHED.code();
            }
        }
        for (int lead = 0; lead < score.leads(); lead++) {
            copy.scored()[g] += score.scored(lead);
            copy.held()[g] += score.inside(lead);
        }
    }

    /** The mildest level rung that the water has not reached, NaN for none. */
    private double nextLevelM(int s, double levelM, boolean falling) {
        double next = Double.NaN;
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            double raiseAt = ladders.threshold(r).raiseAt();
            boolean ahead = ladders.kind(r) == Threshold.Kind.LEVEL
                    && ladders.isFalling(r) == falling
                    && !ladders.isStanding(r)
                    && !ladders.isBeyond(r, levelM);
            boolean nearer = falling ? !(raiseAt <= next) : !(raiseAt >= next);
            next = ahead && nearer ? raiseAt : next;
        }
        return next;
    }

    /** What the score of its expectations holds, for a snapshot; empty where there is none. */
    long[] saveScore(int s) {
        ForecastScore score = scores[s];
        return score == null ? new long[0] : score.save();
    }

    void restoreScore(int s, long[] saved) {
        ForecastScore score = scores[s];
        if (score != null && saved.length > 0) {
            score.restore(saved);
        }
    }

    private void copyRain(int s, LiveState copy, int g) {
        for (int w = 0; w < copy.accumulationMm().length; w++) {
            copy.accumulationMm()[w][g] = rain.shownMm(s, w, edges.clockMs);
            copy.rain().atMostMm()[w][g] = rain.upperMm(s, w);
            copy.rain().coverage()[w][g] = rain.coverage(s, w);
        }
        copy.rain().intensityMmPerHour()[g] = rain.intensityMmPerHour(s);
        copy.rain().antecedentMm()[g] = rain.antecedentMm(s);
    }

    private void estimateTrend(int s) {
        if (records.is(s, SensorRecords.TREND_KNOWN)) {
            return;
        }
        records.set(s, SensorRecords.TREND_KNOWN);
        for (int w = 0; w < TREND_WINDOWS; w++) {
            long windowMs = trendWindowMs(w, records.intervalMs(s));
            boolean known = records.is(s, SensorRecords.LEVEL)
                    && !hasNewZero(s, records.newestAtMs(s), windowMs)
                    && trend.estimate(recent, s, windowMs, records.resolution(s));
            rise[w][s] = known ? trend.risePerHour() : Double.NaN;
            riseError[w][s] = known ? trend.standardError() : Double.NaN;
            riseSign[w][s] = (byte) (known ? trend.sign() : 0);
        }
    }

    byte[] save() {
        return ShardSnapshot.of(this);
    }

    /** Takes over what was saved of the sensors this shard owns; others, and thresholds that are gone, are passed over. */
    void restore(byte[] saved) throws IOException {
        ShardSnapshot.into(this, saved);
    }

    /** Goes on from the state of the revision before; what stood by a threshold that is no longer there ends, and says so. */
    void takeOver(ShardState before, long clockMs, ShardOutput out) throws IOException {
        restore(before.save());
        takeCounts(before);
        for (int s = 0; s < before.count; s++) {
            before.edges.out = out;
            before.edges.clockMs = clockMs;
            before.edges.sensor = s;
            for (int r = before.ladders.first(s); r < before.ladders.end(s); r++) {
                if (before.ladders.isStanding(r)
                        && find(
                                        s,
                                        before.ladders.rule(r).id(),
                                        before.ladders.threshold(r).name())
                                < 0) {
                    before.edges.removed(r);
                }
            }
        }
    }

    /** The rung of that rule and name, or -1. */
    int find(int s, String ruleId, String name) {
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            if (ladders.rule(r).id().equals(ruleId)
                    && ladders.threshold(r).name().equals(name)) {
                return r;
            }
        }
        return -1;
    }

    private void takeCounts(ShardState before) {
        judged = before.judged;
        ShardCounts counts = before.counts();
        redelivered = counts.redelivered();
        corrected = counts.corrected();
        late = counts.late();
        overflowed = counts.overflowed();
        operatorCalls = counts.operatorCalls();
        counterResets = counts.counterResets();
        rainTooLate = counts.rainTooLate();
    }

    long judged() {
        return judged;
    }

    ShardCounts counts() {
        return new ShardCounts(
                redelivered,
                corrected,
                late,
                overflowed + recent.overflowed() + rain.overflowed(),
                operatorCalls,
                counterResets + rain.counterResets(),
                rainTooLate + rain.tooLate(),
                staleSensors);
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
        public void onExceedanceConfirmed(int rung, long observedAtMs, double value, byte flag) {
            long beganAtMs = ladders.beganAtMs(rung);
            emit(Edge.Kind.CONFIRMED, rung, beganAtMs, observedAtMs, observedAtMs, value, flag, false);
        }

        @Override
        public void onDoubt(int rung, long observedAtMs) {
            operatorCalls++;
            out.call(call(
                    OperatorCall.Kind.SUSPECT_BELOW_CLEARING,
                    sensor,
                    ladders.rule(rung).id(),
                    ladders.threshold(rung).name(),
                    observedAtMs));
        }

        void removed(int rung) {
            long beganAtMs = ladders.beganAtMs(rung);
            emit(Edge.Kind.REMOVED, rung, beganAtMs, clockMs, 0, Double.NaN, ladders.worstFlag(rung), false);
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
                    failed(observedAtMs) ? Flag.FAIL : Flag.NOT_EVALUATED,
                    false);
        }

        /** Rather than having been corrected; one that is no longer kept counts as failed. */
        private boolean failed(long observedAtMs) {
            int i = recent.find(sensor, observedAtMs);
            return i < 0 || recent.flag(sensor, i) == Flag.FAIL;
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
            boolean late = kind == Edge.Kind.BEGAN && observedAtMs + records.staleAfterMs(sensor) <= clockMs;
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
                    ladders.isPossible(rung),
                    late && !unconfirmed));
        }
    }
}
