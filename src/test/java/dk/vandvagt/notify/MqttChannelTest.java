package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.mqtt.Broker;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.notify.Listener.Heard;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MqttChannelTest {
    @TempDir
    Path folder;

    private final TestLog deliveries = new TestLog();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Mosquitto mosquitto;

    @BeforeEach
    void startBroker() {
        mosquitto = Mosquitto.forgetful(folder);
        open.add(mosquitto);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void shouldTellInOrderOnTheTopicOfStationAndRule() throws Exception {
        Listener listener = listener();
        MqttChannel channel = channel(mosquitto.uri());
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        decide(channel, Storms.rain(0, Transition.Kind.RAISED));
        for (int i = 1; i < 200; i++) {
            decide(channel, Storms.level(i, Transition.Kind.ESCALATED, 2));
        }

        await().until(() -> listener.heard().size() == 201);
        assertThat(listener.heard().getFirst().topic()).isEqualTo("vandvagt/v1/alerts/ASS-HAVN/ASS-HAVN-W.level");
        assertThat(listener.heard().get(1).topic())
                .isEqualTo("vandvagt/v1/alerts/ASS-HAVN/ASS-HAVN-R.accumulation.30min");
        List<String> expected = new ArrayList<>(List.of("a1/0", "a2/0"));
        IntStream.range(1, 200).forEach(i -> expected.add("a1/" + i));
        assertThat(listener.ids()).isEqualTo(expected);
        await().until(() -> deliveries.told() == 201);
    }

    @Test
    void shouldLeaveTheLastWordForWhoeverComesLater() throws Exception {
        MqttChannel channel = channel(mosquitto.uri());
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        decide(channel, Storms.level(1, Transition.Kind.CLEARED, 0));
        await().until(() -> deliveries.told() == 2);

        Listener late = listener();

        await().until(() -> late.heard().size() == 1);
        assertThat(late.heard()).allMatch(Heard::retained);
        assertThat(late.ids()).containsExactly("a1/1");
        assertThat(late.heard().getFirst().payload()).contains("\"kind\":\"cleared\"");
        assertThat(late.heard().getFirst().expiresAfterSeconds())
                .as("the broker empties the topic a week after the end")
                .isBetween(7 * 86_400 - 60L, 7 * 86_400L);
    }

    @Test
    void shouldLeaveTheLastWordAsItWasWhileTheRuleIsShelved() throws Exception {
        MqttChannel channel = channel(mosquitto.uri());
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        decide(channel, Storms.level(1, Transition.Kind.SHELVED, 1));
        await().until(() -> deliveries.told() == 2);

        Listener late = listener();

        await().until(() -> late.heard().size() == 1);
        assertThat(late.ids()).containsExactly("a1/0");
        assertThat(late.heard().getFirst().expiresAfterSeconds())
                .as("it stands")
                .isZero();
        assertThat(channel.tallies().told()).isEqualTo(1);
        decide(channel, Storms.level(2, Transition.Kind.UNSHELVED, 1));
        await().until(() -> late.ids().equals(List.of("a1/0", "a1/2")));
    }

    @Test
    void shouldTellAfterARestartWhatWasNotToldBefore() throws Exception {
        Listener listener = listener();
        MqttChannel before = channel(mosquitto.uri());
        decide(before, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> deliveries.told() == 1);
        before.close();
        decide(before, Storms.level(1, Transition.Kind.ESCALATED, 2));

        channel(mosquitto.uri());

        await().until(() -> deliveries.told() == 2);
        await().until(() -> listener.ids().equals(List.of("a1/0", "a1/1")));
    }

    @Test
    void shouldNotHoldUpWhoTellsWhileTheBrokerIsAway() throws Exception {
        mosquitto.kill();
        MqttChannel channel = channel(mosquitto.uri());
        long begunNanos = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            decide(channel, Storms.level(i, Transition.Kind.ESCALATED, 2));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(Duration.ofSeconds(1));
        await().until(() -> channel.tallies().failures() > 0);
        mosquitto.startAgain();
        Listener listener = listener();

        await().atMost(Duration.ofSeconds(20)).until(() -> deliveries.told() == 100);
        await().until(() -> listener.ids().getLast().equals("a1/99"));
    }

    @Test
    void shouldLoseNothingAndRepeatOnlyUnderTheSameIdWhenConnectionsAreCut() throws Exception {
        Listener listener = listener();
        Cable cable = new Cable(mosquitto.uri());
        open.add(cable);
        MqttChannel channel = channel(cable.uri());
        for (int i = 0; i < 400; i++) {
            decide(channel, Storms.level(i, Transition.Kind.ESCALATED, 2));
            if (i % 80 == 40) {
                int sofar = deliveries.told();
                cable.cut();
                await().until(() -> deliveries.told() > sofar);
            }
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> deliveries.told() == 400);
        await().until(() -> listener.ids().contains("a1/399"));
        List<String> all = IntStream.range(0, 400).mapToObj(i -> "a1/" + i).toList();
        assertThat(listener.ids().stream().distinct()).containsExactlyElementsOf(all);
    }

    @Test
    void shouldTellAgainUnderTheSameIdWhenTheLogCouldNotRememberIt() throws Exception {
        Listener listener = listener();
        deliveries.refuse(1);
        MqttChannel channel = channel(mosquitto.uri());
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));

        await().until(() -> deliveries.told() == 1);
        await().until(() -> listener.ids().equals(List.of("a1/0", "a1/0")));
    }

    private static Catalogue inAreas(String havn, String nees) {
        Station assens = Storms.catalogue().stations().getFirst();
        return Catalogue.of(
                havn + nees,
                "Assens",
                Judging.USUAL,
                List.of(in(havn, assens, "ASS-HAVN", assens.sensors()), in(nees, assens, "ASS-NEES", List.of())),
                null);
    }

    private static Station in(String area, Station like, String id, List<Sensor> sensors) {
        return new Station(
                id,
                id.equals(like.id()) ? like.name() : "Næs Vig",
                like.lon(),
                like.lat(),
                like.datum(),
                like.gaugeZeros(),
                "",
                sensors,
                List.of(),
                List.of(),
                area);
    }

    private static Transition nees(int number, Transition.Kind kind, int severity) {
        return Storms.at("ASS-NEES", "b1", Storms.level(number, kind, severity));
    }

    private Listener areaListener() throws Exception {
        Listener listener = new Listener(mosquitto.uri(), "vandvagt/v1/areas/#");
        open.add(listener);
        return listener;
    }

    @Test
    void shouldTellHowAnAreaStandsAsOneMessageAndItsUpdates() throws Exception {
        Listener listener = areaListener();
        MqttChannel channel = channel(mosquitto.uri(), inAreas("assens-by", "assens-by"), Set.of());
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        decide(channel, nees(0, Transition.Kind.RAISED, 3));
        decide(channel, Storms.level(1, Transition.Kind.SHELVED, 1));
        await().until(() -> deliveries.told() == 3);
        Listener late = areaListener();
        await().until(() -> !late.heard().isEmpty());
        decide(channel, nees(1, Transition.Kind.CLEARED, 0));
        decide(channel, Storms.level(2, Transition.Kind.CLEARED, 0));
        await().until(() -> deliveries.told() == 5);
        Listener later = areaListener();
        decide(channel, Storms.at("ASS-NEES", "b2", Storms.level(0, Transition.Kind.RAISED, 2)));
        await().until(() -> listener.heard().size() == 7);

        assertThat(listener.heard()).extracting(Heard::topic).containsOnly("vandvagt/v1/areas/assens-by/alerts");
        assertThat(listener.ids())
                .as("the first empties what may have stood there, the last but one what ended")
                .containsExactly(
                        "",
                        "assens-by/a1/0",
                        "assens-by/b1/0",
                        "assens-by/b1/1",
                        "assens-by/a1/2",
                        "",
                        "assens-by/b2/0");
        assertThat(listener.heard().get(2).payload())
                .contains("\"severity\":3,\"severityWord\":{\"da\":\"rød\"")
                .contains("\"status\":\"actual\"")
                .contains("I området gælder 2 meldinger, den højeste rød.")
                .containsSubsequence("\"alerts\":[{\"alertId\":\"b1\"", "{\"alertId\":\"a1\"");
        assertThat(listener.heard().get(3).payload())
                .contains("\"severity\":1,")
                .doesNotContain("\"alertId\":\"b1\"");
        assertThat(listener.heard().get(4).payload())
                .contains("\"severity\":0,", "\"alerts\":[]", "No alert stands in the area any more.");
        assertThat(late.heard().getFirst().retained()).isTrue();
        assertThat(late.ids().getFirst())
                .as("what is shelved leaves it as it was")
                .isEqualTo("assens-by/b1/0");
        assertThat(later.ids()).as("nothing of what was over").containsExactly("assens-by/b2/0");
    }

    @Test
    void shouldLeaveAnAreaAsItStandsAtABrokerThatForgot() throws Exception {
        Catalogue catalogue = inAreas("assens-by", "assens-by");
        MqttChannel before = channel(mosquitto.uri(), catalogue, Set.of());
        decide(before, Storms.level(0, Transition.Kind.RAISED, 1));
        decide(before, nees(0, Transition.Kind.RAISED, 3));
        await().until(() -> deliveries.told() == 2);
        before.close();
        mosquitto.kill();
        mosquitto.startAgain();
        decide(before, nees(1, Transition.Kind.CLEARED, 0));

        Listener listener = areaListener();
        channel(mosquitto.uri(), catalogue, Set.of());

        await().until(() -> deliveries.told() == 3);
        await().until(() -> listener.heard().size() == 2);
        assertThat(listener.ids())
                .as("as it was told last, under the same id, and then what was not told yet")
                .containsExactly("assens-by/b1/0", "assens-by/b1/1");
        assertThat(listener.heard().getFirst().payload()).contains("\"severity\":3,");
        assertThat(listener.heard().getLast().payload()).contains("\"severity\":1,");
    }

    @Test
    void shouldLeaveNothingInAreasThatAreDrawnAnew() throws Exception {
        MqttChannel channel = channel(mosquitto.uri(), inAreas("assens-by", "glamsbjerg"), Set.of());
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        decide(channel, nees(0, Transition.Kind.RAISED, 3));
        await().until(() -> deliveries.told() == 2);
        Listener listener = areaListener();
        await().until(() -> listener.heard().size() == 2);

        channel.use(inAreas("assens-by", "assens-by"));
        await().until(() -> listener.heard().size() == 4);
        assertThat(listener.heard().subList(2, 4))
                .extracting(Heard::topic, Heard::id)
                .containsExactly(
                        tuple("vandvagt/v1/areas/assens-by/alerts", "assens-by/b1/0"),
                        tuple("vandvagt/v1/areas/glamsbjerg/alerts", ""));
        channel.close();

        channel(mosquitto.uri(), inAreas("kysten", "kysten"), Set.of("assens-by"));
        await().until(() -> listener.heard().size() == 6);
        Listener late = areaListener();
        await().until(() -> !late.heard().isEmpty());
        assertThat(late.heard()).extracting(Heard::topic).containsExactly("vandvagt/v1/areas/kysten/alerts");
    }

    private void decide(MqttChannel channel, Transition transition) {
        deliveries.add(transition);
        channel.tell(List.of(transition));
    }

    private MqttChannel channel(String uri) {
        return channel(uri, Storms.catalogue(), Set.of());
    }

    private MqttChannel channel(String uri, Catalogue catalogue, Set<String> formerAreas) {
        MqttChannel channel = new MqttChannel(
                Mqtt5Client::new,
                uri,
                "vandvagt-alerts",
                null,
                null,
                Broker.at(uri, "", null, null).sockets(),
                "vandvagt/v1",
                ZoneId.of("Europe/Copenhagen"),
                catalogue,
                deliveries,
                deliveries::all,
                formerAreas);
        open.add(channel);
        channel.start();
        return channel;
    }

    private Listener listener() throws Exception {
        Listener listener = new Listener(mosquitto.uri());
        open.add(listener);
        return listener;
    }
}
