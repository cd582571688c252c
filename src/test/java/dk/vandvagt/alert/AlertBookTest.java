package dk.vandvagt.alert;

import static dk.vandvagt.alert.Desk.HOUR;
import static dk.vandvagt.alert.Desk.MIN;
import static dk.vandvagt.alert.Desk.T0;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What people are told as edges and operators' calls come in; each step also by a restored book, see {@link Desk}. */
class AlertBookTest {
    private static final String W = "W.level";
    private static final String R = "R.accumulation.30min";

    private static final Threshold QUAY = level("quay", 1, 1.0, 0, 0);
    private static final Threshold STREET = level("street", 2, 1.5, 0, 0);
    private static final Threshold TOWN = level("town", 3, 2.0, 0, 0);
    private static final Sensor RAIN = rainSensor("R", rain("heavy", 1, 8), rain("cloudburst", 2, 15));

    private final Desk desk = new Desk(revision(QUAY, STREET, TOWN));

    private static Threshold rain(String name, int severity, double mm) {
        return threshold(name, severity, Threshold.Kind.ACCUMULATION, mm, mm - 2, 0, 0, 30 * Desk.MIN, Double.NaN);
    }

    private static Catalogue revision(Threshold... level) {
        return Catalogues.of(levelSensor("W", level), RAIN);
    }

    @Test
    void shouldRaiseWhatIsOnlyPossibleAndTellWhenItIsSure() {
        desk.judge(desk.possibly(R, 0, 16), desk.possibly(R, 1, 16));
        assertThat(desk.last().threshold()).isEqualTo("cloudburst");
        assertThat(desk.book().alerts().getFirst().possible()).isTrue();
        // the lower rung, of which nobody was told
        desk.judge(desk.edge(Edge.Kind.CONFIRMED, R, 0, 9, false));
        desk.judge(desk.edge(Edge.Kind.CONFIRMED, R, 1, 15.2, false));
        assertThat(desk.last().value()).isEqualTo(15.2);
        assertThat(desk.book().alerts().getFirst().possible()).isFalse();
        desk.judge(desk.ended(R, 0, 5), desk.ended(R, 1, 5));
        assertThat(desk.story()).containsExactly("RAISED 2 possible", "CONFIRMED 2", "CLEARED 0");
    }

    @Test
    void shouldMarkAnEscalationThatIsOnlyPossibleAndFallBackToWhatIsSure() {
        desk.judge(desk.began(R, 0, 9));
        desk.judge(desk.possibly(R, 1, 17));
        desk.judge(desk.ended(R, 1, 9));
        desk.judge(desk.ended(R, 0, 3));
        assertThat(desk.story()).containsExactly("RAISED 1", "ESCALATED 2 possible", "DE_ESCALATED 1", "CLEARED 0");
    }

    @Test
    void shouldNotTakeWhatWasOnlyPossibleForAPeak() {
        desk.judge(desk.began(R, 0, 18), desk.possibly(R, 1, 31));
        assertThat(desk.book().alerts().getFirst().peak()).isEqualTo(18);
        desk.judge(desk.ended(R, 1, 9));
        assertThat(desk.last().peak()).isEqualTo(18);
    }

    @Test
    void shouldSayAtTheEndThatItWasNeverSure() {
        desk.judge(desk.possibly(R, 0, 9));
        desk.judge(desk.ended(R, 0, 3));
        assertThat(desk.story()).containsExactly("RAISED 1 possible", "CLEARED 0 possible");
    }

    @Test
    void shouldTellWhenTheTopThresholdIsTakenOutOfTheSettings() {
        desk.judge(desk.began(W, 0, 2.1), desk.began(W, 1, 2.1), desk.began(W, 2, 2.1));
        desk.use(revision(QUAY, STREET));
        assertThat(desk.last().threshold()).isEqualTo("street");
        assertThat(desk.last().note()).isEqualTo("the threshold was taken out of the settings");
        // a milder one is nobody's concern
        desk.use(revision(STREET));
        desk.use(revision());
        assertThat(desk.story())
                .containsExactly("RAISED 3", "DE_ESCALATED 2 THRESHOLD_REMOVED", "CLEARED 0 THRESHOLD_REMOVED");
        assertThat(desk.book().standingCount()).isZero();
    }

