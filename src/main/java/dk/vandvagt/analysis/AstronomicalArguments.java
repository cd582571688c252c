package dk.vandvagt.analysis;

/**
 * Where the mean moon and sun stand at an instant, in degrees, and the angles of the moon's orbit against the equator that the
 * node factors need. Longitudes: Schureman, Manual of Harmonic Analysis and Prediction of Tides, Special Publication 98 (1958),
 * table 1 (Newcomb's sun, Brown's moon), which NOAA's predictions rest on; UTC is taken for Greenwich mean time. One thread; what
 * was computed last is read off.
 */
final class AstronomicalArguments {
    /** 1899-12-31T12:00Z, Schureman's epoch. */
    private static final long EPOCH_MS = -2_209_032_000_000L;

    private static final double MS_PER_CENTURY = 36_525 * 86_400_000.0;
    private static final double HOURS_PER_CENTURY = 36_525 * 24.0;
    private static final long MS_PER_DAY = 86_400_000L;
    private static final double SECONDS_PER_DEGREE = 3600;

    /** Linear terms of table 1, in arc seconds per Julian century. */
    private static final double MOON_PER_CENTURY = 1336 * 1_296_000.0 + 1_108_411.20;

    private static final double SUN_PER_CENTURY = 129_602_768.13;
    private static final double PERIGEE_PER_CENTURY = 11 * 1_296_000.0 + 392_515.94;
    private static final double NODE_PER_CENTURY = -(5 * 1_296_000.0 + 482_912.63);
    private static final double PERIHELION_PER_CENTURY = 6_189.03;

    /** Degrees per hour. */
    static final double MOON_SPEED = MOON_PER_CENTURY / SECONDS_PER_DEGREE / HOURS_PER_CENTURY;

    static final double SUN_SPEED = SUN_PER_CENTURY / SECONDS_PER_DEGREE / HOURS_PER_CENTURY;
    static final double PERIGEE_SPEED = PERIGEE_PER_CENTURY / SECONDS_PER_DEGREE / HOURS_PER_CENTURY;
    static final double PERIHELION_SPEED = PERIHELION_PER_CENTURY / SECONDS_PER_DEGREE / HOURS_PER_CENTURY;
    static final double HOUR_ANGLE_SPEED = 15;

    /** Obliquity of the ecliptic and inclination of the moon's orbit: Schureman, table 1, for 1900; kept, as NOAA keeps them. */
    private static final double OBLIQUITY = Math.toRadians(23.452);

    private static final double INCLINATION = Math.toRadians(5.145);

    private double hourAngle;
    private double moon;
    private double sun;
    private double perigee;
    private double node;
    private double perihelion;
    private double obliquityOfOrbit;
    private double nu;
    private double xi;
    private double nuPrime;
    private double twoNuSecond;

    /** Computes everything for the instant. */
    void setTo(long atMs) {
        double t = (atMs - EPOCH_MS) / MS_PER_CENTURY;
        hourAngle = Math.floorMod(atMs, MS_PER_DAY) * (360.0 / MS_PER_DAY) + 180;
        moon = degrees(270, 26, 14.72, (MOON_PER_CENTURY + (9.09 + 0.0068 * t) * t) * t);
        sun = degrees(279, 41, 48.04, (SUN_PER_CENTURY + 1.089 * t) * t);
        perigee = degrees(334, 19, 40.87, (PERIGEE_PER_CENTURY + (-37.24 - 0.045 * t) * t) * t);
        node = degrees(259, 10, 57.12, (NODE_PER_CENTURY + (7.58 + 0.008 * t) * t) * t);
        perihelion = degrees(281, 13, 15.0, (PERIHELION_PER_CENTURY + (1.63 + 0.012 * t) * t) * t);
        setOrbit(Math.toRadians(node));
    }

    /** I, ν and ξ from the spherical triangle of equator, ecliptic and orbit (Schureman, paragraph 25); ν′ and 2ν″: eq. 224, 232. */
    private void setOrbit(double n) {
        double halfSum = (OBLIQUITY + INCLINATION) / 2;
        double halfDifference = (OBLIQUITY - INCLINATION) / 2;
        double cosI =
                Math.cos(INCLINATION) * Math.cos(OBLIQUITY) - Math.sin(INCLINATION) * Math.sin(OBLIQUITY) * Math.cos(n);
        obliquityOfOrbit = Math.acos(cosI);
        double sinHalf = Math.sin(n / 2);
        double cosHalf = Math.cos(n / 2);
        double first = Math.atan2(Math.cos(halfDifference) * sinHalf, Math.cos(halfSum) * cosHalf);
        double second = Math.atan2(Math.sin(halfDifference) * sinHalf, Math.sin(halfSum) * cosHalf);
        double nuRadians = first - second;
        nu = Math.toDegrees(nuRadians);
        xi = wrapped(node - Math.toDegrees(first + second));
        double sin2I = Math.sin(2 * obliquityOfOrbit);
        nuPrime = Math.toDegrees(Math.atan2(sin2I * Math.sin(nuRadians), sin2I * Math.cos(nuRadians) + 0.3347));
        double sinI2 = Math.sin(obliquityOfOrbit) * Math.sin(obliquityOfOrbit);
        twoNuSecond =
                Math.toDegrees(Math.atan2(sinI2 * Math.sin(2 * nuRadians), sinI2 * Math.cos(2 * nuRadians) + 0.0727));
    }

    private static double degrees(int degrees, int minutes, double seconds, double growthSeconds) {
        double angle = degrees + minutes / 60.0 + (seconds + growthSeconds) / SECONDS_PER_DEGREE;
        return angle - 360 * Math.floor(angle / 360);
    }

    /** The same angle within ±180. */
    static double wrapped(double degrees) {
        return degrees - 360 * Math.rint(degrees / 360);
    }

    /** T: of the mean sun at Greenwich, from its upper transit (180 at midnight). */
    double hourAngle() {
        return hourAngle;
    }

    /** s. */
    double moon() {
        return moon;
    }

    /** h. */
    double sun() {
        return sun;
    }

    /** p, of the moon. */
    double perigee() {
        return perigee;
    }

    /** N, of the moon's ascending node. */
    double node() {
        return node;
    }

    /** p₁, of the sun. */
    double perihelion() {
        return perihelion;
    }

    /** I, of the moon's orbit against the equator; radians. */
    double obliquityOfOrbit() {
        return obliquityOfOrbit;
    }

    /** Right ascension of the moon's intersection with the equator; degrees within ±180, as are the following. */
    double nu() {
        return nu;
    }

    /** Longitude in the moon's orbit of that intersection. */
    double xi() {
        return xi;
    }

    /** ν′, of K1. */
    double nuPrime() {
        return nuPrime;
    }

    /** 2ν″, of K2. */
    double twoNuSecond() {
        return twoNuSecond;
    }
}
