package dk.vandvagt.station;

/** A text for people, in Danish and English. */
public record Text(String da, String en) {
    public static final Text NONE = new Text("", "");

    public String in(String language) {
        return language.equals("da") ? da : en;
    }

    public boolean isEmpty() {
        return da.isEmpty() && en.isEmpty();
    }
}
