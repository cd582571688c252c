package dk.vandvagt.embedded;

import java.util.List;
import java.util.Set;

/** One account of each role; every password is the user name and {@code -pw}. */
final class TestAccounts {

    static final List<Account> ALL = List.of(
            Account.service("service", secret("service")),
            Account.device("gauge", secret("gauge"), Set.of("ASS-01", "KERT-*")),
            Account.drill("drill", secret("drill")),
            Account.exercise("exercise", secret("exercise")),
            Account.viewer("viewer", secret("viewer")));

    private TestAccounts() {}

    static Secret secret(String username) {
        return Secret.of((username + "-pw").toCharArray());
    }
}
