package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CapChannelTest {
    @TempDir
    private Path folder = Path.of("");

    private final TestLog deliveries = new TestLog();
    private final AtomicLong nowMs = new AtomicLong(Storms.AT_MS);
    private final List<CapChannel> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(CapChannel::close);
    }

    private CapFeed feed() throws IOException {
        return CapFeed.open(
                folder.resolve("cap"),
                new CapSettings(
                        "vandvagt@assens.example",
                        "Assens",
                        "https://www.dmi.dk/varsler/",
                        3_600_000,
                        86_400_000,
                        false,
                        ZoneId.of("Europe/Copenhagen")),
                nowMs::get);
    }

    private CapChannel start(CapFeed feed) {
        CapChannel channel = new CapChannel(feed, Storms.catalogue(), deliveries, List::of, nowMs::get);
        open.add(channel);
        channel.start();
        return channel;
    }

    private void decide(CapChannel channel, Transition transition) {
        deliveries.add(transition);
        channel.tell(List.of(transition));
    }

    private static List<String> identifiers(CapFeed feed) {
        return feed.listed().reversed().stream().map(CapMessage::identifier).toList();
    }

    @Test
    void shouldIssueWhatIsDecidedAndRenewItAsTimePasses() throws Exception {
        CapFeed feed = feed();
        CapChannel channel = start(feed);
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> identifiers(feed).equals(List.of("a1.0")));
        nowMs.addAndGet(3_600_000);

        await().until(() -> identifiers(feed).equals(List.of("a1.0", "a1.r20231020T220000Z")));
        await().until(() -> channel.tallies().told() == 2);
        assertThat(channel.tallies().connected()).isTrue();
        assertThat(deliveries.told()).isEqualTo(1);
    }

    @Test
    void shouldIssueNothingAnewWhenTheLogForgotThatItWasTold() throws Exception {
        CapChannel before = start(feed());
        deliveries.refuse(Integer.MAX_VALUE);
        decide(before, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> before.tallies().failures() > 0);
        before.close();
        deliveries.refuse(0);
        nowMs.addAndGet(60_000);

        CapFeed after = feed();
        List<CapMessage> held = after.listed();
        CapChannel again = start(after);

        await().until(() -> deliveries.told() == 1);
        assertThat(held).hasSize(1);
        assertThat(after.listed()).isEqualTo(held);
        assertThat(again.tallies().told()).isZero();
    }

    @Test
    void shouldTryAgainWhenTheDiskRefused() throws Exception {
        CapFeed feed = feed();
        Path away = folder.resolve("away");
        Files.move(folder.resolve("cap"), away);
        CapChannel channel = start(feed);
        decide(channel, Storms.level(0, Transition.Kind.RAISED, 1));
        await().until(() -> channel.tallies().failures() > 0);
        assertThat(channel.tallies().connected()).isFalse();
        assertThat(feed.listed()).isEmpty();
        Files.move(away, folder.resolve("cap"));

        await().until(() -> identifiers(feed).equals(List.of("a1.0")));
        await().until(() -> channel.tallies().connected());
    }
}
