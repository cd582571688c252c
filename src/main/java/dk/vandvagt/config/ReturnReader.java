package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.ReturnDepths;
import dk.vandvagt.station.ReturnFault;
import dk.vandvagt.station.ReturnLevels;
import dk.vandvagt.station.ReturnSeries;
import dk.vandvagt.station.ReturnSource;
import dk.vandvagt.station.VerticalDatum;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Published tables of return periods, of levels and of rain. */
final class ReturnReader {
    private static final Map<String, ReturnSeries> SERIES = ImmutableMap.of(
            "annualMaxima", ReturnSeries.ANNUAL_MAXIMA, "partialDurations", ReturnSeries.PARTIAL_DURATION);
    private static final Set<ReturnFault.Kind> OF_PERIODS = EnumSet.of(
            ReturnFault.Kind.PERIOD_NOT_POSITIVE,
            ReturnFault.Kind.PERIOD_NOT_OVER_ONE_YEAR,
            ReturnFault.Kind.PERIOD_NOT_RISING);
    /** Of a row by itself; the row beside it does not matter. */
    private static final Set<ReturnFault.Kind> OF_DEPTHS =
            EnumSet.of(ReturnFault.Kind.VALUE_NOT_RISING, ReturnFault.Kind.DEPTH_NOT_POSITIVE);

    private static final double MS_PER_MINUTE = 60_000;

    private ReturnReader() {}

    /** What both kinds of table say of themselves. */
    private record Head(
            Field<String> title, Field<String> edition, Field<Long> referenceYear, Field<ReturnSeries> series) {
        static Head of(Section at) {
            Field<String> title = at.text("source").check(text -> !text.isBlank(), "the publication and its publisher");
            title.required("the publication and its publisher", "");
            Field<String> edition = at.text("edition").check(text -> !text.isBlank(), "the edition, or its date");
            edition.required("the edition, or its date", "");
            Field<Long> year = at.whole("referenceYear").check(y -> y >= 1800 && y <= 2200, "a year such as 2017");
            year.required("the year whose mean sea level, or climate, the table holds for", 0L);
            Field<ReturnSeries> series = at.choice("series", SERIES);
            series.required(
                    "annualMaxima (the greatest of each year) or partialDurations (every event over a limit)",
                    ReturnSeries.PARTIAL_DURATION);
            return new Head(title, edition, year, series);
        }

        boolean isGood() {
            return title.isGood() && edition.isGood() && referenceYear.isGood() && series.isGood();
        }

        ReturnSource source() {
            return new ReturnSource(title.or(""), edition.or(""), Math.toIntExact(referenceYear.or(0L)));
        }

        /** Where the file does not say which, the one that allows most: no fault follows from a fault. */
        ReturnSeries seriesMeanwhile() {
            return series.or(ReturnSeries.PARTIAL_DURATION);
        }
    }

    private record Point(Field<Double> years, Field<Double> level) {
        ReturnLevels.Point value() {
            return new ReturnLevels.Point(years.or(Double.NaN), level.or(Double.NaN));
        }
    }

    /** Null where a fault was told. */
    static @Nullable ReturnLevels levels(Section at, VerticalDatum stationDatum) {
        Head head = Head.of(at);
        Field<String> datum = SensorDatum.same(at, stationDatum, "the levels");
        List<Point> points = at.listOfSome("points", "point", entry -> {
            Field<Double> years = entry.number("years");
            years.required("the return period in years, such as 20", Double.NaN);
            Field<Double> level = entry.number("level");
            level.required("the level in metres in the station's datum, such as 1.66", Double.NaN);
            return new Point(years, level);
        });
        // a station without a datum has been told
        boolean good = head.isGood() && datum.isGood() && !stationDatum.isNone();
        for (Point point : points) {
            good &= point.years.isGood() && point.level.isGood();
        }
        List<ReturnLevels.Point> values = points.stream().map(Point::value).toList();
        // a row that could not be read is no number here, and compares with nothing: it has been told
        for (ReturnFault fault : ReturnLevels.faults(head.seriesMeanwhile(), values)) {
            good = false;
            if (OF_PERIODS.contains(fault.kind())) {
                points.get(fault.row()).years.fault(fault.text());
            } else if (fault.kind() == ReturnFault.Kind.VALUE_NOT_RISING) {
                points.get(fault.row()).level.fault(fault.text());
            } else if (fault.kind() == ReturnFault.Kind.TOO_FEW_PERIODS && points.size() == 1) {
                at.fault("points", fault.text());
            }
        }
        return good ? new ReturnLevels(head.source(), stationDatum, head.seriesMeanwhile(), values) : null;
    }

