package dk.vandvagt.layer;

/** Where in a condition something stands. */
public sealed interface Cql2Place {
    /** @param character of the text, from 1 */
    record InText(int character) implements Cql2Place {
        @Override
        public String toString() {
            return "character " + character;
        }
    }

    /** @param path such as {@code $.args[0].property} */
    record InJson(String path) implements Cql2Place {
        @Override
        public String toString() {
            return path;
        }
    }
}
