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
import java.util.stream.Collectors;

/**
 * A coast's gauges, rising and falling over their thresholds, sending as gauges do: one by one, several readings in a message,
 * several gauges in a message, late, twice, not at all for a while, and now and then a correction. A harbour's gauges, which nobody
 * watches, send beside them in any order. All of it follows from the seed.
 */
final class Gauges {
    static final int SENSORS = 6;
    static final int HARBOUR_SENSORS = 4;
    static final String PREFIX = "vandvagt/v1";
    /** Where packs come, each of several gauges and hence of several shards. */
    static final String PACKS = "packs/coast";
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
    private static final int MOST_IN_A_PACK = 8;

    /** How a round is sent. One way a round, since what is sent two ways has no order. */
    enum Form {
        /** A topic a gauge. */
        TOPICS(false, false),
        PACKS(true, false),
        POSTS(false, true),
        POSTED_PACKS(true, true);

        final boolean packed;
        final boolean posted;

        Form(boolean packed, boolean posted) {
            this.packed = packed;
            this.posted = posted;
        }
    }

    /** What the broker lets through. */
    enum Inlets {
        OUTSIDE_BROKER(
                "harbour/v1", List.of(Form.TOPICS, Form.PACKS, Form.POSTED_PACKS, Form.TOPICS, Form.PACKS, Form.POSTS)),
        /** Readings by their own topics only. */
        EMBEDDED_BROKER(PREFIX, List.of(Form.TOPICS, Form.POSTED_PACKS, Form.TOPICS, Form.POSTS)),
        /** Round upon round without a calm between them; hence in one order, and nothing is corrected. */
        ONE_TOPIC_EACH(PREFIX, List.of(Form.TOPICS));

        final String harbourPrefix;
        private final List<Form> inTurn;

        Inlets(String harbourPrefix, List<Form> inTurn) {
            this.harbourPrefix = harbourPrefix;
            this.inTurn = inTurn;
        }
    }

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
     * @param beside sent at the same time, elsewhere
     * @param expected what must be stored afterwards of all that this round touched
     */
    record Round(
            Form form, List<Message> messages, List<Message> beside, Map<Key, Double> expected, Message lastWord) {}

    private record Point(Key key, double value) {}

    private record Due(double order, List<Point> points) {}

    private final Random random;
    private final Inlets inlets;
    private final double[] phase = new double[SENSORS];
    private final int[] silentUntil = new int[SENSORS];
    private final List<List<Integer>> held = new ArrayList<>();
    private final Map<Key, List<Double>> histories = new TreeMap<>();
    private List<Key> correctable = List.of();
    private int step;
    private int rounds;

    Gauges(long seed, Inlets inlets) {
        this.inlets = inlets;
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
        Form form = inlets.inTurn.get(rounds++ % inlets.inTurn.size());
        Map<Key, Double> expected = new TreeMap<>();
        List<Due> due = new ArrayList<>();
        correct(due, expected);
        List<Message> beside = harbour(expected);
        List<Key> sent = new ArrayList<>();
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
        sent.forEach(key -> expected.put(key, history(key).getLast()));
        Point lastWord = new Point(new Key(LAST_WORD, atMs(step - 1)), 1.0);
        histories.put(lastWord.key, List.of(lastWord.value));
        expected.put(lastWord.key, lastWord.value);
        long until = atMs(step - STEPS_UNTIL_CORRECTED);
        correctable = sent.stream().filter(key -> key.observedAtMs <= until).toList();
        List<Message> messages = form.packed
                ? packs(due)
                : due.stream().map(each -> onTopic(PREFIX, each.points)).toList();
        Message last = form.packed ? pack(List.of(lastWord)) : onTopic(PREFIX, List.of(lastWord));
        return new Round(form, messages, beside, expected, last);
    }

