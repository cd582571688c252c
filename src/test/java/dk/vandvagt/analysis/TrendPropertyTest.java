package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.DAY;
import static dk.vandvagt.analysis.RainGauges.HOUR;
import static dk.vandvagt.analysis.RainGauges.MIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.quality.Checks;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Neighbours;
import dk.vandvagt.quality.RaisingPoints;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Unit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nothing drifts over years, because nothing is carried on: an estimate is a function of the readings in its window, their times
 * counted back from the newest, and of no running sum; the window holds the readings as they came, bit for bit, whatever it has
 * held before. So after ten years of readings an estimate is that of a window which never held any others, to the last bit, and
 * as near to exact arithmetic as the first.
 */
class TrendPropertyTest {
    private static final long T0 = Instant.parse("2085-01-01T00:00:00Z").toEpochMilli();
    private static final long KEPT = 4 * HOUR;
    private static final long[] WINDOWS = {30 * MIN, 3 * HOUR};
    private static final int READINGS = Math.toIntExact(10 * 365 * DAY / MIN);
    private static final int SAMPLES = 3000;
    private static final double RESOLUTION = 0.001;
    /** Longer than any window, a power of two. */
    private static final int REMEMBERED = 512;

    private static Sensor everyMinute() {
        return new Sensor(
                "W",
                "ST-W",
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                MIN,
                10 * MIN,
                RESOLUTION,
                QualityLimits.NONE,
                List.of(),
                false);
    }

    /** With gaps, failed readings, and some that come up to an hour late. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1000000, 2"})
    void shouldEstimateAfterTenYearsAsOnTheFirstDay(double offset, long seed) {
        Random random = new Random(seed);
        List<Sensor> sensors = List.of(everyMinute());
        Catalogue catalogue = Catalogues.of(everyMinute());
        Checks checks =
                new Checks(sensors, new RaisingPoints(sensors), new Neighbours(catalogue, sensors, new long[] {KEPT}));
        Recent recent = new Recent(new int[] {Recent.capacity(KEPT, MIN)});
        Trend trend = new Trend();
        long[] atMs = new long[REMEMBERED];
        double[] level = new double[REMEMBERED];
        byte[] flag = new byte[REMEMBERED];
        int n = 0;
        int late = 0;
        int known = 0;
        double worst = 0;
        long nowMs = T0;
        for (int i = 0; i < READINGS; i++) {
            nowMs += random.nextInt(2000) == 0 ? (2 + random.nextInt(300)) * MIN : MIN;
            double surge = Math.sin(nowMs / (5.0 * HOUR)) + 0.02 * random.nextGaussian();
            double value = offset + Math.round(surge * 1000) / 1000.0;
            byte verdict = random.nextInt(100) == 0 ? Flag.FAIL : Flag.PASS;
            // the one before comes after this one, now and then
            boolean swapped = i % 50 == 49;
            int at = n & REMEMBERED - 1;
            atMs[at] = nowMs;
            level[at] = value;
            flag[at] = verdict;
            n++;
            if (!swapped) {
                put(checks, recent, nowMs, value, verdict);
                if (i % 50 == 0 && i > 0) {
                    int before = n - 2 & REMEMBERED - 1;
                    put(checks, recent, atMs[before], level[before], flag[before]);
                    late++;
                }
            }
            boolean sampled = random.nextInt(READINGS / SAMPLES) == 0 && !swapped || i == READINGS - 1;
            if (!sampled) {
                continue;
            }
            if (swapped) {
                put(checks, recent, nowMs, value, verdict);
            }
            for (long windowMs : WINDOWS) {
                Recent fresh = fresh(atMs, level, flag, n, nowMs - windowMs);
                Trend freshly = new Trend();
                boolean told = trend.estimate(recent, 0, windowMs, RESOLUTION);
                assertThat(told).isEqualTo(freshly.estimate(fresh, 0, windowMs, RESOLUTION));
                assertThat(bits(trend)).as("seed %d, reading %d", seed, i).isEqualTo(bits(freshly));
                if (told && i % 5 == 0) {
                    known++;
                    worst = Math.max(worst, Math.abs(trend.risePerHour() - exactRise(fresh, windowMs)));
                }
            }
        }
        assertThat(late).isGreaterThan(100_000);
        assertThat(known).isGreaterThan(500);
        assertThat(recent.overflowed()).isZero();
        // half an hour of readings that are each off by half an ulp, at worst all in one direction
        double ulp = Math.ulp(offset + 1);
        assertThat(worst).as("metres per hour").isEqualTo(0, within(20 * ulp));
    }

    private static void put(Checks checks, Recent recent, long atMs, double value, byte flag) {
        int i = checks.insert(recent, 0, -recent.find(0, atMs) - 1, atMs, value, atMs - KEPT);
        recent.setFlag(0, i, flag, (byte) 0);
    }

    private static Recent fresh(long[] atMs, double[] level, byte[] flag, int n, long fromMs) {
        Recent fresh = new Recent(new int[] {REMEMBERED});
        for (int i = Math.max(0, n - REMEMBERED); i < n; i++) {
            int at = i & REMEMBERED - 1;
            if (atMs[at] >= fromMs) {
                fresh.insert(0, fresh.size(0), atMs[at], level[at], flag[at], (byte) 0);
            }
        }
        return fresh;
    }

    private static List<Long> bits(Trend trend) {
        return List.of(
                Double.doubleToRawLongBits(trend.risePerHour()),
                Double.doubleToRawLongBits(trend.standardError()),
                (long) trend.sign());
    }

    /** The same slope in decimal arithmetic: (n·Σxy − Σx·Σy) / (n·Σx² − (Σx)²), x in milliseconds. */
    private static double exactRise(Recent recent, long windowMs) {
        int size = recent.size(0);
        long newestMs = recent.observedAtMs(0, size - 1);
        double[] y = new double[size];
        long[] x = new long[size];
        int n = 0;
        for (int i = 0; i < size; i++) {
            if (recent.flag(0, i) != Flag.FAIL && newestMs - recent.observedAtMs(0, i) <= windowMs) {
                x[n] = recent.observedAtMs(0, i) - newestMs;
                y[n++] = recent.value(0, i);
            }
        }
        BigDecimal sx = BigDecimal.ZERO;
        BigDecimal sy = BigDecimal.ZERO;
        BigDecimal sxx = BigDecimal.ZERO;
        BigDecimal sxy = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
            double[] three = Arrays.copyOfRange(y, Math.max(0, i - 1), Math.min(n, i + 2));
            Arrays.sort(three);
            BigDecimal smooth = new BigDecimal(three.length == 3 ? three[1] : y[i]);
            BigDecimal time = BigDecimal.valueOf(x[i]);
            sx = sx.add(time);
            sy = sy.add(smooth);
            sxx = sxx.add(time.multiply(time));
            sxy = sxy.add(time.multiply(smooth));
        }
        BigDecimal count = BigDecimal.valueOf(n);
        return count.multiply(sxy)
                .subtract(sx.multiply(sy))
                .multiply(BigDecimal.valueOf(HOUR))
                .divide(count.multiply(sxx).subtract(sx.multiply(sx)), MathContext.DECIMAL128)
                .doubleValue();
    }
}
