package dk.vandvagt.http;

/** Which alerts are asked for. */
record AlertsQuery(Which state, int limit) {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1000;

    enum Which {
        ACTIVE,
        PAST,
        ALL
    }

    static AlertsQuery of(Parameters parameters) {
        parameters.format("json");
        Which state = parameters.word("state", Which.class);
        int limit = parameters.limit(USUAL_LIMIT, MOST);
        parameters.end();
        return new AlertsQuery(state == null ? Which.ALL : state, limit);
    }
}
