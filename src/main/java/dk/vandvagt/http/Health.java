package dk.vandvagt.http;

import java.util.List;

/** How the service is, from facts at hand: both calls return at once. */
public interface Health {
    /** Failed: the process is to be started anew. */
    List<Check> live();

    /** Failed: send nobody here for now. */
    List<Check> ready();

    /** @param detail for people: what was found, and what to do where it is not well */
    record Check(String name, State state, String detail) {
        public enum State {
            OK,
            /** it works, with less than it should have: the database is away, the journal grows */
            DEGRADED,
            FAILED
        }
    }
}
