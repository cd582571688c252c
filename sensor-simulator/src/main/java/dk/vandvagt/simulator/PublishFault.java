package dk.vandvagt.simulator;

/** Publishing cannot go on; the message says what, found, and which option to turn. */
final class PublishFault extends Exception {
    private static final long serialVersionUID = 1L;

    PublishFault(String message) {
        super(message);
    }
}
