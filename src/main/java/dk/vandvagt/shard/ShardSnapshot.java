package dk.vandvagt.shard;

import dk.vandvagt.analysis.Ladders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** All state of a shard as bytes: by sensor id, rule id and threshold name, so that another revision can take it over. */
final class ShardSnapshot {
    private static final int VERSION = 3;

    private final ShardState state;
    private final long[] rung = new long[Ladders.SAVED];

    private ShardSnapshot(ShardState state) {
        this.state = state;
    }

    static byte[] of(ShardState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream to = new DataOutputStream(bytes)) {
            new ShardSnapshot(state).save(to);
        } catch (IOException memoryDoesNotFail) {
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException of another version, or torn */
    static void into(ShardState state, byte[] saved) throws IOException {
        new ShardSnapshot(state).restore(new DataInputStream(new ByteArrayInputStream(saved)));
    }

    private void save(DataOutputStream to) throws IOException {
        to.writeInt(VERSION);
        for (int s = 0; s < state.sensors.size(); s++) {
            if (state.records.newestAtMs(s) != 0) {
                to.writeBoolean(true);
                to.writeUTF(state.sensors.get(s).id());
                saveSensor(s, to);
                saveRungs(s, to);
            }
        }
        to.writeBoolean(false);
        saveNeighbours(to);
    }

    private void restore(DataInputStream from) throws IOException {
        int version = from.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "snapshot of a shard has version " + version + ", this service reads version " + VERSION);
        }
        while (from.readBoolean()) {
            int s = state.own(state.catalogue.sensorIndexEvenRetired(from.readUTF()));
            restoreSensor(s, from);
            restoreRungs(s, from);
            if (s >= 0) {
                state.setDeadline(s);
            }
        }
        restoreNeighbours(from);
    }

    private void saveSensor(int s, DataOutputStream to) throws IOException {
        to.writeLong(state.records.newestAtMs(s));
        to.writeLong(state.records.receivedAtMs(s));
        to.writeBoolean(state.records.is(s, SensorRecords.STALE));
        to.writeBoolean(state.records.is(s, SensorRecords.OPERATOR_CALLED));
        int size = state.recent.size(s);
        to.writeInt(size);
        for (int i = 0; i < size; i++) {
            to.writeLong(state.recent.observedAtMs(s, i));
            to.writeDouble(state.recent.value(s, i));
            to.writeByte(state.recent.flag(s, i));
            to.writeByte(state.recent.test(s, i));
            to.writeByte(state.recent.farFlag(s, i));
            to.writeByte(state.recent.farTest(s, i));
        }
        writeLongs(state.checks.save(s), to);
        writeLongs(state.records.is(s, SensorRecords.RAIN) ? state.rain.save(s) : new long[0], to);
        writeLongs(state.saveScore(s), to);
    }

    /** @param s -1 where the sensor is not this shard's: then it is read past */
    private void restoreSensor(int s, DataInputStream from) throws IOException {
        boolean mine = s >= 0;
        long newestAtMs = from.readLong();
        long receivedAtMs = from.readLong();
        boolean stale = from.readBoolean();
        boolean operatorCalled = from.readBoolean();
        int size = from.readInt();
        for (int i = 0; i < size; i++) {
            long observedAtMs = from.readLong();
            double value = from.readDouble();
            byte flag = from.readByte();
            byte test = from.readByte();
            byte farFlag = from.readByte();
            byte farTest = from.readByte();
            if (mine) {
                int at = state.recent.insert(s, state.recent.size(s), observedAtMs, value, flag, test);
                state.recent.setFar(s, at, farFlag, farTest);
            }
        }
        long[] farBack = readLongs(from);
        long[] fallen = readLongs(from);
        long[] score = readLongs(from);
        if (mine) {
            state.restoreScore(s, score);
            state.records.heard(s, newestAtMs, receivedAtMs);
            state.setStale(s, stale);
            state.records.put(s, SensorRecords.OPERATOR_CALLED, operatorCalled);
            state.checks.restore(state.recent, s, farBack);
            if (state.records.is(s, SensorRecords.RAIN) && fallen.length > 0) {
                state.rain.restore(s, fallen);
            }
        }
    }

    private void saveRungs(int s, DataOutputStream to) throws IOException {
        Ladders ladders = state.ladders;
        int rungs = 0;
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            rungs += ladders.state(r) != Ladders.NORMAL ? 1 : 0;
        }
        to.writeInt(rungs);
        for (int r = ladders.first(s); r < ladders.end(s); r++) {
            if (ladders.state(r) != Ladders.NORMAL) {
                to.writeUTF(ladders.rule(r).id());
                to.writeUTF(ladders.threshold(r).name());
                ladders.save(r, rung);
                writeLongs(rung, to);
            }
        }
    }

    private void restoreRungs(int s, DataInputStream from) throws IOException {
        int rungs = from.readInt();
        for (int i = 0; i < rungs; i++) {
            String ruleId = from.readUTF();
            String name = from.readUTF();
            long[] saved = readLongs(from);
            int r = s < 0 ? -1 : state.find(s, ruleId, name);
            if (r >= 0) {
                state.ladders.restore(r, saved);
            }
        }
    }

    private void saveNeighbours(DataOutputStream to) throws IOException {
        to.writeInt(state.neighbours.count());
        for (int n = 0; n < state.neighbours.count(); n++) {
            to.writeUTF(state.catalogue.sensor(state.neighbours.sensorIndex(n)).id());
            int size = state.neighbours.size(n);
            to.writeInt(size);
            for (int i = 0; i < size; i++) {
                to.writeLong(state.neighbours.observedAtMs(n, i));
                to.writeDouble(state.neighbours.level(n, i));
            }
        }
    }

    private void restoreNeighbours(DataInputStream from) throws IOException {
        int saved = from.readInt();
        for (int n = 0; n < saved; n++) {
            int index = state.catalogue.sensorIndexEvenRetired(from.readUTF());
            int size = from.readInt();
            for (int i = 0; i < size; i++) {
                long observedAtMs = from.readLong();
                double level = from.readDouble();
                if (index >= 0) {
                    state.neighbours.restore(index, observedAtMs, level);
                }
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
}
