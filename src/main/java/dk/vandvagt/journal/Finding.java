package dk.vandvagt.journal;

/**
 * Something an operator should know about what lay on disk; the log went on past it.
 *
 * @param text one sentence that names file, place and what was done
 */
public record Finding(Kind kind, String text) {
    public enum Kind {
        /** bytes after the last whole frame: what a crash leaves of a write that nobody was told of */
        TORN_TAIL,
        /** bytes that were once good: kept aside, the frames around them are read */
        DAMAGED,
        /** sequences that are not there */
        GAP,
        /** readings of sensors that the catalogue then in force does not know */
        UNKNOWN_SENSOR,
        UNREADABLE_SNAPSHOT
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
