package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostBookTest {
    private static final ZoneId COPENHAGEN = ZoneId.of("Europe/Copenhagen");
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    /** 23:40 in Copenhagen. */
    private static final long T0 = Storms.AT_MS;

    private final Catalogue catalogue = Storms.catalogue();
    private final PostBook book = new PostBook(PostBook.Pace.USUAL, COPENHAGEN, new Random(1));
    private long nowMs = T0;

    @Test
    void shouldWriteOneLetterOfWhatComesTogether() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 2 * SECOND;
        post(Storms.rain(0, Transition.Kind.RAISED));
        assertThat(book.due(nowMs)).isEmpty();
        nowMs += 3 * SECOND;
        Letter letter = next(1);
        assertThat(letter.steps()).extracting(Transition::alertId).containsExactly("a1", "a2");
        assertThat(letter.standing()).extracting(Transition::severity).containsExactly(2, 1);
        assertThat(letter.severity()).isEqualTo(2);
        assertThat(letter.number()).isZero();
    }

    @Test
    void shouldTellWorseAtOnceAndTheRestInItsTime() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter first = arrive(next(1));
        post(Storms.level(1, Transition.Kind.STALE, 1));
        nowMs += 10 * SECOND;
        assertThat(book.due(nowMs)).as("silence, seconds after").isEmpty();
        post(Storms.level(2, Transition.Kind.ESCALATED, 2));
        assertThat(book.due(nowMs)).as("worse").containsExactly(1);
        Letter worse = arrive(next(1));
        assertThat(worse.storm()).isEqualTo(first.storm());
        assertThat(worse.number()).isEqualTo(1);
        assertThat(worse.steps()).extracting(Transition::number).containsExactly(1, 2);
        post(Storms.level(3, Transition.Kind.DE_ESCALATED, 1));
        assertThat(book.nextMs(nowMs)).isEqualTo(nowMs + 5 * MINUTE);
    }

    @Test
    void shouldTakeBackAtOnceWhatWasNotTrue() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 2));
        post(Storms.at("ELSEWHERE", "a9", Storms.level(0, Transition.Kind.RAISED, 2)));
        nowMs += 5 * SECOND;
        arrive(next(1));
        post(Storms.level(1, Transition.Kind.WITHDRAWN, 0));
        assertThat(book.nextMs(nowMs)).as("another still stands").isEqualTo(nowMs + 5 * SECOND);
    }

    @Test
    void shouldBringACorrectionToWhomeverItBroughtTheFigureAndToNobodyElse() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter first = arrive(next(1));
        book.put(anybody(2));
        post(Storms.level(1, Transition.Kind.CORRECTED, 1));
        nowMs += 5 * MINUTE;
        assertThat(book.due(nowMs)).contains(1);
        Letter correction = arrive(next(1));
        assertThat(correction.storm()).isEqualTo(first.storm());
        assertThat(correction.isLast()).as("the alert stands").isFalse();
        assertThat(correction.standing()).extracting(Transition::number).containsExactly(1);
    }

    @Test
    void shouldTellAnotherRedAlertWithinAMinute() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 3));
        nowMs += 5 * SECOND;
        arrive(next(1));
        nowMs += 10 * SECOND;
        post(Storms.but(Storms.rain(0, Transition.Kind.RAISED), Map.of("severity", 3)));
        assertThat(book.nextMs(nowMs)).isEqualTo(nowMs + 50 * SECOND);
        nowMs += 50 * SECOND;
        assertThat(arrive(next(1)).standing()).hasSize(2);
        post(Storms.but(Storms.rain(1, Transition.Kind.STALE), Map.of("severity", 3)));
        assertThat(book.nextMs(nowMs)).as("that it is silent").isEqualTo(nowMs + 5 * MINUTE);
    }

    @Test
    void shouldBringTheEndToWhomeverItBroughtTheBeginningWhateverTheyChooseMeanwhile() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        arrive(next(1));
        book.put(with(
                anybody(1),
                new Subscription.Selection(Set.of("ELSEWHERE"), Set.of(), List.of(), 3, Set.of()),
                null,
                true));
        post(Storms.rain(0, Transition.Kind.RAISED));
        post(Storms.level(1, Transition.Kind.CLEARED, 0));
        nowMs += 5 * SECOND;
        Letter last = arrive(next(1));
        assertThat(last.steps()).extracting(Transition::kind).containsExactly(Transition.Kind.CLEARED);
        assertThat(last.isLast()).isTrue();
    }

    @Test
    void shouldBeginAnotherStormAfterTheLastHasEnded() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter first = arrive(next(1));
        post(Storms.level(1, Transition.Kind.CLEARED, 0));
        nowMs += 5 * SECOND;
        assertThat(arrive(next(1)).storm()).isEqualTo(first.storm());
        post(Storms.rain(0, Transition.Kind.RAISED));
        nowMs += 5 * SECOND;
        Letter second = next(1);
        assertThat(second.storm()).isNotEqualTo(first.storm());
        assertThat(second.number()).isZero();
    }

    @Test
    void shouldFollowAnAlertThatNobodyWatchesToItsLastWord() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 2));
        nowMs += 5 * SECOND;
        arrive(next(1));
        post(Storms.level(1, Transition.Kind.OUT_OF_SERVICE, 2));
        nowMs += 5 * SECOND;
        Letter unwatched = arrive(next(1));
        assertThat(unwatched.isLast()).isTrue();
        post(Storms.because(Transition.Cause.IN_SERVICE, Storms.level(2, Transition.Kind.CLEARED, 0)));
        nowMs += 5 * SECOND;
        Letter last = arrive(next(1));
        assertThat(last.steps()).extracting(Transition::kind).containsExactly(Transition.Kind.CLEARED);
        assertThat(last.id()).isNotEqualTo(unwatched.id());
    }

    @Test
    void shouldKeepQuietUntilMorningUnlessItIsRed() {
        QuietHours night = new QuietHours(22 * 60, 7 * 60);
        book.put(with(anybody(1), Subscription.Selection.ALL, night, false));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        assertThat(Instant.ofEpochMilli(book.nextMs(nowMs)))
                .as("seven in the morning, summer time")
                .isEqualTo("2023-10-21T05:00:00Z");
        nowMs += HOUR;
        post(Storms.level(1, Transition.Kind.ESCALATED, 2));
        assertThat(book.nextMs(nowMs)).as("orange waits too").isEqualTo(morning());
        nowMs += HOUR;
        post(Storms.level(2, Transition.Kind.ESCALATED, 3));
        assertThat(book.due(nowMs)).as("red does not").containsExactly(1);
        Letter red = next(1);
        assertThat(red.steps()).hasSize(3);
        arrive(red);

        post(Storms.level(3, Transition.Kind.CLEARED, 0));
        assertThat(book.nextMs(nowMs))
                .as("nor does the end of what they were woken for")
                .isLessThan(nowMs + 10 * MINUTE);
        arrive(next(1));
        post(Storms.rain(0, Transition.Kind.RAISED));
        assertThat(book.nextMs(nowMs)).as("what comes after it does").isEqualTo(morning());
    }

    private static long morning() {
        return Instant.parse("2023-10-21T05:00:00Z").toEpochMilli();
    }

    @Test
    void shouldNotWakeAnybodyWithALetterThatIsLate() {
        QuietHours night = new QuietHours(22 * 60, 7 * 60);
        book.put(with(anybody(1), Subscription.Selection.ALL, night, false));
        nowMs = morning() - 9 * HOUR - 10 * SECOND;
        post(Storms.level(0, Transition.Kind.RAISED, 2));
        nowMs += 5 * SECOND;
        Letter evening = next(1);
        nowMs += 10 * SECOND;
        book.failed(evening.id(), 1, 0, nowMs);
        assertThat(book.takeReady(nowMs + HOUR)).as("the gateway was away").isEmpty();
        assertThat(book.nextMs(nowMs)).isEqualTo(morning());
        // the same after a restart
        PostBook later = new PostBook(PostBook.Pace.USUAL, COPENHAGEN, new Random(1));
        later.put(with(anybody(1), Subscription.Selection.ALL, night, false));
        Map<String, Transition> mentioned = new HashMap<>();
        later.restore(book.save(mentioned), mentioned);
        assertThat(later.nextMs(nowMs)).isEqualTo(morning());
        // until something red is behind it
        post(Storms.level(1, Transition.Kind.ESCALATED, 3));
        assertThat(book.takeReady(nowMs)).containsExactly(evening);
        arrive(evening);
        Letter red = next(1);
        assertThat(red.madeAtMs()).isLessThan(morning());
        book.failed(red.id(), 1, 0, nowMs);
        assertThat(book.takeReady(nowMs + MINUTE)).containsExactly(red);
        arrive(red);
        post(Storms.level(2, Transition.Kind.CLEARED, 0));
        Letter end = next(1);
        book.failed(end.id(), 1, 0, nowMs);
        Map<String, Transition> all = new HashMap<>();
        later.restore(book.save(all), all);
        assertThat(later.takeReady(nowMs + MINUTE))
                .as("the end of it, over a restart")
                .containsExactly(end);
    }

    @Test
    void shouldSendAtOnceWhatAnOperatorSendsAgain() {
        book.put(with(anybody(1), Subscription.Selection.ALL, new QuietHours(0, 23 * 60 + 59), false));
        nowMs = Instant.parse("2023-10-20T21:59:10Z").toEpochMilli();
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter letter = next(1);
        arrive(letter);
        nowMs += HOUR;
        assertThat(book.again(letter, nowMs)).isTrue();
        assertThat(book.takeReady(nowMs)).containsExactly(letter);
        assertThat(book.again(letter, nowMs)).as("it is on its way").isFalse();
    }

    @Test
    void shouldBeQuietFromTheFirstMinuteToTheLast() {
        QuietHours night = new QuietHours(22 * 60, 7 * 60);
        QuietHours noon = new QuietHours(12 * 60, 13 * 60);
        assertThat(quietUntil(night, "2023-10-20T19:59:59Z")).isEqualTo("2023-10-20T19:59:59Z");
        assertThat(quietUntil(night, "2023-10-20T20:00:00Z")).isEqualTo("2023-10-21T05:00:00Z");
        assertThat(quietUntil(night, "2023-10-21T04:59:59Z")).isEqualTo("2023-10-21T05:00:00Z");
        assertThat(quietUntil(night, "2023-10-21T05:00:00Z")).isEqualTo("2023-10-21T05:00:00Z");
        assertThat(quietUntil(noon, "2023-10-20T10:30:00Z")).isEqualTo("2023-10-20T11:00:00Z");
        assertThat(quietUntil(noon, "2023-10-20T11:00:00Z")).isEqualTo("2023-10-20T11:00:00Z");
        assertThat(quietUntil(noon, "2023-10-20T09:59:59Z")).isEqualTo("2023-10-20T09:59:59Z");
    }

    private static String quietUntil(QuietHours hours, String at) {
        long endsMs = hours.endsMs(Instant.parse(at).toEpochMilli(), COPENHAGEN);
        return Instant.ofEpochMilli(endsMs).toString();
    }

    @Test
    void shouldEndQuietHoursByTheClockOnTheWallWhenItIsSetBack() {
        // in the night of 29 October 2023 three o'clock came twice
        long eleven = Instant.parse("2023-10-28T21:00:00Z").toEpochMilli();
        assertThat(Instant.ofEpochMilli(new QuietHours(22 * 60, 7 * 60).endsMs(eleven, COPENHAGEN)))
                .isEqualTo("2023-10-29T06:00:00Z");
        long noon = Instant.parse("2023-10-28T10:00:00Z").toEpochMilli();
        assertThat(new QuietHours(22 * 60, 7 * 60).endsMs(noon, COPENHAGEN)).isEqualTo(noon);
        // half past two comes twice, and is over the second time
        assertThat(quietUntil(new QuietHours(22 * 60, 2 * 60 + 30), "2023-10-29T01:10:00Z"))
                .isEqualTo("2023-10-29T01:30:00Z");
        // in the night of 26 March 2023 it did not come at all
        assertThat(quietUntil(new QuietHours(22 * 60, 2 * 60 + 30), "2023-03-26T00:59:00Z"))
                .isEqualTo("2023-03-26T01:30:00Z");
    }

    @Test
    void shouldTellNothingNewToWhomeverPauses() {
        book.put(with(anybody(1), Subscription.Selection.ALL, null, true));
        assertThat(book.concerned(Storms.level(0, Transition.Kind.RAISED, 3), catalogue).stream())
                .isEmpty();
    }

    @Test
    void shouldWakeNobodyBecauseSomebodyHasSeenIt() {
        Subscription program = new Subscription(
                2,
                "s2",
                Subscription.Way.WEBHOOK,
                "https://hook.example/",
                "",
                "da",
                Subscription.Selection.ALL,
                null,
                false,
                false,
                T0,
                T0);
        book.put(anybody(1));
        book.put(program);
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        assertThat(book.concerned(Storms.level(1, Transition.Kind.ACKNOWLEDGED, 1), catalogue).stream())
                .containsExactly(2);
        assertThat(book.concerned(Storms.level(1, Transition.Kind.STALE, 1), catalogue).stream())
                .containsExactly(1, 2);
    }

    /** In a replay nothing is happening now; whoever has not asked for exercises hears of none. */
    @Test
    void shouldTellAReplayToThoseAloneWhoWantExercises() {
        book.put(anybody(1));
        Subscription s = anybody(2);
        book.put(new Subscription(2, s.id(), s.way(), s.address(), "", "da", s.selection(), null, false, true, T0, T0));
        for (String run : List.of("replay", "replay-2023", "backtest-7", "demo", "drill-20231020")) {
            assertThat(book
                            .concerned(
                                    Storms.but(Storms.level(0, Transition.Kind.RAISED, 3), Map.of("runId", run)),
                                    catalogue)
                            .stream())
                    .as(run)
                    .containsExactly(2);
        }
        assertThat(book.concerned(Storms.level(0, Transition.Kind.RAISED, 3), catalogue).stream())
                .containsExactly(1, 2);
    }

    @Test
    void shouldTellOnlyWhatWasChosen() {
        Catalogue catalogue = Storms.catalogue("assens-by");
        book.put(with(anybody(1), new Subscription.Selection(Set.of(), Set.of(), List.of(), 2, Set.of()), null, false));
        book.put(with(anybody(2), selection(Set.of(), List.of(), Parameter.RAIN), null, false));
        book.put(with(anybody(3), selection(Set.of(), around(9.89, 55.27)), null, false));
        book.put(with(anybody(4), selection(Set.of(), around(12.5, 55.7)), null, false));
        book.put(with(anybody(5), selection(Set.of("ASS-HAVN"), around(12.5, 55.7)), null, false));
        book.put(with(anybody(7), in("assens-by"), null, false));
        book.put(with(anybody(8), in("baagoe"), null, false));
        book.put(new Subscription(
                6,
                "s6",
                Subscription.Way.MAIL,
                "a@b.dk",
                "",
                "da",
                Subscription.Selection.ALL,
                null,
                false,
                false,
                T0,
                0));
        assertThat(book.concerned(Storms.level(0, Transition.Kind.RAISED, 1), catalogue).stream())
                .containsExactly(3, 5, 7);
        assertThat(book.concerned(Storms.rain(0, Transition.Kind.RAISED), catalogue).stream())
                .containsExactly(1, 2, 3, 5, 7);
        assertThat(book.concerned(Storms.level(0, Transition.Kind.SHELVED, 3), catalogue).stream())
                .as("shelved")
                .isEmpty();
    }

    @Test
    void shouldFindAStationByItsNameItsPartOrItsArea() {
        Catalogue catalogue = Storms.catalogue("assens-by");
        Transition raised = Storms.level(0, Transition.Kind.RAISED, 1);
        Set<String> here = Set.of("ASS-HAVN");
        Set<String> baagoe = Set.of("baagoe");
        List<double[]> east = around(10.2, 55.27);
        assertThat(chosen(here, baagoe, east).chooses(raised, catalogue))
                .as("by name, whatever else was chosen")
                .isTrue();
        assertThat(chosen(Set.of("ELSEWHERE"), Set.of("assens-by"), east).chooses(raised, catalogue))
                .as("by part")
                .isTrue();
        assertThat(chosen(Set.of(), baagoe, upTo(9.89)).chooses(raised, catalogue))
                .as("on the border")
                .isTrue();
        assertThat(chosen(Set.of(), Set.of(), east).chooses(raised, catalogue))
                .as("west of it")
                .isFalse();
        assertThat(chosen(Set.of(), Set.of(), around(9.5, 55.27)).chooses(raised, catalogue))
                .as("east of it")
                .isFalse();
    }

    private static Subscription.Selection chosen(Set<String> stations, Set<String> parts, List<double[]> area) {
        return new Subscription.Selection(stations, parts, area, 1, Set.of());
    }

    @Test
    void shouldCountARiseAsLevelAndACompositeAsEverything() {
        Transition rise = Storms.rise(0, Transition.Kind.RAISED, 0.4);
        Transition composite = Storms.composite(0, Transition.Kind.RAISED, 2);
        Subscription.Selection level = selection(Set.of(), List.of(), Parameter.LEVEL);
        Subscription.Selection rain = selection(Set.of(), List.of(), Parameter.RAIN);
        assertThat(level.chooses(rise, catalogue)).isTrue();
        assertThat(rain.chooses(rise, catalogue)).isFalse();
        assertThat(level.chooses(composite, catalogue)).isTrue();
        assertThat(rain.chooses(composite, catalogue)).isTrue();
    }

    @Test
    void shouldTryAgainLaterAndLaterUntilTheLetterIsDead() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter letter = next(1);
        long waitedMs = 0;
        int attempts = 1;
        while (!book.isLastAttempt(letter.id(), 1, nowMs)) {
            book.failed(letter.id(), 1, 0, nowMs);
            long pauseMs = book.nextMs(nowMs) - nowMs;
            assertThat(pauseMs).isBetween(500L, 15 * MINUTE);
            waitedMs = pauseMs;
            nowMs += pauseMs;
            assertThat(book.takeReady(nowMs)).containsExactly(letter);
            attempts++;
        }
        assertThat(nowMs - letter.madeAtMs()).isGreaterThanOrEqualTo(24 * HOUR);
        assertThat(waitedMs).isGreaterThanOrEqualTo(7 * MINUTE);
        assertThat(attempts).isBetween(100, 220);
    }

    @Test
    void shouldTryAtOnceWhenWorseIsWaitingBehindIt() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter letter = next(1);
        book.failed(letter.id(), 1, 10 * MINUTE, nowMs);
        assertThat(book.takeReady(nowMs + MINUTE)).isEmpty();
        post(Storms.level(1, Transition.Kind.ESCALATED, 3));
        assertThat(book.takeReady(nowMs)).containsExactly(letter);
    }

    /** A thousand who failed together do not come back together. */
    @Test
    void shouldScatterAttemptsThatFailedTogether() {
        for (int i = 1; i <= 50; i++) {
            book.put(anybody(i));
        }
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        book.due(nowMs).forEach(each -> book.write(each, nowMs));
        List<Letter> all = book.takeReady(nowMs);
        all.forEach(each -> book.failed(each.id(), each.subscriber(), 0, nowMs));
        assertThat(book.takeReady(nowMs + 499)).isEmpty();
        assertThat(book.takeReady(nowMs + 750)).hasSizeBetween(5, 45);
    }

    @Test
    void shouldLeaveAnEndpointAloneForAsLongAsItAsks() {
        book.put(anybody(1));
        post(Storms.level(0, Transition.Kind.RAISED, 1));
        nowMs += 5 * SECOND;
        Letter letter = next(1);
        book.failed(letter.id(), 1, 60 * SECOND, nowMs);
        assertThat(book.takeReady(nowMs + 59 * SECOND)).isEmpty();
        assertThat(book.nextMs(nowMs)).isEqualTo(nowMs + 60 * SECOND);
        book.takeReady(nowMs + 60 * SECOND);
        book.failed(letter.id(), 1, 24 * HOUR, nowMs);
        assertThat(book.nextMs(nowMs)).as("a quarter of an hour at most").isEqualTo(nowMs + 15 * MINUTE);
    }

    private static List<double[]> upTo(double lon) {
        return List.of(
                new double[] {9, 55},
                new double[] {lon, 55},
                new double[] {lon, 56},
                new double[] {9, 56},
                new double[] {9, 55});
    }

    private static List<double[]> around(double lon, double lat) {
        return List.of(
                new double[] {lon - 0.1, lat - 0.1},
                new double[] {lon + 0.1, lat - 0.1},
                new double[] {lon + 0.1, lat + 0.1},
                new double[] {lon - 0.1, lat + 0.1},
                new double[] {lon - 0.1, lat - 0.1});
    }

    private static Subscription.Selection selection(Set<String> stations, List<double[]> area, Parameter... of) {
        return new Subscription.Selection(stations, Set.of(), area, 1, Set.of(of));
    }

    private static Subscription.Selection in(String part) {
        return new Subscription.Selection(Set.of(), Set.of(part), List.of(), 1, Set.of());
    }

    static Subscription anybody(int number) {
        return subscription(number, T0);
    }

    static Subscription unconfirmed(int number) {
        return subscription(number, 0);
    }

    private static Subscription subscription(int number, long confirmedAtMs) {
        return new Subscription(
                number,
                "s" + number,
                Subscription.Way.SMS,
                "+4512345678",
                "",
                "da",
                Subscription.Selection.ALL,
                null,
                false,
                false,
                T0,
                confirmedAtMs);
    }

    private static Subscription with(
            Subscription s, Subscription.Selection selection, @Nullable QuietHours quiet, boolean paused) {
        return new Subscription(
                s.number(),
                s.id(),
                s.way(),
                s.address(),
                s.secret(),
                s.language(),
                selection,
                quiet,
                paused,
                s.exercises(),
                s.madeAtMs(),
                s.confirmedAtMs());
    }

    private void post(Transition transition) {
        book.post(transition, book.concerned(transition, catalogue), nowMs);
    }

    private Letter next(int subscriber) {
        if (!book.due(nowMs).contains(subscriber)) {
            nowMs = book.nextMs(nowMs);
        }
        assertThat(book.due(nowMs)).contains(subscriber);
        Letter letter = Objects.requireNonNull(book.write(subscriber, nowMs));
        assertThat(book.takeReady(nowMs)).containsExactly(letter);
        return letter;
    }

    private Letter arrive(Letter letter) {
        book.settled(letter.id(), letter.subscriber());
        return letter;
    }
}
