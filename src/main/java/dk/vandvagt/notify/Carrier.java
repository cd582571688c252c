package dk.vandvagt.notify;

import dk.vandvagt.alert.Subscription;

/** Takes letters to one kind of address. Any number of calls at a time; each may wait as long as its own time limit. */
public interface Carrier {
    Outcome carry(Letter letter, Subscription to) throws InterruptedException;

    /** Asks whoever reads there whether they want this subscription. */
    Outcome invite(Subscription to, String confirmUrl) throws InterruptedException;

    /** Says that the way works; it holds no alert. */
    Outcome test(Subscription to) throws InterruptedException;

    /** What became of one attempt. */
    sealed interface Outcome {
        /** The other side has it. */
        record Delivered() implements Outcome {}

        /**
         * Not now.
         *
         * @param reason without the address
         * @param afterMs the other side asked to be left alone for so long, 0 where it did not
         */
        record Later(String reason, long afterMs) implements Outcome {}

        /** Never: another attempt would fare no better. */
        record Refused(String reason) implements Outcome {}
    }
}
