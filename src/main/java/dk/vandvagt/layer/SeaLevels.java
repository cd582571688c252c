package dk.vandvagt.layer;

import java.util.Arrays;

/**
 * How high the sea stands along each stretch, and whether the defences hold. Heights of ground are kept in 32 bits, so levels are
 * rounded likewise before they are compared: ground at 2.02 m is not below a level of 2.02 m.
 *
 * @param levelM by place in {@link Terrain#stretches}, in the terrain's datum; NaN where it is not known: nothing is wet there
 */
public record SeaLevels(double[] levelM, boolean withDefences) {
    public SeaLevels {
        levelM = levelM.clone();
    }

    /** Along one stretch only. */
    public static SeaLevels along(Terrain terrain, int stretch, double levelM, boolean withDefences) {
        double[] levels = new double[terrain.stretches().size()];
        Arrays.fill(levels, Double.NaN);
        levels[stretch] = levelM;
        return new SeaLevels(levels, withDefences);
    }

    /** The same level along all. */
    public static SeaLevels everywhere(Terrain terrain, double levelM, boolean withDefences) {
        double[] levels = new double[terrain.stretches().size()];
        Arrays.fill(levels, levelM);
        return new SeaLevels(levels, withDefences);
    }

    double ofStretch(int stretch) {
        return levelM[stretch];
    }
}
