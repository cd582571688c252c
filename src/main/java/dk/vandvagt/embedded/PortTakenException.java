package dk.vandvagt.embedded;

/** A port that another process listens on; the caller knows the option that moves ours. */
public final class PortTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int port;

    PortTakenException(String what, String host, int port, Throwable cause) {
        super(
                what + " cannot listen on " + host + ":" + port + ": the port is taken or may not be used ("
                        + cause.getMessage() + ")",
                cause);
        this.port = port;
    }

    public int port() {
        return port;
    }
}
