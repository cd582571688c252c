package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Readings into the service's own table, indexed as there, by nothing but binary COPY and commits. */
public final class BareCopy {
    private static final int ROWS_A_COMMIT = 10_000;
    private static final long FROM_MS = 1_700_000_000_000L;
    private static final long INTERVAL_MS = 1_000;

    private final StoreSettings settings;
    private long intervals;

    /** @param server a database in which a schema is made for it */
    public BareCopy(String server, String user, String password, String schema) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        }
        settings = StoreSettings.usual(server + "?currentSchema=" + schema + ",public", user, password);
    }

    /** @return rows a second */
    public double run(int rows, int sensors) throws SQLException {
        try (Database database = new Database(settings);
                Connection connection = database.connectDrain()) {
            BinaryCopy copy = new BinaryCopy();
            String sql = Sql.named("reading_copy").text();
            long beganNanos = System.nanoTime();
            for (int row = 0; row < rows; ) {
                copy.begin();
                int end = Math.min(rows, row + ROWS_A_COMMIT);
                for (; row < end; row++) {
                    long atMs = FROM_MS + (intervals + row / sensors) * INTERVAL_MS;
                    copy.row(6);
                    copy.integer(row % sensors);
                    copy.timestamptz(atMs);
                    copy.doublePrecision(row % 1000 / 1000.0);
                    copy.smallint(2);
                    copy.smallint(0);
                    copy.timestamptz(atMs);
                }
                copy.send(connection, sql);
                connection.commit();
            }
            intervals += rows / sensors + 1;
            return rows * 1e9 / (System.nanoTime() - beganNanos);
        }
    }
}
