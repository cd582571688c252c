package dk.vandvagt.store;

import org.jspecify.annotations.Nullable;

/** The database cannot be asked now; later it can. */
public final class DatabaseAway extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseAway(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
