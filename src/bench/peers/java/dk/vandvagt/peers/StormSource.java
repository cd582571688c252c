package dk.vandvagt.peers;

import dk.vandvagt.shard.Spent;
import dk.vandvagt.shard.Storms;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceEnumerator;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceReader;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Readings out of memory, one split per lane; a lane has the stations that are its, in order of time. One object serves all
 * readings of a lane, as object reuse allows.
 */
final class StormSource implements Source<Reading, StormSource.Lane, Collection<StormSource.Lane>>, Serializable {
    private static final long serialVersionUID = 1;
    private static final int SENSORS_PER_STATION = 10;

    /** Beside the job, not in it: the job is serialised. */
    private static volatile @Nullable Storms storms;

    private static final AtomicReference<Spent> BEGAN = new AtomicReference<>(Spent.NONE);

    private final int lanes;

    StormSource(Storms given, int lanes) {
        storms = given;
        BEGAN.set(Spent.NONE);
        this.lanes = lanes;
    }

    /** When the first reading was taken. */
    static Spent began() {
        return BEGAN.get();
    }

    record Lane(int lane, int lanes) implements IteratorSourceSplit<Reading, Lane.Readings> {
        @Override
        public String splitId() {
            return "lane " + lane;
        }

        @Override
        public Readings getIterator() {
            Storms given = storms;
            if (given == null) {
                throw new IllegalStateException("no storms");
            }
            return new Readings(given, lane, lanes);
        }

        @Override
        public IteratorSourceSplit<Reading, Readings> getUpdatedSplitForIterator(Readings readings) {
            // nothing is checkpointed
            return this;
        }

        static final class Readings implements Iterator<Reading> {
            private final Storms storms;
            private final int lane;
            private final int lanes;
            private final Reading reading = new Reading();
            private int next;

            Readings(Storms storms, int lane, int lanes) {
                this.storms = storms;
                this.lane = lane;
                this.lanes = lanes;
                BEGAN.compareAndSet(Spent.NONE, Spent.now());
                skip();
            }

            private void skip() {
                if (lanes > 1) {
                    while (next < storms.size() && storms.sensor(next) / SENSORS_PER_STATION % lanes != lane) {
                        next++;
                    }
                }
            }

            @Override
            public boolean hasNext() {
                return next < storms.size();
            }

            @Override
            public Reading next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                reading.sensor = storms.sensor(next);
                reading.observedAtMs = storms.observedAtMs(next);
                reading.value = storms.value(next);
                next++;
                skip();
                return reading;
            }
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<Reading, Lane> createReader(SourceReaderContext context) {
        return new IteratorSourceReader<>(context);
    }

    @Override
    public SplitEnumerator<Lane, Collection<Lane>> createEnumerator(SplitEnumeratorContext<Lane> context) {
        List<Lane> all = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            all.add(new Lane(lane, lanes));
        }
        return new IteratorSourceEnumerator<>(context, all);
    }

    @Override
    public SplitEnumerator<Lane, Collection<Lane>> restoreEnumerator(
            SplitEnumeratorContext<Lane> context, Collection<Lane> left) {
        return new IteratorSourceEnumerator<>(context, left);
    }

    @Override
    public SimpleVersionedSerializer<Lane> getSplitSerializer() {
        return new InWords<>() {
            @Override
            ByteBuffer write(Lane lane) {
                return ByteBuffer.allocate(2 * Integer.BYTES).putInt(lane.lane).putInt(lane.lanes);
            }

            @Override
            Lane read(ByteBuffer from) {
                return new Lane(from.getInt(), from.getInt());
            }
        };
    }

    @Override
    public SimpleVersionedSerializer<Collection<Lane>> getEnumeratorCheckpointSerializer() {
        return new InWords<>() {
            @Override
            ByteBuffer write(Collection<Lane> left) {
                ByteBuffer to = ByteBuffer.allocate(2 * Integer.BYTES * left.size());
                left.forEach(lane -> to.putInt(lane.lane).putInt(lane.lanes));
                return to;
            }

            @Override
            Collection<Lane> read(ByteBuffer from) {
                List<Lane> left = new ArrayList<>();
                while (from.hasRemaining()) {
                    left.add(new Lane(from.getInt(), from.getInt()));
                }
                return left;
            }
        };
    }

    private abstract static class InWords<T> implements SimpleVersionedSerializer<T> {
        abstract ByteBuffer write(T what);

        abstract T read(ByteBuffer from);

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(T what) {
            return write(what).array();
        }

        @Override
        public T deserialize(int version, byte[] bytes) {
            return read(ByteBuffer.wrap(bytes));
        }
    }
}
