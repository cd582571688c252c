package dk.vandvagt.station;

/**
 * Where a table of return periods is from.
 *
 * @param title of the publication, with its publisher
 * @param edition as printed, or its date
 * @param referenceYear the year whose mean sea level, or whose climate, the table holds for
 */
public record ReturnSource(String title, String edition, int referenceYear) {
    public ReturnSource {
        if (title.isBlank() || edition.isBlank()) {
            throw new IllegalArgumentException("a table of return periods names its source and edition");
        }
    }
}
