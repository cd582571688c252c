package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stories of {@code src/test/resources/scenario}: levels in, messages out, each told as it is written there. */
class ScenarioTest {
    private static final Path FOUND = Path.of("target/scenario");
    private static final int INTERRUPTED_EVERY = 4;

    static List<Story> stories() throws IOException {
        return Story.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stories")
    void shouldTellTheStory(Story story) throws Exception {
        compare(story, play(story, 1, Integer.MAX_VALUE));
    }

    /** By other shards, and with the service killed, restarted and snapshot now and again. */
    @ParameterizedTest(name = "{0}, interrupted")
    @MethodSource("stories")
    void shouldTellTheSameStoryHoweverOftenTheServiceIsKilled(Story story) throws Exception {
        compare(story, play(story, 3, INTERRUPTED_EVERY));
    }

    @Test
    void shouldHaveAStoryForEveryCase() throws IOException {
        assertThat(stories().stream().map(Story::name))
                .contains(
                        "a-slow-surge",
                        "a-fast-pulse",
                        "flapping-at-the-threshold",
                        "the-sensor-dies-at-the-peak",
                        "the-sensor-dies-during-the-on-delay",
                        "the-gauge-is-frozen-at-the-peak",
                        "one-implausible-reading",
                        "suspect-readings-below-the-clearing-point",
                        "redundant-gauges-disagreeing",
                        "the-clock-is-an-hour-ahead",
                        "the-clock-is-an-hour-behind",
                        "the-sensor-returns-lower-after-two-days",
                        "a-late-batch-after-an-outage",
                        "a-redelivery",
                        "a-threshold-lowered-during-an-event",
                        "a-restart-during-the-on-delay",
                        "the-database-is-away",
                        "acknowledged-then-escalated",
                        "shelved-then-worse",
                        "a-drill-during-a-real-event");
    }

    private static List<String> play(Story story, int shards, int interruptEvery) throws Exception {
        Path memory = Path.of("/dev/shm");
        Path folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "vandvagt-story")
                : Files.createTempDirectory("vandvagt-story");
        try (World world = new World(folder, story.settingsFor(shards))) {
            List<Story.Event> events = inOrder(story, world);
            world.begin(events.getFirst().atMs());
            boolean up = true;
            int done = 0;
            for (Story.Event event : events) {
                world.passUntil(event.atMs());
                world.happen(event);
                up = event.words().getFirst().equals("kill")
                        ? false
                        : up || event.words().getFirst().equals("start");
                done++;
                if (up && done % interruptEvery == 0) {
                    interrupt(world, done / interruptEvery);
                }
            }
            world.lookBack();
            return world.told();
        } finally {
            delete(folder);
        }
    }

    private static void interrupt(World world, int time) throws IOException, InterruptedException {
        switch (time % 3) {
            case 0 -> world.snapshot();
            case 1 -> {
                world.stop(true);
                world.start();
            }
            default -> {
                world.stop(false);
                world.start();
            }
        }
    }

    /** A series is a reading an interval. */
    private static List<Story.Event> inOrder(Story story, World world) {
        List<Story.Event> events = new ArrayList<>();
        for (Story.Event event : story.happens()) {
            List<String> words = event.words();
            int from = words.size() > 1 && words.get(1).startsWith("clock") ? 2 : 1;
            boolean series = words.size() > from
                    && words.get(from).matches("-?[0-9].*")
                    && !words.getFirst().equals("shelve");
            if (!series) {
                events.add(event);
                continue;
            }
            long atMs = event.atMs();
            long intervalMs = world.intervalMs(words.getFirst());
            for (String value : words.subList(from, words.size())) {
                List<String> one = new ArrayList<>(words.subList(0, from));
                one.add(value);
                if (!value.equals(".")) {
                    events.add(new Story.Event(atMs, event.date(), one, event.line()));
                }
                atMs += intervalMs;
            }
        }
        events.sort(Comparator.comparingLong(Story.Event::atMs));
        return events;
    }

    private static void compare(Story story, List<String> found) throws IOException {
        if (!found.equals(story.told())) {
            Files.createDirectories(FOUND);
            Files.write(FOUND.resolve(story.name() + ".found"), found);
            fail(story + "\n" + sideBySide(story.told(), found));
        }
    }

    /** Line by line, what is the same on one row. */
    private static String sideBySide(List<String> expected, List<String> found) {
        int[][] same = new int[expected.size() + 1][found.size() + 1];
        for (int e = expected.size() - 1; e >= 0; e--) {
            for (int f = found.size() - 1; f >= 0; f--) {
                same[e][f] = expected.get(e).equals(found.get(f))
                        ? same[e + 1][f + 1] + 1
                        : Math.max(same[e + 1][f], same[e][f + 1]);
            }
        }
        StringBuilder rows = new StringBuilder(row("EXPECTED", ' ', "FOUND"));
        int e = 0;
        int f = 0;
        while (e < expected.size() || f < found.size()) {
            if (e < expected.size() && f < found.size() && expected.get(e).equals(found.get(f))) {
                rows.append(row(expected.get(e++), ' ', found.get(f++)));
            } else if (f == found.size() || e < expected.size() && same[e + 1][f] >= same[e][f + 1]) {
                rows.append(row(expected.get(e++), '<', ""));
            } else {
                rows.append(row("", '>', found.get(f++)));
            }
        }
        return rows.toString();
    }

    private static String row(String left, char mark, String right) {
        return String.format(Locale.ROOT, "%-100s %c %s%n", left, mark, right);
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
