package dk.vandvagt.store;

/** Why a database cannot be moved to a higher level now; nothing was changed. */
public final class UpgradeRefused extends Exception {
    private static final long serialVersionUID = 1;

    UpgradeRefused(String why) {
        super(why);
    }
}
