package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a {@link Letter} reads, in Danish or English: the worst first, and no more lines than somebody woken at night can take in. */
final class LetterText {
    private static final int NEWS_AT_MOST = 12;
    private static final int STANDING_AT_MOST = 8;
    private static final int ACTIONS_AT_MOST = 8;
    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]+");
    private static final Locale DANISH = Locale.of("da", "DK");

    /** What to do: the emergency management agency's advice to citizens. */
    private static final Text ADVICE = new Text(
            "Gode råd før og under oversvømmelse: https://www.brs.dk/",
            "Advice on floods (in Danish): https://www.brs.dk/");

    private static final Text EXERCISE_NOTICE = new Text(
            "ØVELSE ØVELSE ØVELSE: intet af dette sker i virkeligheden.",
            "EXERCISE EXERCISE EXERCISE: nothing of this is happening in reality.");

    /** What an alert has come to, as people are to see it; the worst first. */
    private enum Standing {
        RED,
        ORANGE,
        YELLOW,
        INTERRUPTED,
        EXERCISE_OVER,
        UNWATCHED,
        CORRECTED,
        CLEARED;

        static Standing of(Transition last) {
            return switch (last.kind()) {
                case OUT_OF_SERVICE -> UNWATCHED;
                case WITHDRAWN -> CORRECTED;
                case CLEARED ->
                    switch (last.cause()) {
                        case THRESHOLD_REMOVED -> UNWATCHED;
                        case EXERCISE_OVER -> EXERCISE_OVER;
                        case EXERCISE_INTERRUPTED -> INTERRUPTED;
                        case null, default -> CLEARED;
                    };
                default -> last.severity() >= 3 ? RED : last.severity() == 2 ? ORANGE : YELLOW;
            };
        }

        Text heading() {
            return switch (this) {
                case RED -> new Text("RØD", "RED");
                case ORANGE -> new Text("ORANGE", "ORANGE");
                case YELLOW -> new Text("GUL", "YELLOW");
                case INTERRUPTED -> new Text("ØVELSEN AFBRUDT", "EXERCISE INTERRUPTED");
                case EXERCISE_OVER -> new Text("ØVELSEN ER SLUT", "EXERCISE OVER");
                case UNWATCHED ->
                    new Text(
                            "FØLGES IKKE LÆNGERE (det er ikke en afblæsning)",
                            "NO LONGER WATCHED (that is not an all-clear)");
                case CORRECTED -> new Text("RETTELSE", "CORRECTION");
                case CLEARED -> new Text("AFBLÆST", "ALL CLEAR");
            };
        }

        /** Background and letters, by day and by night alike. */
        String style() {
            return switch (this) {
                case RED -> "background:#b00020;color:#ffffff";
                case ORANGE -> "background:#e06c00;color:#000000";
                case YELLOW -> "background:#ffd54a;color:#000000";
                case INTERRUPTED, EXERCISE_OVER, UNWATCHED, CORRECTED -> "background:#5f6368;color:#ffffff";
                case CLEARED -> "background:#1e7a3c;color:#ffffff";
            };
        }
    }

    /** The steps of one alert in this letter. */
    private record News(Standing standing, List<AlertMessage> steps) {
        AlertMessage last() {
            return steps.getLast();
        }
    }

    /** Lines under a heading; its list may be cut. */
    private record Part(String heading, String style, List<String> lines) {}

    private final Letter letter;
    private final Catalogue catalogue;
    private final ZoneId zone;
    private final boolean exercise;
    private final boolean danish;
    private final List<News> news;
    private final List<Transition> alsoStanding;

    /**
     * @param zone of the people told
     * @param exercise a drill: every text says so first
     * @param language {@code da} or {@code en}
     */
    LetterText(Letter letter, Catalogue catalogue, ZoneId zone, boolean exercise, String language) {
        this.letter = letter;
        this.catalogue = catalogue;
        this.zone = zone;
        this.exercise = exercise;
        this.danish = language.equals("da");
        Map<String, List<Transition>> byAlert = new LinkedHashMap<>();
        for (Transition step : letter.steps()) {
            byAlert.computeIfAbsent(step.alertId(), any -> new ArrayList<>()).add(step);
        }
        this.news = byAlert.values().stream()
                .map(steps -> new News(
                        Standing.of(steps.getLast()),
                        steps.stream().map(this::message).toList()))
                .sorted(Comparator.comparing(News::standing))
                .toList();
        this.alsoStanding = letter.standing().stream()
                .filter(each -> !byAlert.containsKey(each.alertId()))
                .toList();
    }

    private AlertMessage message(Transition step) {
        return new AlertMessage(step, catalogue, zone);
    }

    private String in(Text text) {
        return danish ? text.da() : text.en();
    }

    private String in(String da, String en) {
        return danish ? da : en;
    }

    /** One line: the worst that stands and where, or that nothing does any more. */
    String title() {
        return (exercise ? in("ØVELSE: ", "EXERCISE: ") : "") + heading() + ": " + places();
    }

    private String heading() {
        if (!letter.isLast()) {
            return in(AlertMessage.colour(Math.max(1, letter.severity()))).toUpperCase(danish ? DANISH : Locale.UK);
        }
        return switch (end()) {
            case INTERRUPTED, EXERCISE_OVER -> in(end().heading());
            case UNWATCHED -> in("Følges ikke længere", "No longer watched");
            case CORRECTED -> in("Rettelse", "Correction");
            default -> in("Afblæst", "All clear");
        };
    }

    /** Of a last letter: the least of an all-clear that is in it, but a correction only if nothing else is. */
    private Standing end() {
        Set<Standing> ends = new LinkedHashSet<>();
        news.forEach(each -> ends.add(each.standing()));
        for (Standing notAnAllClear : List.of(Standing.INTERRUPTED, Standing.EXERCISE_OVER, Standing.UNWATCHED)) {
            if (ends.contains(notAnAllClear)) {
                return notAnAllClear;
            }
        }
        return ends.contains(Standing.CLEARED) ? Standing.CLEARED : Standing.CORRECTED;
    }

    private String places() {
        Stream<Transition> of = letter.isLast() ? letter.steps().stream() : letter.standing().stream();
        List<String> names =
                of.map(each -> message(each).stationName()).distinct().toList();
        return switch (names.size()) {
            case 1 -> names.getFirst();
            case 2 -> names.getFirst() + in(" og ", " and ") + names.getLast();
            default ->
                names.getFirst() + in(" og ", " and ") + (names.size() - 1) + in(" andre steder", " other places");
        };
    }

    private String opening() {
        if (!letter.isLast()) {
            return "";
        }
        return switch (end()) {
            case INTERRUPTED ->
                in(
                        "Øvelsen er afbrudt: der er en rigtig melding.",
                        "The exercise is interrupted: there is a real alert.");
            case EXERCISE_OVER -> in("Øvelsen er slut.", "The exercise is over.");
            case UNWATCHED ->
                in(
                        "Ingen melding følges længere, men ikke alt er afblæst.",
                        "No alert is followed any more, but not all of it is an all-clear.");
            case CORRECTED -> in("Ingen melding gælder længere.", "No alert stands any more.");
            default -> in("Afblæst: alt. Ingen melding gælder længere.", "All clear: no alert stands any more.");
        };
    }

    /** What is new, then what to do, then what stands besides. */
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        boolean allSteps = letter.steps().size() <= NEWS_AT_MOST;
        int told = 0;
        for (Standing standing : Standing.values()) {
            List<String> lines = new ArrayList<>();
            for (News each : news) {
                if (each.standing() == standing && (allSteps || told < NEWS_AT_MOST)) {
                    told++;
                    (allSteps ? each.steps() : List.of(each.last())).forEach(step -> lines.add(in(step.text())));
                }
            }
            if (!lines.isEmpty()) {
                parts.add(new Part(in(standing.heading()), standing.style(), lines));
            }
        }
        if (told < news.size()) {
            parts.getLast().lines().add(others(news.size() - told));
        }
        addShortened(parts, in("Det skal gøres", "To be done"), actions(), ACTIONS_AT_MOST);
        addShortened(
                parts,
                in("Gælder stadig", "Still standing"),
                alsoStanding.stream().map(this::standingLine).toList(),
                STANDING_AT_MOST);
        return parts;
    }

    private String standingLine(Transition each) {
        return in(Standing.of(each).heading()) + " – " + in(message(each).standing());
    }

    private String others(int more) {
        return in("og ", "and ") + more + (more == 1 ? in(" anden", " other") : in(" andre", " others"));
    }

    private void addShortened(List<Part> parts, String heading, List<String> lines, int most) {
        if (lines.isEmpty()) {
            return;
        }
        List<String> shown = new ArrayList<>(lines.subList(0, Math.min(most, lines.size())));
        if (lines.size() > most) {
            shown.add(others(lines.size() - most));
        }
        parts.add(new Part(heading, "", shown));
    }

    /** Of all that stands, each once. */
    private List<String> actions() {
        return letter.standing().stream()
                .map(this::message)
                .filter(each -> !in(each.action()).isBlank())
                .map(each -> each.stationName() + ": " + in(each.action()))
                .distinct()
                .toList();
    }

    /** Plain text, lines ended by {@code \n}. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (exercise) {
            text.append(in(EXERCISE_NOTICE)).append("\n\n");
        }
        if (!letter.opening().isEmpty()) {
            text.append(in(letter.opening())).append("\n\n");
        }
        if (!opening().isEmpty()) {
            text.append(opening()).append("\n\n");
        }
        for (Part part : parts()) {
            text.append(part.heading()).append(":\n");
            part.lines().forEach(line -> text.append("- ").append(line).append('\n'));
            text.append('\n');
        }
        return text.append(in(AlertMessage.NOTICE))
                .append('\n')
                .append(in(ADVICE))
                .append('\n')
                .toString();
    }

    /** A fragment, to stand in a page's body. */
    String html() {
        StringBuilder html = new StringBuilder();
        if (exercise) {
            html.append("<p><strong>").append(escaped(in(EXERCISE_NOTICE))).append("</strong></p>\n");
        }
        if (!letter.opening().isEmpty()) {
            html.append("<p><strong>").append(escaped(in(letter.opening()))).append("</strong></p>\n");
        }
        html.append("<h1 style=\"font-size:1.3em\">").append(escaped(title())).append("</h1>\n");
        if (!opening().isEmpty()) {
            html.append("<p>").append(escaped(opening())).append("</p>\n");
        }
        for (Part part : parts()) {
            html.append("<h2 style=\"font-size:1em\">");
            if (part.style().isEmpty()) {
                html.append(escaped(part.heading()));
            } else {
                html.append("<span style=\"padding:2px 8px;")
                        .append(part.style())
                        .append("\">")
                        .append(escaped(part.heading()))
                        .append("</span>");
            }
            html.append("</h2>\n<ul>\n");
            part.lines()
                    .forEach(line -> html.append("<li>").append(escaped(line)).append("</li>\n"));
            html.append("</ul>\n");
        }
        return html.append("<p>")
                .append(linked(in(AlertMessage.NOTICE)))
                .append("<br>")
                .append(linked(in(ADVICE)))
                .append("</p>\n")
                .toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    static String linked(String text) {
        return LINK.matcher(escaped(text)).replaceAll("<a href=\"$0\">$0</a>");
    }

    /**
     * In the alphabet of text messages.
     *
     * @param most its length; what does not fit is counted
     */
    String sms(int most) {
        String head = GsmText.of((exercise ? in("ØVELSE! ", "EXERCISE! ") : "")
                + (letter.opening().isEmpty() ? "" : in(letter.opening()) + "\n")
                + (letter.isLast() && end() == Standing.CLEARED ? in("Alt afblæst.\n", "All clear.\n") : ""));
        String tail = GsmText.of("\n" + in("Lokal måling, ikke DMI-varsel", "Local reading, no DMI warning"));
        List<String> lines = smsLines();
        int room = most - GsmText.length(head) - GsmText.length(tail);
        String all = String.join("\n", lines);
        if (GsmText.length(all) <= room) {
            return head + all + tail;
        }
        int count = news.size() + alsoStanding.size();
        StringBuilder told = new StringBuilder();
        int n = 0;
        for (String line : lines) {
            String rest = n + 1 < count ? more(count - n - 1) : "";
            String next = (n == 0 ? "" : "\n") + line;
            if (n > 0 && GsmText.length(told + next + rest) > room) {
                break;
            }
            told.append(n == 0 ? GsmText.cut(next, room - rest.length()) : next);
            n++;
        }
        return head + told + (n < count ? more(count - n) : "") + tail;
    }

    private String more(int count) {
        return "\n+" + count + (count == 1 ? in(" anden", " other") : in(" andre", " others"));
    }

    /** One for each alert; what to do about the worst that is new stands with it. */
    private List<String> smsLines() {
        List<String> lines = new ArrayList<>();
        for (News each : news) {
            boolean stands = each.standing().compareTo(Standing.YELLOW) <= 0;
            String action = in(each.last().action());
            lines.add(GsmText.of((stands ? in(each.standing().heading()) + " " : "")
                    + in(each.last().brief())
                    + (lines.isEmpty() && stands && !action.isBlank() ? ". " + action : "")));
        }
        for (Transition each : alsoStanding) {
            String how = in(message(each).brief());
            boolean said = how.contains(in("stadig", "still"));
            lines.add(GsmText.of(
                    (said ? "" : in("Stadig ", "Still ")) + in(Standing.of(each).heading()) + " " + how));
        }
        return lines;
    }
}
