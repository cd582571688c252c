package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.AttenuatedSignal;
import dk.vandvagt.station.QualityLimits.FlatLine;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.QualityLimits.SpikeMethod;
import dk.vandvagt.station.QualityLimits.Spread;
import dk.vandvagt.station.Season;
import java.time.DateTimeException;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits of one sensor's quality tests. A test that the file says nothing of is off, but for the gap. */
final class QualityReader {
    private static final Map<String, SpikeMethod> SPIKE_METHODS =
            ImmutableMap.of("differential", SpikeMethod.DIFFERENTIAL, "average", SpikeMethod.AVERAGE);
    private static final Map<String, Spread> SPREADS =
            ImmutableMap.of("range", Spread.RANGE, "std", Spread.STANDARD_DEVIATION);
    private static final long LONGEST_MS = 30 * 86_400_000L;
    private static final String MORE_THAN_NOTHING = "more than 0";
    private static final String A_DAY_OF_THE_YEAR = "a day of the year, month first, such as 11-01";
    /** As the tests that are refused for rain are called in the file, with why. */
    private static final Map<String, String> NOT_FOR_RAIN = ImmutableMap.of(
            "climatology", "rain is never judged by climatology: a record is no fault; delete it",
            "spike", "rain is never judged by spike or rate of change: a real cloudburst is a spike; delete it",
            "rateOfChange", "rain is never judged by spike or rate of change: a real cloudburst is a spike; delete it",
            "flatLine", "rain is never judged by flat line: dry days are no fault; delete it",
            "attenuatedSignal", "rain is never judged by attenuated signal: dry days are no fault; delete it");

    private static final Section.Range NOWHERE = new Section.Range(Double.NaN, Double.NaN);

    private final Parameter parameter;
    private final double resolution;
    private @Nullable Field<String> neighbour;

    QualityReader(Parameter parameter, double resolution) {
        this.parameter = parameter;
        this.resolution = resolution;
    }

    QualityLimits limits(Section quality) {
        Field<Section.Range> sensorSpan = quality.range("sensorSpan");
        Field<Section.Range> userSpan = quality.range("userSpan");
        Section.Range can = sensorSpan.or(NOWHERE);
        Section.Range plausible = userSpan.or(NOWHERE);
        refuseOutside(userSpan, sensorSpan);
        if (parameter == Parameter.RAIN) {
            NOT_FOR_RAIN.forEach((test, why) -> {
                if (quality.has(test)) {
                    quality.fault(test, why);
                }
            });
        }
        long gapMs = quality.duration("gap")
                .check(ms -> ms >= 1_000 && ms <= LONGEST_MS, "1s to 30d")
                .or(0L);
        List<Season> climatology = seasons(quality, sensorSpan);
        Spike spike = quality.section("spike", QualityReader::spike);
        double rate = quality.section(
                "rateOfChange",
                change -> change.number("perHour")
                        .check(perHour -> perHour > 0, "more than 0 " + parameter.unit() + " per hour")
                        .or(Double.NaN));
        return new QualityLimits(
                can.low(),
                can.high(),
                plausible.low(),
                plausible.high(),
                spike.suspect,
                spike.fail,
                spike.method,
                rate,
                gapMs,
                climatology,
                quality.section("flatLine", this::flatLine),
                quality.section("attenuatedSignal", this::attenuatedSignal),
                quality.section("neighbour", this::neighbour));
    }

    /** The neighbour's id as written, to be looked up; well formed only where one was named. */
    Field<String> neighbour() {
        if (neighbour == null) {
            throw new AssertionError("before limits");
        }
        return neighbour;
    }

    private static void refuseOutside(Field<Section.Range> narrow, Field<Section.Range> wide) {
        Section.Range inner = narrow.orNull();
        Section.Range outer = wide.orNull();
        if (inner != null && outer != null && (inner.low() < outer.low() || inner.high() > outer.high())) {
            narrow.fault("found " + narrow.written() + ", should lie within sensorSpan " + wide.written());
        }
    }

    private record Day(Field<Integer> field, int monthDay) {}

    private static List<Season> seasons(Section quality, Field<Section.Range> sensorSpan) {
        List<Season> seasons = new ArrayList<>();
        quality.list("climatology", entry -> {
            Day from = day(entry, "from");
            Day to = day(entry, "to");
            Field<Section.Range> span = entry.range("span");
            Section.Range plausible = span.required("what is plausible then, such as [-0.8, 1.2]", NOWHERE);
            refuseOutside(span, sensorSpan);
            if (!from.field.isGood() || !to.field.isGood()) {
                return entry;
            }
            Season season = new Season(from.monthDay, to.monthDay, plausible.low(), plausible.high());
            for (Season other : seasons) {
                if (season.has(other.fromMonthDay()) || other.has(season.fromMonthDay())) {
                    from.field.fault("the season " + from.field.written() + " to " + to.field.written()
                            + " overlaps another before it: a day belongs to one season");
                    break;
                }
            }
            seasons.add(season);
            return entry;
        });
        return seasons;
    }

