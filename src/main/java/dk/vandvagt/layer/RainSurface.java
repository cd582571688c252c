package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Envelope;

/**
 * Rain between gauges, each of which says something within its reach and nothing beyond: the mean of those in reach, weighted by
 * {@code ((R - d) / (R d))²} (Franke and Little; Franke and Nielson, <i>Int. J. Numer. Methods Eng.</i> 15, 1980, 1691). It keeps to every
 * gauge, is never above the highest nor below the lowest of those in reach, and has no step where a gauge's reach ends within
 * another's. So it invents no peak; it sees none between gauges either.
 *
 * <p>Positions are metres in a plane. Gauges less than a metre apart are one place, with their mean.
 */
final class RainSurface {
    private static final double ONE_PLACE_M = 1;

    private final double[] x;
    private final double[] y;
    private final double[] mm;
    private final double reachM;

    record Gauge(double x, double y, double mm) {}

    /**
     * What leaving out one gauge after the other, and asking the others for it, comes to; dry ones count as any other.
     *
     * @param places that have another within reach: the others cannot be asked for
     * @param rmseMm root of the mean squared difference, and {@code biasMm} the mean one, others less gauge; NaN where no place has
     *     another in reach
     */
    record Skill(int places, double rmseMm, double biasMm) {}

    /** @param gauges those whose place or rain is no finite number are passed over */
    RainSurface(List<Gauge> gauges, double reachM) {
        List<double[]> places = new ArrayList<>();
        for (Gauge gauge : gauges) {
            if (!Double.isFinite(gauge.x) || !Double.isFinite(gauge.y) || !Double.isFinite(gauge.mm)) {
                continue;
            }
            double[] here = null;
            for (double[] place : places) {
                if (Math.hypot(place[0] - gauge.x, place[1] - gauge.y) < ONE_PLACE_M) {
                    here = place;
                    break;
                }
            }
            if (here == null) {
                places.add(new double[] {gauge.x, gauge.y, gauge.mm, 1});
            } else {
                here[3]++;
                here[2] += (gauge.mm - here[2]) / here[3];
            }
        }
        this.reachM = reachM;
        x = places.stream().mapToDouble(each -> each[0]).toArray();
        y = places.stream().mapToDouble(each -> each[1]).toArray();
        mm = places.stream().mapToDouble(each -> each[2]).toArray();
    }

    /** Different ones. */
    int places() {
        return mm.length;
    }

    /** Millimetres; NaN beyond every gauge's reach. */
    double at(double atX, double atY) {
        return at(atX, atY, -1);
    }

    private double at(double atX, double atY, int without) {
        int nearest = -1;
        double nearestM = Double.POSITIVE_INFINITY;
        for (int i = 0; i < mm.length; i++) {
            double distanceM = Math.hypot(x[i] - atX, y[i] - atY);
            if (i != without && distanceM < nearestM) {
                nearest = i;
                nearestM = distanceM;
            }
        }
        if (nearest < 0 || nearestM > reachM) {
            return Double.NaN;
        }
        // departures from the nearest, so that where all are equal the sum is exactly that
        double weights = 0;
        double departures = 0;
        for (int i = 0; i < mm.length && nearestM > 0; i++) {
            double distanceM = Math.hypot(x[i] - atX, y[i] - atY);
            if (i != without && distanceM < reachM) {
                double weight = Math.pow((reachM - distanceM) / (reachM * distanceM), 2);
                weights += weight;
                departures += weight * (mm[i] - mm[nearest]);
            }
        }
        return weights > 0 ? mm[nearest] + departures / weights : mm[nearest];
    }

    /** Metres to the end of the farthest reach: negative beyond, negative without gauges. */
    double insideM(double atX, double atY) {
        double nearestM = Double.POSITIVE_INFINITY;
        for (int i = 0; i < mm.length; i++) {
            nearestM = Math.min(nearestM, Math.hypot(x[i] - atX, y[i] - atY));
        }
        return reachM - nearestM;
    }

    /** Around all that is in reach; null-envelope without gauges. */
    Envelope extent() {
        Envelope extent = new Envelope();
        for (int i = 0; i < mm.length; i++) {
            extent.expandToInclude(x[i], y[i]);
        }
        extent.expandBy(reachM);
        return extent;
    }

    Skill leaveOneOut() {
        int n = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < mm.length; i++) {
            double difference = at(x[i], y[i], i) - mm[i];
            if (!Double.isNaN(difference)) {
                n++;
                sum += difference;
                squares += difference * difference;
            }
        }
        return n == 0 ? new Skill(0, Double.NaN, Double.NaN) : new Skill(n, Math.sqrt(squares / n), sum / n);
    }
}
