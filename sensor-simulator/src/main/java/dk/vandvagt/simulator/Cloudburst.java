package dk.vandvagt.simulator;

import java.util.List;

/**
 * The storm's rain: hours of light frontal rain, and one short heavy cell that travels north-east over the gauges about
 * three hours before the peak of the water. At its heart it leaves what Odense had on 26 June 2023: some 25 mm in
 * 10 min, 30 to 35 mm in 30 min.
 */
final class Cloudburst {
    /** Where a gauge stands, in km along and across the way of the cell, seen from the first gauge. */
    record Place(double alongKm, double acrossKm, Noise drizzle) {}

    /** Assens, Glamsbjerg and Aarup by their coordinates, turned by the cell's heading of 60°. */
    private static final List<double[]> KNOWN_PLACES =
            List.of(new double[] {0, 0}, new double[] {11.5, 6.6}, new double[] {13.8, -4.9});

    /** Hours from the peak of the water; mm/h. */
    private static final Hydrograph FRONTAL_RAIN_MM_PER_HOUR =
            new Hydrograph(-16, 0, -12, 0.6, -8, 1.0, -4, 1.4, -2, 0.8, 1, 0);

    private static final double WIDTH_KM = 7;
    private static final double STEPS_PER_HOUR = 120;

    private final long seed;
    private final double passesFirstGaugeAtHour;
    private final double speedKmPerHour;
    private final double heartMm;
    private final double offTrackKm;

    Cloudburst(long seed) {
        this.seed = seed;
        Noise cell = new Noise(seed, "cloudburst");
        passesFirstGaugeAtHour = cell.between(0, -3.5, -2.5);
        speedKmPerHour = cell.between(1, 30, 50);
        heartMm = cell.between(2, 32.0, 34.0);
        offTrackKm = cell.between(3, -0.5, 0.5);
    }

    Place place(int index, String sensorId) {
        Noise drizzle = new Noise(seed, "rain at " + sensorId);
        if (index < KNOWN_PLACES.size()) {
            double[] place = KNOWN_PLACES.get(index);
            return new Place(place[0], place[1] - offTrackKm, drizzle);
        }
        return new Place(drizzle.between(-1, 0, 30), drizzle.between(-2, 5, 15), drizzle);
    }

    /** Depth that falls between two hours, counted from the peak of the water. */
    double depthMm(Place place, double fromHour, double toHour) {
        double passesAtHour = passesFirstGaugeAtHour + place.alongKm() / speedKmPerHour;
        double nearness = StrictMath.exp(-0.5 * square(place.acrossKm() / WIDTH_KM));
        int steps = (int) Math.ceil((toHour - fromHour) * STEPS_PER_HOUR);
        double stepHours = (toHour - fromHour) / steps;
        double depthMm = 0;
        for (int i = 0; i < steps; i++) {
            double hour = fromHour + (i + 0.5) * stepHours;
            double minutes = (hour - passesAtHour) * 60;
            double cellMmPerHour = nearness * heartMm * 60 * (0.82 * bell(minutes, 3.0) + 0.18 * bell(minutes, 7.5));
            double frontMmPerHour = FRONTAL_RAIN_MM_PER_HOUR.at(hour)
                    * Math.max(0, 1 + 0.8 * place.drizzle().wave(hour / 0.4));
            depthMm += (cellMmPerHour + frontMmPerHour) * stepHours;
        }
        return depthMm;
    }

    /** Normal density, per minute. */
    private static double bell(double minutes, double deviationMinutes) {
        return StrictMath.exp(-0.5 * square(minutes / deviationMinutes))
                / (deviationMinutes * StrictMath.sqrt(2 * Math.PI));
    }

    private static double square(double x) {
        return x * x;
    }
}
