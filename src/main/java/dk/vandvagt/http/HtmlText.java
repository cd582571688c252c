package dk.vandvagt.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Any answer in JSON as a page: objects as lists of terms, features as a table, links as links. Everything is escaped. */
final class HtmlText {
    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="/app/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/app/document.css">
            """;

    private final StringBuilder out = new StringBuilder();
    private final String title;
    private final @Nullable String map;

    HtmlText(String title, @Nullable String map) {
        this.title = title;
        this.map = map;
    }

    String document(JsonNode json) {
        out.append(HEAD).append("<title>").append(escape(title)).append("</title>\n");
        if (map != null) {
            out.append("<link rel=\"stylesheet\" href=\"/lib/leaflet/1.9.4/dist/leaflet.css\">\n")
                    .append("<script defer src=\"/lib/leaflet/1.9.4/dist/leaflet.js\"></script>\n")
                    .append("<script type=\"module\" src=\"/app/document.js\"></script>\n");
        }
        out.append(
                        "</head>\n<body>\n<header><a href=\"/\">Vandvagt</a> · <a href=\"/collections?f=html\">Collections</a>"
                                + " · <a href=\"/api?f=html\">API</a></header>\n<main>\n<h1>")
                .append(escape(title))
                .append("</h1>\n");
        if (map != null) {
            out.append("<div id=\"map\" data-features=\"").append(escape(map)).append("\"></div>\n");
        }
        value(json);
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    private void value(JsonNode json) {
        if (json.isObject()) {
            object(json);
        } else if (json.isArray()) {
            array(json);
        } else if (json.isNull()) {
            out.append("<span class=\"none\">–</span>");
        } else {
            scalar(json.asText());
        }
    }

    private void scalar(String text) {
        if (text.startsWith("http://") || text.startsWith("https://")) {
            out.append("<a href=\"")
                    .append(escape(text))
                    .append("\">")
                    .append(escape(text))
                    .append("</a>");
        } else {
            out.append(escape(text));
        }
    }

    private void object(JsonNode json) {
        if (json.has("href") && json.has("rel")) {
            link(json);
            return;
        }
        out.append("<dl>\n");
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            out.append("<dt>").append(escape(member.getKey())).append("</dt><dd>");
            if (member.getKey().equals("features")) {
                features(member.getValue());
            } else {
                value(member.getValue());
            }
            out.append("</dd>\n");
        }
        out.append("</dl>\n");
    }

    private void link(JsonNode link) {
        String text = link.path("title").asText(link.path("rel").asText());
        out.append("<a rel=\"")
                .append(escape(link.path("rel").asText()))
                .append("\" type=\"")
                .append(escape(link.path("type").asText()))
                .append("\" href=\"")
                .append(escape(link.path("href").asText()))
                .append("\">")
                .append(escape(text))
                .append("</a> <small>")
                .append(escape(link.path("rel").asText()))
                .append(", ")
                .append(escape(link.path("type").asText()))
                .append("</small>");
    }

    private void array(JsonNode list) {
        boolean plain = true;
        for (JsonNode each : list) {
            plain &= each.isValueNode() || each.isArray();
        }
        if (plain) {
            List<String> parts = new ArrayList<>();
            list.forEach(each -> parts.add(each.isValueNode() ? each.asText() : each.toString()));
            String text = String.join(", ", parts);
            if (list.size() == 1) {
                scalar(text);
            } else {
                out.append(escape(text));
            }
            return;
        }
        out.append("<ul>\n");
        for (JsonNode each : list) {
            out.append("<li>");
            value(each);
            out.append("</li>\n");
        }
        out.append("</ul>\n");
    }

    private void features(JsonNode features) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode feature : features) {
            feature.path("properties").fieldNames().forEachRemaining(names::add);
        }
        out.append("<div class=\"wide\"><table>\n<thead><tr><th>id</th>");
        names.forEach(name -> out.append("<th>").append(escape(name)).append("</th>"));
        out.append("<th>geometry</th></tr></thead>\n<tbody>\n");
        for (JsonNode feature : features) {
            out.append("<tr><th>").append(escape(feature.path("id").asText())).append("</th>");
            for (String name : names) {
                out.append("<td>");
                JsonNode value = feature.path("properties").path(name);
                value(value.isMissingNode() ? com.fasterxml.jackson.databind.node.NullNode.getInstance() : value);
                out.append("</td>");
            }
            JsonNode geometry = feature.path("geometry");
            out.append("<td>")
                    .append(escape(
                            geometry.path("type").asText().equals("Point")
                                    ? geometry.path("coordinates").toString()
                                    : geometry.path("type").asText("–")))
                    .append("</td></tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
