package dk.vandvagt.grafana;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Grafana makes of a query before PostgreSQL sees it: variables first, then the macros of its PostgreSQL data source (Grafana's manual,
 * <a href="https://grafana.com/docs/grafana/latest/datasources/postgres/query-editor/">PostgreSQL query editor</a>). A macro's arguments
 * hold no closing bracket, as there.
 *
 * @param variables values by name
 * @param timescale whether the data source is set to TimescaleDB
 */
record GrafanaSql(Map<String, List<String>> variables, Instant from, Instant to, Duration step, boolean timescale) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(?::(\\w+))?}");
    private static final Pattern MACRO = Pattern.compile("\\$__(\\w+)\\(([^)]*)\\)");

    String render(String query) {
        String text = replace(VARIABLE, query, this::variable);
        text = text.replace("$__interval_ms", Long.toString(step.toMillis()))
                .replace("$__interval", step.toSeconds() + "s")
                .replace("$__rate_interval", "10s")
                .replace("$__range", "60s");
        text = replace(
                MACRO, text, found -> macro(found.group(1), found.group(2).split(",")));
        if (text.contains("$")) {
            throw new IllegalArgumentException("nothing Grafana knows: " + text);
        }
        return text;
    }

    private String variable(MatchResult found) {
        List<String> values = variables.get(found.group(1));
        if (values == null) {
            throw new IllegalArgumentException("no variable " + found.group());
        }
        if ("sqlstring".equals(found.group(2))) {
            return values.stream()
                    .map(value -> "'" + value.replace("'", "''") + "'")
                    .collect(Collectors.joining(","));
        }
        return String.join(",", values);
    }

    private String macro(String name, String... arguments) {
        String column = arguments[0].strip();
        return switch (name) {
            case "timeFrom" -> "'" + from + "'";
            case "timeTo" -> "'" + to + "'";
            case "timeFilter" -> column + " BETWEEN '" + from + "' AND '" + to + "'";
            case "timeGroup" -> group(column, arguments[1]);
            case "timeGroupAlias" -> group(column, arguments[1]) + " AS \"time\"";
            default -> throw new IllegalArgumentException("no macro $__" + name);
        };
    }

    private String group(String column, String span) {
        long seconds = Dashboard.span(span.strip()).toSeconds();
        return timescale
                ? String.format(Locale.ROOT, "time_bucket('%d.000s',%s)", seconds, column)
                : String.format(Locale.ROOT, "floor(extract(epoch from %s)/%d)*%d", column, seconds, seconds);
    }

    private static String replace(Pattern what, String in, java.util.function.Function<MatchResult, String> by) {
        UnaryOperator<String> quoted = Matcher::quoteReplacement;
        return what.matcher(in).replaceAll(found -> quoted.apply(by.apply(found)));
    }
}
