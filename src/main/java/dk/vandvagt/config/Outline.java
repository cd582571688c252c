package dk.vandvagt.config;

import dk.vandvagt.station.Station;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the outline of an area is one: no side may meet another but at their common corner. */
final class Outline {
    private Outline() {}

    /** The fault in words, or null; corners are counted from 1. */
    static @Nullable String crossing(List<Station.Corner> corners) {
        int n = corners.size();
        for (int i = 0; i < n; i++) {
            int again = corners.lastIndexOf(corners.get(i));
            if (again != i) {
                return "corners " + (i + 1) + " and " + (again + 1) + " are the same: name each once, in order";
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = i + 2; j < n; j++) {
                boolean neighbours = i == 0 && j == n - 1;
                if (!neighbours && meet(corners.get(i), corners.get(i + 1), corners.get(j), corners.get((j + 1) % n))) {
                    return "the side after corner " + (i + 1) + " crosses the one after corner " + (j + 1)
                            + ": corners must stand in order around the area";
                }
            }
        }
        return n >= 3 && area(corners) == 0 ? "all corners lie on one line: that is no area" : null;
    }

    private static double area(List<Station.Corner> corners) {
        Station.Corner first = corners.getFirst();
        double twice = 0;
        for (int i = 1; i + 1 < corners.size(); i++) {
            twice += turn(first, corners.get(i), corners.get(i + 1));
        }
        return twice / 2;
    }

    private static boolean meet(Station.Corner a, Station.Corner b, Station.Corner c, Station.Corner d) {
        return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0 && boxesMeet(a, b, c, d);
    }

    /** Sides on one line meet only where their boxes do. */
    private static boolean boxesMeet(Station.Corner a, Station.Corner b, Station.Corner c, Station.Corner d) {
        return Math.max(Math.min(a.lon(), b.lon()), Math.min(c.lon(), d.lon()))
                        <= Math.min(Math.max(a.lon(), b.lon()), Math.max(c.lon(), d.lon()))
                && Math.max(Math.min(a.lat(), b.lat()), Math.min(c.lat(), d.lat()))
                        <= Math.min(Math.max(a.lat(), b.lat()), Math.max(c.lat(), d.lat()));
    }

    /** Positive for a turn to the left. */
    private static double turn(Station.Corner a, Station.Corner b, Station.Corner c) {
        return (b.lon() - a.lon()) * (c.lat() - a.lat()) - (b.lat() - a.lat()) * (c.lon() - a.lon());
    }
}
