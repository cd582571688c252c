package dk.vandvagt.station;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parts of a shallow-water constituent, read from its name: a count and a letter for each part, the species last. Letters stand
 * for M2, S2, N2, ν2 (NU), L2, T2, R2, K1 or K2, O1, P1, Q1, J1.
 *
 * @param parts names of the parts and how many times each is taken, negative where it is subtracted
 */
record Compound(Map<String, Integer> parts) {
    private static final int MAX_SPECIES = 12;

    private record Part(String letter, int count) {}

    static Optional<Compound> parse(String name) {
        int end = name.length();
        while (end > 0 && isDigit(name.charAt(end - 1))) {
            end--;
        }
        if (end == 0 || end == name.length() || name.length() - end > 2) {
            return Optional.empty();
        }
        int species = Integer.parseInt(name.substring(end));
        List<Part> letters = letters(name.substring(0, end));
        if (letters.isEmpty() || species == 0 || species > MAX_SPECIES) {
            return Optional.empty();
        }
        if (letters.size() == 1) {
            return overtide(letters.getFirst(), species);
        }
        Optional<Compound> withK2 = withSigns(letters, species, "K2", 2);
        return withK2.isPresent() ? withK2 : withSigns(letters, species, "K1", 1);
    }

    /** M4 is twice M2; N4 or 2N4 twice N2. */
    private static Optional<Compound> overtide(Part part, int species) {
        boolean semidiurnal = part.letter.matches("[MSN]|NU");
        if (!semidiurnal || species % 2 != 0 || part.count != 1 && 2 * part.count != species) {
            return Optional.empty();
        }
        return Optional.of(new Compound(Map.of(part.letter + "2", species / 2)));
    }

    /** The letters of the name, brackets multiplied out; empty where something in it is no letter of a constituent. */
    private static List<Part> letters(String text) {
        List<Part> letters = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            int count = 1;
            if (isDigit(text.charAt(i))) {
                count = text.charAt(i) - '0';
                i++;
            }
            if (i == text.length() || count == 0) {
                return List.of();
            }
            char c = text.charAt(i);
            if (c == '(') {
                int close = text.indexOf(')', i);
                if (close < 0) {
                    return List.of();
                }
                List<Part> inner = letters(text.substring(i + 1, close));
                if (inner.isEmpty()) {
                    return List.of();
                }
                for (Part part : inner) {
                    letters.add(new Part(part.letter, part.count * count));
                }
                i = close + 1;
                continue;
            }
            if (text.startsWith("NU", i)) {
                letters.add(new Part("NU", count));
                i += 2;
            } else if ("MSNLTRKOPQJ".indexOf(c) >= 0) {
                letters.add(new Part(String.valueOf(c), count));
                i++;
            } else {
                return List.of();
            }
        }
        return letters;
    }

    /** Signs plus from the front and minus from the back, so that the species come out right; the fewest minuses that do. */
    private static Optional<Compound> withSigns(List<Part> letters, int species, String k, int speciesOfK) {
        for (int plus = letters.size(); plus > 0; plus--) {
            int sum = 0;
            for (int i = 0; i < letters.size(); i++) {
                Part part = letters.get(i);
                int each = part.letter.equals("K") ? speciesOfK : "OPQJ".contains(part.letter) ? 1 : 2;
                sum += (i < plus ? 1 : -1) * part.count * each;
            }
            if (sum == species) {
                Map<String, Integer> parts = new TreeMap<>();
                for (int i = 0; i < letters.size(); i++) {
                    Part part = letters.get(i);
                    String line =
                            part.letter.equals("K") ? k : part.letter + ("OPQJ".contains(part.letter) ? "1" : "2");
                    parts.merge(line, (i < plus ? 1 : -1) * part.count, Integer::sum);
                }
                return Optional.of(new Compound(parts));
            }
        }
        return Optional.empty();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
