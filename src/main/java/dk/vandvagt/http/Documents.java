package dk.vandvagt.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.layer.FlatJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.LanguageHeader;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Answers in JSON that browsers may have as a page. */
final class Documents {
    static final String HTML = "text/html; charset=utf-8";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Documents() {}

    /** Whether the client would rather have a page; {@code f} rules where it is given. */
    static boolean wantsHtml(RoutingContext request) {
        String accept = request.request().getHeader(HttpHeaders.ACCEPT);
        if (accept == null) {
            return false;
        }
        int html = accept.indexOf("text/html");
        int json = accept.indexOf("json");
        return html >= 0 && (json < 0 || html < json);
    }

    /**
     * Whether a page is asked for, by {@code f} or by the header.
     *
     * @param json other names of the other form
     */
    static boolean html(RoutingContext request, Parameters parameters, String... json) {
        String[] served = Arrays.copyOf(json, json.length + 2);
        served[json.length] = "json";
        served[json.length + 1] = "html";
        parameters.format(served);
        String f = parameters.text("f");
        return f == null ? wantsHtml(request) : f.equals("html");
    }

    /** Danish where the client would rather have that than English; otherwise English. */
    static String language(RoutingContext request) {
        for (LanguageHeader each : request.acceptableLanguages()) {
            if (each.tag().equals("da") || each.tag().equals("en")) {
                return each.tag();
            }
        }
        return "en";
    }

    /** What a document holds; {@code html} is for its links to itself. */
    interface Content {
        void write(FlatJson json, boolean html);
    }

    /** Refuses all parameters but {@code f}. */
    static void send(RoutingContext request, String title, Content content) {
        Parameters parameters = Parameters.of(request);
        boolean html = html(request, parameters);
        parameters.end();
        Buffer json = Answers.json(out -> content.write(out, html));
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").putHeader(HttpHeaders.VARY, "Accept");
        if (html) {
            Answers.send(request, 200, HTML, page(title, json.getBytes(), null));
        } else {
            Answers.send(request, 200, Answers.JSON, json);
        }
    }

    /** @param map address of the GeoJSON that is drawn beside it; null for none */
    static Buffer page(String title, byte[] json, @Nullable String map) {
        try {
            return Buffer.buffer(new HtmlText(title, map).document(JSON.readTree(json)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This document and its other form. */
    static void selfLinks(FlatJson json, String address, String mediaType, boolean html) {
        char sign = address.indexOf('?') < 0 ? '?' : '&';
        link(json, address + sign + "f=json", html ? "alternate" : "self", mediaType, "This document as JSON");
        link(json, address + sign + "f=html", html ? "self" : "alternate", "text/html", "This document as a page");
    }

    static void link(FlatJson json, String href, String rel, String type, @Nullable String title) {
        json.open().text("href", href).text("rel", rel).text("type", type);
        if (title != null) {
            json.text("title", title);
        }
        json.close();
    }
}
