package dk.vandvagt.journal;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.Command;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@link BatchWriter} wrote, as batches again. Sensor ids are looked up in the catalogue that was then in force; a reading
 * of a sensor that it does not know is counted and left out.
 */
final class BatchReader {
    private static final int UNKNOWN = -1;

    private final SegmentLog.Cursor cursor;
    private final BiFunction<String, @Nullable Catalogue, Catalogue> readCatalogue;
    private @Nullable Catalogue catalogue;

    private final Map<Integer, String> idByRef = new HashMap<>();
    private final Map<Integer, Integer> indexByRef = new HashMap<>();
    private final Map<String, Long> unknown = new TreeMap<>();
    private long segment;

    BatchReader(
            SegmentLog.Cursor cursor,
            @Nullable Catalogue catalogue,
            BiFunction<String, @Nullable Catalogue, Catalogue> readCatalogue) {
        this.cursor = cursor;
        this.catalogue = catalogue;
        this.readCatalogue = readCatalogue;
    }

    /** @return null at the end */
    @Nullable
    Batch next() throws IOException {
        while (cursor.next()) {
            if (cursor.segment() != segment) {
                segment = cursor.segment();
                idByRef.clear();
                indexByRef.clear();
            }
            ByteBuffer payload = cursor.payload();
            if (cursor.type() == BatchWriter.SENSOR_IDS) {
                takeIds(payload);
            } else {
                return batch(payload);
            }
        }
        return null;
    }

    private void takeIds(ByteBuffer payload) {
        for (long left = Bytes.unsigned(payload); left > 0; left--) {
            int ref = (int) Bytes.unsigned(payload);
            idByRef.put(ref, Bytes.text(payload));
            // a process that goes on in a segment begins numbering anew
            indexByRef.remove(ref);
        }
    }

    private Batch batch(ByteBuffer payload) throws IOException {
        long sequence = cursor.sequence();
        long clockMs = payload.getLong();
        long receivedAtMs = clockMs + Bytes.signed(payload);
        return switch (cursor.type()) {
            case BatchWriter.READINGS -> readings(sequence, clockMs, receivedAtMs, payload);
            case BatchWriter.TICK -> Batch.tick(sequence, clockMs, receivedAtMs);
            case BatchWriter.USE_CATALOGUE -> {
                Catalogue next = readCatalogue.apply(Bytes.inflated(payload), catalogue);
                catalogue = next;
                indexByRef.clear();
                yield Batch.of(sequence, clockMs, receivedAtMs, new Command.UseCatalogue(next));
            }
            default -> Batch.of(sequence, clockMs, receivedAtMs, operatorsCommand(payload));
        };
    }

    private Command operatorsCommand(ByteBuffer from) throws IOException {
        return switch (cursor.type()) {
            case BatchWriter.ACKNOWLEDGE ->
                new Command.Acknowledge(Bytes.text(from), Bytes.text(from), Bytes.text(from));
            case BatchWriter.SHELVE ->
                new Command.Shelve(Bytes.text(from), from.getLong(), Bytes.text(from), Bytes.text(from));
            case BatchWriter.UNSHELVE -> new Command.Unshelve(Bytes.text(from), Bytes.text(from), Bytes.text(from));
            case BatchWriter.OUT_OF_SERVICE ->
                new Command.OutOfService(Bytes.text(from), Bytes.text(from), Bytes.text(from));
            case BatchWriter.IN_SERVICE -> new Command.InService(Bytes.text(from), Bytes.text(from), Bytes.text(from));
            case BatchWriter.MAINTAIN ->
                new Command.Maintain(Bytes.texts(from), from.getLong(), Bytes.text(from), Bytes.text(from));
            case BatchWriter.CALL ->
                new Command.Call(OperatorCall.of(
                        OperatorCall.Kind.valueOf(Bytes.text(from)),
                        Bytes.text(from),
                        Bytes.text(from),
                        Bytes.text(from),
                        Bytes.text(from),
                        from.getLong()));
            default ->
                throw new IOException(
                        "sequence %d has a frame of type %d, which this program does not know: run the newer program"
                                .formatted(cursor.sequence(), cursor.type()));
        };
    }

    private Batch readings(long sequence, long clockMs, long receivedAtMs, ByteBuffer payload) {
        int count = (int) Bytes.unsigned(payload);
        int[] sensorIndex = new int[count];
        for (int i = 0; i < count; i++) {
            sensorIndex[i] = indexOf((int) Bytes.unsigned(payload));
        }
        long[] observedAtMs = new long[count];
        long before = clockMs;
        for (int i = 0; i < count; i++) {
            before += Bytes.signed(payload);
            observedAtMs[i] = before;
        }
        double[] value = new double[count];
        int size = 0;
        for (int i = 0; i < count; i++) {
            double read = payload.getDouble();
            if (sensorIndex[i] != UNKNOWN) {
                sensorIndex[size] = sensorIndex[i];
                observedAtMs[size] = observedAtMs[i];
                value[size] = read;
                size++;
            }
        }
        if (size == count) {
            return new Batch(sequence, clockMs, receivedAtMs, size, sensorIndex, observedAtMs, value, null);
        }
        return new Batch(
                sequence,
                clockMs,
                receivedAtMs,
                size,
                Arrays.copyOf(sensorIndex, size),
                Arrays.copyOf(observedAtMs, size),
                Arrays.copyOf(value, size),
                null);
    }

    private int indexOf(int ref) {
        int index = indexByRef.computeIfAbsent(ref, this::lookUp);
        if (index == UNKNOWN) {
            unknown.merge(idByRef.getOrDefault(ref, "whose id was in a damaged frame"), 1L, Long::sum);
        }
        return index;
    }

    private int lookUp(int ref) {
        String id = idByRef.get(ref);
        return id == null || catalogue == null ? UNKNOWN : catalogue.sensorIndexEvenRetired(id);
    }

    /** In force after the last batch read. */
    @Nullable
    Catalogue catalogue() {
        return catalogue;
    }

    /** How many readings were left out, by sensor id. */
    Map<String, Long> unknown() {
        return unknown;
    }
}
