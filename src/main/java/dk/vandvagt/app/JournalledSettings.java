package dk.vandvagt.app;

import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.journal.JournalReplay;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings out of the journal or a snapshot. Ones that were taken once and that this version refuses stop no start: today's
 * settings file serves in their place, and that is told; state is by ids, so it fits.
 */
final class JournalledSettings {
    private static final Logger LOG = LoggerFactory.getLogger(JournalledSettings.class);

    private final String today;
    private boolean replaced;

    /** @param today the text of the settings file */
    JournalledSettings(String today) {
        this.today = today;
    }

    /** On top of the revision before it, as a reload reads it. */
    Catalogue read(String text, @Nullable Catalogue previous) {
        return switch (SettingsReader.read(text, "the journal", previous)) {
            case Read.Good good -> good.catalogue();
            case Read.Bad bad -> {
                LOG.error(
                        "settings in the journal, good when they were journalled, are refused by this version: {}; today's settings file"
                                + " serves in their place, also for what was measured then",
                        bad.faults().getFirst());
                replaced = true;
                yield today(previous);
            }
        };
    }

    Catalogue today(@Nullable Catalogue previous) {
        return switch (SettingsReader.read(today, "the journal", previous)) {
            case Read.Good good -> good.catalogue();
            case Read.Bad bad ->
                throw new IllegalStateException("the settings file cannot follow the settings in the journal: "
                        + bad.faults().getFirst());
        };
    }

    boolean replaced() {
        return replaced;
    }

    /** @throws IOException where readings would be left out of what is judged and stored, only since settings were replaced */
    void mustNotLose(JournalReplay.Said said) throws IOException {
        if (replaced && said.unknownReadings() > 0) {
            throw new IOException(
                    ("%d readings in the journal are of sensors that today's settings file does not have, and the settings they came under"
                                    + " are refused by this version (both named in the log): add these sensors to the settings file, retired"
                                    + " if they are no more, or start the version that wrote the journal; nothing was lost")
                            .formatted(said.unknownReadings()));
        }
    }
}
