package dk.vandvagt.quality;

/** QARTOD primary flags (Manual for Real-Time Quality Control of Water Level Data, v2.1), as stored and sent. */
public final class Flag {
    public static final byte PASS = 1;
    public static final byte NOT_EVALUATED = 2;
    public static final byte SUSPECT = 3;
    public static final byte FAIL = 4;
    public static final byte MISSING = 9;

    private Flag() {}

    /** The worse of two, by the roll-up order FAIL, SUSPECT, PASS, NOT_EVALUATED, MISSING. */
    public static byte rollUp(byte a, byte b) {
        return rank(a) >= rank(b) ? a : b;
    }

    private static int rank(byte flag) {
        return switch (flag) {
            case FAIL -> 4;
            case SUSPECT -> 3;
            case PASS -> 2;
            case NOT_EVALUATED -> 1;
            default -> 0;
        };
    }
}
