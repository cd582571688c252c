package dk.vandvagt.layer;

/**
 * The sea's level along one stretch, and ground levels at which depth classes begin, all rounded as ground is kept.
 *
 * @param level NaN where it is not known
 */
record Water(double levelM, float level, float groundAt20Cm, float groundAt50Cm, float groundAt1M) {
    static Water at(double levelM) {
        return new Water(levelM, (float) levelM, (float) (levelM - 0.2), (float) (levelM - 0.5), (float) (levelM - 1));
    }

    /** By stretch. */
    static Water[] of(Terrain terrain, SeaLevels levels) {
        Water[] water = new Water[terrain.stretches().size()];
        for (int i = 0; i < water.length; i++) {
            double levelM = levels.ofStretch(i);
            if (levelM > terrain.facts().highestLevelM()) {
                throw new IllegalArgumentException("level " + levelM + " m: the terrain is prepared up to "
                        + terrain.facts().highestLevelM() + " m");
            }
            water[i] = at(levelM);
        }
        return water;
    }

    boolean isKnown() {
        return !Float.isNaN(level);
    }

    /** Of ground below the level. */
    DepthClass depthClass(float ground, float connected) {
        if (!(connected <= level)) {
            return DepthClass.SHIELDED;
        }
        if (ground > groundAt20Cm) {
            return DepthClass.UP_TO_20_CM;
        }
        if (ground > groundAt50Cm) {
            return DepthClass.UP_TO_50_CM;
        }
        return ground > groundAt1M ? DepthClass.UP_TO_1_M : DepthClass.OVER_1_M;
    }

    /** To a tenth of a millimetre, metres. */
    double depthM(float ground) {
        return Math.round((levelM - ground) * 1e4) / 1e4;
    }
}
