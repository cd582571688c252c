package dk.vandvagt.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A storm surge with a cloudburst, made up in the shape of 20–21 October 2023: days before, the water is drawn down;
 * it rises for two days to a peak in the night, and is gone within a day. A pure function of its parameters: no clock,
 * and StrictMath where the library's functions may differ between processors, so equal parameters give equal bytes.
 *
 * <p>Levels are heights in m (DVR90), every 10 min; rain is increments in mm, every 5 min, stamped at the interval's
 * end, zero when dry. All instants are counted from the peak, so that a seed's storm is the same whenever it is placed.
 */
final class Storm {
    /**
     * @param start first instant; the event's end is {@code start + duration}
     * @param levelSensors of the sea; the first has the peak
     */
    record Parameters(
            long seed,
            Instant start,
            Duration duration,
            Sea sea,
            Rain rain,
            RiverGauges river,
            List<String> levelSensors,
            List<String> rainSensors) {

        /** The usual storm, whose event ends when the water is back to normal. */
        Parameters(
                long seed,
                Instant start,
                Duration duration,
                double peakM,
                List<String> levelSensors,
                List<String> rainSensors) {
            this(
                    seed,
                    start,
                    duration,
                    Sea.peaking(peakM, start.plus(duration).minus(PEAK_TO_END)),
                    Rain.usual(seed),
                    RiverGauges.NONE,
                    levelSensors,
                    rainSensors);
        }
    }

    /**
     * @param peakM highest level of the first level sensor, m (DVR90); NaN for a calm sea
     * @param peakAt about when; what storm and front are counted from, in a calm too
     * @param rise how many times as long as in October 2023 the water rises, and {@code fall} falls
     * @param tide how many times as large as at Flensburg
     * @param setUp how many times as far as in October 2023 the water is drawn down and filled up before
     */
    record Sea(double peakM, Instant peakAt, double rise, double fall, double tide, double setUp) {
        static Sea peaking(double peakM, Instant peakAt) {
            return new Sea(peakM, peakAt, 1, 1, 1, 1);
        }

        boolean isCalm() {
            return Double.isNaN(peakM);
        }
    }

    /**
     * @param front how many times the usual frontal rain; 0 for none
     * @param counter gauges send a running sum instead of each interval's depth
     */
    record Rain(double front, List<Cell> cells, boolean counter) {
        static Rain usual(long seed) {
            return new Rain(1, List.of(Cell.usual(seed)), false);
        }
    }

    /** Gauges of rivers that the rain runs into. */
    record RiverGauges(River.Shape shape, List<String> sensors) {
        static final RiverGauges NONE = new RiverGauges(River.Shape.USUAL, List.of());
    }

    static final long LEVEL_INTERVAL_MS = Duration.ofMinutes(10).toMillis();
    static final long RAIN_INTERVAL_MS = Duration.ofMinutes(5).toMillis();

    /** From the peak to the end of the event, by when the water is back to normal. */
    static final Duration PEAK_TO_END = Duration.ofMinutes(19 * 60 + 30);

    /** The end of the default event: its peak falls on 2023-10-20T22:30Z, the night in which Assens had 2.02 m. */
    static final Instant OCTOBER_2023_END = Instant.parse("2023-10-21T18:00:00Z");

    private static final double MS_PER_HOUR = Duration.ofHours(1).toMillis();

    /** Hours from the peak; m. The western Baltic drained by the wind of the days before, then filled again. */
    private static final Hydrograph SET_UP_M = new Hydrograph(
            -110, 0.05, -90, -0.08, -76, -0.44, -71, -0.52, -64, -0.36, -54, 0.08, -44, 0.14, 8, 0.14, 17, 0.04, 48,
            0.05);

    /**
     * Hours from the peak; share of the storm's height. Read off the 10-min series of Flensburg, 18–21 October 2023
     * (BSH/WSV through Copernicus Marine), its plateau in the morning of the 20th included.
     */
    private static final Hydrograph SURGE_SHARE = new Hydrograph(
            -60, 0, -54, 0.05, -48, 0.16, -42, 0.31, -36, 0.44, -30, 0.53, -24, 0.65, -18, 0.68, -12, 0.70, -8, 0.77,
            -4, 0.87, -1.5, 0.96, 0, 1, 2, 0.93, 5, 0.78, 8, 0.57, 11, 0.38, 14, 0.20, 17, 0.07, 20, 0);

    /** Period in hours, amplitude in m: M2 as measured at Flensburg (0.059 m), the others in proportion. */
    private static final double[][] TIDE = {{12.4206012, 0.059}, {12, 0.015}, {25.8193417, 0.012}, {23.9344696, 0.010}};

