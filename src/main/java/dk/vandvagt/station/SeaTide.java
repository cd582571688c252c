package dk.vandvagt.station;

import java.time.LocalDate;
import java.util.List;

/**
 * The published tide of a gauge: its harmonic constants and the mean level they swing about.
 *
 * @param meanLevelM Z0, metres in {@code datum}
 * @param datum in which the level, and so every level compared with this tide, is counted
 * @param from of the years that Z0 is the mean of
 * @param to exclusive
 * @param yearlyCycleInTide whether Sa and Ssa, most of which is weather, belong to the tide or to the residual
 * @param source publication and edition
 */
public record SeaTide(
        double meanLevelM,
        VerticalDatum datum,
        LocalDate from,
        LocalDate to,
        boolean yearlyCycleInTide,
        List<Constant> constants,
        String source) {
    public SeaTide {
        constants = List.copyOf(constants);
    }

    /** Below this the level is its own residual, and the tide hardly more than the constants' error. */
    public static final double NEARLY_TIDELESS_BELOW_M = 0.2;

    /** Range of the sine wave that varies as much as the daily and faster constituents together: 2·√ΣH². */
    public double equivalentRangeM() {
        double squares = 0;
        for (Constant constant : constants) {
            boolean daily = ConstituentName.named(constant.constituent)
                    .filter(name -> name.species() > 0)
                    .isPresent();
            squares += daily ? constant.amplitudeM * constant.amplitudeM : 0;
        }
        return 2 * Math.sqrt(squares);
    }

    public boolean isNearlyTideless() {
        return equivalentRangeM() < NEARLY_TIDELESS_BELOW_M;
    }

    /**
     * @param constituent as published, such as {@code M2}
     * @param amplitudeM H, metres
     * @param phaseLagDeg g, Greenwich phase lag in degrees, for UTC
     */
    public record Constant(String constituent, double amplitudeM, double phaseLagDeg) {}
}
