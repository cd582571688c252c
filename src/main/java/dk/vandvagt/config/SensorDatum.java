package dk.vandvagt.config;

import dk.vandvagt.station.VerticalDatum;

/** The datum of a height that belongs to a sensor: written down again, and the station's, never assumed and never converted. */
final class SensorDatum {
    private SensorDatum() {}

    /**
     * A missing one is a fault.
     *
     * @param what the height is of
     */
    static Field<String> same(Section at, VerticalDatum stationDatum, String what) {
        Field<String> datum = checked(at.text("datum"), stationDatum);
        datum.required("the datum of " + what + ", as the station's: " + stationDatum, "");
        return datum;
    }

    static Field<String> checked(Field<String> datum, VerticalDatum stationDatum) {
        return datum.refuse(
                declared -> !stationDatum.isNone() && !declared.equals(stationDatum.name()),
                "found " + datum.written() + ", but the station's levels are in " + stationDatum
                        + ": convert the level and its datum; heights in unlike datums are never combined");
    }
}
