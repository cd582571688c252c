package dk.vandvagt.station;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a line of the tide is called: a name from the list of those with a line of their own, or a compound that says what it is
 * made of ({@code 2MS6}). What moves how, the room {@code analysis} knows.
 *
 * @param name in capitals, aliases resolved
 * @param parts of a compound: names from the list, and how many times each is taken; empty for others
 */
public record ConstituentName(String name, Map<String, Integer> parts) {
    private static final int LONGEST = 24;
    /** Of a line that the Canadian school means by a name of NOAA's. */
    private static final String IOS = "-IOS";

    private static final Set<String> LINES = Set.of(
            "SA", "SA-IOS", "SSA", "MSM", "MM", "MF", "MTM", "MSQM", "MQM", "ALP1", "2Q1", "SIG1", "Q1", "RHO1", "O1",
            "TAU1", "BET1", "M1", "NO1", "CHI1", "PI1", "P1", "S1", "S1-IOS", "K1", "PSI1", "PHI1", "THE1", "J1", "OO1",
            "UPS1", "OQ2-IOS", "EPS2", "2N2", "MU2", "N2", "NU2", "GAM2", "H1", "MA2", "M2", "H2", "MB2", "LAM2", "L2",
            "T2", "S2", "R2", "K2", "ETA2", "M3", "S3", "MSF");

    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("MFM", "MTM"),
            Map.entry("MSO", "MSF"),
            Map.entry("SGM", "SIG1"),
            Map.entry("SIGMA1", "SIG1"),
            Map.entry("RHO", "RHO1"),
            Map.entry("RO1", "RHO1"),
            Map.entry("ALPHA1", "ALP1"),
            Map.entry("BETA1", "BET1"),
            Map.entry("THETA1", "THE1"),
            Map.entry("UPSILON1", "UPS1"),
            Map.entry("EP2", "EPS2"),
            Map.entry("EPSILON2", "EPS2"),
            Map.entry("MI2", "MU2"),
            Map.entry("NI2", "NU2"),
            Map.entry("GAMMA2", "GAM2"),
            Map.entry("ALPHA2", "H1"),
            Map.entry("LA2", "LAM2"),
            Map.entry("LDA2", "LAM2"),
            Map.entry("LAMDA2", "LAM2"),
            Map.entry("LAMBDA2", "LAM2"),
            Map.entry("3MS2", "3M2S2"));

    public ConstituentName {
        parts = Map.copyOf(parts);
    }

    /**
     * The constituent of that name or alias, upper or lower case, Greek letters allowed ({@code M2}, {@code Lda2}, {@code ν2}); a
     * name that is not in the list is read as a compound ({@code 2MS6}, {@code MSN2}, {@code 2SN(MK)2}) by the rule of the IHO's
     * list of constituents: the parts' species add up to the last digit, those at the end counted negative where need be.
     */
    public static Optional<ConstituentName> named(String name) {
        if (LINES.contains(name)) {
            return Optional.of(new ConstituentName(name, Map.of()));
        }
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = plain(name);
        String known = ALIASES.getOrDefault(plain, plain);
        return LINES.contains(known)
                ? Optional.of(new ConstituentName(known, Map.of()))
                : Compound.parse(known).map(compound -> new ConstituentName(known, compound.parts()));
    }

    /** Names and aliases of all that are not read as compounds. */
    public static Set<String> known() {
        Set<String> names = new TreeSet<>(LINES);
        names.addAll(ALIASES.keySet());
        return names;
    }

    private static String plain(String name) {
        String plain = name.strip().toUpperCase(Locale.ROOT);
        return plain.replace("Α", "ALPHA")
                .replace("Β", "BETA")
                .replace("Γ", "GAMMA")
                .replace("Ε", "EPS")
                .replace("Η", "ETA")
                .replace("Θ", "THETA")
                .replace("Λ", "LAMBDA")
                .replace("Μ", "MU")
                .replace("Ν", "NU")
                .replace("Π", "PI")
                .replace("Ρ", "RHO")
                .replace("Σ", "SIG")
                .replace("Τ", "TAU")
                .replace("Υ", "UPS")
                .replace("Φ", "PHI")
                .replace("Χ", "CHI")
                .replace("Ψ", "PSI");
    }

    public boolean isCompound() {
        return !parts.isEmpty();
    }

    /** Whether both mean the same line, as {@code N4} and {@code 2N4} do. */
    public boolean isSameLineAs(ConstituentName other) {
        return name.equals(other.name) || isCompound() && parts.equals(other.parts);
    }

    /** Whether it is the year's or half-year's cycle, most of which is weather. */
    public boolean isSeasonal() {
        return name.equals("SA") || name.equals("SA-IOS") || name.equals("SSA");
    }

    /** Cycles a day, rounded: 0 long period, 1 diurnal, 2 semidiurnal and so on; by the name's last digit, but for H1. */
    public int species() {
        int end = name.endsWith(IOS) ? name.length() - IOS.length() : name.length();
        int begin = end;
        while (begin > 0 && Character.isDigit(name.charAt(begin - 1))) {
            begin--;
        }
        return name.equals("H1") ? 2 : begin == end ? 0 : Integer.parseInt(name, begin, end, 10);
    }
}
