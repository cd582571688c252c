package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A storm, or a calm, as a file tells it: the sensors it plays on, what sea and sky do, what goes wrong, and what the service is expected to
 * tell of it. The last is for whoever checks the service; it is not read here.
 *
 * @param title one line for people
 */
record Scenario(String name, String title, Storm.Parameters storm, List<Fault> faults) {
    /** Those that come along, in the jar and beside the sources. */
    static final List<String> LIBRARY =
            List.of("october-2023", "january-2019", "odense-cloudburst", "compound", "calm-week", "false-alarm-bait");

    private static final double MS_PER_HOUR = 3_600_000;

    /** A file that is no scenario; the message names it, what was found and what is expected. */
    static final class ScenarioFault extends Exception {
        private static final long serialVersionUID = 1L;

        ScenarioFault(String message) {
            super(message);
        }
    }

    /** @param nameOrFile one of {@link #LIBRARY}, or a file's path */
    static Scenario read(String nameOrFile) throws ScenarioFault {
        return of(nameOrFile, text(nameOrFile));
    }

    private static String text(String nameOrFile) throws ScenarioFault {
        try {
            if (LIBRARY.contains(nameOrFile)) {
                try (InputStream in = Scenario.class.getResourceAsStream("/scenarios/" + nameOrFile + ".yml")) {
                    if (in != null) {
                        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    }
                }
            }
            return Files.readString(Path.of(nameOrFile));
        } catch (IOException e) {
            throw new ScenarioFault(nameOrFile + ": neither a file nor one of " + String.join(", ", LIBRARY));
        }
    }

