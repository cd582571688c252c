package dk.vandvagt.store;

import dk.vandvagt.alert.SettledLetter;
import java.util.List;

/** @param matched as many there are, of which no more than the limit are here */
public record PastDeliveries(long matched, List<SettledLetter> letters) {
    public PastDeliveries {
        letters = List.copyOf(letters);
    }
}
