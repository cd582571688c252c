package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.TideNodes.ETA2;
import static dk.vandvagt.analysis.TideNodes.J1;
import static dk.vandvagt.analysis.TideNodes.K1;
import static dk.vandvagt.analysis.TideNodes.K2;
import static dk.vandvagt.analysis.TideNodes.L2;
import static dk.vandvagt.analysis.TideNodes.M1;
import static dk.vandvagt.analysis.TideNodes.M2;
import static dk.vandvagt.analysis.TideNodes.MF;
import static dk.vandvagt.analysis.TideNodes.MM;
import static dk.vandvagt.analysis.TideNodes.NO1;
import static dk.vandvagt.analysis.TideNodes.O1;
import static dk.vandvagt.analysis.TideNodes.OO1;

import dk.vandvagt.station.ConstituentName;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A line of the tide: its equilibrium argument V as multiples of T, s, h, p, p₁ and a constant, and its node factor f and angle u
 * out of those of {@link TideNodes}. Conventions are NOAA's (Schureman 1958, table 2); where the Canadian school (Foreman, T_TIDE,
 * UTide) means something else by the same name, its line has the suffix {@code -IOS}, as in XTide. Immutable.
 */
public final class Constituent {
    private static final int NO_NODE = -1;
    private static final Map<String, Constituent> LINES = new TreeMap<>();

    static {
        // Long period
        line("SA", 0, 0, 1, 0, 0, 0, NO_NODE);
        line("SA-IOS", 0, 0, 1, 0, -1, 0, NO_NODE);
        line("SSA", 0, 0, 2, 0, 0, 0, NO_NODE);
        line("MSM", 0, 1, -2, 1, 0, 0, MM);
        line("MM", 0, 1, 0, -1, 0, 0, MM);
        line("MF", 0, 2, 0, 0, 0, 0, MF);
        line("MTM", 0, 3, 0, -1, 0, 0, MF);
        line("MSQM", 0, 4, -2, 0, 0, 0, MF);
        line("MQM", 0, 4, 0, -2, 0, 0, MF);
        // Diurnal
        line("ALP1", 1, -5, 3, 1, 0, 90, O1);
        line("2Q1", 1, -4, 1, 2, 0, 90, O1);
        line("SIG1", 1, -4, 3, 0, 0, 90, O1);
        line("Q1", 1, -3, 1, 1, 0, 90, O1);
        line("RHO1", 1, -3, 3, -1, 0, 90, O1);
        line("O1", 1, -2, 1, 0, 0, 90, O1);
        line("TAU1", 1, -2, 3, 0, 0, -90, K1);
        line("BET1", 1, -1, -1, 1, 0, -90, J1);
        line("M1", 1, -1, 1, 1, 0, -90, M1);
        line("NO1", 1, -1, 1, 1, 0, -90, NO1);
        line("CHI1", 1, -1, 3, -1, 0, -90, J1);
        line("PI1", 1, 0, -2, 0, 1, 90, NO_NODE);
        line("P1", 1, 0, -1, 0, 0, 90, NO_NODE);
        line("S1", 1, 0, 0, 0, 0, 0, NO_NODE);
        line("S1-IOS", 1, 0, 0, 0, 1, -90, NO_NODE);
        line("K1", 1, 0, 1, 0, 0, -90, K1);
        line("PSI1", 1, 0, 2, 0, -1, -90, NO_NODE);
        line("PHI1", 1, 0, 3, 0, 0, -90, NO_NODE);
        line("THE1", 1, 1, -1, 1, 0, -90, J1);
        line("J1", 1, 1, 1, -1, 0, -90, J1);
        line("OO1", 1, 2, 1, 0, 0, -90, OO1);
        line("UPS1", 1, 3, 1, -1, 0, -90, OO1);
        // Semidiurnal
        line("OQ2-IOS", 2, -5, 2, 3, 0, 0, M2);
        line("EPS2", 2, -5, 4, 1, 0, 0, M2);
        line("2N2", 2, -4, 2, 2, 0, 0, M2);
        line("MU2", 2, -4, 4, 0, 0, 0, M2);
        line("N2", 2, -3, 2, 1, 0, 0, M2);
        line("NU2", 2, -3, 4, -1, 0, 0, M2);
        line("GAM2", 2, -2, 0, 2, 0, 180, M2);
        line("H1", 2, -2, 1, 0, 1, 180, M2);
        line("MA2", 2, -2, 1, 0, 0, 0, M2);
        line("M2", 2, -2, 2, 0, 0, 0, M2);
        line("H2", 2, -2, 3, 0, -1, 0, M2);
        line("MB2", 2, -2, 3, 0, 0, 0, M2);
        line("LAM2", 2, -1, 0, 1, 0, 180, M2);
        line("L2", 2, -1, 2, -1, 0, 180, L2);
        line("T2", 2, 0, -1, 0, 1, 0, NO_NODE);
        line("S2", 2, 0, 0, 0, 0, 0, NO_NODE);
        line("R2", 2, 0, 1, 0, -1, 180, NO_NODE);
        line("K2", 2, 0, 2, 0, 0, 0, K2);
        line("ETA2", 2, 1, 2, -1, 0, 0, ETA2);
        // Terdiurnal; f(M3) is f(M2) to the power 3/2 (Schureman, eq. 149)
        Constituent m3 = new Constituent("M3", 3, -3, 3, 0, 0, 0);
        m3.nodeMultiple[M2] = 1.5;
        m3.nodePower[M2] = 1.5;
        LINES.put("M3", m3);
        line("S3", 3, 0, 0, 0, 0, 0, NO_NODE);
        // Compounds whose names do not say what they are made of
        Constituent msf = new Constituent("MSF", 0, 0, 0, 0, 0, 0);
        msf.add(line("S2"), 1);
        msf.add(line("M2"), -1);
        LINES.put("MSF", msf);
    }

