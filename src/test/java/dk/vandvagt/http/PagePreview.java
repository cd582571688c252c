package dk.vandvagt.http;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The page with a surge to look at, for whoever works on it: {@code PagePreview PORT [HOURS [SPEED]]} begins that many hours into
 * the surge and runs that much faster than time. It compares with thresholds and judges nothing.
 */
final class PagePreview implements Past, Operator, Health {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long BEGAN = Shore.NOON - 24 * HOUR;
    private static final long INTERVAL = 10 * MINUTE;

    private final Catalogue catalogue = Shore.assens();
    private final long startedMs = System.currentTimeMillis();
    private final double hours;
    private final double speed;

    private PagePreview(double hours, double speed) {
        this.hours = hours;
        this.speed = speed;
    }

    public static void main(String[] args) {
        PagePreview preview = new PagePreview(
                args.length > 1 ? Double.parseDouble(args[1]) : 38,
                args.length > 2 ? Double.parseDouble(args[2]) : 600);
        HttpRoom.start(
                        Vertx.vertx(),
                        HttpSettings.onLoopback(
                                Integer.parseInt(args[0]), BearerToken.NONE, HttpSettings.ClockKind.STREAM),
                        new Ports(
                                () -> CompletableFuture.completedFuture(preview.copy()),
                                preview,
                                preview,
                                preview,
                                () -> "",
                                InstantSource.system()))
                .onSuccess(room -> System.out.println("http://127.0.0.1:" + room.port() + "/"))
                .onFailure(Throwable::printStackTrace);
    }

    private long nowMs() {
        return BEGAN + (long) (hours * HOUR + (System.currentTimeMillis() - startedMs) * speed);
    }

    /** A surge with its peak after 40 hours, 1.99 m at the harbour, and the swing of a bay on top. */
    private static double levelM(String sensorId, long atMs) {
        double h = (atMs - BEGAN) / (double) HOUR;
        double surge = Math.exp(-Math.pow((h - 40) / (h < 40 ? 11 : 6), 2));
        double share = sensorId.startsWith("ASS-HAVN") ? 1 : sensorId.startsWith("ASS-TORO") ? 0.8 : 0.52;
        return Math.rint((0.11 + 1.84 * share * surge + 0.05 * Math.sin(h * 2.1) + 0.02 * Math.sin(h * 7.3)) * 100)
                / 100;
    }

    private static double rainMm(long atMs) {
        double h = (atMs - BEGAN) / (double) HOUR;
        return Math.rint(10 * 3.4 * Math.exp(-Math.pow((h - 36.5) / 0.9, 2))) / 10;
    }

    /** Torø goes silent when it is at its worst. */
    private static long lastHeard(String sensorId, long nowMs) {
        long newest = nowMs - Math.floorMod(nowMs, INTERVAL);
        return sensorId.startsWith("ASS-TORO") ? Math.min(newest, BEGAN + 37 * HOUR) : newest;
    }

    private static double value(Sensor sensor, long atMs) {
        return switch (sensor.parameter()) {
            case LEVEL -> levelM(sensor.id(), atMs);
            case RAIN -> rainMm(atMs);
            case BATTERY -> 3.71;
            case SIGNAL -> -97;
        };
    }

