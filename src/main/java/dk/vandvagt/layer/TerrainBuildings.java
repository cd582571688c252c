package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;

/** The uploaded buildings as they stand on a terrain model, brought into its CRS once an upload. Any thread. */
public final class TerrainBuildings {
    private final Terrain terrain;
    private final UnaryOperator<Geometry> fromCrs84;
    private volatile Placed placed = new Placed(Footprints.NONE, List.of());

    /** @param fromCrs84 into the terrain's CRS; may refuse what lies outside of it */
    public TerrainBuildings(Terrain terrain, UnaryOperator<Geometry> fromCrs84) {
        this.terrain = terrain;
        this.fromCrs84 = fromCrs84;
    }

    /** @param buildings those that stand on the model, by their place among the footprints; null for those that do not */
    private record Placed(Footprints footprints, List<@Nullable Building> buildings) {}

    /** @param stretch that it stands along, -1 for none */
    private record Building(Geometry outline, int stretch) {}

    /**
     * Of one depth class.
     *
     * @param wet whose deepest water around is of that class
     * @param damaged of those, the ones with more than counts as damage
     */
    record Count(int wet, int damaged) {
        static final Count NONE = new Count(0, 0);

        Count and(FloodDepths.Around one) {
            return new Count(wet + 1, damaged + (one.isDamaged() ? 1 : 0));
        }
    }

    /** Along one stretch: a building counts once, in the class of the deepest water around it; what is dry is left out. */
    Map<DepthClass, Count> along(int stretch, Footprints footprints, FloodDepths depths) {
        Map<DepthClass, Count> counts = new EnumMap<>(DepthClass.class);
        for (Building building : placed(footprints).buildings) {
            if (building != null && building.stretch == stretch) {
                FloodDepths.Around around = depths.around(building.outline);
                if (around.depth() != null) {
                    counts.put(
                            around.depth(),
                            counts.getOrDefault(around.depth(), Count.NONE).and(around));
                }
            }
        }
        return counts;
    }

    /** @param area CRS84 */
    FloodDepths.Buildings in(Geometry area, Footprints footprints, FloodDepths depths) {
        Placed here = placed(footprints);
        List<Geometry> outlines = new ArrayList<>();
        int outside = 0;
        for (int i : here.footprints.in(area)) {
            Building building = here.buildings.get(i);
            if (building == null) {
                outside++;
            } else {
                outlines.add(building.outline);
            }
        }
        FloodDepths.Buildings found = depths.buildings(outlines);
        return new FloodDepths.Buildings(found.wet(), found.damaged(), found.unknown() + outside);
    }

    private Placed placed(Footprints footprints) {
        Placed known = placed;
        if (known.footprints != footprints) {
            List<@Nullable Building> buildings = new ArrayList<>();
            footprints.outlines().forEach(outline -> buildings.add(building(outline)));
            known = new Placed(footprints, buildings);
            placed = known;
        }
        return known;
    }

    private @Nullable Building building(Geometry outline) {
        try {
            Geometry here = fromCrs84.apply(outline);
            return new Building(here, stretch(here));
        } catch (IllegalArgumentException outside) {
            return null;
        }
    }

    /** Of the cell its middle lies in; where ground is cut out below houses, of the nearest one with ground around it. */
    private int stretch(Geometry outline) {
        Coordinate middle = terrain.grid().inCells(outline.getInteriorPoint().getCoordinate());
        int row = (int) Math.floor(middle.y);
        int column = (int) Math.floor(middle.x);
        int[] box = CellsInside.box(terrain.grid(), outline);
        int farthest = 1 + Math.max(Math.max(row - box[0], box[2] - row), Math.max(column - box[1], box[3] - column));
        for (int distance = 0; distance <= farthest; distance++) {
            int found = stretchAt(row, column, distance);
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    /** Of the first cell, row by row, in the square ring at a distance in cells that has one. */
    private int stretchAt(int row, int column, int distance) {
        for (int r = row - distance; r <= row + distance; r++) {
            boolean isWholeRow = Math.abs(r - row) == distance;
            for (int c = column - distance;
                    c <= column + distance;
                    c += isWholeRow || distance == 0 ? 1 : 2 * distance) {
                if (terrain.grid().holds(r, c)) {
                    int stretch = terrain.stretchOfCell().of(terrain.grid().number(r, c)) - 1;
                    if (stretch >= 0) {
                        return stretch;
                    }
                }
            }
        }
        return -1;
    }
}
