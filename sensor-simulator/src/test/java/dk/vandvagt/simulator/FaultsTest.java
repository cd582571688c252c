package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final long START = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
    private static final long STEP = 600_000;
    private static final int READINGS = 1000;

    /** A hill: it rises by 1 cm a reading to its highest, reading 500, and falls again. */
    private static List<Reading> hill(String sensorId) {
        return IntStream.range(0, READINGS)
                .mapToObj(i -> new Reading(sensorId, START + i * STEP, centimetres(500 - Math.abs(500 - i))))
                .toList();
    }

    private static String centimetres(int n) {
        return n / 100 + "." + n / 10 % 10 + n % 10;
    }

    @Test
    void shouldLoseTheShareThatWasAskedFor() {
        List<Message> arrived = play(hill("A"), "drop,share=0.1");
        assertThat(arrived).hasSizeBetween(870, 930);
        assertThat(arrived).isSubsetOf(play(hill("A")));
    }

    @Test
    void shouldSendTwiceByteForByte() {
        List<Message> arrived = play(hill("A"), "duplicate,share=0.1");
        assertThat(arrived).hasSizeBetween(1070, 1130);
        assertThat(new ArrayList<>(new java.util.LinkedHashSet<>(arrived))).isEqualTo(play(hill("A")));
    }

    @Test
    void shouldLetSomeBeOvertakenAndLoseNone() {
        List<Message> sound = play(hill("A"));
        List<Message> arrived = play(hill("A"), "reorder,share=0.2,by=40min");
        assertThat(texts(arrived)).isNotEqualTo(texts(sound)).containsExactlyInAnyOrderElementsOf(texts(sound));
        assertThat(arrived).isSortedAccordingTo(java.util.Comparator.comparingLong(Message::sentAtMs));
        assertThat(arrived)
                .allMatch(message -> message.sentAtMs() - message.observedAtMs() <= 40 * 60_000
                        && message.sentAtMs() >= message.observedAtMs());
    }

    @Test
    void shouldDelayInOrder() {
        List<Message> arrived = play(hill("A"), "delay,by=25min,from=+10h,for=10h");
        assertThat(texts(arrived)).containsExactlyInAnyOrderElementsOf(texts(play(hill("A"))));
        assertThat(arrived.stream().filter(each -> each.sentAtMs() == each.observedAtMs() + 25 * 60_000))
                .hasSize(60);
    }

    @Test
    void shouldSendWhatAnOutageHeldInOneMessage() {
        List<Message> arrived = play(hill("A"), "outage,from=+10h,for=3h");
        Message batch = arrived.get(60);
        assertThat(arrived).hasSize(READINGS - 17);
        assertThat(batch.readings()).isEqualTo(18);
        assertThat(batch.text()).startsWith("[{\"t\":\"2024-01-01T10:00:00Z\",\"v\":0.60},");
        assertThat(batch.sentAtMs()).isEqualTo(START + 13 * 3_600_000);
        assertThat(arrived.get(61).readings()).isEqualTo(1);
    }

    @Test
    void shouldSpikeByAHeightOrToALevelForSoManyReadings() {
        List<String> up = changed(play(hill("A"), "spike,by=1.5,share=0.01"));
        assertThat(up).hasSizeBetween(4, 20);
        List<Message> reflections = play(hill("A"), "spike,to=9.99,share=0.01,readings=3");
        int atLevel = (int) reflections.stream()
                .filter(message -> message.text().contains("\"v\":9.99"))
                .count();
        assertThat(atLevel).isBetween(12, 60);
        assertThat(atLevel % 3).isZero();
    }

    @Test
    void shouldStandStillAtWhatItShowedWhenItStuck() {
        List<Message> arrived = play(hill("A"), "stuck,from=+10h,for=5h");
        assertThat(texts(arrived).subList(60, 90)).allMatch(text -> text.contains("\"v\":0.60"));
        assertThat(arrived.subList(90, READINGS)).isEqualTo(play(hill("A")).subList(90, READINGS));
    }

    @Test
    void shouldDriftByDayAndTremble() {
        List<Message> arrived = play(hill("A"), "drift,perDay=0.1,from=+24h");
        assertThat(arrived.subList(0, 144)).isEqualTo(play(hill("A")).subList(0, 144));
        assertThat(arrived.get(144 * 3).text()).contains("\"v\":" + centimetres(432 + 20));
        List<String> trembling = changed(play(hill("A"), "noise,by=0.05"));
        assertThat(trembling).hasSizeGreaterThan(850);
    }

    @Test
    void shouldStampByAClockThatIsOffAndSendInTime() {
        for (String by : List.of("1h", "-1h")) {
            long offMs = by.startsWith("-") ? -3_600_000 : 3_600_000;
            assertThat(play(hill("A"), "clock,by=" + by))
                    .allMatch(message -> message.observedAtMs() - message.sentAtMs() == offMs);
        }
    }

    @Test
    void shouldCountFromZeroAfterAReset() {
        List<Reading> counter = IntStream.range(0, 10)
                .mapToObj(i -> new Reading("R", START + i * STEP, String.valueOf(i * 2) + ".4"))
                .toList();
        List<String> values = play(counter, "reset,from=+40min").stream()
                .map(message -> message.text().replaceAll(".*\"v\":|}", ""))
                .toList();
        assertThat(values).containsExactly("0.4", "2.4", "4.4", "6.4", "2.0", "4.0", "6.0", "8.0", "10.0", "12.0");
    }

    @Test
    void shouldDieAtThePeakOfTheSensorItself() {
        List<Message> arrived = play(hill("A"), "dead");
        assertThat(arrived).isEqualTo(play(hill("A")).subList(0, 500));
        assertThat(play(hill("A"), "dead,from=peak-1h")).hasSize(494);
    }

    @Test
    void shouldSendWhatNobodyCanRead() {
        List<Message> sound = play(hill("A"));
        List<Message> arrived = play(hill("A"), "malformed,share=0.1");
        assertThat(arrived).hasSameSizeAs(sound);
        List<Message> spoiled =
                arrived.stream().filter(message -> !sound.contains(message)).toList();
        assertThat(spoiled).hasSizeBetween(60, 140);
        assertThat(spoiled).allMatch(message -> {
            byte[] bytes = message.payload();
            boolean cut = bytes.length < 30;
            return cut
                    || new String(bytes, StandardCharsets.UTF_8).contains("\uFFFD")
                    || !message.text().endsWith("}");
        });
    }

    @Test
    void shouldHitOnlyTheSensorsItNames() {
        List<Reading> both = new ArrayList<>(hill("A"));
        both.addAll(hill("B"));
        both.sort(java.util.Comparator.comparingLong(Reading::observedAtMs));
        List<Message> arrived = play(both, "drop,share=1,sensor=A");
        assertThat(arrived).isEqualTo(play(hill("B")));
    }

    @Test
    void shouldGoOnFromTheEventIntoWhatFollows() {
        Telemetry telemetry = telemetry(hill("A").subList(0, 600), "dead", "stuck,sensor=B,from=+1h");
        telemetry.messages(hill("A").subList(0, 600));
        assertThat(telemetry.messages(hill("A").subList(600, 700).iterator())).isExhausted();
    }

    /** What one fault meets does not depend on which others there are. */
    @Test
    void shouldDrawEachFaultByItself() {
        List<String> others = List.of(
                "duplicate,share=0.2",
                "spike,by=0.5,share=0.1",
                "noise,by=0.02",
                "malformed,share=0.1",
                "delay,by=3min");
        Set<Long> lost = lostTimes(play(hill("A"), "drop,share=0.1"));
        for (String other : others) {
            assertThat(lostTimes(play(hill("A"), "drop,share=0.1", other)))
                    .as(other)
                    .isEqualTo(lost);
            assertThat(lostTimes(play(hill("A"), other, "drop,share=0.1")))
                    .as(other)
                    .isEqualTo(lost);
        }
        // a second one of the kind is another
        assertThat(lostTimes(play(hill("A"), "drop,share=0.1", "drop,share=0.1")))
                .hasSizeGreaterThan(150);
        assertThat(lostTimes(new Play(8).of(hill("A"), "drop,share=0.1"))).isNotEqualTo(lost);
    }

    private static Set<Long> lostTimes(List<Message> arrived) {
        Set<Long> lost = new HashSet<>();
        hill("A").forEach(reading -> lost.add(reading.observedAtMs()));
        arrived.forEach(message -> lost.remove(message.observedAtMs()));
        return lost;
    }

    private static List<String> changed(List<Message> arrived) {
        List<String> changed = new ArrayList<>(texts(arrived));
        changed.removeAll(texts(play(hill("A"))));
        return changed;
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::text).toList();
    }

    private static List<Message> play(List<Reading> readings, String... faults) {
        return new Play(7).of(readings, faults);
    }

    private static Telemetry telemetry(List<Reading> event, String... faults) {
        return new Play(7).telemetry(event, faults);
    }

    private record Play(long seed) {
        List<Message> of(List<Reading> readings, String... faults) {
            return telemetry(readings, faults).messages(readings);
        }

        Telemetry telemetry(List<Reading> event, String... faults) {
            Faults made = new Faults(seed, Arrays.stream(faults).map(Fault::of).toList());
            made.learn(event);
            return new Telemetry(Format.CANONICAL_JSON.encoder("t", Map.of()), 1, made);
        }
    }
}
