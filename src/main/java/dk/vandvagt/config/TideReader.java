package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.ConstituentName;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.SeaTide.Constant;
import dk.vandvagt.station.VerticalDatum;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The published tide of one gauge. What it lets through, {@code analysis.Tide} takes. */
final class TideReader {
    private static final Map<String, Boolean> YEARLY_CYCLES = ImmutableMap.of("inTide", true, "inResidual", false);

    private final String sensorId;
    private final VerticalDatum stationDatum;

    TideReader(String sensorId, VerticalDatum stationDatum) {
        this.sensorId = sensorId;
        this.stationDatum = stationDatum;
    }

    /** A constant and its fields, so that later ones can be told apart from it. */
    private record Line(ConstituentName name, int line) {}

    /** Null where a fault was told. */
    @Nullable
    SeaTide tide(Section at) {
        Field<Double> meanLevel =
                at.number("meanLevel").check(level -> Math.abs(level) < 1_000, "metres in the station's datum");
        meanLevel.required("Z0, the mean level that the tide swings about, metres in the station's datum", 0.0);
        Field<String> datum = SensorDatum.same(at, stationDatum, "the mean level");
        Field<LocalDate> from = at.date("from");
        from.required("the first day of the years that meanLevel is the mean of, such as 2010-01-01", LocalDate.MIN);
        Field<LocalDate> to = at.date("to");
        to.required("the day after the last of those years, such as 2020-01-01", LocalDate.MAX);
        LocalDate end = to.orNull();
        from.check(
                begin -> end == null || begin.isBefore(end),
                "before to=" + to.written() + ": the years that meanLevel is the mean of");
        Field<Boolean> yearlyCycle = at.choice("yearlyCycle", YEARLY_CYCLES);
        yearlyCycle.required(
                "inTide or inResidual: where the yearly cycle (SA, SSA), most of which is weather, belongs", false);
        Field<String> source = at.text("source").check(text -> !text.isBlank(), "the publication and its edition");
        source.required("the publication and its edition", "");
        List<Line> lines = new ArrayList<>();
        boolean[] allGood = {true};
        List<Constant> constants = at.listOfSome("constituents", "constituent", entry -> {
            Constant constant = constant(entry, lines);
            allGood[0] &= constant != null;
            return constant == null ? new Constant("", Double.NaN, Double.NaN) : constant;
        });
        boolean known = allGood[0] && !constants.isEmpty();
        boolean seasonal = lines.stream().anyMatch(line -> line.name.isSeasonal());
        boolean others = lines.stream().anyMatch(line -> !line.name.isSeasonal());
        if (known && yearlyCycle.or(false) && !seasonal) {
            yearlyCycle.fault("found inTide, but neither SA nor SSA is among the constituents: should be inResidual, "
                    + "or their constants be added");
        }
        if (known && yearlyCycle.isGood() && !yearlyCycle.or(false) && !others) {
            yearlyCycle.fault("found inResidual, which leaves no constituent: SA and SSA alone are no tide");
        }
        if (!known
                || !(meanLevel.isGood() && datum.isGood() && from.isGood() && to.isGood() && yearlyCycle.isGood())
                || !source.isGood()
                || stationDatum.isNone()
                || (yearlyCycle.or(false) ? !seasonal : !others)) {
            return null;
        }
        SeaTide tide = new SeaTide(
                meanLevel.or(Double.NaN),
                stationDatum,
                from.or(LocalDate.MIN),
                to.or(LocalDate.MAX),
                yearlyCycle.or(false),
                constants,
                source.or(""));
        if (tide.isNearlyTideless()) {
            at.warn(
                    "constituents",
                    String.format(
                            Locale.ROOT,
                            "the tide's range is %.2f m, less than %.1f m: nearly tideless, the residual of sensor %s is "
                                    + "hardly other than its level",
                            tide.equivalentRangeM(),
                            SeaTide.NEARLY_TIDELESS_BELOW_M,
                            sensorId));
        }
        return tide;
    }

    private static @Nullable Constant constant(Section entry, List<Line> before) {
        Field<String> name = entry.text("name");
        name.required("a constituent such as M2", "");
        Field<Double> amplitude = entry.number("amplitude").check(m -> m >= 0 && m < 100, "0 to 100 m");
        amplitude.required("H in metres, such as 0.0586", Double.NaN);
        Field<Double> phase = entry.number("phase")
                .check(degrees -> degrees >= -360 && degrees <= 720, "degrees between -360 and 720");
        phase.required("g, the Greenwich phase lag in degrees for UTC, such as 112.9", Double.NaN);
        String written = name.orNull();
        if (written == null) {
            return null;
        }
        Optional<ConstituentName> known = ConstituentName.named(written);
        if (known.isEmpty()) {
            name.fault("found " + name.written() + ", which is no constituent known here"
                    + Nearest.hint(written, ConstituentName.known()));
            return null;
        }
        ConstituentName constituent = known.get();
        for (Line other : before) {
            if (other.name.isSameLineAs(constituent)) {
                name.fault(name.named() + " is given twice, first in line " + other.line + ": delete one");
                return null;
            }
        }
        before.add(new Line(constituent, name.line()));
        return amplitude.isGood() && phase.isGood()
                ? new Constant(written, amplitude.or(Double.NaN), phase.or(Double.NaN))
                : null;
    }
}
