package dk.vandvagt.http;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The CAP messages of a run, as they were issued. Any thread; may wait for the disk. */
public interface Bulletins {
    /**
     * @param type Alert, Update or Cancel
     * @param sentMs whole seconds
     */
    record Bulletin(String identifier, String type, long sentMs, String headline, String description) {}

    /** Whether it is a drill, a demo or a replay: then the feed of real alerts is empty, and the other way round. */
    boolean exercise();

    /** Newest first. */
    List<Bulletin> newest();

    /** When a message last came or went, wall clock. */
    long changedAtMs();

    /** UTF-8, null where there is none of that name. */
    byte @Nullable [] xml(String identifier) throws IOException;
}
