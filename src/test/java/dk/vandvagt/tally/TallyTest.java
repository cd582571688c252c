package dk.vandvagt.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void shouldShowWhatTheRoomsCountAsItIsWhenAsked() {
        try (Tally tally = new Tally()) {
            AtomicLong received = new AtomicLong(5);
            tally.received(received::get);
            tally.judged(() -> 4);
            tally.stored(() -> 3);
            tally.refused("far_future", () -> 2);
            tally.refused("malformed", () -> 0);
            tally.inboxDepth("journal", () -> 17);
            tally.judgedLagSeconds(() -> 0.25);
            tally.committedLagSeconds(() -> Double.NaN);
            tally.alerts("active", () -> 1);
            received.set(6);
            assertThat(tally.scrape())
                    .contains("vandvagt_readings_received_total 6.0")
                    .contains("vandvagt_readings_judged_total 4.0")
                    .contains("vandvagt_readings_stored_total 3.0")
                    .contains("vandvagt_readings_refused_total{reason=\"far_future\"} 2.0")
                    .contains("vandvagt_readings_refused_total{reason=\"malformed\"} 0.0")
                    .contains("vandvagt_inbox_depth{inbox=\"journal\"} 17.0")
                    .contains("vandvagt_lag_seconds{to=\"judged\"} 0.25")
                    .contains("vandvagt_lag_seconds{to=\"committed\"} NaN")
                    .contains("vandvagt_alerts{state=\"active\"} 1.0")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void shouldKeepCountingAfterItsSuppliersWereForgottenByEverybodyElse() {
        try (Tally tally = new Tally()) {
            tally.received(new AtomicLong(8)::get);
            System.gc();
            assertThat(tally.scrape()).contains("vandvagt_readings_received_total 8.0");
        }
    }
}
