package dk.vandvagt.simulator;

import java.util.List;

/**
 * The storm's rain: hours of light frontal rain, and short heavy cells that travel over the gauges. The usual one goes north-east about three
 * hours before the peak of the water and leaves at its heart what Odense had on 26 June 2023.
 */
final class Cloudburst {
    /** Where a gauge stands: in km along and, to the right, across the heading of 60°, seen from the first gauge. */
    record Place(double alongKm, double acrossKm, Noise drizzle) {}

    /** Assens, Glamsbjerg and Aarup by their coordinates, turned by a heading of 60°. */
    private static final List<double[]> KNOWN_PLACES =
            List.of(new double[] {0, 0}, new double[] {11.5, 6.6}, new double[] {13.8, -4.9});

    /** Hours from the peak of the water; mm/h. */
    private static final Hydrograph FRONTAL_RAIN_MM_PER_HOUR =
            new Hydrograph(-16, 0, -12, 0.6, -8, 1.0, -4, 1.4, -2, 0.8, 1, 0);

    private static final double STEPS_PER_HOUR = 120;

    private final long seed;
    private final double front;
    private final List<Cell> cells;

    /** @param front how many times as much frontal rain as usual; 0 for none */
    Cloudburst(long seed, double front, List<Cell> cells) {
        this.seed = seed;
        this.front = front;
        this.cells = List.copyOf(cells);
    }

    Place place(int index, String sensorId) {
        Noise drizzle = new Noise(seed, "rain at " + sensorId);
        if (index < KNOWN_PLACES.size()) {
            double[] place = KNOWN_PLACES.get(index);
            return new Place(place[0], place[1], drizzle);
        }
        return new Place(drizzle.between(-1, 0, 30), drizzle.between(-2, 5, 15), drizzle);
    }

    /** Depth that falls between two hours, counted from the peak of the water. */
    double depthMm(Place place, double fromHour, double toHour) {
        int steps = (int) Math.ceil((toHour - fromHour) * STEPS_PER_HOUR);
        double stepHours = (toHour - fromHour) / steps;
        double depthMm = 0;
        for (int i = 0; i < steps; i++) {
            double hour = fromHour + (i + 0.5) * stepHours;
            double mmPerHour = 0;
            for (Cell cell : cells) {
                mmPerHour += mmPerHour(cell, place, hour);
            }
            double frontMmPerHour = FRONTAL_RAIN_MM_PER_HOUR.at(hour)
                    * Math.max(0, 1 + 0.8 * place.drizzle().wave(hour / 0.4));
            depthMm += (mmPerHour + front * frontMmPerHour) * stepHours;
        }
        return depthMm;
    }

    private static double mmPerHour(Cell cell, Place place, double hour) {
        double alongKm = place.alongKm();
        double acrossKm = place.acrossKm();
        if (cell.headingDegrees() != Cell.USUAL_HEADING) {
            double turned = StrictMath.toRadians(cell.headingDegrees() - Cell.USUAL_HEADING);
            alongKm = place.alongKm() * StrictMath.cos(turned) + place.acrossKm() * StrictMath.sin(turned);
            acrossKm = place.acrossKm() * StrictMath.cos(turned) - place.alongKm() * StrictMath.sin(turned);
        }
        double passesAtHour = cell.passesFirstGaugeAtHour() + alongKm / cell.speedKmPerHour();
        double nearness = StrictMath.exp(-0.5 * square((acrossKm - cell.offTrackKm()) / cell.widthKm()));
        double minutes = (hour - passesAtHour) * 60;
        return nearness
                * cell.heartMm()
                * 60
                * (cell.narrowShare() * bell(minutes, cell.narrowMinutes())
                        + cell.wideShare() * bell(minutes, cell.wideMinutes()));
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
