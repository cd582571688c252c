package dk.vandvagt.analysis;

/**
 * Node factors f and angles u (degrees) of the lunar terms, by kind; every constituent is made of these. Formulas: Schureman,
 * Special Publication 98 (1958), by the numbers given there; f is against the mean coefficient of the term.
 */
final class TideNodes {
    static final int MM = 0;
    static final int MF = 1;
    static final int O1 = 2;
    static final int J1 = 3;
    static final int OO1 = 4;
    static final int M2 = 5;
    static final int K1 = 6;
    static final int K2 = 7;
    static final int L2 = 8;
    static final int M1 = 9;
    static final int NO1 = 10;
    static final int ETA2 = 11;
    static final int KINDS = 12;

    /**
     * Of M1 as NOAA defines it in NO1 as Foreman (IOS) defines it: the same line, scaled to its own greatest term instead of to the
     * combined one. D. Wallner's recipe, in the notes of XTide's congen.
     */
    private static final double M1_IN_NO1 = 0.701;

    /**
     * Of M1's two lines, at the mean inclination as in Schureman's tables 9 and 10: 1/Qa² = 2.310 + 1.435·cos 2P and
     * tan Q = 0.483·tan P.
     */
    private static final double M1_GREATER = 1.435;

    private static final double M1_LESSER = 0.5;

    private final AstronomicalArguments arguments = new AstronomicalArguments();
    private final double[] factor = new double[KINDS];
    private final double[] angle = new double[KINDS];

    void setTo(long atMs) {
        arguments.setTo(atMs);
        double inclination = arguments.obliquityOfOrbit();
        double nu = arguments.nu();
        double xi = arguments.xi();
        double sin = Math.sin(inclination);
        double cos = Math.cos(inclination);
        double sin2 = Math.sin(2 * inclination);
        double cosHalf2 = (1 + cos) / 2;
        double sinHalf2 = (1 - cos) / 2;
        double tanHalf2 = sinHalf2 / cosHalf2;
        double nuRadians = Math.toRadians(nu);

        put(MM, (2.0 / 3 - sin * sin) / 0.5021, 0); // 73
        put(MF, sin * sin / 0.1578, -2 * xi); // 74
        put(O1, sin * cosHalf2 / 0.3800, 2 * xi - nu); // 75
        put(J1, sin2 / 0.7214, -nu); // 76
        put(OO1, sin * sinHalf2 / 0.0164, -2 * xi - nu); // 77
        put(M2, cosHalf2 * cosHalf2 / 0.9154, 2 * xi - 2 * nu); // 78
        put(ETA2, sin * sin / 0.1565, -2 * nu); // 79
        put(
                K1,
                Math.sqrt(0.8965 * sin2 * sin2 + 0.6001 * sin2 * Math.cos(nuRadians) + 0.1006),
                -arguments.nuPrime()); // 227
        put(
                K2,
                Math.sqrt(19.0444 * sin * sin * sin * sin + 2.7702 * sin * sin * Math.cos(2 * nuRadians) + 0.0981),
                -arguments.twoNuSecond()); // 235

        double perigee = Math.toRadians(arguments.perigee() - xi);
        double sin2P = Math.sin(2 * perigee);
        double cos2P = Math.cos(2 * perigee);
        double re = 1 - 6 * tanHalf2 * cos2P;
        double im = 6 * tanHalf2 * sin2P;
        put(L2, factor[M2] * Math.hypot(re, im), angle[M2] - Math.toDegrees(Math.atan2(im, re))); // 213 to 215

        // 195 to 207: two lines, of arguments P and −P, seen as one that keeps step with P
        double q =
                Math.atan2((M1_GREATER - M1_LESSER) * Math.sin(perigee), (M1_GREATER + M1_LESSER) * Math.cos(perigee));
        double inverseQa =
                Math.hypot((M1_GREATER - M1_LESSER) * Math.sin(perigee), (M1_GREATER + M1_LESSER) * Math.cos(perigee));
        double uM1 = AstronomicalArguments.wrapped(Math.toDegrees(q - perigee)) - nu;
        put(M1, factor[O1] * inverseQa, uM1);
        put(NO1, M1_IN_NO1 * factor[O1] * inverseQa, uM1);
    }

    private void put(int kind, double f, double u) {
        factor[kind] = f;
        angle[kind] = u;
    }

    double factor(int kind) {
        return factor[kind];
    }

    double angle(int kind) {
        return angle[kind];
    }

    AstronomicalArguments arguments() {
        return arguments;
    }
}
