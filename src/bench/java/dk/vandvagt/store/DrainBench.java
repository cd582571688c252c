package dk.vandvagt.store;

import dk.vandvagt.shard.Verdicts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Rows a second into the database that the service embeds, on disk with fsync: bare COPY of the same rows into the same table
 * first, then what the drain writes, by size of transaction and by what is in it.
 */
public final class DrainBench {
    private static final int SENSORS = 5_000;
    private static final long FROM_MS = 1_700_000_000_000L;
    private static final long INTERVAL_MS = 600_000;
    private static final long SEED = 7;

    private final PostgresServer server;
    private int schemas;

    private DrainBench(PostgresServer server) {
        this.server = server;
    }

    public static void main(String[] args) throws Exception {
        try (PostgresServer server = new PostgresServer()) {
            DrainBench bench = new DrainBench(server);
            bench.measure("warm-up, not counted", 10_000, 200_000);
            bench.measure("transactions of 10,000", 10_000, 500_000);
            bench.measure("transactions of 1,000", 1_000, 200_000);
            bench.measure("transactions of 100", 100, 50_000);
        }
    }

    private void measure(String title, int size, int rows) throws SQLException {
        System.out.println(title);
        int batches = rows / size;
        System.out.printf("  bare COPY            %,9.0f rows/s%n", bareCopy(size, batches));
        String forward = schema();
        try (Session session = new Session(forward)) {
            report("newer (straight)", session.run(size, batches, 0, false, 0));
            report("again (duplicates)", session.run(size, batches, 0, false, 0));
            report("corrections", session.run(size, Math.max(1, batches / 10), 0, false, 1));
            session.rollUp();
        }
        try (Session session = new Session(schema())) {
            report("late (staged)", session.run(size, batches, 0, true, 0));
        }
    }

    private static void report(String what, double rowsPerSecond) {
        System.out.printf("  %-20s %,9.0f rows/s%n", what, rowsPerSecond);
    }

    private double bareCopy(int size, int batches) throws SQLException {
        String url = schema();
        try (Database database = new Database(settings(url));
                Connection connection = database.connectDrain();
                Statement statement = connection.createStatement()) {
            BinaryCopy copy = new BinaryCopy();
            String sql = Sql.named("reading_copy").text();
            long beganNs = System.nanoTime();
            for (int batch = 0; batch < batches; batch++) {
                Verdicts v = verdicts(batch, size, false, 0);
                copy.begin();
                for (int i = 0; i < size; i++) {
                    copy.row(6);
                    copy.integer(Integer.parseInt(v.sensorId()[i], 1, v.sensorId()[i].length(), 10));
                    copy.timestamptz(v.observedAtMs()[i]);
                    copy.doublePrecision(v.value()[i]);
                    copy.smallint(v.flag()[i]);
                    copy.smallint(v.test()[i]);
                    copy.timestamptz(v.receivedAtMs());
                }
                copy.send(connection, sql);
                connection.commit();
            }
            double rate = (double) batches * size / (System.nanoTime() - beganNs) * 1e9;
            statement.execute("drop table reading cascade");
            connection.commit();
            return rate;
        }
    }

    private String schema() throws SQLException {
        String schema = "bench_" + ++schemas;
        try (Connection connection = DriverManager.getConnection(server.url(), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        }
        return server.url() + "?currentSchema=" + schema + ",public";
    }

    private static StoreSettings settings(String url) {
        return StoreSettings.usual(url, "postgres", "postgres");
    }

    /** Row number n of the whole run is sensor n mod SENSORS at its next interval. */
    private static Verdicts verdicts(int batch, int size, boolean backwards, double offset) {
        Random random = new Random(SEED + batch);
        String[] sensor = new String[size];
        long[] at = new long[size];
        double[] value = new double[size];
        byte[] flag = new byte[size];
        for (int i = 0; i < size; i++) {
            long n = (long) batch * size + i;
            sensor[i] = "S" + n % SENSORS;
            long interval = n / SENSORS;
            at[i] = FROM_MS + (backwards ? -interval : interval) * INTERVAL_MS;
            value[i] = random.nextInt(2_000) / 1_000.0 + offset;
        }
        Arrays.fill(flag, (byte) 1);
        return new Verdicts(
                batch,
                FROM_MS,
                FROM_MS,
                size,
                sensor,
                new byte[size],
                at,
                value,
                flag,
                new byte[size],
                List.of(),
                List.of());
    }

    private static final class Session implements AutoCloseable {
        private final Database database;
        private final Connection connection;
        private final BatchWriter writer;
        private long sequence;

        Session(String url) throws SQLException {
            database = new Database(settings(url));
            connection = database.connectDrain();
            writer = new BatchWriter(connection, "bench", database.level().orElseThrow());
            sequence = writer.position();
        }

        double run(int size, int batches, int from, boolean backwards, double offset) throws SQLException {
            long beganNs = System.nanoTime();
            for (int batch = from; batch < from + batches; batch++) {
                Load load = Load.of(List.of(verdicts(batch, size, backwards, offset)));
                writer.write(load, sequence, sequence + 1);
                sequence++;
            }
            return (double) batches * size / (System.nanoTime() - beganNs) * 1e9;
        }

        void rollUp() throws SQLException {
            long beganNs = System.nanoTime();
            try (RollUp rollUp = new RollUp(database)) {
                rollUp.rollUp();
            }
            System.out.printf("  roll-up of all that  %,9.1f s%n", (System.nanoTime() - beganNs) / 1e9);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
            database.close();
        }
    }
}
