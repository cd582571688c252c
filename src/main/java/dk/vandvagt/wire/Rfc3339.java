package dk.vandvagt.wire;

/** Reads a date-time as RFC 3339, section 5.6, and nothing that only resembles one. */
final class Rfc3339 {
    static final long INVALID = Long.MIN_VALUE;

    private static final int MINUTE_MS = 60_000;
    private static final int DAY_MINUTES = 24 * 60;
    /** {@code 2023-10-20T21:40:00} */
    private static final int WITHOUT_OFFSET = 19;

    private Rfc3339() {}

    /**
     * A fraction is cut to the millisecond. A leap second, which UTC has only at 23:59:60, is the first instant of the next
     * minute, whatever its fraction.
     *
     * @return epoch milliseconds, or {@link #INVALID}
     */
    static long parse(byte[] in, int from, int to) {
        if (to - from <= WITHOUT_OFFSET
                || in[from + 4] != '-'
                || in[from + 7] != '-'
                || (in[from + 10] | 0x20) != 't'
                || in[from + 13] != ':'
                || in[from + 16] != ':') {
            return INVALID;
        }
        int year = twoDigits(in, from) * 100 + twoDigits(in, from + 2);
        int month = twoDigits(in, from + 5);
        int day = twoDigits(in, from + 8);
        int hour = twoDigits(in, from + 11);
        int minute = twoDigits(in, from + 14);
        int second = twoDigits(in, from + 17);
        if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) {
            return INVALID;
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
            return INVALID;
        }
        int i = from + WITHOUT_OFFSET;
        int fractionMs = 0;
        if (in[i] == '.') {
            int firstDigit = ++i;
            int digitWorthMs = 100;
            while (i < to && isDigit(in[i])) {
                fractionMs += (in[i] - '0') * digitWorthMs;
                digitWorthMs /= 10;
                i++;
            }
            if (i == firstDigit) {
                return INVALID;
            }
        }
        int offsetMinutes = offsetMinutes(in, i, to);
        if (offsetMinutes == Integer.MIN_VALUE) {
            return INVALID;
        }
        long utcMinute = daysSinceEpoch(year, month, day) * DAY_MINUTES + hour * 60 + minute - offsetMinutes;
        if (second < 60) {
            return utcMinute * MINUTE_MS + second * 1000 + fractionMs;
        }
        long nextMinute = utcMinute + 1;
        return Math.floorMod(nextMinute, DAY_MINUTES) == 0 ? nextMinute * MINUTE_MS : INVALID;
    }

    /** Minutes east, {@link Integer#MIN_VALUE} for none. */
    private static int offsetMinutes(byte[] in, int i, int to) {
        if (to - i == 1 && (in[i] | 0x20) == 'z') {
            return 0;
        }
        if (to - i != 6 || (in[i] != '+' && in[i] != '-') || in[i + 3] != ':') {
            return Integer.MIN_VALUE;
        }
        int hours = twoDigits(in, i + 1);
        int minutes = twoDigits(in, i + 4);
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int east = hours * 60 + minutes;
        return in[i] == '-' ? -east : east;
    }

    /** So far below zero, where either is no digit, that a year made of two pairs is negative too. */
    private static int twoDigits(byte[] in, int i) {
        return isDigit(in[i]) && isDigit(in[i + 1]) ? (in[i] - '0') * 10 + in[i + 1] - '0' : -1_000_000;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static int daysOfMonth(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Proleptic Gregorian; years are counted from March, so that the leap day comes last. */
    private static long daysSinceEpoch(int year, int month, int day) {
        int y = month > 2 ? year : year - 1;
        int m = month > 2 ? month - 3 : month + 9;
        long era = Math.floorDiv(y, 400);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * m + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }
}
