package dk.vandvagt.config;

import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.ForecastErrors.Lead;
import dk.vandvagt.station.Threshold.Direction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The past errors of one sensor's extrapolation, as the command {@code calibrate} writes them. */
final class ForecastErrorsReader {
    static final long LONGEST_LEAD_MS = 6 * 3_600_000L;

    private final long intervalMs;

    /** @param intervalMs 0 where it could not be read */
    ForecastErrorsReader(long intervalMs) {
        this.intervalMs = intervalMs;
    }

    private record Row(Field<Long> lead, Field<Double> q05, Field<Double> q50, Field<Double> q95) {
        boolean isGood() {
            return lead.isGood() && q05.isGood() && q50.isGood() && q95.isGood();
        }
    }

    /** Null where a fault was told. */
    @Nullable
    ForecastErrors errors(Section at) {
        long least = ThresholdReader.RISE_INTERVALS * intervalMs;
        Field<Long> window = at.duration("window")
                .check(
                        ms -> ms >= least,
                        "at least " + ThresholdReader.RISE_INTERVALS + " of the sensor's intervals: "
                                + CheckConfig.duration(least))
                .check(ms -> ms > 0 && ms <= 7 * 86_400_000L, "more than 0, at most 7d");
        window.required("the trailing window of the rise that was extrapolated, such as 3h", 0L);
        long dampingMs = at.duration("damping")
                .check(ms -> ms >= 60_000 && ms <= 7 * 86_400_000L, "1min to 7d")
                .or(ForecastErrors.USUAL_DAMPING_MS);
        Field<Double> above = level(at, "above");
        Field<Double> below = level(at, "below");
        if (above.isWritten() && below.isWritten()) {
            below.fault("found both " + above.named() + " and " + below.named()
                    + ": errors are of rising water above a level, or of falling water below one");
        }
        boolean rising = !below.isWritten();
        Field<Long> storms = at.whole("storms").check(n -> n >= 1 && n <= 1_000_000, "a number of storms, at least 1");
        storms.required("how many independent storms it was learned from", 0L);
        Field<Long> from = at.instant("from");
        from.required("the first day of the history, such as 2014-01-19", 0L);
        Field<Long> to = at.instant("to");
        to.required("the day after the last of the history, such as 2023-01-01", 0L);
        Long end = to.orNull();
        from.check(begin -> end == null || begin < end, "before to=" + to.written());
        Field<String> source = at.text("source").check(text -> !text.isBlank(), "where the history is from");
        source.required("where the history is from", "");
        long[] before = {0};
        String[] beforeWritten = {""};
        boolean[] allGood = {true};
        List<Row> rows = at.listOfSome("leads", "lead", entry -> {
            Row row = row(entry, before, beforeWritten);
            allGood[0] &= row.isGood();
            return row;
        });
        boolean good = allGood[0] && !rows.isEmpty() && window.isGood() && storms.isGood() && source.isGood();
        if (!good || !from.isGood() || !to.isGood()) {
            return null;
        }
        List<Lead> leads = rows.stream()
                .map(row -> new Lead(
                        row.lead.or(0L), row.q05.or(Double.NaN), row.q50.or(Double.NaN), row.q95.or(Double.NaN)))
                .toList();
        return new ForecastErrors(
                window.or(0L),
                dampingMs,
                rising ? Direction.RISING : Direction.FALLING,
                rising ? above.or(Double.NEGATIVE_INFINITY) : below.or(Double.POSITIVE_INFINITY),
                leads,
                Math.toIntExact(storms.or(0L)),
                from.or(0L),
                to.or(0L),
                source.or(""));
    }

    private static Row row(Section entry, long[] before, String[] beforeWritten) {
        Field<Long> lead = entry.duration("lead")
                .check(ms -> ms > 0 && ms <= LONGEST_LEAD_MS, "more than 0, at most 6h")
                .check(ms -> ms > before[0], "longer than the lead before it, " + beforeWritten[0]);
        lead.required("how far ahead, such as 30min", 0L);
        if (lead.isGood()) {
            before[0] = lead.or(0L);
            beforeWritten[0] = lead.written();
        }
        Field<Double> q05 = quantile(entry, "q05");
        Field<Double> q50 = quantile(entry, "q50");
        Field<Double> q95 = quantile(entry, "q95");
        double middle = q50.or(Double.NaN);
        q05.check(low -> !(low > middle), "at most " + q50.named() + ": quantiles rise");
        q95.check(high -> !(high < middle), "at least " + q50.named() + ": quantiles rise");
        return new Row(lead, q05, q50, q95);
    }

    private static Field<Double> level(Section at, String key) {
        return at.number(key).check(m -> Math.abs(m) < 100, "metres between -100 and 100");
    }

    private static Field<Double> quantile(Section entry, String key) {
        Field<Double> quantile = entry.number(key).check(m -> Math.abs(m) < 100, "metres between -100 and 100");
        quantile.required("metres of observed less extrapolated level", Double.NaN);
        return quantile;
    }
}
