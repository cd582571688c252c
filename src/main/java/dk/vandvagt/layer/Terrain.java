package dk.vandvagt.layer;

import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared terrain model: ground, and for each cell the level from which on the sea finds a way to it. Heights are metres in
 * the model's vertical datum. May be read by several threads.
 */
public final class Terrain {
    /** A stretch of coast along which the sea stands at one level. */
    public record Stretch(String id, Text name) {}

    /**
     * What people must know of a model.
     *
     * @param crs as {@code EPSG:25832}
     * @param isGeographic whether that CRS counts degrees
     * @param neighbours 8 or 4: whether water passes between cells that meet at a corner only
     * @param highestLevelM levels above it cannot be asked
     * @param nodataShare of all cells, 0 to 1
     * @param source whose model it is
     * @param licence on what terms it may be shown
     */
    public record Facts(
            String crs,
            boolean isGeographic,
            VerticalDatum datum,
            int neighbours,
            double highestLevelM,
            double nodataShare,
            String source,
            String licence) {}

    private final Grid grid;
    private final Facts facts;
    private final List<Stretch> stretches;
    private final Plane ground;
    private final Plane connected;
    private final @Nullable Plane undefended;
    private final Stretches stretchOfCell;
    private final float[] lowestOfTile;
    private final double[] cellAreaM2OfRow;

    /**
     * @param ground NaN for nodata
     * @param connected the least level at which the sea reaches a cell past the defences; infinite where it does not up to
     *     {@link Facts#highestLevelM}
     * @param undefended the same without defences; null where there are none
     * @param lowestOfTile lowest ground of each tile that belongs to a stretch, infinite for none
     * @param cellAreaM2OfRow on the ground, of one cell of each row
     */
    public Terrain(
            Grid grid,
            Facts facts,
            List<Stretch> stretches,
            Plane ground,
            Plane connected,
            @Nullable Plane undefended,
            Stretches stretchOfCell,
            float[] lowestOfTile,
            double[] cellAreaM2OfRow) {
        if (lowestOfTile.length != grid.tiles() || cellAreaM2OfRow.length != grid.rows()) {
            throw new IllegalArgumentException("index of another grid");
        }
        if (stretches.isEmpty() || stretches.size() > Stretches.MOST) {
            throw new IllegalArgumentException("1 to " + Stretches.MOST + " stretches, found " + stretches.size());
        }
        this.grid = grid;
        this.facts = facts;
        this.stretches = List.copyOf(stretches);
        this.ground = ground;
        this.connected = connected;
        this.undefended = undefended;
        this.stretchOfCell = stretchOfCell;
        this.lowestOfTile = lowestOfTile.clone();
        this.cellAreaM2OfRow = cellAreaM2OfRow.clone();
    }

    public Grid grid() {
        return grid;
    }

    public Facts facts() {
        return facts;
    }

    public List<Stretch> stretches() {
        return stretches;
    }

    /** Place of a stretch in {@link #stretches}, or -1. */
    public int stretch(String id) {
        for (int i = 0; i < stretches.size(); i++) {
            if (stretches.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether there are barrier lines or flaps, so that without them it floods otherwise. */
    public boolean hasDefences() {
        return undefended != null;
    }

    Plane ground() {
        return ground;
    }

    Plane connected(boolean withDefences) {
        return withDefences || undefended == null ? connected : undefended;
    }

    Stretches stretchOfCell() {
        return stretchOfCell;
    }

    float lowestOfTile(int tile) {
        return lowestOfTile[tile];
    }

    double cellAreaM2(int row) {
        return cellAreaM2OfRow[row];
    }
}