    private record Row(Field<Long> duration, Field<List<Double>> depths) {
        double minutes() {
            Long ms = duration.orNull();
            return ms == null ? Double.NaN : ms / MS_PER_MINUTE;
        }

        double[] values() {
            return array(depths.or(List.of()));
        }
    }

    /** Null where a fault was told. */
    static @Nullable ReturnDepths depths(Section at) {
        Head head = Head.of(at);
        Field<List<Double>> years = at.numbers("years");
        years.required("the return periods in years, rising, such as [2, 5, 10, 20]", List.of());
        List<Row> rows = at.listOfSome("rows", "row", entry -> {
            Field<Long> duration = entry.duration("duration").check(ms -> ms > 0, "more than 0");
            duration.required("how long it rains, such as 30min", 0L);
            Field<List<Double>> depths = entry.numbers("depths");
            depths.required("a depth in mm for each of the years, rising", List.of());
            return new Row(duration, depths);
        });
        boolean good = head.isGood() && years.isGood();
        for (Row row : rows) {
            good &= row.duration.isGood() && row.depths.isGood();
        }
        double[] periods = array(years.or(List.of()));
        good &= tellRowFaults(periods, years.isGood(), rows);
        double[] minutes = rows.stream().mapToDouble(Row::minutes).toArray();
        double[][] depthsMm = rows.stream().map(Row::values).toArray(double[][]::new);
        for (ReturnFault fault : ReturnDepths.faults(head.seriesMeanwhile(), periods, minutes, depthsMm)) {
            good = false;
            if (OF_PERIODS.contains(fault.kind())
                    || fault.kind() == ReturnFault.Kind.TOO_FEW_PERIODS && years.isGood()) {
                years.fault(fault.text());
            } else if (fault.kind() == ReturnFault.Kind.DURATION_NOT_RISING) {
                rows.get(fault.row()).duration.fault(fault.text());
            } else if (fault.kind() == ReturnFault.Kind.DEPTH_FALLS_WITH_DURATION && years.isGood()) {
                rows.get(fault.row()).depths.fault(fault.text());
            }
        }
        return good ? new ReturnDepths(head.source(), head.seriesMeanwhile(), periods, minutes, depthsMm) : null;
    }

    /** The faults of each row by itself, so that they are told on its line. */
    private static boolean tellRowFaults(double[] periods, boolean periodsKnown, List<Row> rows) {
        boolean good = true;
        for (Row row : rows) {
            if (!row.depths.isGood() || !periodsKnown) {
                continue;
            }
            double[] depths = row.values();
            if (depths.length != periods.length) {
                good = false;
                row.depths.fault("found " + depths.length + " depths, should be one for each of the " + periods.length
                        + " years");
                continue;
            }
            List<String> told = new ArrayList<>();
            for (ReturnFault fault : ReturnDepths.faults(
                    ReturnSeries.PARTIAL_DURATION, periods, new double[] {1}, new double[][] {depths})) {
                if (OF_DEPTHS.contains(fault.kind())) {
                    told.add(fault.text());
                }
            }
            if (!told.isEmpty()) {
                good = false;
                row.depths.fault(String.join("; ", told));
            }
        }
        return good;
    }

    private static double[] array(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
