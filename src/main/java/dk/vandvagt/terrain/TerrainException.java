package dk.vandvagt.terrain;

import java.io.IOException;
import java.util.List;

/** A terrain model or what belongs to it cannot be used; the message says each fault, a line each, and what would be right. */
public final class TerrainException extends IOException {
    private static final long serialVersionUID = 1;

    public TerrainException(String fault) {
        super(fault);
    }

    TerrainException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
    }
}
