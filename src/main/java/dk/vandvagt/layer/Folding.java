package dk.vandvagt.layer;

import java.text.Normalizer;
import java.util.Locale;

/** Texts that mean the same, made the same: the functions CASEI and ACCENTI of CQL2. */
final class Folding {
    private static final char FINAL_SIGMA = 'ς';
    /** Voiced and semi-voiced marks make other letters of Japanese ones; the standard recommends to leave them. */
    private static final int VOICED_MARK = 0x3099;

    private static final int SEMI_VOICED_MARK = 0x309A;

    private Folding() {}

    static String of(Cql2.Fold how, String text) {
        return how == Cql2.Fold.CASEI ? withoutCase(text) : withoutAccents(text);
    }

    /** Up and down again, which makes ß and SS the same. */
    static String withoutCase(String text) {
        if (isAscii(text)) {
            return text.toLowerCase(Locale.ROOT);
        }
        String folded = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace(FINAL_SIGMA, 'σ');
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    /** Without marks; letters that are no letter with a mark to Unicode, such as ø, as ASCII would have them. */
    static String withoutAccents(String text) {
        if (isAscii(text)) {
            return text;
        }
        String apart = Normalizer.normalize(text, Normalizer.Form.NFD);
        StringBuilder bare = new StringBuilder(apart.length());
        apart.codePoints().forEach(c -> {
            boolean mark =
                    Character.getType(c) == Character.NON_SPACING_MARK && c != VOICED_MARK && c != SEMI_VOICED_MARK;
            if (!mark) {
                append(bare, c);
            }
        });
        return Normalizer.normalize(bare, Normalizer.Form.NFC);
    }

    private static void append(StringBuilder bare, int c) {
        switch (c) {
            case 'ø' -> bare.append('o');
            case 'Ø' -> bare.append('O');
            case 'æ' -> bare.append("ae");
            case 'Æ' -> bare.append("AE");
            case 'œ' -> bare.append("oe");
            case 'Œ' -> bare.append("OE");
            case 'ß' -> bare.append("ss");
            case 'ẞ' -> bare.append("SS");
            case 'đ', 'ð' -> bare.append('d');
            case 'Đ', 'Ð' -> bare.append('D');
            case 'ł' -> bare.append('l');
            case 'Ł' -> bare.append('L');
            case 'ħ' -> bare.append('h');
            case 'Ħ' -> bare.append('H');
            case 'ŧ' -> bare.append('t');
            case 'Ŧ' -> bare.append('T');
            case 'þ' -> bare.append("th");
            case 'Þ' -> bare.append("TH");
            case 'ı' -> bare.append('i');
            default -> bare.appendCodePoint(c);
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
