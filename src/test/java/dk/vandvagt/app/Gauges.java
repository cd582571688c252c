package dk.vandvagt.app;

import dk.vandvagt.app.Device.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A coast's gauges, rising and falling over their thresholds, sending as gauges do: one by one, several readings in a message,
 * late, twice, not at all for a while, and now and then a correction. All of it follows from the seed.
 */
final class Gauges {
    static final int SENSORS = 6;
    /** Measures nothing that anybody watches; the last word of each round. */
    static final String LAST_WORD = "LAST-W";

    private static final long STEP_MS = 10 * 60_000;
    private static final long FROM_MS = 1_697_760_000_000L;
    private static final int STEPS_A_ROUND = 9;
    /**
     * A reading is late, or its gauge silent, by the clock of its batch; how messages are gathered into batches moves that by one
     * step. What is held back is well within the bound by either, and a correction well beyond it, so that both runs agree.
     */
    private static final int MOST_HELD_BACK = 2;

    private static final int STEPS_UNTIL_CORRECTED = 5;
    private static final int SHORTEST_PERIOD = 36;
    private static final String TOPIC = "vandvagt/v1/readings/";

    record Key(String sensorId, long observedAtMs) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::sensorId).thenComparingLong(Key::observedAtMs);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * What is sent between two calms.
     *
     * @param messages in the order of sending, the corrections of earlier readings first
     * @param expected what must be stored afterwards of all that this round touched
     */
    record Round(List<Message> messages, Map<Key, Double> expected, Message lastWord) {}

    private record Due(double order, Message message) {}

    private final Random random;
    private final double[] phase = new double[SENSORS];
    private final int[] silentUntil = new int[SENSORS];
    private final List<List<Integer>> held = new ArrayList<>();
    private final Map<Key, List<Double>> histories = new TreeMap<>();
    private List<Key> correctable = List.of();
    private int step;

    Gauges(long seed) {
        random = new Random(seed);
        for (int i = 0; i < SENSORS; i++) {
            phase[i] = random.nextDouble();
            held.add(new ArrayList<>());
        }
    }

    /** Every reading ever sent: its first value, and its corrections after it. */
    Map<Key, List<Double>> histories() {
        return histories;
    }

    Round next() {
        List<Message> messages = new ArrayList<>();
        Map<Key, Double> expected = new TreeMap<>();
        correct(messages, expected);
        List<Key> sent = new ArrayList<>();
        List<Due> due = new ArrayList<>();
        for (int last = step + STEPS_A_ROUND; step < last; step++) {
            for (int sensor = 0; sensor < SENSORS; sensor++) {
                measure(sensor, last - step, due, sent);
            }
        }
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            flush(sensor, step, due);
        }
        repeatSome(due);
        due.sort(Comparator.comparingDouble(Due::order));
        due.forEach(each -> messages.add(each.message));
        sent.forEach(key -> expected.put(key, history(key).getLast()));
        Key lastWord = new Key(LAST_WORD, atMs(step - 1));
        histories.put(lastWord, List.of(1.0));
        expected.put(lastWord, 1.0);
        long until = atMs(step - STEPS_UNTIL_CORRECTED);
        correctable = sent.stream().filter(key -> key.observedAtMs <= until).toList();
        return new Round(messages, expected, message(LAST_WORD, List.of(step - 1), List.of(1.0)));
    }

    private void measure(int sensor, int stepsLeft, List<Due> due, List<Key> sent) {
        // the first of all gauges leads time: it is never silent, never late
        if (sensor > 0 && step < silentUntil[sensor]) {
            return;
        }
        boolean lastBeforeSilence = sensor > 0 && random.nextInt(60) == 0;
        if (lastBeforeSilence) {
            silentUntil[sensor] = step + 2 + random.nextInt(8);
        }
        Key key = new Key(id(sensor), atMs(step));
        double wave = Math.sin(2 * Math.PI * (step / (double) (SHORTEST_PERIOD + 5 * sensor) + phase[sensor]));
        double level = Math.round((1.0 + 0.7 * wave + 0.04 * (random.nextDouble() - 0.5)) * 1000) / 1000.0;
        histories.put(key, new ArrayList<>(List.of(level)));
        sent.add(key);
        held.get(sensor).add(step);
        boolean holdBack = sensor > 0
                && stepsLeft > 1
                && !lastBeforeSilence
                && held.get(sensor).size() <= MOST_HELD_BACK
                && random.nextInt(4) == 0;
        if (!holdBack) {
            flush(sensor, step, due);
        }
    }

    /** What a gauge kept back goes as one message, or one by one with the newest first. */
    private void flush(int sensor, int atStep, List<Due> due) {
        List<Integer> steps = new ArrayList<>(held.get(sensor));
        held.get(sensor).clear();
        if (steps.isEmpty()) {
            return;
        }
        double order = atStep + sensor / 100.0;
        if (steps.size() > 1 && random.nextBoolean()) {
            Collections.reverse(steps);
            for (int each : steps) {
                due.add(new Due(order, message(sensor, List.of(each))));
                order += 0.001;
            }
        } else {
            due.add(new Due(order, message(sensor, steps)));
        }
    }

    private void repeatSome(List<Due> due) {
        for (Due each : List.copyOf(due)) {
            if (random.nextInt(12) == 0) {
                due.add(new Due(each.order + random.nextInt(4) + 0.5, each.message));
            }
        }
    }

    /** Of the round before, after all of it was stored: no copy of the first value can still be under way. */
    private void correct(List<Message> messages, Map<Key, Double> expected) {
        for (int i = 0; i < 2 && !correctable.isEmpty(); i++) {
            Key key = correctable.get(random.nextInt(correctable.size()));
            List<Double> history = history(key);
            if (history.size() == 1) {
                double corrected =
                        Math.round((history.getFirst() + (random.nextBoolean() ? 0.013 : -0.021)) * 1000) / 1000.0;
                history.add(corrected);
                expected.put(key, corrected);
                messages.add(new Message(TOPIC + key.sensorId, reading(key.observedAtMs, corrected)));
            }
        }
    }

    private List<Double> history(Key key) {
        return Objects.requireNonNull(histories.get(key));
    }

    private Message message(int sensor, List<Integer> steps) {
        List<Double> values = steps.stream()
                .map(each -> history(new Key(id(sensor), atMs(each))).getFirst())
                .toList();
        return message(id(sensor), steps, values);
    }

    private static Message message(String sensorId, List<Integer> steps, List<Double> values) {
        StringBuilder payload = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            payload.append(i == 0 ? "" : ",").append(reading(atMs(steps.get(i)), values.get(i)));
        }
        return new Message(TOPIC + sensorId, steps.size() == 1 ? payload.toString() : "[" + payload + "]");
    }

    private static String reading(long atMs, double value) {
        return "{\"t\":" + atMs + ",\"v\":" + value + "}";
    }

    private static String id(int sensor) {
        return String.format(Locale.ROOT, "G%d-W", sensor);
    }

    private static long atMs(int step) {
        return FROM_MS + step * STEP_MS;
    }

    /** The place's settings; the machine fills in where broker and database are. */
    static String settings() {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                place: {id: faults, name: Faults, timeZone: Europe/Copenhagen}
                service:
                  clock: stream
                  maxStep: 1h
                  snapshotEvery: 1s
                  journal: {segmentBytes: 1MiB, maxBytes: 1GiB}
                  http: {port: 0}
                  mqtt: {broker: "@broker@"}
                  database: {url: "@database@", username: @user@}
                stations:
                """);
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            yaml.append(station(id(sensor), "level-120", 1.2, "0min", "level-150", 1.5, "20min"));
        }
        return yaml + station(LAST_WORD, "never", 8, "0min", "never-ever", 9, "0min");
    }

    private static String station(
            String id,
            String first,
            double firstAt,
            String firstDelay,
            String second,
            double secondAt,
            String secondDelay) {
        String head = """
                  - id: %1$s-S
                    name: %1$s
                    lon: 9.8
                    lat: 55.2
                    datum: DVR90
                    gaugeZero: 0.00
                    source: "test"
                    sensors:
                      - id: %1$s
                        parameter: level
                        unit: m
                        interval: 10min
                        staleAfter: 35min
                        resolution: 0.001
                        title: {da: Vandstand, en: Water level}
                        quality:
                          sensorSpan: [-15.0, 15.0]
                          userSpan: [-2.5, 1.65]
                          spike: {suspect: 0.2, fail: 0.5}
                          rateOfChange: {perHour: 0.7}
                        thresholds:
                """.formatted(id);
        return head
                + threshold(first, firstAt, firstDelay, "yellow")
                + threshold(second, secondAt, secondDelay, "orange");
    }

    private static String threshold(String name, double raiseAt, String onDelay, String severity) {
        return String.format(Locale.ROOT, """
                          - name: %s
                            title: {da: "Over", en: "Above"}
                            severity: %s
                            kind: level
                            comparison: ">="
                            raiseAt: %.2f
                            clearBelow: %.2f
                            datum: DVR90
                            onDelay: %s
                            offDelay: 30min
                            source: "test"
                            verified: false
                """, name, severity, raiseAt, raiseAt - 0.05, onDelay)
                .indent(0);
    }
}
