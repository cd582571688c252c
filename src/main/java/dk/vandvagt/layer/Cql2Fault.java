package dk.vandvagt.layer;

import org.jspecify.annotations.Nullable;

/** A condition that cannot be understood, or asks for what the collection does not have. */
public final class Cql2Fault extends Exception {
    private static final int LONGEST_QUOTE = 60;

    private final Cql2Place place;
    private final String found;
    private final String expected;

    Cql2Fault(Cql2Place place, String found, String expected) {
        super(place + ": found " + found + ", expected " + expected, null, false, false);
        this.place = place;
        this.found = found;
        this.expected = expected;
    }

    Cql2Fault(Cql2Place place, String found, String expected, @Nullable String nearest) {
        this(place, found, nearest == null ? expected : expected + "; did you mean \"" + nearest + "\"?");
    }

    /** A character of the text, from 1, or a path into the JSON; its text names either. */
    public Cql2Place place() {
        return place;
    }

    public String found() {
        return found;
    }

    public String expected() {
        return expected;
    }

    /** What was found, in quotes and no longer than a line. */
    static String quoted(String found) {
        String printable = found.codePoints()
                .limit(LONGEST_QUOTE)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return '"' + printable + (found.codePointCount(0, found.length()) > LONGEST_QUOTE ? "…" : "") + '"';
    }
}
