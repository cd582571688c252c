package dk.vandvagt.station;

/** The surface heights are counted from, by name ({@code DVR90}, {@code NHN}); heights of unlike datums are never combined. */
public record VerticalDatum(String name) {
    @Override
    public String toString() {
        return name;
    }
}
