package dk.vandvagt.journal;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.Command;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.util.Arrays;

/**
 * Batches as frames of the input journal, one frame a batch. Numbers marked v are of variable length (seven bits a byte), s the
 * same with zigzag; text is its length in bytes (v) and UTF-8.
 *
 * <pre>
 * SENSOR_IDS   (context) count v, then of each: ref v, id text; a ref holds within its segment
 * all others   clockMs 8, receivedAtMs − clockMs s, and:
 *   READINGS       count v, refs v…, observedAtMs s… (each less the one before, the first less clockMs), values 8… (double)
 *   TICK           nothing more
 *   USE_CATALOGUE  text: bytes before deflating v, bytes v, deflated UTF-8
 *   ACKNOWLEDGE    alertId text, by text, note text
 *   SHELVE         ruleId text, untilMs 8, by text, note text
 *   UNSHELVE       ruleId text, by text, note text
 *   OUT_OF_SERVICE sensorId text, by text, note text
 *   IN_SERVICE     sensorId text, by text, note text
 *   MAINTAIN       count v, sensorId text…, untilMs 8, by text, note text
 *   CALL           kind text, stationId text, sensorId text, ruleId text, threshold text, observedAtMs 8
 * </pre>
 */
final class BatchWriter {
    static final int SENSOR_IDS = SegmentFormat.CONTEXT | 1;
    static final int READINGS = 1;
    static final int TICK = 2;
    static final int USE_CATALOGUE = 3;
    static final int ACKNOWLEDGE = 4;
    static final int SHELVE = 5;
    static final int UNSHELVE = 6;
    static final int OUT_OF_SERVICE = 7;
    static final int IN_SERVICE = 8;
    static final int MAINTAIN = 9;
    static final int CALL = 10;

    private static final int NO_REF = -1;

    private final SegmentLog log;
    private final Bytes payload = new Bytes();
    private int[] refs = {};
    private int refsGiven;
    private long segment;

    BatchWriter(SegmentLog log) {
        this.log = log;
    }

    /** @param catalogue to which the batch's sensor indexes belong */
    void append(Batch batch, Catalogue catalogue) throws IOException {
        long now = log.prepare(batch.sequence());
        if (now != segment) {
            segment = now;
            Arrays.fill(refs, NO_REF);
            refsGiven = 0;
        }
        if (batch.size() > 0) {
            giveRefs(batch, catalogue);
        }
        payload.clear().putLong(batch.clockMs()).putSigned(batch.receivedAtMs() - batch.clockMs());
        log.append(body(batch), batch.sequence(), payload);
    }

    private int body(Batch batch) {
        return switch (batch.command()) {
            case null -> {
                if (batch.size() == 0) {
                    yield TICK;
                }
                putReadings(batch);
                yield READINGS;
            }
            case Command.UseCatalogue use -> {
                payload.putDeflated(use.catalogue().text());
                yield USE_CATALOGUE;
            }
            case Command.Acknowledge acknowledge -> {
                payload.putText(acknowledge.alertId()).putText(acknowledge.by()).putText(acknowledge.note());
                yield ACKNOWLEDGE;
            }
            case Command.Shelve shelve -> {
                payload.putText(shelve.ruleId())
                        .putLong(shelve.untilMs())
                        .putText(shelve.by())
                        .putText(shelve.note());
                yield SHELVE;
            }
            case Command.Unshelve unshelve -> {
                payload.putText(unshelve.ruleId()).putText(unshelve.by()).putText(unshelve.note());
                yield UNSHELVE;
            }
            case Command.OutOfService out -> {
                payload.putText(out.sensorId()).putText(out.by()).putText(out.note());
                yield OUT_OF_SERVICE;
            }
            case Command.InService in -> {
                payload.putText(in.sensorId()).putText(in.by()).putText(in.note());
                yield IN_SERVICE;
            }
            case Command.Maintain maintain -> {
                payload.putUnsigned(maintain.sensorIds().size());
                maintain.sensorIds().forEach(payload::putText);
                payload.putLong(maintain.untilMs()).putText(maintain.by()).putText(maintain.note());
                yield MAINTAIN;
            }
            case Command.Call(OperatorCall call) -> {
                payload.putText(call.kind().name())
                        .putText(call.stationId())
                        .putText(call.sensorId())
                        .putText(call.ruleId())
                        .putText(call.threshold())
                        .putLong(call.observedAtMs());
                yield CALL;
            }
        };
    }

    /** Refs are taken for given only once their frame is appended: it may be refused, and tried again. */
    private void giveRefs(Batch batch, Catalogue catalogue) throws IOException {
        if (refs.length < catalogue.sensorCount()) {
            int known = refs.length;
            refs = Arrays.copyOf(refs, catalogue.sensorCount());
            Arrays.fill(refs, known, refs.length, NO_REF);
        }
        int[] fresh = Arrays.stream(batch.sensorIndex(), 0, batch.size())
                .filter(sensor -> refs[sensor] == NO_REF)
                .distinct()
                .toArray();
        if (fresh.length == 0) {
            return;
        }
        payload.clear().putUnsigned(fresh.length);
        for (int i = 0; i < fresh.length; i++) {
            payload.putUnsigned(refsGiven + i)
                    .putText(catalogue.sensor(fresh[i]).id());
        }
        log.append(SENSOR_IDS, batch.sequence(), payload);
        for (int sensor : fresh) {
            refs[sensor] = refsGiven++;
        }
    }

    private void putReadings(Batch batch) {
        int size = batch.size();
        payload.putUnsigned(size);
        for (int i = 0; i < size; i++) {
            payload.putUnsigned(refs[batch.sensorIndex()[i]]);
        }
        long before = batch.clockMs();
        for (int i = 0; i < size; i++) {
            long observedAtMs = batch.observedAtMs()[i];
            payload.putSigned(observedAtMs - before);
            before = observedAtMs;
        }
        for (int i = 0; i < size; i++) {
            payload.putDouble(batch.value()[i]);
        }
    }
}