    private LiveState copy() {
        long nowMs = nowMs();
        LiveState live = Shore.silent(catalogue);
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < catalogue.sensorCount(); i++) {
            Sensor sensor = catalogue.sensor(i);
            if (sensor.id().startsWith("ASS-EBBERUP")) {
                continue;
            }
            long atMs = lastHeard(sensor.id(), nowMs);
            Shore.hear(live, sensor.id(), atMs, value(sensor, atMs));
            live.receivedAtMs()[i] = System.currentTimeMillis();
            live.stale()[i] = nowMs - atMs > sensor.staleAfterMs();
            if (sensor.parameter() == Parameter.LEVEL) {
                level(live, i, sensor, atMs, alerts);
            }
            if (sensor.parameter() == Parameter.RAIN) {
                for (int w = 0; w < LiveState.ACCUMULATION_WINDOWS_MS.size(); w++) {
                    double sum = 0;
                    for (long t = atMs; t > atMs - LiveState.ACCUMULATION_WINDOWS_MS.get(w); t -= INTERVAL) {
                        sum += rainMm(t);
                    }
                    live.accumulationMm()[w][i] = sum;
                }
            }
        }
        return Shore.at(live, (nowMs - BEGAN) / INTERVAL, nowMs, alerts);
    }

    private static void level(LiveState live, int i, Sensor sensor, long atMs, List<Alert> alerts) {
        double rise = levelM(sensor.id(), atMs) - levelM(sensor.id(), atMs - HOUR);
        for (int w = 0; w < LiveState.TREND_WINDOWS_MS.size(); w++) {
            live.riseMPerHour()[w][i] = rise;
            live.riseStandardError()[w][i] = 0.01;
            live.riseSign()[w][i] = (byte) (Math.abs(rise) < 0.02 ? 0 : Math.signum(rise));
        }
        int severity = severity(sensor, levelM(sensor.id(), atMs));
        live.severity()[i] = (byte) severity;
        long beganMs = atMs;
        while (severity > 0 && severity(sensor, levelM(sensor.id(), beganMs - INTERVAL)) > 0) {
            beganMs -= INTERVAL;
        }
        if (severity > 0) {
            alerts.add(Shore.alert("alert-" + sensor.id(), sensor.stationId(), beganMs, severity));
        }
        alerts.add(Shore.cleared(
                Shore.alert("before-" + sensor.id(), sensor.stationId(), BEGAN - 300 * HOUR, 1), BEGAN - 297 * HOUR));
    }

    private static int severity(Sensor sensor, double levelM) {
        return sensor.thresholds().stream()
                .filter(rung -> levelM > rung.raiseAt())
                .mapToInt(Threshold::severity)
                .max()
                .orElse(0);
    }

    @Override
    public CompletionStage<Series> series(SeriesRequest request) {
        Sensor sensor = catalogue.sensor(catalogue.sensorIndex(request.sensorId()));
        boolean silent = request.sensorId().startsWith("ASS-EBBERUP");
        long step = Math.max(request.stepMs(), INTERVAL);
        long last = silent ? request.fromMs() - 1 : Math.min(request.toMs() - 1, lastHeard(sensor.id(), nowMs()));
        long first = request.fromMs() + Math.floorMod(-request.fromMs(), step);
        int n = (int) Math.max(0, (last - first + step) / step);
        long[] atMs = new long[n];
        Arrays.setAll(atMs, i -> first + i * step);
        double[] value =
                Arrays.stream(atMs).mapToDouble(at -> value(sensor, at)).toArray();
        int[] count = new int[n];
        Arrays.fill(count, 1);
        byte[] flag = new byte[n];
        for (int i = 0; i < n; i++) {
            flag[i] = (byte) (sensor.parameter() == Parameter.LEVEL && i % 61 == 40 ? 3 : 1);
        }
        return CompletableFuture.completedFuture(new Series(request.stepMs(), atMs, count, value, value, value, flag));
    }

    @Override
    public CompletionStage<List<dk.vandvagt.shard.Exceedance>> exceedances(ExceedanceRequest request) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<List<dk.vandvagt.shard.ExceedanceStatistics>> exceedanceStatistics(
            ExceedanceRequest request, long nowMs) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<LiveState> knownAt(long atMs) {
        return CompletableFuture.failedFuture(new IllegalStateException("nothing is kept here"));
    }

    @Override
    public CompletionStage<Deliveries> deliveries(DeliveriesRequest request) {
        return CompletableFuture.completedFuture(new Deliveries(0, List.of()));
    }

    @Override
    public CompletionStage<List<Alert>> endedAlerts(EndedAlertsRequest request) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<Void> acknowledge(String alertId, String by, String note) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(Objects.toString(alertId)));
    }

    @Override
    public CompletionStage<Void> shelve(String ruleId, long untilMs, String by, String note) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(ruleId));
    }

    @Override
    public CompletionStage<Void> unshelve(String ruleId, String by, String note) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(ruleId));
    }

    @Override
    public CompletionStage<Void> takeOutOfService(String sensorId, String by, String note) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(sensorId));
    }

    @Override
    public CompletionStage<Void> maintain(List<String> sensorIds, long untilMs, String by, String note) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(sensorIds.toString()));
    }

    @Override
    public CompletionStage<Void> putInService(String sensorId, String by, String note) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(sensorId));
    }

    @Override
    public CompletionStage<Reload> reload() {
        return CompletableFuture.completedFuture(new Reload(catalogue.revision(), false, List.of()));
    }

    @Override
    public List<Check> live() {
        return List.of();
    }

    @Override
    public List<Check> ready() {
        return List.of();
    }
}
