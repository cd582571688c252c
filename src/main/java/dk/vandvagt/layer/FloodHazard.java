package dk.vandvagt.layer;

import dk.vandvagt.station.VerticalDatum;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/** How deep water would stand in an area, by a terrain model with its defences holding. Areas are in CRS84. */
public interface FloodHazard {
    /** The levels are to be in it. */
    VerticalDatum datum();

    /** Above it nothing can be told; in {@link #datum}. */
    double highestLevelM();

    /** @param levelM of the sea all along the area, in {@link #datum} */
    Hazard of(Geometry area, double levelM);

    /**
     * The uploaded buildings that stand in an area.
     *
     * @param levelM of the sea all along it, in {@link #datum}
     */
    FloodDepths.Buildings buildings(Geometry area, Footprints footprints, double levelM);

    /** As the gauges of the coast have it now. */
    Sea sea(LiveState live);

    /** The sea along the coast; equal where it floods the same. */
    interface Sea {
        Hazard of(Geometry area);

        /** Ids of the sensors it rests on, with commas between; null for none. */
        @Nullable
        String sensorIds();
    }

    /**
     * @param hazard mean of min(1, depth / 1 m) over what is known, 0 to 1; NaN where nothing is
     * @param deepestM 0 where it is dry, NaN where nothing is known
     * @param knownShare of the area, 0 to 1
     */
    record Hazard(double hazard, double deepestM, double knownShare) {
        static final Hazard UNKNOWN = new Hazard(Double.NaN, Double.NaN, 0);
    }
}
