package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.prep.PreparedGeometry;
import org.locationtech.jts.geom.prep.PreparedGeometryFactory;
import org.locationtech.jts.index.strtree.STRtree;

/** Outlines of buildings, one a building, that planners have uploaded. A building stands where a point inside of it lies. Any thread. */
public final class Footprints {
    public static final Footprints NONE = new Footprints(List.of(), 0);

    private final List<Geometry> outlines;
    private final List<Point> places;
    private final long changedAtMs;
    private final STRtree tree = new STRtree();

    /**
     * @param outlines CRS84, longitude first: valid, one or several polygons
     * @param changedAtMs when they were put, wall clock; 0 where there are none
     */
    public Footprints(List<Geometry> outlines, long changedAtMs) {
        this.outlines = List.copyOf(outlines);
        this.changedAtMs = changedAtMs;
        this.places = this.outlines.stream().map(Geometry::getInteriorPoint).toList();
        for (int i = 0; i < places.size(); i++) {
            tree.insert(places.get(i).getEnvelopeInternal(), i);
        }
        tree.build();
    }

    /** Whether nobody has said which buildings there are. */
    public boolean isUnknown() {
        return changedAtMs == 0;
    }

    public List<Geometry> outlines() {
        return outlines;
    }

    public long changedAtMs() {
        return changedAtMs;
    }

    Coordinate place(int building) {
        return places.get(building).getCoordinate();
    }

    /**
     * Those that stand in an area, by their place in {@link #outlines}, ascending.
     *
     * @param area CRS84
     */
    List<Integer> in(Geometry area) {
        List<Integer> in = new ArrayList<>();
        PreparedGeometry prepared = PreparedGeometryFactory.prepare(area);
        for (Object near : tree.query(area.getEnvelopeInternal())) {
            int building = (Integer) near;
            if (prepared.intersects(places.get(building))) {
                in.add(building);
            }
        }
        in.sort(null);
        return in;
    }
}
