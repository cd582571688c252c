package dk.vandvagt.station;

/** The surface heights are counted from, by name ({@code DVR90}, {@code NHN}); heights of unlike datums are never combined. */
public record VerticalDatum(String name) {
    /** Of a station that measures no heights. */
    public static final VerticalDatum NONE = new VerticalDatum("");

    public boolean isNone() {
        return name.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
