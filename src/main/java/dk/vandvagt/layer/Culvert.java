package dk.vandvagt.layer;

import org.locationtech.jts.geom.Coordinate;

/**
 * A pipe or an opening under an embankment: it joins the cells its two ends lie in.
 *
 * @param seaEnd in the terrain's CRS, and {@code landEnd} likewise
 * @param invertM water enters it from this level on, in the terrain's datum: the higher of its two inverts
 * @param flap whether a flap or check valve keeps water from going in from the sea's end: then it does not conduct that way at all
 */
public record Culvert(Coordinate seaEnd, Coordinate landEnd, double invertM, boolean flap) {
    /** Whether both ends lie on the model. */
    public boolean isOn(Grid grid) {
        return Ways.holds(grid, seaEnd) && Ways.holds(grid, landEnd);
    }
}
