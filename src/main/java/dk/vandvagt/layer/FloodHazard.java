package dk.vandvagt.layer;

import dk.vandvagt.station.VerticalDatum;
import org.locationtech.jts.geom.Geometry;

/** How deep water of a given level would stand in an area, by a terrain model. */
public interface FloodHazard {
    /** The levels are to be in it. */
    VerticalDatum datum();

    /**
     * @param area CRS84
     * @param levelM of the sea all along it, in {@link #datum}
     */
    Hazard of(Geometry area, double levelM);

    /**
     * @param hazard mean of min(1, depth / 1 m) over what is known, 0 to 1; NaN where nothing is
     * @param deepestM 0 where it is dry, NaN where nothing is known
     * @param knownShare of the area, 0 to 1
     */
    record Hazard(double hazard, double deepestM, double knownShare) {
        static final Hazard UNKNOWN = new Hazard(Double.NaN, Double.NaN, 0);
    }
}
