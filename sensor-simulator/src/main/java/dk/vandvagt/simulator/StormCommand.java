package dk.vandvagt.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code storm}: a made-up surge and cloudburst, the same for the same seed. */
@Command(
        name = "storm",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Plays a storm surge in the shape of October 2023 and a cloudburst, for Assens.",
        footer = {
            "",
            "Levels are m (DVR90) every 10 min, rain is mm every 5 min. The water peaks 19.5 h before the event's end.",
            "After the event a calm sea goes on until stopped; event time never runs ahead of the clock."
        })
final class StormCommand implements Callable<Integer> {
    /** Below it the peak would stand too close to the event's beginning to be a storm. */
    private static final int SHORTEST_HOURS = 24;

    private static final int LONGEST_HOURS = 24 * 366;

    /** Below the lowest, tide and set-up alone would reach it. */
    private static final double LOWEST_PEAK_M = 0.5;

    private static final double HIGHEST_PEAK_M = 5;

    @ParentCommand
    private @Nullable Simulator simulator;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "20231020",
            order = 1,
            description = "the same seed gives the same storm, byte for byte (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--peak",
            paramLabel = "M",
            defaultValue = "2.02",
            order = 2,
            description = "highest level at the first level sensor, m DVR90 (default: ${DEFAULT-VALUE})")
    private double peakM;

    @ArgGroup
    private When when = new When();

    /** Where the event stands in time. */
    private static final class When {
        @Option(
                names = "--start",
                paramLabel = "INSTANT",
                order = 3,
                description = "first instant of event time (default: such that the peak falls on 2023-10-20T22:30Z)")
        private @Nullable Instant start;

        @Option(names = "--end-now", order = 4, description = "the event ends now")
        private boolean endNow;
    }

    @Option(
            names = "--duration",
            paramLabel = "HOURS",
            defaultValue = "96",
            order = 5,
            description = "length of the event (default: ${DEFAULT-VALUE})")
    private int hours;

    @Option(
            names = {"--stop-at-end", "--once"},
            order = 6,
            description = "end with the event, without the calm afterwards")
    private boolean stopAtEnd;

    @Option(
            names = "--level-sensors",
            paramLabel = "ID",
            split = ",",
            defaultValue = "ASS-HAVN-W,BAAGOE-W,HELNAES-W",
            order = 7,
            description = "sensors of water level; the first has the peak (default: ${DEFAULT-VALUE})")
    private List<String> levelSensors = List.of();

    @Option(
            names = "--rain-sensors",
            paramLabel = "ID",
            split = ",",
            defaultValue = "ASS-HAVN-R,GLAMSBJERG-R,AARUP-R",
            order = 8,
            description = "sensors of rain; the cell meets the first with its heart (default: ${DEFAULT-VALUE})")
    private List<String> rainSensors = List.of();

    @Option(
            names = "--rise",
            paramLabel = "X",
            defaultValue = "1",
            order = 9,
            description =
                    "the water rises X times as long as in October 2023, when it took two days (default: ${DEFAULT-VALUE})")
    private double rise;

    @Option(
            names = "--fall",
            paramLabel = "X",
            defaultValue = "1",
            order = 10,
            description = "and falls X times as long (default: ${DEFAULT-VALUE})")
    private double fall;

    @Option(
            names = "--tide",
            paramLabel = "X",
            defaultValue = "1",
            order = 11,
            description = "tide, times Flensburg's: M2 of 0.059 m (default: ${DEFAULT-VALUE})")
    private double tide;

    @Option(
            names = "--set-up",
            paramLabel = "X",
            defaultValue = "1",
            order = 12,
            description =
                    "how far the wind draws the water down and fills it up before, times October 2023 (default: ${DEFAULT-VALUE})")
    private double setUp;

    @Option(
            names = "--front",
            paramLabel = "X",
            defaultValue = "1",
            order = 13,
            description = "frontal rain, times the usual 17 mm; 0 for none (default: ${DEFAULT-VALUE})")
    private double front;

    @Option(
            names = "--cell",
            paramLabel = "KEY=VALUE,...",
            order = 14,
            description =
                    "a cloudburst instead of the seed's own, repeatable; none: --cell none. at (from the peak: -3h), in10min,"
                            + " in30min (mm at the first gauge), heading (degrees), speed (km/h), offTrack, width (km)")
    private List<String> cells = List.of();

    @Option(
            names = "--rain-as",
            paramLabel = "HOW",
            defaultValue = "increment",
            order = 15,
            description = "increment: mm of each interval; counter: a running sum (default: ${DEFAULT-VALUE})")
    private RainAs rainAs = RainAs.INCREMENT;

    @Option(
            names = "--river-sensors",
            paramLabel = "ID",
            split = ",",
            order = 16,
            description = "gauges of a river that the rain runs into (default: none)")
    private List<String> riverSensors = List.of();

    @Option(
            names = "--river",
            paramLabel = "KEY=VALUE,...",
            defaultValue = "area=40,runoff=0.35,lag=4,base=0.5,rating=4",
            order = 17,
            description =
                    "its catchment: km2, share of the rain, hours to the peak, m3/s in dry weather, m3/s at 1 m (default: ${DEFAULT-VALUE})")
    private String river = "";

    enum RainAs {
        INCREMENT,
        COUNTER
    }

    @Override
    public Integer call() {
        Simulator main = Objects.requireNonNull(simulator);
        return common.carryOut(plan(main), main);
    }

    private Plan plan(Simulator main) {
        if (!(peakM >= LOWEST_PEAK_M && peakM <= HIGHEST_PEAK_M)) {
            throw common.fault("--peak " + peakM + ": expected " + LOWEST_PEAK_M + " to " + HIGHEST_PEAK_M + " m");
        }
        if (hours < SHORTEST_HOURS || hours > LONGEST_HOURS) {
            throw common.fault(
                    "--duration " + hours + ": expected " + SHORTEST_HOURS + " to " + LONGEST_HOURS + " hours");
        }
        Set<String> seen = new HashSet<>();
        for (String sensorId : levelSensors) {
            checkSensor(sensorId, "--level-sensors", seen);
        }
        for (String sensorId : rainSensors) {
            checkSensor(sensorId, "--rain-sensors", seen);
        }
        for (String sensorId : riverSensors) {
            checkSensor(sensorId, "--river-sensors", seen);
        }
        Duration duration = Duration.ofHours(hours);
        Instant start = start(main);
        Storm storm = new Storm(new Storm.Parameters(
                seed,
                start,
                duration,
                new Storm.Sea(
                        peakM,
                        start.plus(duration).minus(Storm.PEAK_TO_END),
                        factor(rise, 0.1, "--rise"),
                        factor(fall, 0.1, "--fall"),
                        factor(tide, 0, "--tide"),
                        factor(setUp, 0, "--set-up")),
                new Storm.Rain(factor(front, 0, "--front"), cells(), rainAs == RainAs.COUNTER),
                new Storm.RiverGauges(riverShape(), riverSensors),
                levelSensors,
                rainSensors));
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("seed", String.valueOf(seed));
        notes.put("peakM", String.valueOf(peakM));
        notes.put("peaksAbout", Summary.quoted(storm.peaksAbout().toString()));
        List<Reading> event = storm.event();
        Telemetry telemetry = common.telemetry(storm.units(), 1, List.of(), seed, event);
        return new Plan(
                "storm",
                storm.units(),
                telemetry.messages(event),
                1,
                stopAtEnd ? Collections.emptyIterator() : telemetry.messages(storm.calm()),
                notes);
    }

    private double factor(double value, double lowest, String option) {
        if (!(value >= lowest && value <= 20)) {
            throw common.fault(option + " " + value + ": expected " + lowest + " to 20");
        }
        return value;
    }

    private List<Cell> cells() {
        if (cells.isEmpty()) {
            return List.of(Cell.usual(seed));
        }
        List<Cell> asked = new ArrayList<>();
        for (String text : cells) {
            try {
                if (!text.equals("none")) {
                    asked.add(Cell.of(text));
                }
            } catch (IllegalArgumentException e) {
                throw common.fault("--cell " + text + ": " + e.getMessage());
            }
        }
        return asked;
    }

    private River.Shape riverShape() {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String part : river.split(",")) {
            String[] pair = part.split("=", 2);
            keys.put(pair[0], pair.length == 2 ? pair[1] : "");
        }
        try {
            return River.Shape.of(keys);
        } catch (IllegalArgumentException e) {
            throw common.fault("--river " + river + ": " + e.getMessage());
        }
    }

    private void checkSensor(String sensorId, String option, Set<String> seen) {
        if (!seen.add(common.checkedSensorId(sensorId, option))) {
            throw common.fault(option + ": " + sensorId + " is named twice; a sensor measures one thing");
        }
    }

    private Instant start(Simulator main) {
        Duration duration = Duration.ofHours(hours);
        if (when.endNow) {
            long now = main.clock().millis();
            return Instant.ofEpochMilli(now - Math.floorMod(now, Storm.LEVEL_INTERVAL_MS))
                    .minus(duration);
        }
        Instant start = when.start;
        if (start == null) {
            return Storm.OCTOBER_2023_END.minus(duration);
        }
        if (Math.floorMod(start.toEpochMilli(), Storm.LEVEL_INTERVAL_MS) != 0) {
            throw common.fault("--start " + start + ": expected a full ten minutes, since levels are measured then");
        }
        return start;
    }
}
