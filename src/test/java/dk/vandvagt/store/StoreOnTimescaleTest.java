package dk.vandvagt.store;

class StoreOnTimescaleTest extends StoreContractTest {
    @Override
    String serverUrl() {
        return TimescaleServer.url();
    }

    @Override
    Level level() {
        return Level.COMMUNITY;
    }
}