    /**
     * Of the times of the round before, so that they lead time in no order; in any order and twice, which changes nothing, as they
     * are neither watched nor corrected.
     */
    private List<Message> harbour(Map<Key, Double> expected) {
        List<Message> messages = new ArrayList<>();
        for (int sensor = 0; sensor < HARBOUR_SENSORS; sensor++) {
            List<Point> some = new ArrayList<>();
            for (int each = Math.max(0, step - STEPS_A_ROUND); each < step; each++) {
                Key key = new Key(harbourId(sensor), atMs(each));
                double level = Math.round((0.5 + 0.15 * random.nextGaussian()) * 1000) / 1000.0;
                histories.put(key, List.of(level));
                expected.put(key, level);
                some.add(new Point(key, level));
                if (random.nextInt(3) > 0 || each == step - 1) {
                    messages.add(onTopic(inlets.harbourPrefix, some));
                    some.clear();
                }
            }
        }
        List.copyOf(messages).stream().filter(each -> random.nextInt(6) == 0).forEach(messages::add);
        Collections.shuffle(messages, random);
        return messages;
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
                due.add(new Due(order, points(sensor, List.of(each))));
                order += 0.001;
            }
        } else {
            due.add(new Due(order, points(sensor, steps)));
        }
    }

    private void repeatSome(List<Due> due) {
        for (Due each : List.copyOf(due)) {
            if (each.order >= 0 && random.nextInt(12) == 0) {
                due.add(new Due(each.order + random.nextInt(4) + 0.5, each.points));
            }
        }
    }

    /** Of the round before, after all of it was stored: no copy of the first value can still be under way. */
    private void correct(List<Due> due, Map<Key, Double> expected) {
        for (int i = 0; i < 2 && !correctable.isEmpty() && inlets != Inlets.ONE_TOPIC_EACH; i++) {
            Key key = correctable.get(random.nextInt(correctable.size()));
            List<Double> history = history(key);
            if (history.size() == 1) {
                double corrected =
                        Math.round((history.getFirst() + (random.nextBoolean() ? 0.013 : -0.021)) * 1000) / 1000.0;
                history.add(corrected);
                expected.put(key, corrected);
                due.add(new Due(-1, List.of(new Point(key, corrected))));
            }
        }
    }

    private List<Double> history(Key key) {
        return Objects.requireNonNull(histories.get(key));
    }

    private List<Point> points(int sensor, List<Integer> steps) {
        return steps.stream()
                .map(each -> new Key(id(sensor), atMs(each)))
                .map(key -> new Point(key, history(key).getFirst()))
                .toList();
    }

    /** What is due at one step goes together, as far as it fits. */
    private List<Message> packs(List<Due> due) {
        List<Message> messages = new ArrayList<>();
        List<Point> some = new ArrayList<>();
        int most = 1 + random.nextInt(MOST_IN_A_PACK);
        double atStep = Double.NaN;
        for (Due each : due) {
            if (!some.isEmpty() && (Math.floor(each.order) != atStep || some.size() >= most)) {
                messages.add(pack(some));
                some.clear();
                most = 1 + random.nextInt(MOST_IN_A_PACK);
            }
            atStep = Math.floor(each.order);
            some.addAll(each.points);
        }
        messages.add(pack(some));
        return messages;
    }

    /** SenML. */
    private static Message pack(List<Point> points) {
        return new Message(
                PACKS,
                points.stream()
                        .map(each -> "{\"n\":\"" + each.key.sensorId + "\",\"u\":\"m\",\"t\":"
                                + each.key.observedAtMs / 1000 + ",\"v\":" + each.value + "}")
                        .collect(Collectors.joining(",", "[", "]")));
    }

    private static Message onTopic(String prefix, List<Point> points) {
        String readings = points.stream()
                .map(each -> "{\"t\":" + each.key.observedAtMs + ",\"v\":" + each.value + "}")
                .collect(Collectors.joining(","));
        return new Message(
                prefix + "/readings/" + points.getFirst().key.sensorId,
                points.size() == 1 ? readings : "[" + readings + "]");
    }

    private static String harbourId(int sensor) {
        return String.format(Locale.ROOT, "H%d-W", sensor);
    }

    private static String id(int sensor) {
        return String.format(Locale.ROOT, "G%d-W", sensor);
    }

    private static long atMs(int step) {
        return FROM_MS + step * STEP_MS;
    }

    String harbourPrefix() {
        return inlets.harbourPrefix;
    }

    /** The place's settings; the machine fills in where broker and database are. */
    String settings() {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                place: {id: faults, name: Faults, timeZone: Europe/Copenhagen}
                service:
                  clock: stream
                  maxStep: 1h
                  snapshotEvery: 1s
                  journal: {segmentBytes: 1MiB, maxBytes: 1GiB}
                  http: {port: @http@}
                  mqtt: @mqtt@
                  database: {url: "@database@", username: @user@}
                """);
        if (inlets == Inlets.OUTSIDE_BROKER) {
            yaml.append("""
                      sources:
                        - {id: packs, format: senml-json, topics: [packs/+]}
                        - {id: harbour, format: canonical-json, topicPrefix: harbour/v1, clients: 2}
                    """);
        }
        yaml.append("stations:\n");
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            yaml.append(station(id(sensor), "level-120", 1.2, "0min", "level-150", 1.5, "20min"));
        }
        for (int sensor = 0; sensor < HARBOUR_SENSORS; sensor++) {
            yaml.append(station(harbourId(sensor), "never", 8, "0min", "never-ever", 9, "0min"));
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
