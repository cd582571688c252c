package dk.vandvagt.store;

/** The schema for the Apache licence, on a server that could do more. */
class StoreOnApacheTimescaleTest extends StoreContractTest {
    @Override
    String serverUrl() {
        return TimescaleServer.url();
    }

    @Override
    Level level() {
        return Level.APACHE;
    }
}
