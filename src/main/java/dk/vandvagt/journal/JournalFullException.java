package dk.vandvagt.journal;

import java.io.IOException;

/** No room for a frame, on the disk or within the log's own limit; the log stands as it was before, and may be tried again. */
public final class JournalFullException extends IOException {
    private static final long serialVersionUID = 1;

    JournalFullException(String message) {
        super(message);
    }

    JournalFullException(String message, IOException cause) {
        super(message, cause);
    }
}
