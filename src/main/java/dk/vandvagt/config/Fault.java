package dk.vandvagt.config;

/**
 * One thing wrong, or worth a warning, in a settings file.
 *
 * @param line from 1; 0 where it concerns the file as a whole
 * @param column from 1; 0 where it concerns the file as a whole
 * @param path where in the settings, such as {@code stations[2].sensors[0].raiseAt}; empty for the file as a whole
 * @param message what was found and what would be right
 */
public record Fault(int line, int column, String path, String message) {

    /** As a compiler would say it: {@code config/assens.yml:42: stations[2].lat: found 155.2, …}. */
    public String format(String fileName) {
        String place = line > 0 ? fileName + ":" + line : fileName;
        return path.isEmpty() ? place + ": " + message : place + ": " + path + ": " + message;
    }
}
