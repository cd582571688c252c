package dk.vandvagt.station;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** "Did you mean": the known word that a mistyped one is nearest to. */
public final class Nearest {
    private static final int LONGEST_WORD = 64;

    private Nearest() {}

    /** The nearest by edits (insert, delete, replace, swap of neighbours), or null where all are too far. */
    public static @Nullable String to(String typed, Collection<String> known) {
        if (typed.length() > LONGEST_WORD) {
            return null;
        }
        String nearest = null;
        int fewest = Math.max(1, typed.length() / 3) + 1;
        for (String word : known) {
            int edits = edits(typed.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
            if (edits < fewest) {
                fewest = edits;
                nearest = word;
            }
        }
        return nearest;
    }

    /** {@code ; did you mean "word"?}, or nothing. */
    public static String hint(String typed, Collection<String> known) {
        String nearest = to(typed, known);
        return nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
    }

    private static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
