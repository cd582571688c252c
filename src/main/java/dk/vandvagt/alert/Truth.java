package dk.vandvagt.alert;

/** Kleene's three values: a silent sensor makes what rests on it unknown, not false. */
enum Truth {
    FALSE,
    UNKNOWN,
    TRUE;

    /** Whether at least {@code k} of some are true: all of n is k = n, any is k = 1. */
    static Truth atLeast(int k, int yes, int unknown) {
        if (yes >= k) {
            return TRUE;
        }
        return yes + unknown >= k ? UNKNOWN : FALSE;
    }
}
