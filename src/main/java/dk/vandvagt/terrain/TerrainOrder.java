package dk.vandvagt.terrain;

import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a terrain model is to be understood, as the settings say it. Geometries stand in GeoJSON files, in CRS84 or in the CRS that
 * their member {@code crs} names.
 *
 * @param crs such as {@code EPSG:25832}; null where the model's file says it
 * @param unitM one unit of the model's heights, metres
 * @param neighbours 8 or 4
 * @param highestLevelM up to which flood extents can be asked
 * @param barriers lines with a property {@code crest}, metres; null for none
 * @param culverts lines from the sea's end to the land's, with properties {@code invert}, metres, and {@code flap}; null for none
 * @param coast at least one
 */
public record TerrainOrder(
        @Nullable String crs,
        VerticalDatum datum,
        double unitM,
        int neighbours,
        double highestLevelM,
        @Nullable Path barriers,
        @Nullable Path culverts,
        String source,
        String licence,
        List<Coast> coast) {
    /**
     * @param sea polygons of sea, where water comes from
     * @param area polygons of what this stretch's level is for; null for all, where there is one stretch only
     */
    public record Coast(
            String id, Text name, Path sea, @Nullable Path area) {}

    public TerrainOrder {
        coast = List.copyOf(coast);
    }
}
