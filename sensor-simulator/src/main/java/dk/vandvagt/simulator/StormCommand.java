package dk.vandvagt.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
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

    @Override
    public Integer call() {
        Simulator main = Objects.requireNonNull(simulator);
        return common.carryOut(plan(main), main);
    }

    private Plan plan(Simulator main) {
        Encoder encoder = common.encoder();
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
        Storm storm = new Storm(
                new Storm.Parameters(seed, start(main), Duration.ofHours(hours), peakM, levelSensors, rainSensors));
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("seed", String.valueOf(seed));
        notes.put("peakM", String.valueOf(peakM));
        notes.put("peaksAbout", Summary.quoted(storm.peaksAbout().toString()));
        return new Plan(
                "storm",
                encoder.messages(storm.event(), 1),
                1,
                stopAtEnd ? Collections.emptyIterator() : encoded(storm.calm(), encoder),
                notes);
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

    private static Iterator<Message> encoded(Iterator<Reading> readings, Encoder encoder) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return readings.hasNext();
            }

            @Override
            public Message next() {
                return encoder.message(List.of(readings.next()));
            }
        };
    }
}