    private static Day day(Section entry, String key) {
        Field<Integer> field = entry.monthDay(key);
        return new Day(field, field.required(A_DAY_OF_THE_YEAR, 101));
    }

    /** Month times 100 and day, null where it is none. */
    static @Nullable Integer monthDay(String text) {
        try {
            MonthDay day = MonthDay.parse("--" + text);
            return 100 * day.getMonthValue() + day.getDayOfMonth();
        } catch (DateTimeException notADay) {
            return null;
        }
    }

    private record Spike(double suspect, double fail, SpikeMethod method) {}

    private static Spike spike(Section spike) {
        Field<Double> suspect = spike.number("suspect").check(size -> size > 0, MORE_THAN_NOTHING);
        Field<Double> fail = spike.number("fail").check(size -> size > 0, MORE_THAN_NOTHING);
        double suspectFrom = suspect.or(Double.NaN);
        double failFrom = fail.or(Double.NaN);
        if (failFrom <= suspectFrom) {
            fail.fault(fail.named() + " <= " + suspect.named()
                    + ": a spike that fails must be larger than one that is suspect");
        }
        return new Spike(
                suspectFrom, failFrom, spike.choice("method", SPIKE_METHODS).or(SpikeMethod.DIFFERENTIAL));
    }

    private FlatLine flatLine(Section flat) {
        Field<Double> tolerance = flat.number("tolerance")
                .check(
                        within -> within >= resolution,
                        "at least the sensor's resolution, " + resolution + " " + parameter.unit());
        Field<Long> suspect = flat.duration("suspect").check(QualityReader::isALongTime, "up to 30d");
        Field<Long> fail = flat.duration("fail").check(QualityReader::isALongTime, "up to 30d");
        if (suspect.isGood() && fail.isGood() && fail.or(0L) <= suspect.or(0L)) {
            fail.fault(fail.named() + " <= " + suspect.named()
                    + ": what fails must have stood still for longer than what is suspect");
        }
        return suspect.isGood() || fail.isGood()
                ? new FlatLine(tolerance.or(resolution), suspect.or(0L), fail.or(0L))
                : FlatLine.OFF;
    }

    private static boolean isALongTime(long ms) {
        return ms > 0 && ms <= LONGEST_MS;
    }

    private AttenuatedSignal attenuatedSignal(Section attenuated) {
        Field<Long> window = attenuated.duration("window").check(ms -> ms > 0 && ms <= 7 * 86_400_000L, "up to 7d");
        Field<Spread> spread = attenuated.choice("spread", SPREADS);
        Field<Double> suspect = attenuated.number("suspect").check(least -> least > 0, MORE_THAN_NOTHING);
        Field<Double> fail = attenuated.number("fail").check(least -> least > 0, MORE_THAN_NOTHING);
        if (fail.or(Double.NaN) >= suspect.or(Double.NaN)) {
            fail.fault(fail.named() + " >= " + suspect.named()
                    + ": a signal that fails must be weaker than one that is suspect");
        }
        if (suspect.isWritten() || fail.isWritten() || spread.isWritten()) {
            window.required("the time over which the signal must show, such as 12h", 0L);
        }
        return new AttenuatedSignal(
                window.or(0L), spread.or(Spread.RANGE), suspect.or(Double.NaN), fail.or(Double.NaN));
    }

    private Neighbour neighbour(Section at) {
        Field<String> sensor = at.id("sensor");
        neighbour = sensor;
        Field<Double> suspect = at.number("suspect").check(apart -> apart > 0, MORE_THAN_NOTHING);
        Field<Double> fail = at.number("fail").check(apart -> apart > 0, MORE_THAN_NOTHING);
        if (fail.or(Double.NaN) <= suspect.or(Double.NaN)) {
            fail.fault(fail.named() + " <= " + suspect.named()
                    + ": a difference that fails must be larger than one that is suspect");
        }
        if (suspect.isWritten() || fail.isWritten()) {
            sensor.required("the sensor of another station to compare with", "");
        }
        return new Neighbour(sensor.or(""), suspect.or(Double.NaN), fail.or(Double.NaN));
    }
}
