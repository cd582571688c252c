package dk.vandvagt.analysis;

import dk.vandvagt.station.RainGauge;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** The sums of increments and intensities again, from all readings there ever were, in decimal numbers: slow and plain. */
final class RainByBruteForce {
    private static final BigDecimal MS_PER_HOUR = BigDecimal.valueOf(3_600_000);

    /** @param mm null for unknown */
    record Span(long beginMs, long endMs, @Nullable BigDecimal mm) {}

    private final List<Span> spans = new ArrayList<>();
    private final long newestMs;

    /** @param readings mm or mm/h by the end of their interval, NaN for failed */
    RainByBruteForce(RainGauge gauge, long intervalMs, NavigableMap<Long, Double> readings) {
        newestMs = readings.lastKey();
        for (Map.Entry<Long, Double> reading : readings.entrySet()) {
            long at = reading.getKey();
            Long before = readings.lowerKey(at);
            long begin = at - intervalMs;
            if (before == null) {
                spans.add(new Span(Long.MIN_VALUE, begin, null));
            } else if (gauge.reports() == RainGauge.Reports.ON_TIP) {
                boolean dry = at - before <= gauge.heartbeatMs() + intervalMs;
                if (before >= begin) {
                    begin = before;
                } else {
                    spans.add(new Span(before, begin, dry ? BigDecimal.ZERO : null));
                }
            } else if (2 * (at - before) <= 3 * intervalMs) {
                begin = before;
            } else {
                spans.add(new Span(before, begin, null));
            }
            double value = reading.getValue();
            if (Double.isNaN(value)) {
                spans.add(new Span(begin, at, null));
            } else {
                BigDecimal mm = BigDecimal.valueOf(value);
                if (gauge.input() == RainGauge.Input.INTENSITY) {
                    mm = mm.multiply(BigDecimal.valueOf(at - begin)).divide(MS_PER_HOUR, 6, RoundingMode.HALF_UP);
                }
                spans.add(new Span(begin, at, mm));
            }
        }
    }

    BigDecimal lower(long windowMs) {
        long start = newestMs - windowMs;
        BigDecimal sum = BigDecimal.ZERO;
        for (Span span : spans) {
            sum = span.mm != null && span.beginMs >= start ? sum.add(span.mm) : sum;
        }
        return sum;
    }

    BigDecimal upper(long windowMs) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Span span : spans) {
            sum = span.mm != null && span.endMs > newestMs - windowMs ? sum.add(span.mm) : sum;
        }
        return sum;
    }

    double coverage(long windowMs) {
        long known = 0;
        for (Span span : spans) {
            known += span.mm == null ? 0 : Math.max(0, span.endMs - Math.max(span.beginMs, newestMs - windowMs));
        }
        return (double) known / windowMs;
    }

    double antecedent(double k) {
        long dayMs = 86_400_000;
        double sum = 0;
        for (Span span : spans) {
            if (span.mm != null) {
                sum += span.mm.doubleValue() * Math.pow(k, (newestMs - span.endMs) / (double) dayMs);
            }
        }
        return sum;
    }
}
