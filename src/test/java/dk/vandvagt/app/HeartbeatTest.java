package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    @Test
    void shouldTellByHowMuchTheLatestLoopIsHeldUpUntilItIsFree() throws InterruptedException {
        DefaultEventLoopGroup loops = new DefaultEventLoopGroup(2);
        AtomicLong nowNs = new AtomicLong();
        CountDownLatch held = new CountDownLatch(1);
        try {
            Heartbeat heartbeat = new Heartbeat(loops, nowNs::get);
            loops.next().execute(() -> {
                try {
                    held.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(5));
            assertThat(heartbeat.lateSeconds()).isEqualTo(4);
            held.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> heartbeat.lateSeconds() == 0);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