    private final Parameters parameters;
    private final long endMs;
    private final long peakMs;
    private final double surgeM;
    private final double[] tidePhase = new double[TIDE.length];
    private final List<LevelGauge> levelGauges = new ArrayList<>();
    private final List<RainGauge> rainGauges = new ArrayList<>();
    private final @Nullable River river;

    Storm(Parameters parameters) {
        this.parameters = parameters;
        endMs = parameters.start().plus(parameters.duration()).toEpochMilli();
        peakMs = parameters.sea().peakAt().toEpochMilli();
        Noise tide = new Noise(parameters.seed(), "tide");
        for (int i = 0; i < TIDE.length; i++) {
            tidePhase[i] = tide.between(i, 0, 2 * Math.PI);
        }
        for (int i = 0; i < parameters.levelSensors().size(); i++) {
            levelGauges.add(new LevelGauge(i));
        }
        Cloudburst cloudburst = new Cloudburst(
                parameters.seed(), parameters.rain().front(), parameters.rain().cells());
        for (int i = 0; i < parameters.rainSensors().size(); i++) {
            rainGauges.add(new RainGauge(i, cloudburst));
        }
        river = parameters.river().sensors().isEmpty()
                ? null
                : new River(parameters.river().shape(), (from, to) -> meanDepthMm(cloudburst, from, to));
        surgeM = levelGauges.isEmpty() || parameters.sea().isCalm()
                ? 0
                : surgeThatPeaksAt(parameters.sea().peakM());
    }

    /** Over the rain gauges, or where the first one would stand. */
    private double meanDepthMm(Cloudburst cloudburst, double fromHour, double toHour) {
        List<String> gauges = parameters.rainSensors().isEmpty()
                ? parameters.river().sensors().subList(0, 1)
                : parameters.rainSensors();
        double sumMm = 0;
        for (int i = 0; i < gauges.size(); i++) {
            sumMm += cloudburst.depthMm(cloudburst.place(i, gauges.get(i)), fromHour, toHour);
        }
        return sumMm / gauges.size();
    }

    /** Within some ten minutes: noise and tide move it. */
    Instant peaksAbout() {
        return Instant.ofEpochMilli(peakMs);
    }

    /** By sensor id. */
    Map<String, String> units() {
        Map<String, String> units = new LinkedHashMap<>();
        parameters.levelSensors().forEach(sensorId -> units.put(sensorId, "m"));
        parameters.river().sensors().forEach(sensorId -> units.put(sensorId, "m"));
        parameters.rainSensors().forEach(sensorId -> units.put(sensorId, "mm"));
        return units;
    }

    /** All readings of the event in time order; at one instant, levels stand before rain. */
    List<Reading> event() {
        List<Reading> readings = new ArrayList<>();
        long first = firstTickMs();
        for (long atMs = first; atMs <= endMs; atMs += RAIN_INTERVAL_MS) {
            addReadingsAt(atMs, readings);
        }
        return readings;
    }

    /** The calm sea and dry sky that follow the event, without end. */
    Iterator<Reading> calm() {
        return new Iterator<>() {
            private final List<Reading> tick = new ArrayList<>();
            private int next;
            private long atMs = Math.floorDiv(endMs, RAIN_INTERVAL_MS) * RAIN_INTERVAL_MS;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Reading next() {
                while (next == tick.size()) {
                    tick.clear();
                    next = 0;
                    atMs += RAIN_INTERVAL_MS;
                    addReadingsAt(atMs, tick);
                }
                return tick.get(next++);
            }
        };
    }

    private long firstTickMs() {
        return Math.ceilDiv(parameters.start().toEpochMilli(), RAIN_INTERVAL_MS) * RAIN_INTERVAL_MS;
    }

    private void addReadingsAt(long atMs, List<Reading> to) {
        if (Math.floorMod(atMs, LEVEL_INTERVAL_MS) == 0) {
            for (LevelGauge gauge : levelGauges) {
                to.add(new Reading(gauge.sensorId, atMs, hundredths(Math.round(gauge.levelM(atMs, surgeM) * 100))));
            }
            River flows = river;
            if (flows != null) {
                String stage = hundredths(Math.round(flows.stageM((atMs - peakMs) / MS_PER_HOUR) * 100));
                for (String sensorId : parameters.river().sensors()) {
                    to.add(new Reading(sensorId, atMs, stage));
                }
            }
        }
        for (RainGauge gauge : rainGauges) {
            long tips = parameters.rain().counter() ? gauge.tipsSinceBegin(atMs) : gauge.tipsUntil(atMs);
            to.add(new Reading(gauge.sensorId, atMs, tenths(tips)));
        }
    }

