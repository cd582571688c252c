package dk.vandvagt.notify;

import dk.vandvagt.alert.SettledLetter;
import java.io.IOException;

/** What became of letters, for whoever asks a year later. One thread; the same may be added twice. */
public interface SettledLetters {
    /** Nobody will ask. */
    SettledLetters NONE = new SettledLetters() {
        @Override
        public void add(SettledLetter letter) {}

        @Override
        public void force() {}
    };

    void add(SettledLetter letter) throws IOException;

    /** What was added outlives the process and the power. */
    void force() throws IOException;
}
