package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.config.Settings;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final long GB = 1L << 30;
    private static final Settings.Journal LIMITS = new Settings.Journal(64L << 20, 20 * GB);

    @Test
    void shouldFindNothingWrongWithAJournalThatHasRoom() {
        assertThat(Pulse.journalTroubles(LIMITS, kept(0, 6 * GB, 1000 * GB), new long[] {15 * GB, GB, GB}))
                .isEmpty();
        assertThat(Pulse.journalTroubles(LIMITS, kept(0, 2 * GB, 30 * GB), new long[3]))
                .as("a small disk")
                .isEmpty();
    }

    @Test
    void shouldTellDamageAFullDiskAndALimitThatIsNear() {
        assertThat(Pulse.journalTroubles(LIMITS, kept(2, GB, 100 * GB), new long[] {GB, 17 * GB, GB}))
                .satisfiesExactly(
                        damage -> assertThat(damage).startsWith("2 damaged files are kept aside"),
                        disk -> assertThat(disk).contains("nearly full, 1024 MB are left"),
                        limit -> assertThat(limit).startsWith("judged/ holds 17408 MB of the 20480"));
    }

    private static Run.Kept kept(int damaged, long freeBytes, long diskBytes) {
        return new Run.Kept(damaged, 0, freeBytes, diskBytes, new long[3]);
    }
}
