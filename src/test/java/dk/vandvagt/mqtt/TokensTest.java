package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.notify.Cable;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Inlet;
import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Places;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledgements of several clients at several brokers, over connections that come and go. */
@Timeout(180)
class TokensTest {
    private static final String FILTER = "vandvagt/v1/readings/+";

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    /** Settles in any order, when it is told to. */
    private static final class LooseInlet implements Inlet {
        private final List<Arrival> unsettled = new ArrayList<>();
        private final Set<Double> settled = new TreeSet<>();
        private final Set<Double> seen = new TreeSet<>();

        @Override
        public synchronized boolean offer(Arrival arrival) {
            unsettled.add(arrival);
            for (double value : arrival.value()) {
                seen.add(value);
            }
            return true;
        }

        synchronized void settleSome(Random random) {
            for (int n = random.nextInt(unsettled.size() + 1); n > 0; n--) {
                Arrival arrival = unsettled.remove(random.nextInt(unsettled.size()));
                for (double value : arrival.value()) {
                    settled.add(value);
                }
                arrival.receipt().settled(arrival.refusal());
            }
        }

        synchronized Set<Double> settled() {
            return new TreeSet<>(settled);
        }

        synchronized Set<Double> seen() {
            return new TreeSet<>(seen);
        }
    }

    private MqttSource source(String uri, String clientId, String filter, Inlet inlet, boolean onlyMqtt3) {
        Broker broker = new Broker(uri, clientId, null, null, 20, 30, onlyMqtt3, null);
        MqttSource source = new MqttSource(
                broker,
                new CanonicalReadings("vandvagt/v1"),
                List.of(filter),
                Places.with("ASS-W", "ASS-2-CM"),
                inlet,
                () -> 1_697_838_123_456L,
                () -> {});
        open.add(source);
        source.start();
        return source;
    }

    private static void subscribed(MqttSource... sources) {
        for (MqttSource each : sources) {
            await().atMost(Duration.ofSeconds(30)).until(() -> each.tallies().subscribed());
        }
    }

    /** Whatever was not settled is delivered again: a message is acknowledged after it is settled, or not at all. */
    @Test
    void shouldAcknowledgeNothingThatWasNotSettledWhateverHappensToItsConnection() throws Exception {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("TokensTest: -Dvandvagt.seed=" + seed);
        Random random = new Random(seed);
        LooseInlet inlet = new LooseInlet();
        List<Mosquitto> brokers = new ArrayList<>();
        List<Publisher> publishers = new ArrayList<>();
        List<Cable> cables = new ArrayList<>();
        List<MqttSource> sources = new ArrayList<>();
        for (int b = 0; b < 2; b++) {
            Mosquitto broker = Mosquitto.persistent(Files.createDirectory(folder.resolve("broker-" + b)));
            open.add(broker);
            Cable cable = new Cable(broker.uri());
            open.add(cable);
            Publisher publisher = new Publisher(broker.uri());
            open.add(publisher);
            brokers.add(broker);
            publishers.add(publisher);
            cables.add(cable);
            // two clients at each broker, of either protocol: both get every message
            for (int c = 0; c < 2; c++) {
                sources.add(source(cable.uri(), "client-" + c, FILTER, inlet, c == 1));
            }
        }
        subscribed(sources.toArray(MqttSource[]::new));
        int published = 0;
        for (int round = 0; round < 8; round++) {
            for (Publisher publisher : publishers) {
                for (int i = random.nextInt(40); i >= 0; i--) {
                    // one message, several readings
                    StringBuilder readings = new StringBuilder();
                    for (int n = random.nextInt(4); n >= 0; n--) {
                        readings.append(readings.isEmpty() ? "" : ",")
                                .append("{\"t\":")
                                .append(1_697_838_000_000L + published)
                                .append(",\"v\":")
                                .append(published++)
                                .append('}');
                    }
                    publisher.publish("vandvagt/v1/readings/ASS-W", "[" + readings + "]");
                }
                publisher.awaitAcknowledged();
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(80));
            inlet.settleSome(random);
            for (Cable cable : cables) {
                if (random.nextBoolean()) {
                    cable.cut();
                }
            }
            inlet.settleSome(random);
        }
        for (MqttSource each : sources) {
            each.close();
        }
        int all = published;
        Set<Double> settled = inlet.settled();
        for (int b = 0; b < 2; b++) {
            for (int c = 0; c < 2; c++) {
                LooseInlet later = new LooseInlet();
                MqttSource again = source(brokers.get(b).uri(), "client-" + c, FILTER, later, c == 1);
                subscribed(again);
                Publisher publisher = publishers.get(b);
                int last = all + b;
                // behind whatever the broker still owes to this session; nothing is settled, so only so many come ahead
                publisher.publish("vandvagt/v1/readings/ASS-2-CM", "{\"t\":1697838000000,\"v\":" + last + "}");
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    later.settleSome(random);
                    return later.seen().contains(last / 100.0);
                });
                settled.addAll(later.seen());
            }
        }
        for (int i = 0; i < all; i++) {
            assertThat(settled).contains((double) i);
        }
    }

    @Test
    void shouldGetEachMessageOnceOverClientsThatShareASubscription() throws Exception {
        Mosquitto mosquitto = Mosquitto.persistent(folder);
        open.add(mosquitto);
        List<TestInlet> inlets = List.of(TestInlet.open(), TestInlet.open(), TestInlet.open());
        List<MqttSource> sources = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sources.add(source(mosquitto.uri(), "shared-" + i, "$share/vandvagt/" + FILTER, inlets.get(i), false));
        }
        subscribed(sources.toArray(MqttSource[]::new));
        inlets.get(0).settleAtOnce();
        inlets.get(1).settleAtOnce();
        Publisher publisher = new Publisher(mosquitto.uri());
        open.add(publisher);
        publisher.readings("ASS-W", 0, 30);
        await().until(() -> inlets.stream().mapToInt(TestInlet::size).sum() == 30);
        assertThat(inlets).allSatisfy(each -> assertThat(each.size()).isBetween(5, 20));
        // the third goes with what it has not settled; its share, that included, is its own again when it returns
        sources.get(2).close();
        int itsOwn = inlets.get(2).size();
        publisher.readings("ASS-W", 30, 60);
        TestInlet later = TestInlet.open();
        later.settleAtOnce();
        subscribed(source(mosquitto.uri(), "shared-2", "$share/vandvagt/" + FILTER, later, false));
        await().until(() -> inlets.get(0).size() + inlets.get(1).size() + later.size() == 60);
        assertThat(later.size()).isGreaterThanOrEqualTo(itsOwn);
        Set<Double> all = new TreeSet<>(inlets.get(0).values());
        all.addAll(inlets.get(1).values());
        all.addAll(later.values());
        assertThat(all).hasSize(60);
    }
}
