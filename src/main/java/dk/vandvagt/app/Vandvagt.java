package dk.vandvagt.app;

public final class Vandvagt {
    private Vandvagt() {}

    public static void main(String[] args) {
        System.out.println("Vandvagt");
    }
}