    /** The storm's own height such that the first gauge, with tide, set-up and noise, peaks exactly at {@code peakM}. */
    private double surgeThatPeaksAt(double peakM) {
        LevelGauge gauge = levelGauges.getFirst();
        double low = 0;
        double high = 2 * peakM + 1;
        // halved until the interval is far below the resolution of 1 cm
        for (int i = 0; i < 40; i++) {
            double middle = (low + high) / 2;
            double highestM = Double.NEGATIVE_INFINITY;
            long first = Math.ceilDiv(parameters.start().toEpochMilli(), LEVEL_INTERVAL_MS) * LEVEL_INTERVAL_MS;
            for (long atMs = first; atMs <= endMs; atMs += LEVEL_INTERVAL_MS) {
                highestM = Math.max(highestM, gauge.levelM(atMs, middle));
            }
            if (highestM < peakM) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static String hundredths(long n) {
        long size = Math.abs(n);
        return (n < 0 ? "-" : "") + size / 100 + '.' + size / 10 % 10 + size % 10;
    }

    private static String tenths(long n) {
        return n / 10 + "." + n % 10;
    }

    /** The first gauge is the town's; the others see the same surge a little lower, and earlier or later. */
    private final class LevelGauge {
        private final String sensorId;
        private final double share;
        private final double laterByHours;
        private final Noise seiche;
        private final Noise ripple;

        LevelGauge(int index) {
            sensorId = parameters.levelSensors().get(index);
            Noise place = new Noise(parameters.seed(), "place of " + sensorId);
            share = index == 0 ? 1 : place.between(0, 0.92, 0.96);
            laterByHours = index == 0 ? 0 : place.between(1, -0.5, 0.5);
            seiche = new Noise(parameters.seed(), "seiche at " + sensorId);
            ripple = new Noise(parameters.seed(), "ripple at " + sensorId);
        }

        double levelM(long atMs, double surgeM) {
            double hour = (atMs - peakMs) / MS_PER_HOUR;
            double far = hour - laterByHours;
            Sea sea = parameters.sea();
            double surge = SURGE_SHARE.at(far / (far < 0 ? sea.rise() : sea.fall()));
            double tideM = 0;
            for (int i = 0; i < TIDE.length; i++) {
                tideM += TIDE[i][1] * StrictMath.cos(2 * Math.PI * far / TIDE[i][0] + tidePhase[i]);
            }
            // what waves leave of themselves in a stilling well grows with the storm
            double roughness = 1 + 0.7 * surge;
            return share * (sea.setUp() * SET_UP_M.at(far) + surge * surgeM + sea.tide() * tideM)
                    + 0.012 * roughness * seiche.wave(hour / 0.75)
                    + 0.004 * roughness * ripple.bell(Math.round(hour * 6));
        }
    }

    /** Counts rain in tips of 0.1 mm, as a gauge does: what does not fill a tip stays in the bucket. */
    private final class RainGauge {
        private final String sensorId;
        /** Tips at each interval's end since the first instant, summed up. */
        private final long[] tips;

        RainGauge(int index, Cloudburst cloudburst) {
            sensorId = parameters.rainSensors().get(index);
            Cloudburst.Place place = cloudburst.place(index, sensorId);
            tips = new long[(int) (Math.max(0, endMs - firstTickMs()) / RAIN_INTERVAL_MS) + 1];
            double fallenMm = 0;
            for (int i = 0; i < tips.length; i++) {
                double endHour = (firstTickMs() + i * RAIN_INTERVAL_MS - peakMs) / MS_PER_HOUR;
                fallenMm += cloudburst.depthMm(place, endHour - RAIN_INTERVAL_MS / MS_PER_HOUR, endHour);
                tips[i] = (long) (fallenMm * 10);
            }
        }

        /** Tips within the interval that ends at {@code atMs}. */
        long tipsUntil(long atMs) {
            int i = (int) ((atMs - firstTickMs()) / RAIN_INTERVAL_MS);
            if (i >= tips.length) {
                return 0;
            }
            return i == 0 ? tips[0] : tips[i] - tips[i - 1];
        }

        long tipsSinceBegin(long atMs) {
            return tips[(int) Math.min(tips.length - 1, (atMs - firstTickMs()) / RAIN_INTERVAL_MS)];
        }
    }
}
