package dk.vandvagt.config;

import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings file on disk. */
public final class SettingsFile {
    private SettingsFile() {}

    /** As {@link SettingsReader#read}; a file that cannot be read is a fault as well. */
    public static Read load(Path file, @Nullable Catalogue previous) {
        try {
            long bytes = Files.size(file);
            // four bytes to a character at most
            if (bytes > 4L * YamlTree.LONGEST_TEXT) {
                return bad("found " + bytes + " bytes, at most " + YamlTree.LONGEST_TEXT + " are read");
            }
            return SettingsReader.read(Files.readString(file, StandardCharsets.UTF_8), file.toString(), previous);
        } catch (NoSuchFileException missing) {
            return bad("there is no such file");
        } catch (CharacterCodingException notUtf8) {
            return bad("not UTF-8 text: save it as UTF-8");
        } catch (IOException unreadable) {
            return bad("cannot be read: " + unreadable.getMessage());
        }
    }

    private static Read bad(String message) {
        return new Read.Bad(List.of(new Fault(0, 0, "", message)));
    }
}
