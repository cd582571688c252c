package dk.vandvagt.layer;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.ReturnDepths;
import dk.vandvagt.station.ReturnLevels;
import dk.vandvagt.station.ReturnPeriod;
import dk.vandvagt.station.ReturnSeries;
import dk.vandvagt.station.ReturnSource;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How rare what a sensor has measured is, by the published table in its settings.
 *
 * @param years with its sign: {@code < 2}, {@code about 20}, {@code > 100}
 * @param annualExceedanceProbability of the thing, or of the table's end that it lies beyond
 * @param side of {@code annualExceedanceProbability} that the thing's own is on: about, above (more frequent) or below (rarer)
 * @param window over which the rain fell, null for levels and where no window is rarer than another
 */
record Rarity(
        String years,
        double annualExceedanceProbability,
        String side,
        @Nullable String window,
        ReturnSource source) {
    /** A period is known no better than this. */
    private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);

    private static final int TABLE_DECIMALS = 3;

    /** Of the newest level; null where there is no table, or no level that may be believed. */
    static @Nullable Rarity ofLevel(LiveState live, Station station, Sensor sensor, int i) {
        ReturnLevels table = sensor.reference().returnLevels();
        double levelM = SensorText.levelM(live, station, i);
        if (table == null || Double.isNaN(levelM) || live.flag()[i] == Flag.FAIL) {
            return null;
        }
        return of(table.returnPeriod(levelM, station.datum()), table.series(), null, table.source());
    }

    /**
     * The rarest of the accumulations that the table has durations for, each by what has fallen at least; the shortest window of
     * those that are equally rare. Null where there is no table, or no such accumulation is known.
     */
    static @Nullable Rarity ofRain(LiveState live, Sensor sensor, int i) {
        ReturnDepths table = sensor.reference().returnDepths();
        if (table == null) {
            return null;
        }
        ReturnPeriod rarest = null;
        long windowMs = 0;
        for (int w = 0; w < LiveState.ACCUMULATION_WINDOWS_MS.size(); w++) {
            double mm = live.accumulationMm()[w][i];
            long overMs = LiveState.ACCUMULATION_WINDOWS_MS.get(w);
            if (!Double.isNaN(mm) && table.hasDuration(overMs)) {
                ReturnPeriod period = table.returnPeriod(mm, overMs);
                if (rarest == null || isRarer(period, rarest)) {
                    rarest = period;
                    windowMs = overMs;
                }
            }
        }
        if (rarest == null) {
            return null;
        }
        String window = rarest instanceof ReturnPeriod.LessThan ? null : SensorText.window(windowMs);
        return of(rarest, table.series(), window, table.source());
    }

    private static boolean isRarer(ReturnPeriod period, ReturnPeriod than) {
        double probability = period.annualExceedanceProbability();
        double other = than.annualExceedanceProbability();
        return probability < other || probability == other && rank(period) > rank(than);
    }

    /** Of those at one end of the table. */
    private static int rank(ReturnPeriod period) {
        return switch (period) {
            case ReturnPeriod.LessThan ignored -> 0;
            case ReturnPeriod.Of ignored -> 1;
            case ReturnPeriod.MoreThan ignored -> 2;
            case ReturnPeriod.NoSuchDuration ignored -> throw new AssertionError(period);
        };
    }

    private static Rarity of(ReturnPeriod period, ReturnSeries series, @Nullable String window, ReturnSource source) {
        double years = period.years(series);
        double probability = period.annualExceedanceProbability();
        return switch (period) {
            case ReturnPeriod.LessThan ignored ->
                new Rarity("< " + tabulated(years), probability, "above", window, source);
            case ReturnPeriod.Of ignored ->
                new Rarity(
                        "about " + plain(new BigDecimal(years).round(TWO_DIGITS)),
                        probability,
                        "about",
                        window,
                        source);
            case ReturnPeriod.MoreThan ignored ->
                new Rarity("> " + tabulated(years), probability, "below", window, source);
            case ReturnPeriod.NoSuchDuration ignored -> throw new AssertionError(period);
        };
    }

    /** A period of the table itself, without what converting it to a probability and back has left. */
    private static String tabulated(double years) {
        return plain(new BigDecimal(years).setScale(TABLE_DECIMALS, RoundingMode.HALF_UP));
    }

    private static String plain(BigDecimal years) {
        return years.stripTrailingZeros().toPlainString();
    }

    /** What {@link #write} writes. */
    static List<Property> properties(String prefix, boolean rain) {
        List<Property> properties = new ArrayList<>(List.of(
                Property.of(
                        SensorText.name(prefix, "returnPeriodYears"),
                        Property.Type.TEXT,
                        "Return period, years",
                        "Gentagelsesperiode, år"),
                Property.of(
                        SensorText.name(prefix, "annualExceedanceProbability"),
                        Property.Type.NUMBER,
                        "Yearly probability",
                        "Årlig sandsynlighed"),
                Property.oneOf(
                        SensorText.name(prefix, "annualExceedanceProbabilityIs"),
                        "The probability is about, above or below that",
                        "Sandsynligheden er omkring, over eller under det",
                        List.of("about", "above", "below"))));
        if (rain) {
            properties.add(Property.of(
                    SensorText.name(prefix, "returnPeriodWindow"),
                    Property.Type.TEXT,
                    "Window that is rarest",
                    "Det sjældneste tidsrum"));
        }
        properties.add(Property.of(
                SensorText.name(prefix, "returnPeriodSource"),
                Property.Type.TEXT,
                "Source of the return period",
                "Gentagelsesperiodens kilde"));
        return properties;
    }

    /**
     * Into an open object, all null where it is not known.
     *
     * @param prefix of the names, which then go on with a capital; empty for none
     */
    static void write(FlatJson json, String prefix, @Nullable Rarity rarity, boolean rain) {
        json.text(SensorText.name(prefix, "returnPeriodYears"), rarity == null ? null : rarity.years)
                .number(
                        SensorText.name(prefix, "annualExceedanceProbability"),
                        rarity == null ? Double.NaN : FlatJson.derived(rarity.annualExceedanceProbability))
                .text(SensorText.name(prefix, "annualExceedanceProbabilityIs"), rarity == null ? null : rarity.side);
        if (rain) {
            json.text(SensorText.name(prefix, "returnPeriodWindow"), rarity == null ? null : rarity.window);
        }
        json.text(
                SensorText.name(prefix, "returnPeriodSource"),
                rarity == null
                        ? null
                        : rarity.source.title() + ", " + rarity.source.edition() + ", as of "
                                + rarity.source.referenceYear());
    }
}
