package dk.vandvagt.config;

import dk.vandvagt.station.Catalogue;
import java.util.List;

/** What became of a settings file: all of it, or none. */
public sealed interface Read {

    record Good(Settings settings, Catalogue catalogue, List<Fault> warnings) implements Read {
        public Good {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * @param faults all of them, in the order of their lines; at least one
     */
    record Bad(List<Fault> faults) implements Read {
        public Bad {
            faults = List.copyOf(faults);
        }
    }
}
