package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * One word of CQL2 Text.
 *
 * @param text without quotes, escapes resolved
 * @param number of a {@link Kind#NUMBER}, without its sign
 * @param character where it begins, from 1
 */
record Cql2Token(Kind kind, String text, double number, int character) {
    enum Kind {
        WORD,
        QUOTED_NAME,
        TEXT,
        NUMBER,
        SIGN,
        END
    }

    Cql2Place place() {
        return new Cql2Place.InText(character);
    }

    /** As a fault names it. */
    String quoted() {
        return switch (kind) {
            case END -> "the end";
            case TEXT -> Cql2Fault.quoted("'" + text + "'");
            case WORD, QUOTED_NAME, NUMBER, SIGN -> Cql2Fault.quoted(text);
        };
    }

    static List<Cql2Token> of(String text) throws Cql2Fault {
        return new Reader(text).read();
    }

    private static final class Reader {
        private final String text;
        private final List<Cql2Token> tokens = new ArrayList<>();
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<Cql2Token> read() throws Cql2Fault {
            while (true) {
                while (at < text.length() && isSpace(text.charAt(at))) {
                    at++;
                }
                if (at >= text.length()) {
                    tokens.add(new Cql2Token(Kind.END, "", 0, at + 1));
                    return tokens;
                }
                next();
            }
        }

        private void next() throws Cql2Fault {
            int begin = at;
            int c = text.codePointAt(at);
            if (c == '\'') {
                add(Kind.TEXT, quotedText(), begin);
            } else if (c == '"') {
                add(Kind.QUOTED_NAME, quotedName(), begin);
            } else if (isDigit(c) || (c == '.' && isDigit(peek(at + 1)))) {
                number();
            } else if (beginsName(c)) {
                while (at < text.length() && continuesName(text.codePointAt(at))) {
                    at += Character.charCount(text.codePointAt(at));
                }
                add(Kind.WORD, text.substring(begin, at), begin);
            } else {
                sign(c);
            }
        }

        private void add(Kind kind, String read, int begin) {
            tokens.add(new Cql2Token(kind, read, 0, begin + 1));
        }

        private void sign(int c) throws Cql2Fault {
            int begin = at;
            int next = peek(at + 1);
            boolean two = (c == '<' && (next == '>' || next == '=')) || (c == '>' && next == '=');
            if (two) {
                at += 2;
            } else if ("=<>+-*/%^(),".indexOf(c) >= 0) {
                at++;
            } else {
                boolean exclaimed = c == '!' && next == '=';
                throw fault(
                        begin,
                        Cql2Fault.quoted(exclaimed ? "!=" : Character.toString(c)),
                        exclaimed
                                ? "<> for unequal"
                                : "a property, a value in 'single quotes', a number, a function or an operator");
            }
            add(Kind.SIGN, text.substring(begin, at), begin);
        }

        private void number() throws Cql2Fault {
            int begin = at;
            digits();
            if (peek(at) == '.') {
                at++;
                digits();
            }
            if (peek(at) == 'e' || peek(at) == 'E') {
                at++;
                if (peek(at) == '+' || peek(at) == '-') {
                    at++;
                }
                int exponent = at;
                digits();
                if (at == exponent) {
                    throw fault(begin, Cql2Fault.quoted(text.substring(begin, at)), "digits after the E of a number");
                }
            }
            String read = text.substring(begin, at);
            if (at < text.length() && (continuesName(text.codePointAt(at)))) {
                throw fault(
                        begin,
                        Cql2Fault.quoted(read + Character.toString(text.codePointAt(at))),
                        "a space after a number; a name that begins with a digit stands in \"double quotes\"");
            }
            double value = Double.parseDouble(read);
            if (!Double.isFinite(value)) {
                throw fault(begin, Cql2Fault.quoted(read), "a number below 1.8E308");
            }
            tokens.add(new Cql2Token(Kind.NUMBER, read, value, begin + 1));
        }

        private void digits() {
            while (isDigit(peek(at))) {
                at++;
            }
        }

        private String quotedText() throws Cql2Fault {
            int begin = at++;
            StringBuilder read = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at);
                int next = peek(at + 1);
                int control = c == '\\' ? "abtnvfr".indexOf(next) : -1;
                if (control >= 0 && next >= 0) {
                    read.append("\u0007\b\t\n\u000B\f\r".charAt(control));
                    at += 2;
                } else if ((c == '\\' || c == '\'') && next == '\'') {
                    read.append('\'');
                    at += 2;
                } else if (c == '\\' && next == '\\') {
                    read.append('\\');
                    at += 2;
                } else if (c == '\'') {
                    at++;
                    return read.toString();
                } else {
                    read.append(c);
                    at++;
                }
            }
            throw fault(begin, "a text that does not end", "a closing single quote; one within a text is doubled");
        }

        private String quotedName() throws Cql2Fault {
            int begin = at++;
            StringBuilder read = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c != '"') {
                    read.append(c);
                } else if (peek(at) == '"') {
                    read.append('"');
                    at++;
                } else {
                    return read.toString();
                }
            }
            throw fault(begin, "a name that does not end", "a closing double quote");
        }

        private int peek(int index) {
            return index < text.length() ? text.charAt(index) : -1;
        }

        private static Cql2Fault fault(int begin, String found, String expected) {
            return new Cql2Fault(new Cql2Place.InText(begin + 1), found, expected);
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isSpace(char c) {
        return (c >= 0x09 && c <= 0x0D)
                || c == ' '
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /** The rule {@code identifierStart} of the standard's grammar. */
    private static boolean beginsName(int c) {
        return c == ':'
                || c == '_'
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= 0xC0 && c <= 0xD6)
                || (c >= 0xD8 && c <= 0xF6)
                || (c >= 0xF8 && c <= 0x2FF)
                || (c >= 0x370 && c <= 0x37D)
                || (c >= 0x37F && c <= 0x1FFE && c != 0x1680)
                || (c >= 0x200C && c <= 0x200D)
                || (c >= 0x2070 && c <= 0x218F)
                || (c >= 0x2C00 && c <= 0x2FEF)
                || (c >= 0x3001 && c <= 0xD7FF)
                || (c >= 0xF900 && c <= 0xFDCF)
                || (c >= 0xFDF0 && c <= 0xFFFD)
                || (c >= 0x10000 && c <= 0xEFFFF);
    }

    /** The rule {@code identifierPart}. */
    private static boolean continuesName(int c) {
        return beginsName(c) || c == '.' || isDigit(c) || (c >= 0x300 && c <= 0x36F) || (c >= 0x203F && c <= 0x2040);
    }
}
