package dk.vandvagt.config;

import dk.vandvagt.layer.RainfallSettings;
import java.util.ArrayList;
import java.util.List;

/** {@code service.rainfall} and {@code service.riskGrid}: how layers are drawn. */
final class LayersReader {
    private LayersReader() {}

    static Settings.Layers layers(Section service) {
        return new Settings.Layers(
                service.section("rainfall", LayersReader::rainfall),
                service.section("riskGrid", grid -> grid.number("hexagon")
                        .check(m -> m >= 50 && m <= 10_000, "50 to 10000, in metres")
                        .or(Settings.Layers.USUAL.hexagonM())));
    }

    private static RainfallSettings rainfall(Section rainfall) {
        RainfallSettings usual = RainfallSettings.USUAL;
        List<Double> bands = rainfall.numbers("bands")
                .check(
                        LayersReader::isAscendingFromAboveZero,
                        "at most " + RainfallSettings.MOST_BANDS + " ascending numbers of mm above 0")
                .or(usual.bandsMm());
        double coverage = rainfall.number("coverage")
                .check(share -> share > 0 && share <= 1, "above 0, at most 1")
                .or(usual.leastCoverage());
        return new RainfallSettings(bands, rainfall.has("reach") ? reaches(rainfall) : usual.reaches(), coverage);
    }

    private static boolean isAscendingFromAboveZero(List<Double> bands) {
        double before = 0;
        for (double band : bands) {
            if (band <= before) {
                return false;
            }
            before = band;
        }
        return bands.size() <= RainfallSettings.MOST_BANDS;
    }

    private static List<RainfallSettings.Reach> reaches(Section rainfall) {
        List<RainfallSettings.Reach> reaches = new ArrayList<>();
        rainfall.listOfSome("reach", "reach", entry -> {
            Field<Long> upTo = entry.duration("upTo").check(ms -> ms > 0, "longer than 0s");
            Field<Double> km = entry.number("km").check(far -> far > 0 && far <= 100, "above 0, at most 100");
            RainfallSettings.Reach reach = new RainfallSettings.Reach(
                    upTo.required("windows up to so long, such as 1h", 0L), km.required("kilometres such as 5", 0.0) * 1000);
            if (!reaches.isEmpty() && upTo.isGood() && km.isGood()) {
                RainfallSettings.Reach before = reaches.getLast();
                if (reach.windowMs() <= before.windowMs()) {
                    upTo.fault("must be longer than that of the entry before it");
                } else if (reach.reachM() < before.reachM()) {
                    km.fault("km=" + km.written() + " < km=" + shown(before.reachM() / 1000)
                            + " of the shorter window before it");
                }
            }
            reaches.add(reach);
            return reach;
        });
        return reaches.isEmpty() ? RainfallSettings.USUAL.reaches() : reaches;
    }

    private static String shown(double km) {
        return km == Math.rint(km) ? Long.toString((long) km) : Double.toString(km);
    }
}
