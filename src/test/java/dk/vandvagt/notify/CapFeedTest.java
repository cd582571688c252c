package dk.vandvagt.notify;

import static dk.vandvagt.alert.Transition.Kind.ACKNOWLEDGED;
import static dk.vandvagt.alert.Transition.Kind.BACK;
import static dk.vandvagt.alert.Transition.Kind.CLEARED;
import static dk.vandvagt.alert.Transition.Kind.DE_ESCALATED;
import static dk.vandvagt.alert.Transition.Kind.ESCALATED;
import static dk.vandvagt.alert.Transition.Kind.OUT_OF_SERVICE;
import static dk.vandvagt.alert.Transition.Kind.RAISED;
import static dk.vandvagt.alert.Transition.Kind.SHELVED;
import static dk.vandvagt.alert.Transition.Kind.STALE;
import static dk.vandvagt.alert.Transition.Kind.UNSHELVED;
import static dk.vandvagt.alert.Transition.Kind.WITHDRAWN;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Station;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class CapFeedTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/cap");
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private CapSchema schema;

    private final Catalogue catalogue = Storms.catalogue();

    @BeforeEach
    void readSchema() throws Exception {
        schema = CapSchema.read();
    }

    private static CapSettings settings(boolean exercise) {
        return new CapSettings(
                "vandvagt@assens.example",
                "Assens Kommune",
                "https://www.dmi.dk/varsler/",
                HOUR,
                7 * DAY,
                exercise,
                ZoneId.of("Europe/Copenhagen"));
    }

    private CapFeed open() throws IOException {
        return CapFeed.open(folder, settings(false), () -> Storms.AT_MS);
    }

    private Transition step(int number, Transition.Kind kind, int severity, long atMs) {
        return moved(Storms.level(number, kind, severity), "a1", atMs);
    }

    /** The same step of another alert at another time; it began at {@link Storms#AT_MS}. */
    private static Transition moved(Transition t, String alertId, long atMs) {
        return Storms.but(
                t,
                Map.of(
                        "id", alertId + "/" + t.number(),
                        "alertId", alertId,
                        "atMs", atMs,
                        "clockMs", atMs,
                        "observedAtMs", atMs,
                        "beganAtMs", Storms.AT_MS,
                        "peakAtMs", Storms.AT_MS));
    }

    private static List<String> identifiers(CapFeed feed) {
        return feed.listed().reversed().stream().map(CapMessage::identifier).toList();
    }

    private String xml(CapFeed feed, String identifier) throws Exception {
        String xml = Objects.requireNonNull(feed.xml(identifier), identifier);
        schema.validate(xml);
        return xml;
    }

    private static List<String> all(Document message, String element) {
        NodeList found = message.getElementsByTagNameNS("urn:oasis:names:tc:emergency:cap:1.2", element);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent());
        }
        return texts;
    }

    private List<String> all(CapFeed feed, String identifier, String element) throws Exception {
        return all(CapSchema.parse(xml(feed, identifier)), element);
    }

    private void shouldRead(CapFeed feed, String story) throws Exception {
        StringBuilder told = new StringBuilder();
        for (String identifier : identifiers(feed)) {
            told.append(xml(feed, identifier)).append("\n\n");
        }
        Path file = GOLDEN.resolve(story + ".txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, told);
        }
        assertThat(told.toString()).isEqualTo(Files.readString(file));
    }

    /** Told, and renewed every ten minutes as a running service would. */
    private CapFeed play(List<Transition> steps, long untilMs) throws IOException {
        CapFeed feed = open();
        int next = 0;
        for (long nowMs = Storms.AT_MS; nowMs <= untilMs; nowMs += 10 * MINUTE) {
            List<Transition> now = new ArrayList<>();
            while (next < steps.size() && steps.get(next).clockMs() <= nowMs) {
                now.add(steps.get(next++));
            }
            feed.tell(now, catalogue, nowMs + 345);
            feed.renew(catalogue, nowMs + 345);
        }
        return feed;
    }

    @Test
    void shouldTellASurgeThatEscalatesAndClears() throws Exception {
        long at = Storms.AT_MS;
        shouldRead(
                play(
                        List.of(
                                step(0, RAISED, 1, at),
                                step(1, ESCALATED, 2, at + 30 * MINUTE),
                                step(2, ACKNOWLEDGED, 2, at + 40 * MINUTE),
                                step(3, ESCALATED, 3, at + 2 * HOUR),
                                step(4, DE_ESCALATED, 1, at + 150 * MINUTE),
                                step(5, CLEARED, 0, at + 3 * HOUR)),
                        at + 8 * HOUR),
                "surge");
    }

    @Test
    void shouldTellThatTheSensorDiedAtThePeakForAsLongAsItIsSilent() throws Exception {
        long at = Storms.AT_MS;
        shouldRead(
                play(List.of(step(0, RAISED, 3, at), step(1, STALE, 3, at + 40 * MINUTE)), at + 4 * HOUR),
                "sensor-dies-at-the-peak");
    }

    @Test
    void shouldCancelOnlyWhatShouldNeverHaveBeenRaised() throws Exception {
        CapFeed feed = open();
        feed.tell(List.of(step(0, RAISED, 2, Storms.AT_MS)), catalogue, Storms.AT_MS);
        feed.tell(List.of(step(1, WITHDRAWN, 0, Storms.AT_MS + MINUTE)), catalogue, Storms.AT_MS + MINUTE);

        assertThat(all(feed, "a1.1", "msgType")).containsExactly("Cancel");
        assertThat(all(feed, "a1.1", "references"))
                .containsExactly("vandvagt@assens.example,a1.0,2023-10-20T23:40:00+02:00");
        assertThat(all(feed, "a1.1", "responseType")).doesNotContain("AllClear");
        assertThat(all(feed, "a1.1", "note").getFirst()).contains("kvalitetskontrol");
        assertThat(feed.renew(catalogue, Storms.AT_MS + DAY)).isZero();
    }

    @Test
    void shouldCorrectAFigureByAnUpdateThatRefersToWhatWasTold() throws Exception {
        CapFeed feed = open();
        feed.tell(List.of(step(0, RAISED, 2, Storms.AT_MS)), catalogue, Storms.AT_MS);
        feed.tell(
                List.of(step(1, Transition.Kind.CORRECTED, 2, Storms.AT_MS + MINUTE)),
                catalogue,
                Storms.AT_MS + MINUTE);
        feed.tell(
                List.of(Storms.because(
                        Transition.Cause.READING_CORRECTED, step(2, DE_ESCALATED, 1, Storms.AT_MS + 2 * MINUTE))),
                catalogue,
                Storms.AT_MS + 2 * MINUTE);

        for (String identifier : List.of("a1.1", "a1.2")) {
            assertThat(all(feed, identifier, "msgType")).containsExactly("Update");
            assertThat(all(feed, identifier, "responseType")).doesNotContain("AllClear", "None");
            assertThat(all(feed, identifier, "urgency")).containsExactly("Immediate", "Immediate");
            assertThat(all(feed, identifier, "description").getFirst()).contains("rettelse");
            assertThat(all(feed, identifier, "references").getFirst()).contains(",a1.0,");
        }
        assertThat(all(feed, "a1.2", "severity")).containsExactly("Moderate", "Moderate");
        assertThat(feed.renew(catalogue, Storms.AT_MS + DAY)).as("it stands").isEqualTo(1);
    }

    @Test
    void shouldCallItAnAllClearWhenWhatWentUpAndDownHasBeenCalm() throws Exception {
        CapFeed feed = open();
        Map<String, ?> flapping = Map.of("cause", Transition.Cause.FLAPPING);
        feed.tell(List.of(Storms.but(step(0, RAISED, 1, Storms.AT_MS), flapping)), catalogue, Storms.AT_MS);
        feed.tell(
                List.of(Storms.but(step(1, CLEARED, 0, Storms.AT_MS + HOUR), flapping)),
                catalogue,
                Storms.AT_MS + HOUR);

        assertThat(all(feed, "a1.0", "responseType")).doesNotContain("AllClear");
        assertThat(all(feed, "a1.1", "msgType")).containsExactly("Update");
        assertThat(all(feed, "a1.1", "responseType")).containsExactly("AllClear", "AllClear");
        assertThat(all(feed, "a1.1", "urgency")).containsExactly("Past", "Past");
        assertThat(all(feed, "a1.1", "headline").getLast()).endsWith("all clear");
        assertThat(feed.renew(catalogue, Storms.AT_MS + DAY)).isZero();
    }

    @Test
    void shouldNotCallItAnAllClearThatNobodyWatchesAnyMore() throws Exception {
        CapFeed feed = open();
        Transition removed = Storms.because(
                Transition.Cause.THRESHOLD_REMOVED, moved(Storms.level(1, CLEARED, 0), "a2", Storms.AT_MS + MINUTE));
        feed.tell(
                List.of(
                        step(0, RAISED, 2, Storms.AT_MS),
                        step(1, OUT_OF_SERVICE, 2, Storms.AT_MS + MINUTE),
                        moved(Storms.level(0, RAISED, 1), "a2", Storms.AT_MS),
                        removed),
                catalogue,
                Storms.AT_MS);

        for (String identifier : List.of("a1.1", "a2.1")) {
            assertThat(all(feed, identifier, "msgType")).containsExactly("Update");
            assertThat(all(feed, identifier, "responseType")).containsExactly("Monitor", "Monitor");
            assertThat(all(feed, identifier, "urgency")).containsExactly("Unknown", "Unknown");
            assertThat(all(feed, identifier, "headline").getLast()).contains("not an all-clear");
        }
    }

    @Test
    void shouldKeepFromThePublicWhatIsShelvedAndLetNothingLapseMeanwhile() throws Exception {
        CapFeed feed = open();
        feed.tell(List.of(step(0, RAISED, 1, Storms.AT_MS)), catalogue, Storms.AT_MS);
        assertThat(feed.tell(List.of(step(1, SHELVED, 1, Storms.AT_MS + MINUTE)), catalogue, Storms.AT_MS + MINUTE))
                .isZero();
        assertThat(feed.renew(catalogue, Storms.AT_MS + HOUR)).isEqualTo(1);
        feed.tell(List.of(step(2, UNSHELVED, 1, Storms.AT_MS + 90 * MINUTE)), catalogue, Storms.AT_MS + 90 * MINUTE);

        assertThat(identifiers(feed)).containsExactly("a1.0", "a1.r20231020T220000Z", "a1.2");
    }

    @Test
    void shouldNotTellTheEndOfWhatWasNeverTold() throws Exception {
        CapFeed feed = open();
        assertThat(feed.tell(List.of(step(3, CLEARED, 0, Storms.AT_MS)), catalogue, Storms.AT_MS))
                .isZero();
    }

    @Test
    void shouldNotTellThePublicOfABattery() throws Exception {
        CapFeed feed = open();
        Transition flat = Storms.transition(
                "b", 0, RAISED, "ASS-HAVN-B", "ASS-HAVN-B.level.falling", "flat", 3.3, "V", "", 1, 3.2, 1);
        assertThat(feed.tell(List.of(flat), catalogue, Storms.AT_MS)).isZero();
    }

    @Test
    void shouldSayHowSureItIs() throws Exception {
        CapFeed feed = open();
        feed.tell(
                List.of(
                        moved(Storms.level(0, RAISED, 1), "sure", Storms.AT_MS),
                        moved(Storms.expected(0, RAISED, 1.8), "expected", Storms.AT_MS),
                        moved(Storms.rain(0, RAISED), "suspect", Storms.AT_MS),
                        moved(Storms.possibly(Storms.level(0, RAISED, 1)), "possible", Storms.AT_MS)),
                catalogue,
                Storms.AT_MS);

        assertThat(all(feed, "sure.0", "certainty")).containsOnly("Observed");
        assertThat(all(feed, "expected.0", "certainty")).containsOnly("Likely");
        assertThat(all(feed, "expected.0", "urgency")).containsOnly("Expected");
        assertThat(all(feed, "suspect.0", "certainty")).containsOnly("Possible");
        assertThat(all(feed, "possible.0", "certainty")).containsOnly("Possible");
        assertThat(all(feed, "sure.0", "instruction")).containsExactly("Luk Nordre Havnevej", "Close Nordre Havnevej");
    }

    @Test
    void shouldMarkEveryTextOfAnExercise() throws Exception {
        CapFeed feed = CapFeed.open(folder, settings(true), () -> Storms.AT_MS);
        feed.tell(List.of(step(0, RAISED, 3, Storms.AT_MS)), catalogue, Storms.AT_MS);

        assertThat(all(feed, "a1.0", "status")).containsExactly("Exercise");
        assertThat(all(feed, "a1.0", "scope")).containsExactly("Restricted");
        for (String element : List.of("event", "headline", "description", "instruction")) {
            assertThat(all(feed, "a1.0", element).getFirst()).startsWith("ØVELSE: ");
            assertThat(all(feed, "a1.0", element).getLast()).startsWith("EXERCISE: ");
        }
    }

    @Test
    void shouldKeepTheOperatorsNameToItself() throws Exception {
        CapFeed feed = open();
        Transition t = step(1, OUT_OF_SERVICE, 1, Storms.AT_MS);
        Transition byAnna = Storms.but(t, Map.of("by", "Anna", "note", "cleaning"));
        feed.tell(List.of(step(0, RAISED, 1, Storms.AT_MS), byAnna), catalogue, Storms.AT_MS);

        assertThat(xml(feed, "a1.1")).doesNotContain("Anna").doesNotContain("cleaning");
    }

    @Test
    void shouldDrawTheAreaThatTheStationNames() throws Exception {
        Station harbour = Objects.requireNonNull(catalogue.station("ASS-HAVN"));
        Station drawn = new Station(
                harbour.id(),
                "<Havn> & \"kaj\" \u0001\uD800",
                harbour.lon(),
                harbour.lat(),
                harbour.datum(),
                harbour.gaugeZeros(),
                "",
                harbour.sensors(),
                harbour.redundant(),
                List.of(
                        new Station.Corner(9.88, 55.26),
                        new Station.Corner(9.90, 55.26),
                        new Station.Corner(9.90, 55.28)));
        CapFeed feed = open();
        feed.tell(List.of(step(0, RAISED, 1, Storms.AT_MS)), catalogue, Storms.AT_MS);
        feed.tell(
                List.of(step(1, ESCALATED, 2, Storms.AT_MS)),
                Catalogue.of("x", "Assens", Judging.USUAL, List.of(drawn), null),
                Storms.AT_MS);

        assertThat(all(feed, "a1.0", "circle")).containsExactly("55.27000,9.89000 1.0", "55.27000,9.89000 1.0");
        assertThat(all(feed, "a1.1", "polygon"))
                .containsOnly("55.26000,9.88000 55.26000,9.90000 55.28000,9.90000 55.26000,9.88000");
        assertThat(all(feed, "a1.1", "areaDesc")).containsOnly("<Havn> & \"kaj\" \uFFFD\uFFFD");
    }

    @Test
    void shouldTellOfWhatStoodBeforeTheFeedBegan() throws Exception {
        List<Transition> past = List.of(
                step(0, RAISED, 1, Storms.AT_MS),
                step(1, ESCALATED, 2, Storms.AT_MS),
                step(2, ACKNOWLEDGED, 2, Storms.AT_MS),
                moved(Storms.level(0, RAISED, 1), "over", Storms.AT_MS),
                moved(Storms.level(1, CLEARED, 0), "over", Storms.AT_MS),
                moved(Storms.level(0, RAISED, 1), "owed", Storms.AT_MS));
        CapFeed feed = open();
        feed.adopt(past, List.of(past.getLast()), catalogue, Storms.AT_MS + HOUR);
        assertThat(identifiers(feed)).containsExactly("a1.1");
        assertThat(feed.adopt(past, List.of(), catalogue, Storms.AT_MS + HOUR)).isEqualTo(1);
        assertThat(identifiers(feed)).containsExactly("a1.1", "owed.0");
    }

    @Test
    void shouldForgetWhatExpiredLongAgoButNeverTheLastWordOnWhatStands() throws Exception {
        CapFeed feed = open();
        feed.tell(
                List.of(
                        step(0, RAISED, 1, Storms.AT_MS),
                        moved(Storms.level(0, RAISED, 1), "over", Storms.AT_MS),
                        moved(Storms.level(1, CLEARED, 0), "over", Storms.AT_MS)),
                catalogue,
                Storms.AT_MS);
        feed.prune(Storms.AT_MS + 2 * HOUR + 7 * DAY);
        assertThat(identifiers(feed)).hasSize(3);
        feed.prune(Storms.AT_MS + 2 * HOUR + 7 * DAY + 1000);

        assertThat(identifiers(feed)).containsExactly("a1.0");
        assertThat(feed.xml("over.0")).isNull();
        assertThat(identifiers(open())).containsExactly("a1.0");
        feed.renew(catalogue, Storms.AT_MS + 30 * DAY);
        assertThat(all(feed, feed.listed().getFirst().identifier(), "references"))
                .as("nothing is unexpired, so the last one")
                .containsExactly("vandvagt@assens.example,a1.0,2023-10-20T23:40:00+02:00");
    }

    @Test
    void shouldKeepADamagedFileAsideAndGoOn() throws Exception {
        open().tell(List.of(step(0, RAISED, 1, Storms.AT_MS)), catalogue, Storms.AT_MS);
        Files.writeString(folder.resolve("a9.0.json"), "{\"message\":");
        assertThat(identifiers(open())).containsExactly("a1.0");
        assertThat(folder.resolve("a9.0.json.damaged")).exists();
    }

    @Test
    void shouldHoldWhatCapPromisesWhateverAlertsLiveThrough() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("CapFeedTest.shouldHoldWhatCapPromisesWhateverAlertsLiveThrough: -Dseed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 6; round++) {
            live(random, folder.resolve("round-" + round));
        }
    }

    /** What is known of one alert from the outside. */
    private static final class Life {
        private Transition.Kind last = RAISED;
        private boolean told;
        private boolean shelved;
        private boolean ended;
        private int number;
        private final List<CapMessage> messages = new ArrayList<>();
    }

    private void live(Random random, Path at) throws Exception {
        CapFeed feed = CapFeed.open(at, settings(false), () -> Storms.AT_MS);
        Map<String, Life> lives = new HashMap<>();
        Map<String, String> shown = new HashMap<>();
        List<Transition> history = new ArrayList<>();
        long nowMs = Storms.AT_MS;
        for (int tick = 0; tick < 60; tick++) {
            nowMs += random.nextLong(1, HOUR / 2);
            List<Transition> now = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                now.add(anyStep(random, lives, nowMs));
            }
            history.addAll(now);
            if (random.nextInt(8) == 0) {
                // killed before anybody was shown what this step issued, with the first of it on disk
                feed.tell(now, catalogue, nowMs);
                List<CapMessage> unseen = feed.listed().reversed().stream()
                        .filter(each -> !shown.containsKey(each.identifier()))
                        .toList();
                for (CapMessage each : unseen.subList(random.nextInt(unseen.size() + 1), unseen.size())) {
                    Files.move(at.resolve(each.identifier() + ".json"), at.resolve(each.identifier() + ".tmp"));
                }
                feed = CapFeed.open(at, settings(false), () -> Storms.AT_MS);
                nowMs += random.nextLong(2_000);
            }
            // what a log that lost its last words would ask to be told again
            List<Transition> owed =
                    history.subList(random.nextInt(Math.max(1, history.size() - now.size() + 1)), history.size());
            feed.tell(random.nextInt(5) == 0 ? owed : now, catalogue, nowMs);
            feed.renew(catalogue, nowMs);
            look(feed, lives, shown, nowMs);
        }
    }

    private Transition anyStep(Random random, Map<String, Life> lives, long nowMs) {
        List<String> standing = lives.keySet().stream()
                .filter(id -> !life(lives, id).ended)
                .sorted()
                .toList();
        if (standing.isEmpty() || standing.size() < 6 && random.nextInt(4) == 0) {
            String alertId = "alert" + lives.size();
            Life life = new Life();
            lives.put(alertId, life);
            return told(life, alertId, RAISED, random, nowMs);
        }
        String alertId = standing.get(random.nextInt(standing.size()));
        Life life = life(lives, alertId);
        List<Transition.Kind> may = life.shelved
                ? List.of(UNSHELVED, ESCALATED, STALE, CLEARED)
                : life.last == STALE
                        ? List.of(BACK, ACKNOWLEDGED, OUT_OF_SERVICE)
                        : List.of(ESCALATED, DE_ESCALATED, STALE, ACKNOWLEDGED, SHELVED, CLEARED, WITHDRAWN);
        return told(life, alertId, may.get(random.nextInt(may.size())), random, nowMs);
    }

    private static Life life(Map<String, Life> lives, String alertId) {
        return Objects.requireNonNull(lives.get(alertId), alertId);
    }

    private Transition told(Life life, String alertId, Transition.Kind kind, Random random, long nowMs) {
        Transition t = moved(
                Storms.level(life.number++, kind, kind == CLEARED || kind == WITHDRAWN ? 0 : 1 + random.nextInt(3)),
                alertId,
                nowMs);
        boolean quiet = kind == SHELVED || life.shelved && kind != UNSHELVED && !(kind.ends() && life.told);
        life.shelved = quiet && !kind.ends();
        life.ended = kind.ends();
        if (!quiet && kind != ACKNOWLEDGED) {
            life.told |= !kind.ends();
            life.last = kind;
        }
        return quiet && kind != SHELVED ? shelved(t) : t;
    }

    private static Transition shelved(Transition t) {
        return Storms.but(t, Map.of("shelved", true, "shelvedUntilMs", t.atMs() + 8 * HOUR));
    }

    private void look(CapFeed feed, Map<String, Life> lives, Map<String, String> shown, long nowMs) throws Exception {
        Set<String> listed = new HashSet<>();
        for (CapMessage message : feed.listed().reversed()) {
            assertThat(listed.add(message.identifier())).as("one of a name").isTrue();
            if (!shown.containsKey(message.identifier())) {
                String xml = xml(feed, message.identifier());
                newOne(message, CapSchema.parse(xml), life(lives, message.alertId()));
                shown.put(message.identifier(), xml);
            }
        }
        assertThat(listed).as("none lost").isEqualTo(shown.keySet());
        for (Map.Entry<String, String> each : shown.entrySet()) {
            assertThat(feed.xml(each.getKey())).as("unchanged").isEqualTo(each.getValue());
        }
        lives.forEach((alertId, life) -> {
            if (life.told && !life.ended) {
                assertThat(life.messages)
                        .as("%s stands and must not lapse", alertId)
                        .anyMatch(message -> message.expiresMs() > nowMs);
            }
        });
    }

    private static void newOne(CapMessage message, Document xml, Life life) {
        List<String> expected = life.messages.stream()
                .filter(before -> before.expiresMs() > message.sentMs())
                .map(CapMessage::reference)
                .toList();
        List<String> references = all(xml, "references").stream()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList();
        assertThat(references)
                .as("every unexpired predecessor")
                .containsAll(expected)
                .doesNotHaveDuplicates();
        assertThat(life.messages.stream().map(CapMessage::reference))
                .as("predecessors only")
                .containsAll(references);
        assertThat(references.isEmpty()).isEqualTo(life.messages.isEmpty());
        String type = all(xml, "msgType").getFirst();
        assertThat(type.equals("Alert")).isEqualTo(life.messages.isEmpty());
        assertThat(type.equals("Cancel")).isEqualTo(message.told().kind() == WITHDRAWN);
        boolean allClear = all(xml, "responseType").contains("AllClear");
        assertThat(allClear).isEqualTo(message.told().kind() == CLEARED);
        assertThat(allClear && message.silent()).as("no all-clear while stale").isFalse();
        assertThat(all(xml, "sent").getFirst()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+\\d\\d:\\d\\d");
        for (String element : List.of("onset", "effective", "expires", "web", "description", "polygon|circle")) {
            int found = 0;
            for (String name : element.split("\\|")) {
                found += all(xml, name).size();
            }
            assertThat(found).as(element).isEqualTo(2);
        }
        assertThat(all(xml, "description")).allMatch(text -> text.contains("https://www.dmi.dk/varsler/"));
        life.messages.add(message);
    }
}