    @Test
    void shouldPassOverTheShardsWordOnAThresholdThatIsGone() {
        desk.judge(desk.began(W, 0, 1.6), desk.began(W, 1, 1.6));
        Edge removed = desk.edge(Edge.Kind.REMOVED, W, 1, 1.6, false);
        desk.use(revision(QUAY)).judge(removed);
        assertThat(desk.story()).containsExactly("RAISED 2", "DE_ESCALATED 1 THRESHOLD_REMOVED");
    }

    @Test
    void shouldTellWhenTheSettingsChangeTheSeverityOfWhatStands() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.use(revision(level("quay", 2, 1.0, 0, 0), STREET));
        desk.use(revision(level("quay", 2, 1.05, 0, 0), STREET));
        desk.use(revision(QUAY, STREET));
        assertThat(desk.last().note()).isEqualTo("the threshold's severity was changed in the settings");
        assertThat(desk.story())
                .containsExactly("RAISED 1", "ESCALATED 2 SEVERITY_CHANGED", "DE_ESCALATED 1 SEVERITY_CHANGED");
    }

    @Test
    void shouldClearTheAlertOfASensorThatIsRetired() {
        desk.judge(desk.began(W, 0, 1.1));
        Catalogue before = revision(QUAY, STREET, TOWN);
        Catalogue next = Catalogue.of(
                "without W", "Test", Judging.USUAL, List.of(before.stations().getLast()), before);
        desk.use(next);
        assertThat(desk.story()).containsExactly("RAISED 1", "CLEARED 0 THRESHOLD_REMOVED");
        assertThat(desk.last().stationId()).isEqualTo("ST-W");
    }

    @Test
    void shouldTellAWithdrawnTopRungAsACorrection() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.judge(desk.began(W, 1, 1.9), desk.began(W, 2, 2.4));
        desk.judge(desk.edge(Edge.Kind.WITHDRAWN, W, 2, 2.4, false));
        desk.judge(desk.ended(W, 1, 1.4));
        assertThat(desk.story())
                .containsExactly("RAISED 1", "ESCALATED 3", "DE_ESCALATED 2 READING_FAILED", "DE_ESCALATED 1");
    }

    @Test
    void shouldKeepWhatIsShelvedFromThePublicAndTellItAgainWhenTheTimeIsUp() {
        desk.judge(desk.began(W, 0, 1.6), desk.began(W, 1, 1.6));
        desk.at(5).shelve(W, 60);
        assertThat(desk.last().by()).isEqualTo("Anna");
        assertThat(desk.last().note()).isEqualTo("sluseprøve");
        assertThat(desk.last().shelvedUntilMs()).isEqualTo(T0 + HOUR);
        desk.at(10).judge(desk.ended(W, 1, 1.4));
        desk.at(20).judge(desk.began(W, 1, 1.7));
        desk.at(40).stale(0);
        desk.at(59).judge();
        assertThat(desk.book().shelvings()).hasSize(1);
        desk.at(60).judge();
        assertThat(desk.book().shelvings()).isEmpty();
        assertThat(desk.last().unconfirmed()).as("its sensor is silent").isTrue();
        assertThat(desk.story())
                .containsExactly(
                        "RAISED 2",
                        "SHELVED 2 shelved",
                        "DE_ESCALATED 1 shelved",
                        "ESCALATED 2 shelved",
                        "STALE 2 shelved",
                        "UNSHELVED 2");
    }

    @Test
    void shouldTellWhatIsWorseThanWhenItWasShelved() {
        desk.judge(desk.began(W, 0, 1.6), desk.began(W, 1, 1.6));
        desk.at(5).shelve(W, 600);
        desk.at(30).judge(desk.began(W, 2, 2.1));
        assertThat(desk.book().shelvings()).isEmpty();
        desk.at(60).judge(desk.ended(W, 2, 1.9));
        assertThat(desk.story()).containsExactly("RAISED 2", "SHELVED 2 shelved", "ESCALATED 3", "DE_ESCALATED 2");
    }

    @Test
    void shouldLetRedBeShelvedToo() {
        desk.judge(desk.began(W, 0, 2.1), desk.began(W, 1, 2.1), desk.began(W, 2, 2.1));
        desk.at(1).shelve(W, 60);
        assertThat(desk.book().shelvings().getFirst().severity()).isEqualTo(3);
        desk.at(9).judge(desk.ended(W, 2, 1.9));
        desk.at(10).judge(desk.began(W, 2, 2.1));
        assertThat(desk.story())
                .containsExactly("RAISED 3", "SHELVED 3 shelved", "DE_ESCALATED 2 shelved", "ESCALATED 3 shelved");
    }

    @Test
    void shouldTellTheEndToWhoeverHeardTheBeginning() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).shelve(W, 600);
        desk.at(30).judge(desk.ended(W, 0, 0.9));
        // this one nobody heard of, so its end is nobody's either
        desk.at(40).judge(desk.began(W, 0, 1.1));
        desk.at(50).judge(desk.ended(W, 0, 0.9));
        assertThat(desk.story())
                .containsExactly("RAISED 1", "SHELVED 1 shelved", "CLEARED 0", "RAISED 1 shelved", "CLEARED 0 shelved");
    }

    @Test
    void shouldShelveARuleThatIsQuietUpToItsMildestThreshold() {
        desk.shelve(W, 600);
        desk.at(10).judge(desk.began(W, 0, 1.1));
        desk.at(20).unshelve(W);
        assertThat(desk.last().by()).isEqualTo("Bo");
        desk.at(30).shelve(W, 600);
        desk.at(40).judge(desk.began(W, 1, 1.6));
        assertThat(desk.story()).containsExactly("RAISED 1 shelved", "UNSHELVED 1", "SHELVED 1 shelved", "ESCALATED 2");
    }

    @Test
    void shouldEndTheShelvingWhenTheSettingsMakeItWorse() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).shelve(W, 600);
        desk.at(2).use(revision(level("quay", 3, 1.0, 0, 0)));
        assertThat(desk.story()).containsExactly("RAISED 1", "SHELVED 1 shelved", "ESCALATED 3 SEVERITY_CHANGED");
        desk.at(3).shelve(W, 600);
        desk.at(4).use(revision());
        assertThat(desk.book().shelvings()).isEmpty();
    }

    @Test
    void shouldNotShelveWhatIsNotThereOrLiesBehind() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(10).shelve("W.rise.180min", 60).shelve(W, 10).unshelve(W);
        assertThat(desk.story()).containsExactly("RAISED 1");
        assertThat(desk.book().shelvings()).isEmpty();
    }

    @Test
    void shouldWantToBeSeenAnewOnceItIsWorse() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.acknowledge("Havnevagten");
        desk.at(10).judge(desk.began(W, 1, 1.6));
        assertThat(desk.story()).containsExactly("RAISED 1", "ACKNOWLEDGED 1", "ESCALATED 2");
        assertThat(desk.book().alerts().getFirst().acknowledgedBy()).isNull();
        assertThat(desk.book().alerts().getFirst().note()).isNull();
        desk.acknowledge("Anna");
        desk.at(20).judge(desk.ended(W, 1, 1.2));
        assertThat(desk.story()).endsWith("ACKNOWLEDGED 2", "DE_ESCALATED 1");
        assertThat(desk.book().alerts().getFirst().acknowledgedBy())
                .as("milder than what was seen")
                .isEqualTo("Anna");
    }

    @Test
    void shouldKeepAcknowledgementsOfShelvedAlertsToItself() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.shelve(W, 60).acknowledge("Havnevagten");
        assertThat(desk.story()).containsExactly("RAISED 1", "SHELVED 1 shelved", "ACKNOWLEDGED 1 shelved");
        assertThat(desk.book().alerts().getFirst().acknowledgedBy()).isEqualTo("Havnevagten");
    }

    @Test
    void shouldRaiseNothingWhileTheSensorIsOutOfServiceAndThenWhatStands() {
        desk.out("W");
        desk.at(10).judge(desk.began(W, 0, 1.6), desk.began(W, 1, 1.6));
        desk.at(20).judge(desk.ended(W, 1, 1.4));
        assertThat(desk.transitions()).isEmpty();
        assertThat(desk.book().alerts()).isEmpty();
        desk.at(30).in("W");
        assertThat(desk.story()).containsExactly("RAISED 1 IN_SERVICE");
        assertThat(desk.last().beganAtMs()).isEqualTo(T0 + 10 * Desk.MIN);
        assertThat(desk.last().peak()).isEqualTo(1.6);
        desk.at(40).judge(desk.ended(W, 0, 0.9));
        assertThat(desk.story()).containsExactly("RAISED 1 IN_SERVICE", "CLEARED 0");
    }

    @Test
    void shouldTakeStandingAlertsOffTheListWithoutAnAllClearAndRaiseThemUnderTheSameId() {
        desk.judge(desk.began(W, 0, 1.1), desk.began(R, 0, 9));
        desk.acknowledge("Havnevagten");
        desk.at(10).out("W");
        assertThat(desk.last().severity()).as("nobody said that the water fell").isEqualTo(1);
        assertThat(desk.book().alerts())
                .extracting(Alert::state)
                .containsExactly(Alert.State.ACTIVE, Alert.State.OUT_OF_SERVICE);
        desk.at(20).judge(desk.began(W, 1, 1.6));
        desk.at(30).in("W");
        assertThat(desk.story())
                .containsExactly("RAISED 1", "RAISED 1", "ACKNOWLEDGED 1", "OUT_OF_SERVICE 1", "RAISED 2 IN_SERVICE");
        List<Transition> ofW = desk.transitions().stream()
                .filter(each -> each.ruleId().equals(W))
                .toList();
        assertThat(ofW)
                .extracting(Transition::alertId)
                .containsOnly(ofW.getFirst().alertId());
        assertThat(ofW).extracting(Transition::number).containsExactly(0, 1, 2, 3);
        Alert again = desk.book().alerts().getLast();
        assertThat(again.id()).isEqualTo(ofW.getFirst().alertId());
        assertThat(again.acknowledgedBy()).as("it is to be seen anew").isNull();
        assertThat(desk.book().alerts()).hasSize(2);
    }

    @Test
    void shouldGiveTheLastWordOnAnAlertThatEndedOutOfServiceOnceItsSensorIsHeardInService() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(10).out("W");
        desk.at(20).judge(desk.ended(W, 0, 0.9));
        desk.at(60).stale(0);
        desk.at(70).in("W");
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1");
        desk.at(80).back(0);
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1", "CLEARED 0 IN_SERVICE");
        assertThat(desk.book().alerts()).extracting(Alert::state).containsExactly(Alert.State.CLEARED);
    }

    @Test
    void shouldLetAnAlertGoOnWhoseEndWasNotTold() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(10).out("W");
        desk.at(20).judge(desk.ended(W, 0, 0.9));
        desk.at(60).stale(0);
        desk.at(70).in("W");
        desk.at(80).judge(desk.began(W, 0, 1.2));
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1", "RAISED 1");
        assertThat(desk.transitions())
                .extracting(Transition::alertId)
                .containsOnly(desk.last().alertId());
        desk.at(90).back(0).at(100).judge(desk.ended(W, 0, 0.9));
        assertThat(desk.last().kind()).isEqualTo(Transition.Kind.CLEARED);
    }

    @Test
    void shouldKeepShelvingOverOutOfService() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).shelve(W, 60).at(2).out("W").at(3).in("W");
        desk.at(60).judge();
        assertThat(desk.story())
                .containsExactly(
                        "RAISED 1",
                        "SHELVED 1 shelved",
                        "OUT_OF_SERVICE 1",
                        "RAISED 1 shelved IN_SERVICE",
                        "UNSHELVED 1");
    }

    @Test
    void shouldClearWhatWasPutAsideWhenItsRuleIsTakenOutOfTheSettings() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).out("W");
        desk.at(2).use(revision());
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1", "CLEARED 0 THRESHOLD_REMOVED");
        assertThat(desk.book().outOfService()).as("the sensor is still there").hasSize(1);
        desk.at(3).use(revision(QUAY)).judge(desk.began(W, 0, 1.1));
        assertThat(desk.transitions()).hasSize(3);
        Catalogue before = revision(QUAY);
        desk.use(Catalogue.of(
                "without W", "Test", Judging.USUAL, List.of(before.stations().getLast()), before));
        assertThat(desk.book().outOfService()).isEmpty();
        assertThat(desk.transitions()).as("of the second nobody was ever told").hasSize(3);
    }

    @Test
    void shouldEndMaintenanceByTheClockAloneAndTellWhatStandsThen() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).maintain(60, "W");
        assertThat(desk.last().cause()).isEqualTo(Transition.Cause.MAINTENANCE);
        assertThat(desk.last().untilMs()).isEqualTo(T0 + HOUR);
        assertThat(desk.last().by()).isEqualTo("Anna");
        desk.at(30).judge(desk.began(W, 1, 1.3));
        desk.at(59).judge();
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1 MAINTENANCE");
        desk.at(60).judge();
        assertThat(desk.last().by()).as("nobody did it").isNull();
        desk.at(70).judge();
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1 MAINTENANCE", "RAISED 2 IN_SERVICE");
        assertThat(desk.book().outOfService()).isEmpty();
    }

    @Test
    void shouldTellAfterMaintenanceThatWhatPeopleWereToldOfIsOver() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).maintain(60, "W");
        desk.at(30).judge(desk.ended(W, 0, 0.8));
        desk.at(60).judge();
        assertThat(desk.story()).containsExactly("RAISED 1", "OUT_OF_SERVICE 1 MAINTENANCE", "CLEARED 0 IN_SERVICE");
    }

    @Test
    void shouldCallASensorThatIsSilentAfterMaintenanceNoAllClear() {
        desk.judge(desk.began(W, 0, 1.1));
        desk.at(1).maintain(60, "W");
        desk.at(30).judge(desk.ended(W, 0, 0.8));
        desk.at(50).stale(0);
        desk.at(60).judge();
        assertThat(desk.transitions()).hasSize(2);
        desk.at(80).back(0);
        assertThat(desk.last().kind()).isEqualTo(Transition.Kind.CLEARED);
    }

    @Test
    void shouldMaintainAWholeStationAndEndItSoonerOrLater() {
        desk.at(1).maintain(60, "W", "R");
        assertThat(desk.book().outOfService())
                .extracting(OutOfService::sensorId, OutOfService::endsByItself)
                .containsExactly(tuple("R", true), tuple("W", true));
        desk.at(10).maintain(20, "R");
        desk.at(20).judge();
        assertThat(desk.book().outOfService())
                .containsExactly(new OutOfService("W", T0 + MIN, T0 + HOUR, "Anna", "rengøring"));
        desk.at(21).in("W");
        assertThat(desk.book().outOfService()).isEmpty();
        desk.at(60).judge();
        assertThat(desk.transitions()).isEmpty();
    }

    @Test
    void shouldNotPutABrokenSensorBackInServiceWhenItsStationsMaintenanceEnds() {
        desk.out("W").at(1).maintain(60, "W", "R");
        desk.at(60).judge();
        assertThat(desk.book().outOfService()).containsExactly(new OutOfService("W", T0, 0, "Anna", "rengøring"));
        desk.at(61).maintain(90, "R").at(62).out("R");
        desk.at(90).judge();
        assertThat(desk.book().outOfService())
                .as("found broken while it was maintained")
                .extracting(OutOfService::sensorId)
                .containsExactly("R", "W");
    }

    @Test
    void shouldReadWhatWasOutOfServiceBeforeThereWasMaintenance() {
        desk.out("W");
        String then = Desk.json(desk.book().save()).replace("\"untilMs\":0,\"by\":\"Anna\"", "\"by\":\"Anna\"");
        assertThat(then).contains("rengøring").doesNotContain("\"untilMs\":0,\"by\"");
        assertThat(Desk.state(then).outOfService()).containsExactly(new OutOfService("W", T0, 0, "Anna", "rengøring"));
    }

    @Test
    void shouldReadWhatTheFirstVersionSaved() throws IOException {
        Catalogue then = Catalogues.of(
                levelSensor("W", level("gul", 1, 1.0, 0, 0), level("orange", 2, 1.25, 0, 0)),
                levelSensor("X", level("gul", 1, 1.0, 0, 0)));
        AlertBook book = new AlertBook("test", then);
        try (InputStream file = getClass().getResourceAsStream("/golden/book/1.json")) {
            book.restore(Desk.state(new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)));
        }
        assertThat(book.alerts()).extracting(Alert::state).containsExactly(Alert.State.ACTIVE, Alert.State.CLEARED);
        Alert stands = book.alerts().getFirst();
        assertThat(stands.acknowledgedBy()).isEqualTo("Havnevagten");
        assertThat(stands.silent()).isTrue();
        assertThat(stands.possible()).isFalse();
        assertThat(book.shelvings()).isEmpty();
        book.shelve(5, T0 + HOUR, W, T0 + 2 * HOUR, "Anna", "sluseprøve");
        List<Transition> out = book.takeOutOfService(6, T0 + HOUR, "W", "Anna", "rengøring");
        assertThat(out).extracting(Transition::number).containsExactly(4);
        assertThat(out.getFirst().shelved()).as("people had heard of it").isFalse();
    }

    /** Of before figures told, operators' calls and what comes and goes were kept. */
    @Test
    void shouldReadWhatTheSecondVersionSaved() throws IOException {
        Catalogue then = Catalogues.of(
                levelSensor("W", level("gul", 1, 1.0, 0, 0), level("orange", 2, 1.25, 0, 0)),
                levelSensor("X", level("gul", 1, 1.0, 0, 0)));
        AlertBook book = new AlertBook("test", then);
        try (InputStream file = getClass().getResourceAsStream("/golden/book/2.json")) {
            book.restore(Desk.state(new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)));
        }
        assertThat(book.shelvings()).extracting(Shelving::by).containsExactly("Anna");
        assertThat(book.operatorCalls()).isEmpty();
        Rule rule = Objects.requireNonNull(then.rule(W));
        Edge peak = new Edge(
                Edge.Kind.PEAK,
                0,
                rule,
                rule.rungs().getLast(),
                1,
                T0,
                T0,
                T0,
                1.28,
                (byte) 1,
                1.28,
                T0,
                (byte) 1,
                false,
                false,
                false);
        assertThat(book.judge(5, T0 + HOUR, book.steady(T0 + HOUR, List.of(peak))))
                .as("nobody knows which figure was told")
                .isEmpty();
    }

    @Test
    void shouldTellAnewAFigureThatIsAnotherNow() {
        desk.judge(desk.began(W, 0, 1.2));
        Edge corrected = desk.edge(Edge.Kind.PEAK, W, 0, 1.05, false);
        desk.at(5).judge(corrected);
        assertThat(desk.story()).containsExactly("RAISED 1", "CORRECTED 1");
        assertThat(desk.last().value()).isEqualTo(1.05);
        desk.at(10).judge(desk.edge(Edge.Kind.PEAK, W, 0, 1.3, false));
        assertThat(desk.story()).as("risen, not corrected").hasSize(2);
        desk.at(15).judge(desk.edge(Edge.Kind.PEAK, W, 0, 1.1, false));
        assertThat(desk.story()).as("nobody was told of 1.30").hasSize(2);
    }

    @Test
    void shouldNotCallASensorSilentThatIsHeardInTheSameBatch() {
        desk.judge(
                desk.began(W, 0, 1.1),
                Edge.ofSensor(Edge.Kind.STALE, 0, desk.clockMs(), desk.clockMs()),
                Edge.ofSensor(Edge.Kind.BACK, 0, desk.clockMs(), desk.clockMs()));
        assertThat(desk.story()).containsExactly("RAISED 1");
        desk.at(50).stale(0);
        desk.at(60)
                .judge(
                        Edge.ofSensor(Edge.Kind.STALE, 0, desk.clockMs(), desk.clockMs()),
                        Edge.ofSensor(Edge.Kind.BACK, 0, desk.clockMs(), desk.clockMs()));
        assertThat(desk.story()).containsExactly("RAISED 1", "STALE 1", "BACK 1");
    }
}
