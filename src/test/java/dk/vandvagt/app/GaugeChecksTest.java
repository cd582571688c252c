package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.http.Checks;
import dk.vandvagt.http.Past;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.GaugeOffset;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sensor whose zero lies 12 cm above the datum; the database is a map that comes and goes. */
class GaugeChecksTest {
    private static final long MIN = 60_000;
    private static final long HOUR = 60 * MIN;
    private static final long NOON = 1_697_803_200_000L;

    @TempDir
    private Path folder = Path.of("");

    private final Catalogue catalogue = Catalogues.of(0.12, Catalogues.levelSensor("W"));
    private final TreeMap<Long, Double> stages = new TreeMap<>();
    private final List<OperatorCall> called = new ArrayList<>();
    private final List<String> copied = new ArrayList<>();
    private boolean away;
    private long nowMs = NOON;

    @SuppressWarnings("NullAway.Init")
    private GaugeChecks checks;

    private final class Database implements Past {
        @Override
        public CompletionStage<Series> series(SeriesRequest request) {
            if (away) {
                return CompletableFuture.failedFuture(new IOException("away"));
            }
            var asked = stages.subMap(request.fromMs(), request.toMs());
            double[] values =
                    asked.values().stream().mapToDouble(Double::doubleValue).toArray();
            int[] ones = new int[values.length];
            for (int i = 0; i < ones.length; i++) {
                // one far off has failed its quality control
                ones[i] = values[i] > 3 ? 0 : 1;
            }
            long[] at = asked.keySet().stream().mapToLong(Long::longValue).toArray();
            return CompletableFuture.completedFuture(
                    new Series(0, at, ones, values, values, values, new byte[values.length]));
        }

        @Override
        public CompletionStage<List<Exceedance>> exceedances(ExceedanceRequest request) {
            throw new AssertionError(request);
        }

        @Override
        public CompletionStage<List<ExceedanceStatistics>> exceedanceStatistics(ExceedanceRequest request, long at) {
            throw new AssertionError(request);
        }

        @Override
        public CompletionStage<Deliveries> deliveries(DeliveriesRequest request) {
            throw new AssertionError(request);
        }

        @Override
        public CompletionStage<List<Alert>> endedAlerts(EndedAlertsRequest request) {
            throw new AssertionError(request);
        }

        @Override
        public CompletionStage<LiveState> knownAt(long atMs) {
            throw new AssertionError(atMs);
        }
    }

    @BeforeEach
    void open() throws IOException {
        checks = new GaugeChecks(
                folder,
                () -> catalogue,
                new Database(),
                call -> {
                    called.add(call);
                    return CompletableFuture.completedFuture(null);
                },
                entries -> {
                    if (away) {
                        throw new SQLException("away");
                    }
                    entries.forEach(each -> copied.add(each.check().by() + " " + (each.offset() != null)));
                },
                () -> nowMs,
                () -> nowMs);
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        checks.close();
    }

    private void restart() throws IOException, InterruptedException {
        checks.close();
        open();
    }

    private Checks.Checked add(double levelM) {
        return await(checks.add("W", NOON, levelM, "Anna", "", nowMs));
    }

    private Checks.Checked last() {
        return await(checks.of("W")).getLast();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void shouldTellAtOnceByTheNearestAndForGoodOnceTheNextReadingIsThere() {
        stages.put(NOON - 2 * MIN, 1.00);
        Checks.Checked added = add(1.14);
        assertThat(added.settled()).isFalse();
        assertThat(Objects.requireNonNull(added.offset()).how()).isEqualTo(GaugeOffset.How.NEAREST);
        assertThat(added.offset().offsetM()).isEqualTo(-0.02, within(1e-9));
        stages.put(NOON + 8 * MIN, 1.10);
        checks.settle();
        Checks.Checked later = last();
        assertThat(later.settled()).isTrue();
        assertThat(Objects.requireNonNull(later.offset()).recordedM()).isEqualTo(1.14, within(1e-9));
        assertThat(called).isEmpty();
        stages.put(NOON + 8 * MIN, 1.50);
        assertThat(last()).as("it does not change any more").isEqualTo(later);
    }

    @Test
    void shouldCallTheOperatorsOnceForWhatIsBeyondTheToleranceAndSaySoAfterARestart()
            throws IOException, InterruptedException {
        stages.put(NOON - 10 * MIN, 1.00);
        stages.put(NOON + 10 * MIN, 1.00);
        add(1.08);
        checks.settle();
        restart();
        checks.settle();
        assertThat(called).containsExactly(OperatorCall.of(OperatorCall.Kind.GAUGE_OFFSET, "ST-W", "W", "", "", NOON));
        assertThat(last().settled()).isTrue();
        assertThat(Objects.requireNonNull(last().offset()).offsetM()).isEqualTo(0.04, within(1e-9));
    }

    @Test
    void shouldKeepACheckWhileTheDatabaseIsAwayAndWorkItOutWhenItIsBack() throws IOException, InterruptedException {
        away = true;
        assertThat(add(1.12).offset()).isNull();
        restart();
        checks.settle();
        assertThat(last().offset()).isNull();
        away = false;
        stages.put(NOON, 1.00);
        checks.settle();
        assertThat(last().settled()).isTrue();
        assertThat(copied).containsExactly("Anna true");
    }

    @Test
    void shouldCopyACheckAndLaterWhatCameOfItAndAfterARestartAllOnceMore() throws IOException, InterruptedException {
        add(1.12);
        checks.settle();
        checks.settle();
        assertThat(copied).containsExactly("Anna false");
        stages.put(NOON, 1.00);
        checks.settle();
        checks.settle();
        assertThat(copied).containsExactly("Anna false", "Anna true");
        restart();
        checks.settle();
        assertThat(copied).containsExactly("Anna false", "Anna true", "Anna true");
    }

    @Test
    void shouldNotCallMissingWhatMayStillCome() {
        add(1.12);
        nowMs = NOON + 2 * HOUR;
        assertThat(last().settled()).isFalse();
        nowMs = NOON + 4 * HOUR;
        checks.settle();
        assertThat(last().settled()).isTrue();
        assertThat(last().offset()).isEqualTo(GaugeOffset.MISSING);
        assertThat(called).isEmpty();
    }

    @Test
    void shouldNotHoldTheStaffGaugeAgainstAReadingThatFailed() {
        stages.put(NOON - MIN, 3.9);
        stages.put(NOON - 5 * MIN, 1.0);
        stages.put(NOON + 5 * MIN, 1.0);
        assertThat(Objects.requireNonNull(add(1.12).offset()).offsetM()).isEqualTo(0, within(1e-9));
    }
}
