package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.mqtt.Broker;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.mqtt.Mqtt5Client;
import dk.vandvagt.notify.Listener.Heard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
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

    private void decide(MqttChannel channel, Transition transition) {
        deliveries.add(transition);
        channel.tell(List.of(transition));
    }

    private MqttChannel channel(String uri) {
        MqttChannel channel = new MqttChannel(
                Mqtt5Client::new,
                uri,
                "vandvagt-alerts",
                null,
                null,
                Broker.at(uri, "", null, null).sockets(),
                "vandvagt/v1",
                ZoneId.of("Europe/Copenhagen"),
                Storms.catalogue(),
                deliveries);
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
