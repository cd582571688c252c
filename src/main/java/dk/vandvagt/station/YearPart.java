package dk.vandvagt.station;

/**
 * A part of every year, in UTC.
 *
 * @param fromMonthDay first day, month times 100 and day: 1101 is 1 November
 * @param toMonthDay last day, likewise; before {@code fromMonthDay} where it spans the new year
 */
public record YearPart(int fromMonthDay, int toMonthDay) {
    public static final YearPart ALL = new YearPart(101, 1231);

    public boolean has(int monthDay) {
        return has(fromMonthDay, toMonthDay, monthDay);
    }

    static boolean has(int fromMonthDay, int toMonthDay, int monthDay) {
        return fromMonthDay <= toMonthDay
                ? monthDay >= fromMonthDay && monthDay <= toMonthDay
                : monthDay >= fromMonthDay || monthDay <= toMonthDay;
    }
}
