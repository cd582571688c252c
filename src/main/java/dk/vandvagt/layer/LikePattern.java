package dk.vandvagt.layer;

import java.util.Arrays;

/** The pattern of a LIKE: {@code %} for any run of characters, {@code _} for one, a backslash before any of the three for itself. */
final class LikePattern {
    private static final int ANY_RUN = -1;
    private static final int ANY_ONE = -2;

    private final int[] parts;

    LikePattern(String pattern) {
        int[] read = pattern.codePoints().toArray();
        int[] kept = new int[read.length];
        int n = 0;
        for (int i = 0; i < read.length; i++) {
            boolean escapes = read[i] == '\\' && i + 1 < read.length && "%_\\".indexOf(read[i + 1]) >= 0;
            if (escapes) {
                kept[n++] = read[++i];
            } else if (read[i] == '%') {
                if (n == 0 || kept[n - 1] != ANY_RUN) {
                    kept[n++] = ANY_RUN;
                }
            } else {
                kept[n++] = read[i] == '_' ? ANY_ONE : read[i];
            }
        }
        parts = Arrays.copyOf(kept, n);
    }

    /** Goes back to the last {@code %} only, so it is done after at most length × parts steps. */
    boolean matches(String text) {
        int at = 0;
        int part = 0;
        int afterRun = -1;
        int runTo = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (part < parts.length && (parts[part] == c || parts[part] == ANY_ONE)) {
                at += Character.charCount(c);
                part++;
            } else if (part < parts.length && parts[part] == ANY_RUN) {
                afterRun = ++part;
                runTo = at;
            } else if (afterRun >= 0) {
                runTo += Character.charCount(text.codePointAt(runTo));
                at = runTo;
                part = afterRun;
            } else {
                return false;
            }
        }
        while (part < parts.length && parts[part] == ANY_RUN) {
            part++;
        }
        return part == parts.length;
    }
}