    private final String name;
    private double hourAngles;
    private double moons;
    private double suns;
    private double perigees;
    private double perihelions;
    private double constantDeg;
    private final double[] nodeMultiple = new double[TideNodes.KINDS];
    private final double[] nodePower = new double[TideNodes.KINDS];

    private Constituent(String name, double t, double s, double h, double p, double p1, double constantDeg) {
        this.name = name;
        this.hourAngles = t;
        this.moons = s;
        this.suns = h;
        this.perigees = p;
        this.perihelions = p1;
        this.constantDeg = constantDeg;
    }

    private static void line(String name, int t, int s, int h, int p, int p1, int constantDeg, int node) {
        Constituent line = new Constituent(name, t, s, h, p, p1, constantDeg);
        if (node != NO_NODE) {
            line.nodeMultiple[node] = 1;
            line.nodePower[node] = 1;
        }
        LINES.put(name, line);
    }

    /** The constituent of that {@link ConstituentName name}, alias or compound. */
    public static Optional<Constituent> named(String name) {
        return ConstituentName.named(name).map(Constituent::of);
    }

    public static Constituent of(ConstituentName name) {
        if (!name.isCompound()) {
            return line(name.name());
        }
        Constituent sum = new Constituent(name.name(), 0, 0, 0, 0, 0, 0);
        name.parts().forEach((part, times) -> sum.add(line(part), times));
        return sum;
    }

    private static Constituent line(String name) {
        Constituent line = LINES.get(name);
        if (line == null) {
            throw new IllegalStateException("constituent " + name + " has no definition");
        }
        return line;
    }

    /** Names of all that have a line of their own here. */
    static Set<String> lines() {
        return Set.copyOf(LINES.keySet());
    }

    /** u adds up with its sign; f multiplies whatever the sign (Schureman, paragraph 170). */
    private void add(Constituent part, int times) {
        hourAngles += times * part.hourAngles;
        moons += times * part.moons;
        suns += times * part.suns;
        perigees += times * part.perigees;
        perihelions += times * part.perihelions;
        constantDeg += times * part.constantDeg;
        for (int k = 0; k < nodeMultiple.length; k++) {
            nodeMultiple[k] += times * part.nodeMultiple[k];
            nodePower[k] += Math.abs(times) * part.nodePower[k];
        }
    }

    public String name() {
        return name;
    }

    /** Cycles a day, rounded: 0 long period, 1 diurnal, 2 semidiurnal and so on. */
    public int species() {
        return (int) Math.rint(hourAngles);
    }

    public double speedDegPerHour() {
        return hourAngles * AstronomicalArguments.HOUR_ANGLE_SPEED
                + moons * AstronomicalArguments.MOON_SPEED
                + suns * AstronomicalArguments.SUN_SPEED
                + perigees * AstronomicalArguments.PERIGEE_SPEED
                + perihelions * AstronomicalArguments.PERIHELION_SPEED;
    }

    /** Whether it is the year's or half-year's cycle, most of which is weather. */
    public boolean isSeasonal() {
        return hourAngles == 0 && moons == 0;
    }

    /** V, in degrees, not reduced to one turn. */
    double argument(AstronomicalArguments at) {
        return hourAngles * at.hourAngle()
                + moons * at.moon()
                + suns * at.sun()
                + perigees * at.perigee()
                + perihelions * at.perihelion()
                + constantDeg;
    }

    /** f. */
    double nodeFactor(TideNodes nodes) {
        double f = 1;
        for (int k = 0; k < nodePower.length; k++) {
            if (nodePower[k] == 1) {
                f *= nodes.factor(k);
            } else if (nodePower[k] != 0) {
                f *= Math.pow(nodes.factor(k), nodePower[k]);
            }
        }
        return f;
    }

    /** Whether f and u are the other's at every instant. */
    boolean hasNodeOf(Constituent other) {
        return Arrays.equals(nodePower, other.nodePower) && Arrays.equals(nodeMultiple, other.nodeMultiple);
    }

    /** u, in degrees. */
    double nodeAngle(TideNodes nodes) {
        double u = 0;
        for (int k = 0; k < nodeMultiple.length; k++) {
            u += nodeMultiple[k] * nodes.angle(k);
        }
        return u;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Constituent that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + Arrays.toString(new double[] {hourAngles, moons, suns, perigees, perihelions, constantDeg});
    }
}
