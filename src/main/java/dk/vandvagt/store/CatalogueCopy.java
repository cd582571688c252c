package dk.vandvagt.store;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.sql.Connection;
import java.sql.SQLException;

/** Writes what the settings say of one run, in the place of what they said before. Retired sensors are not in it. */
final class CatalogueCopy {
    private static final Sql DROP = Sql.named("catalogue_drop");
    private static final Sql RUN = Sql.named("catalogue_save");
    private static final Sql STATION = Sql.named("catalogue_station_save");
    private static final Sql GAUGE_ZERO = Sql.named("catalogue_gauge_zero_save");
    private static final Sql SENSOR = Sql.named("catalogue_sensor_save");
    private static final Sql THRESHOLD = Sql.named("catalogue_threshold_save");

    private final String runId;
    private final boolean exercise;
    private final Catalogue catalogue;

    CatalogueCopy(String runId, boolean exercise, Catalogue catalogue) {
        this.runId = runId;
        this.exercise = exercise;
        this.catalogue = catalogue;
    }

    /** All of it or nothing; leaves the connection committing by itself again. */
    void write(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            writeAll(connection);
            connection.commit();
        } finally {
            // of what is committed nothing is taken back
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void writeAll(Connection connection) throws SQLException {
        try (Sql.Call drop = DROP.on(connection);
                Sql.Call run = RUN.on(connection)) {
            drop.set("run", runId).statement().executeUpdate();
            run.set("run", runId)
                    .set("place", catalogue.placeName())
                    .set("revision", catalogue.revision())
                    .set("exercise", exercise)
                    .statement()
                    .executeUpdate();
        }
        try (Sql.Call stations = STATION.on(connection);
                Sql.Call zeros = GAUGE_ZERO.on(connection);
                Sql.Call sensors = SENSOR.on(connection);
                Sql.Call thresholds = THRESHOLD.on(connection)) {
            for (Station station : catalogue.stations()) {
                add(station, stations);
                for (GaugeZero zero : station.gaugeZeros()) {
                    add(station, zero, zeros);
                }
                for (Sensor sensor : station.sensors()) {
                    add(sensor, sensors);
                    for (Threshold threshold : sensor.thresholds()) {
                        add(sensor, threshold, thresholds);
                    }
                }
            }
            stations.statement().executeBatch();
            zeros.statement().executeBatch();
            sensors.statement().executeBatch();
            thresholds.statement().executeBatch();
        }
    }

    private void add(Station station, Sql.Call to) throws SQLException {
        to.set("run", runId)
                .set("id", station.id())
                .set("name", station.name())
                .set("lon", station.lon())
                .set("lat", station.lat())
                .set("datum", station.datum().name())
                .set("area", station.area())
                .statement()
                .addBatch();
    }

    private void add(Station station, GaugeZero zero, Sql.Call to) throws SQLException {
        to.set("run", runId)
                .set("station", station.id())
                .setInstant("validFrom", zero.validFromMs() == Long.MIN_VALUE ? null : zero.validFromMs())
                .set("zero", zero.zeroM())
                .statement()
                .addBatch();
    }

    private void add(Sensor sensor, Sql.Call to) throws SQLException {
        to.set("run", runId)
                .set("id", sensor.id())
                .set("station", sensor.stationId())
                .set("title", sensor.title().in("en"))
                .set("parameter", sensor.parameter().name())
                .set("unit", sensor.keptUnit())
                .set("everyMs", sensor.intervalMs())
                .set("staleAfterMs", sensor.staleAfterMs())
                .set(
                        "rainInput",
                        sensor.parameter() == Parameter.RAIN
                                ? sensor.rain().input().name()
                                : "")
                .statement()
                .addBatch();
    }

    private void add(Sensor sensor, Threshold threshold, Sql.Call to) throws SQLException {
        to.set("run", runId)
                .set("sensor", sensor.id())
                .set("name", threshold.name())
                .set("title", threshold.title().in("en"))
                .set("severity", threshold.severity())
                .set("kind", threshold.kind().name())
                .set("direction", threshold.direction().name())
                .set("spanMs", threshold.windowMs())
                .set("raiseAt", threshold.raiseAt())
                .set("clearBelow", threshold.clearBelow())
                .set("unit", threshold.kind().unit(sensor.parameter()))
                .statement()
                .addBatch();
    }
}