    static Scenario of(String place, String yaml) throws ScenarioFault {
        try {
            Part root = new Part(
                    place, new Load(LoadSettings.builder().setLabel(place).build()).loadFromString(yaml));
            root.only(
                    "scenario",
                    "title",
                    "about",
                    "source",
                    "catalogue",
                    "seed",
                    "start",
                    "end",
                    "sea",
                    "rain",
                    "river",
                    "faults",
                    "expect");
            long seed = root.whole("seed", 1);
            Instant start = root.instant("start");
            Instant end = root.instant("end");
            if (!start.isBefore(end) || start.toEpochMilli() % Storm.LEVEL_INTERVAL_MS != 0) {
                throw root.fault("start", start + ": expected a full ten minutes before end");
            }
            Part sea = root.part("sea");
            sea.only("sensors", "peak", "peakAt", "rise", "fall", "tide", "setUp");
            Instant peakAt = sea.has("peakAt") ? sea.instant("peakAt") : end;
            Part rain = root.part("rain");
            rain.only("sensors", "front", "cells", "as");
            Part river = root.part("river");
            Map<String, String> riverKeys = river.texts("sensors");
            Storm.Parameters storm = new Storm.Parameters(
                    seed,
                    start,
                    Duration.between(start, end),
                    new Storm.Sea(
                            sea.number("peak", Double.NaN),
                            peakAt,
                            sea.number("rise", 1),
                            sea.number("fall", 1),
                            sea.number("tide", 1),
                            sea.number("setUp", 1)),
                    new Storm.Rain(
                            rain.number("front", 0),
                            cells(rain, peakAt),
                            rain.text("as", "increment").equals("counter")),
                    new Storm.RiverGauges(River.Shape.of(riverKeys), river.list("sensors")),
                    sea.list("sensors"),
                    rain.list("sensors"));
            List<Fault> faults = new ArrayList<>();
            for (Part fault : root.parts("faults")) {
                faults.add(Fault.of(fault.texts()));
            }
            return new Scenario(root.text("scenario", place), root.text("title", ""), storm, faults);
        } catch (YamlEngineException e) {
            throw new ScenarioFault(place + ": no YAML: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ScenarioFault(place + ": " + e.getMessage());
        }
    }

    private static List<Cell> cells(Part rain, Instant peakAt) throws ScenarioFault {
        List<Cell> cells = new ArrayList<>();
        for (Part cell : rain.parts("cells")) {
            double hour = Duration.between(peakAt, cell.instant("at")).toMillis() / MS_PER_HOUR;
            cells.add(Cell.of(cell.texts(), hour));
        }
        return cells;
    }

    /** The same at another time. */
    Scenario shiftedBy(Duration later) {
        Storm.Sea sea = storm.sea();
        Storm.Parameters moved = new Storm.Parameters(
                storm.seed(),
                storm.start().plus(later),
                storm.duration(),
                new Storm.Sea(sea.peakM(), sea.peakAt().plus(later), sea.rise(), sea.fall(), sea.tide(), sea.setUp()),
                storm.rain(),
                storm.river(),
                storm.levelSensors(),
                storm.rainSensors());
        return new Scenario(
                name,
                title,
                moved,
                faults.stream().map(fault -> fault.shiftedBy(later)).toList());
    }

    Scenario withSeed(long seed) {
        return new Scenario(
                name,
                title,
                new Storm.Parameters(
                        seed,
                        storm.start(),
                        storm.duration(),
                        storm.sea(),
                        storm.rain(),
                        storm.river(),
                        storm.levelSensors(),
                        storm.rainSensors()),
                faults);
    }

    /** A mapping of the file, and where it stands. */
    private static final class Part {
        private final String place;
        private final Map<String, Object> keys = new LinkedHashMap<>();

        Part(String place, @Nullable Object found) throws ScenarioFault {
            this.place = place;
            if (found instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    Object value = entry.getValue();
                    if (value != null) {
                        keys.put(String.valueOf(entry.getKey()), value);
                    }
                }
            } else if (found != null) {
                throw new ScenarioFault(place + ": expected keys with values, found " + found);
            }
        }

        ScenarioFault fault(String key, String message) {
            return new ScenarioFault(place + ": " + key + ": " + message);
        }

        void only(String... known) throws ScenarioFault {
            for (String key : keys.keySet()) {
                if (!Set.of(known).contains(key)) {
                    throw fault(key, "unknown; expected one of " + String.join(", ", known));
                }
            }
        }

        boolean has(String key) {
            return keys.containsKey(key);
        }

        String text(String key, String usual) {
            return String.valueOf(keys.getOrDefault(key, usual));
        }

        long whole(String key, long usual) throws ScenarioFault {
            Object found = keys.getOrDefault(key, usual);
            if (found instanceof Number number && number.doubleValue() == number.longValue()) {
                return number.longValue();
            }
            throw fault(key, "'" + found + "': expected a whole number");
        }

        double number(String key, double usual) throws ScenarioFault {
            Object found = keys.getOrDefault(key, usual);
            if (found instanceof Number number) {
                return number.doubleValue();
            }
            throw fault(key, "'" + found + "': expected a number");
        }

        Instant instant(String key) throws ScenarioFault {
            try {
                return OffsetDateTime.parse(text(key, "nothing")).toInstant();
            } catch (DateTimeParseException _) {
                throw fault(key, "'" + text(key, "nothing") + "': expected an instant such as 2023-10-20T21:40:00Z");
            }
        }

        List<String> list(String key) throws ScenarioFault {
            Object found = keys.getOrDefault(key, List.of());
            if (found instanceof List<?> list) {
                return list.stream().map(String::valueOf).toList();
            }
            throw fault(key, "'" + found + "': expected a list such as [ASS-HAVN-W, BAAGOE-W]");
        }

        Part part(String key) throws ScenarioFault {
            return new Part(place + ": " + key, keys.get(key));
        }

        List<Part> parts(String key) throws ScenarioFault {
            List<Part> parts = new ArrayList<>();
            Object found = keys.getOrDefault(key, List.of());
            if (!(found instanceof List<?> list)) {
                throw fault(key, "'" + found + "': expected a list");
            }
            for (Object each : list) {
                parts.add(new Part(place + ": " + key + "[" + parts.size() + "]", each));
            }
            return parts;
        }

        /** All keys but these, their values as text. */
        Map<String, String> texts(String... but) {
            Map<String, String> texts = new LinkedHashMap<>();
            keys.forEach((key, value) -> {
                if (!Set.of(but).contains(key)) {
                    texts.put(key, String.valueOf(value));
                }
            });
            return texts;
        }
    }
}
