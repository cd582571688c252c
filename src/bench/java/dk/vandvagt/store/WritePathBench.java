package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.postgresql.jdbc.PgConnection;

/**
 * Three ways of writing the same new rows, each commit fsynced, by rows a commit and by connections: direct binary COPY, binary COPY
 * into a temporary table and from there {@code on conflict do nothing}, and binary arrays through {@code unnest}, likewise. All take
 * turns in every round; what counts are the ratios. Argument: rounds.
 */
public final class WritePathBench {
    private static final int[] SIZES = {20, 100, 1_000, 10_000};
    private static final int[] CONNECTIONS = {1, 2, 4};
    private static final int SENSORS_EACH = 2_000;
    private static final long FROM_MS = 1_700_000_000_000L;
    private static final long LASTS_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long EPOCH_2000_MS = 946_684_800_000L;
    private static final String UNNEST = """
            insert into reading (sensor_id, observed_at, value, flag, test, received_at)
            select s, timestamptz '2000-01-01 00:00:00+00' + a * interval '1 microsecond', v, f, t,
                   timestamptz '2000-01-01 00:00:00+00' + r * interval '1 microsecond'
            from unnest(?::int4[], ?::int8[], ?::float8[], ?::int2[], ?::int2[], ?::int8[]) as u (s, a, v, f, t, r)
            on conflict (sensor_id, observed_at) do nothing
            """;

    private enum Path {
        DIRECT,
        STAGED,
        UNNESTED
    }

    private final String url;

    private WritePathBench(String url) {
        this.url = url;
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
        try (PostgresServer server = new PostgresServer()) {
            new WritePathBench(server.url()).run(rounds);
        }
    }

    private String url(Path path) {
        return url + "?currentSchema=" + path.name().toLowerCase(Locale.ROOT) + ",public";
    }

    private void run(int rounds) throws SQLException, InterruptedException, ExecutionException {
        for (Path path : Path.values()) {
            try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema " + path.name().toLowerCase(Locale.ROOT));
            }
            try (Database database = new Database(StoreSettings.usual(url(path), "postgres", "postgres"))) {
                database.connectDrain().close();
            }
        }
        double[][][][] rates = new double[SIZES.length][CONNECTIONS.length][Path.values().length][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int size = 0; size < SIZES.length; size++) {
                for (int many = 0; many < CONNECTIONS.length; many++) {
                    for (Path path : Path.values()) {
                        double rate = rate(path, SIZES[size], CONNECTIONS[many]);
                        if (round >= 0) {
                            rates[size][many][path.ordinal()][round] = rate;
                        }
                    }
                }
            }
        }
        System.out.println("rows a commit, connections: thousand rows/s (median of " + rounds
                + ") direct, staged, unnested; their ratio to direct, lowest to highest");
        for (int size = 0; size < SIZES.length; size++) {
            for (int many = 0; many < CONNECTIONS.length; many++) {
                double[][] of = rates[size][many];
                System.out.printf(
                        Locale.ROOT,
                        "%,7d %2d: %7.1f %7.1f %7.1f   staged %s   unnested %s%n",
                        SIZES[size],
                        CONNECTIONS[many],
                        median(of[0]) / 1_000,
                        median(of[1]) / 1_000,
                        median(of[2]) / 1_000,
                        ratios(of[1], of[0]),
                        ratios(of[2], of[0]));
            }
        }
    }

    private static double median(double[] of) {
        double[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String ratios(double[] of, double[] to) {
        double[] ratios = new double[of.length];
        for (int i = 0; i < of.length; i++) {
            ratios[i] = of[i] / to[i];
        }
        Arrays.sort(ratios);
        return String.format(
                Locale.ROOT, "%.2f (%.2f–%.2f)", ratios[ratios.length / 2], ratios[0], ratios[ratios.length - 1]);
    }

    /** Where each writer stands, so that it always writes new rows. */
    private final long[][] next = new long[Path.values().length][8];

    private double rate(Path path, int size, int connections)
            throws SQLException, InterruptedException, ExecutionException {
        try (ExecutorService executor = Executors.newFixedThreadPool(connections)) {
            List<Future<Double>> rates = new ArrayList<>();
            for (int writer = 0; writer < connections; writer++) {
                int each = writer;
                rates.add(executor.submit(() -> write(path, size, each)));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        }
    }

    private double write(Path path, int size, int writer) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(path), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(Sql.named("staged_create").text());
            connection.setAutoCommit(false);
            connection.commit();
            BinaryCopy copy = new BinaryCopy();
            long rows = 0;
            long beganNs = System.nanoTime();
            long tookNs = 0;
            while (tookNs < LASTS_NS) {
                long first = next[path.ordinal()][writer];
                next[path.ordinal()][writer] += size;
                switch (path) {
                    case DIRECT -> copy(connection, copy, "reading_copy", 6, writer, first, size);
                    case STAGED -> {
                        copy(connection, copy, "staged_copy", 9, writer, first, size);
                        try (Sql.Call call = Sql.named("staged_add_new").on(connection)) {
                            call.set("round", 0).statement().executeUpdate();
                        }
                    }
                    case UNNESTED -> unnest(connection, writer, first, size);
                }
                connection.commit();
                rows += size;
                tookNs = System.nanoTime() - beganNs;
            }
            return rows * 1e9 / tookNs;
        }
    }

    private static int sensor(int writer, long row) {
        return (int) (writer * SENSORS_EACH + row % SENSORS_EACH);
    }

    private static long at(long row) {
        return FROM_MS + row / SENSORS_EACH * 600_000;
    }

    private static void copy(
            Connection connection, BinaryCopy copy, String sql, int columns, int writer, long first, int size)
            throws SQLException {
        copy.begin();
        for (long row = first; row < first + size; row++) {
            copy.row(columns);
            if (columns == 9) {
                copy.integer(0);
                copy.smallint(0);
                copy.bigint(row);
            }
            copy.integer(sensor(writer, row));
            copy.timestamptz(at(row));
            copy.doublePrecision(row % 2_000 / 1_000.0);
            copy.smallint(1);
            copy.smallint(0);
            copy.timestamptz(at(row) + 2_000);
        }
        copy.send(connection, Sql.named(sql).text());
    }

    private static void unnest(Connection connection, int writer, long first, int size) throws SQLException {
        int[] sensors = new int[size];
        long[] observed = new long[size];
        double[] values = new double[size];
        short[] flags = new short[size];
        short[] tests = new short[size];
        long[] received = new long[size];
        for (int i = 0; i < size; i++) {
            long row = first + i;
            sensors[i] = sensor(writer, row);
            observed[i] = (at(row) - EPOCH_2000_MS) * 1_000;
            values[i] = row % 2_000 / 1_000.0;
            flags[i] = 1;
            received[i] = observed[i] + 2_000_000;
        }
        PgConnection pg = connection.unwrap(PgConnection.class);
        try (PreparedStatement statement = connection.prepareStatement(UNNEST)) {
            statement.setArray(1, pg.createArrayOf("int4", sensors));
            statement.setArray(2, pg.createArrayOf("int8", observed));
            statement.setArray(3, pg.createArrayOf("float8", values));
            statement.setArray(4, pg.createArrayOf("int2", flags));
            statement.setArray(5, pg.createArrayOf("int2", tests));
            statement.setArray(6, pg.createArrayOf("int8", received));
            statement.executeUpdate();
        }
    }
}
