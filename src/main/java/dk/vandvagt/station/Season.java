package dk.vandvagt.station;

/**
 * A part of the year and what is plausible in it.
 *
 * @param fromMonthDay first day, month times 100 and day: 1101 is 1 November
 * @param toMonthDay last day, likewise; before {@code fromMonthDay} where the season spans the new year
 * @param min kept unit
 * @param max kept unit
 */
public record Season(int fromMonthDay, int toMonthDay, double min, double max) {
    private static final long DAY_MS = 86_400_000L;
    /** 1 March of the year 0 to 1 January 1970. */
    private static final long DAYS_TO_EPOCH = 719_468;

    private static final int DAYS_IN_400_YEARS = 146_097;
    private static final int DAYS_IN_100_YEARS = 36_524;
    private static final int DAYS_IN_4_YEARS = 1_461;

    public boolean has(int monthDay) {
        return YearPart.has(fromMonthDay, toMonthDay, monthDay);
    }

    /** The day of an instant in UTC, month times 100 and day; without the objects that java.time would make. */
    public static int monthDay(long epochMs) {
        // years begin in March here, so that the leap day is their last
        long days = Math.floorDiv(epochMs, DAY_MS) + DAYS_TO_EPOCH;
        int of400 = (int) Math.floorMod(days, (long) DAYS_IN_400_YEARS);
        int year = (of400 - of400 / (DAYS_IN_4_YEARS - 1) + of400 / DAYS_IN_100_YEARS - of400 / (DAYS_IN_400_YEARS - 1))
                / 365;
        int ofYear = of400 - (365 * year + year / 4 - year / 100);
        // months of 31, 30, 31, 30, 31 days: 153 in five
        int month = (5 * ofYear + 2) / 153;
        int day = ofYear - (153 * month + 2) / 5 + 1;
        return 100 * (month < 10 ? month + 3 : month - 9) + day;
    }
}
