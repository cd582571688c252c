package dk.vandvagt.notify;

import java.text.Normalizer;

/** Texts in the alphabet of text messages, GSM 03.38: one letter outside it, and a message holds 70 characters rather than 160. */
final class GsmText {
    private static final String BASIC =
            "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
                    + "abcdefghijklmnopqrstuvwxyzäöñüà";
    /** Each takes two places. */
    private static final String EXTENSION = "^{}\\[~]|€";

    private GsmText() {}

    /** What the alphabet lacks is written as its nearest, or as a question mark. */
    static String of(String text) {
        StringBuilder gsm = new StringBuilder(text.length());
        text.codePoints().forEach(each -> gsm.append(letter(each)));
        return gsm.toString();
    }

    private static String letter(int codePoint) {
        String itself = Character.toString(codePoint);
        if (isIn(itself)) {
            return itself;
        }
        String nearest = switch (codePoint) {
            case '»', '«', '“', '”', '„' -> "\"";
            case '’', '‘', '´', '`' -> "'";
            case '–', '—', '−', '‐', '‑' -> "-";
            case '…' -> "...";
            case '°' -> "o";
            case '²' -> "2";
            case '³' -> "3";
            default -> Normalizer.normalize(itself, Normalizer.Form.NFKD).replaceAll("\\p{M}", "");
        };
        return !nearest.isEmpty() && nearest.codePoints().allMatch(c -> isIn(Character.toString(c)))
                ? nearest
                : Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) ? " " : "?";
    }

    private static boolean isIn(String letter) {
        return BASIC.contains(letter) || EXTENSION.contains(letter);
    }

    /** Places taken by a text of this alphabet. */
    static int length(String gsm) {
        return gsm.length()
                + (int) gsm.chars().filter(c -> EXTENSION.indexOf(c) >= 0).count();
    }

    /** Its beginning, in at most so many places. */
    static String cut(String gsm, int most) {
        if (length(gsm) <= most) {
            return gsm;
        }
        String cut = gsm;
        while (length(cut) > most - 3 && !cut.isEmpty()) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut.stripTrailing() + "...";
    }
}
