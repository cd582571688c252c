package dk.vandvagt.store;

/**
 * @param jdbcUrl such as {@code jdbc:postgresql://127.0.0.1:54320/vandvagt}
 * @param poolSize connections for queries; the drain has one more of its own
 * @param connectTimeoutMs how long to wait for a connection
 * @param queryTimeoutMs after which the database gives a query up
 * @param drainTimeoutMs silence on the wire after which the drain takes its connection for dead
 * @param maxObservations that one transaction of the drain takes in; it overshoots by the last batch
 * @param gatherMs how long the drain waits for a transaction to fill; 0 takes what is there
 * @param rollUpEveryMs how often the aggregates are recomputed where the service keeps them
 * @param highestLevel what to use of a TimescaleDB, where there is one; holds for a new database
 * @param ages what becomes of readings as they grow old
 */
public record StoreSettings(
        String jdbcUrl,
        String user,
        String password,
        int poolSize,
        int connectTimeoutMs,
        int queryTimeoutMs,
        int drainTimeoutMs,
        int maxObservations,
        int gatherMs,
        int rollUpEveryMs,
        Level highestLevel,
        Ages ages) {

    /**
     * @param columnstoreAfterMs where the database has a columnstore, readings older than this are moved there
     * @param keepReadingsMs readings older than this are dropped, their aggregates are not; 0 keeps all
     * @param keepVersionsMs what was replaced longer ago than this is dropped; 0 keeps all
     * @param keepDeliveriesMs what became of letters longer ago than this is dropped; 0 keeps all
     */
    public record Ages(long columnstoreAfterMs, long keepReadingsMs, long keepVersionsMs, long keepDeliveriesMs) {
        public static final Ages USUAL = new Ages(14L * 24 * 3_600_000, 0, 0, 0);
    }

    public static StoreSettings usual(String jdbcUrl, String user, String password) {
        return new StoreSettings(
                jdbcUrl, user, password, 4, 2_000, 10_000, 60_000, 10_000, 0, 2_000, Level.COMMUNITY, Ages.USUAL);
    }

    public StoreSettings with(Ages wanted) {
        return new StoreSettings(
                jdbcUrl,
                user,
                password,
                poolSize,
                connectTimeoutMs,
                queryTimeoutMs,
                drainTimeoutMs,
                maxObservations,
                gatherMs,
                rollUpEveryMs,
                highestLevel,
                wanted);
    }

    public StoreSettings withBatches(int observations, int gatheredForMs) {
        return new StoreSettings(
                jdbcUrl,
                user,
                password,
                poolSize,
                connectTimeoutMs,
                queryTimeoutMs,
                drainTimeoutMs,
                observations,
                gatheredForMs,
                rollUpEveryMs,
                highestLevel,
                ages);
    }

    /** Without the password, and without the URL's parameters, which may hold one. */
    @Override
    public String toString() {
        return user + " at " + jdbcUrl.replaceFirst("\\?.*", "") + ", pool of " + poolSize;
    }
}
