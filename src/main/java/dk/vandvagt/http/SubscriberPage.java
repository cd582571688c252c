package dk.vandvagt.http;

import com.google.common.html.HtmlEscapers;
import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Text;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The few pages a subscriber meets by following a link: no script, and a form that posts to the link itself. */
final class SubscriberPage {
    private static final String FRAME = """
            <!DOCTYPE html>
            <html lang="%s">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex"><title>%s – Vandvagt %s</title>
            <link rel="icon" href="%sapp/icon.svg"><link rel="stylesheet" href="%sapp/subscriber.css"></head>
            <body><main><p class="place">Vandvagt %s</p><h1>%s</h1>
            %s
            </main></body>
            </html>
            """;
    /** From {@code /subscriptions/{id}/confirm}, also where a proxy serves all of it below a path of its own. */
    private static final String ROOT = "../../";

    private static final Text[] SEVERITIES = {
        new Text("Gul og højere", "Yellow and above"),
        new Text("Orange og højere", "Orange and above"),
        new Text("Kun rød", "Red only")
    };

    private final String language;
    private final String place;

    private SubscriberPage(String language, String place) {
        this.language = language;
        this.place = place;
    }

    static SubscriberPage of(Subscription to, String place) {
        return new SubscriberPage(to.language(), place);
    }

    /** For one of whom nothing is known. */
    static SubscriberPage of(RoutingContext request, String place) {
        String asked = request.request().getHeader(HttpHeaders.ACCEPT_LANGUAGE);
        return new SubscriberPage(asked == null || asked.startsWith("da") ? "da" : "en", place);
    }

    static String escaped(String text) {
        return HtmlEscapers.htmlEscaper().escape(text);
    }

    private String in(String da, String en) {
        return language.equals("da") ? da : en;
    }

    Buffer askToConfirm(Subscription to) {
        return page(
                in("Vil du have meldinger?", "Do you want these alerts?"),
                paragraph(in(
                                        "Meldinger om vandstand og regn sendes til ",
                                        "Alerts on water levels and rain are sent to ")
                                + Choices.masked(to) + ".")
                        + button(in("Ja, bekræft", "Yes, confirm")));
    }

    Buffer confirmed(String manageUrl) {
        return page(
                in("Bekræftet", "Confirmed"),
                paragraph(in(
                                "Gem denne side: med linket ændrer eller sletter du dit abonnement.",
                                "Keep this page: with the link you change or delete your subscription."))
                        + "<p><a href=\"" + escaped(manageUrl) + "\">"
                        + in("Mit abonnement", "My subscription") + "</a></p>");
    }

    Buffer askToUnsubscribe() {
        return page(
                in("Afmeld?", "Unsubscribe?"),
                paragraph(in(
                                "Der sendes ikke flere meldinger, og alt om dit abonnement slettes.",
                                "No more alerts are sent, and all that is known of your subscription is deleted."))
                        + button(in("Afmeld", "Unsubscribe")));
    }

    Buffer unsubscribed() {
        return page(
                in("Afmeldt", "Unsubscribed"),
                paragraph(in("Alt om dit abonnement er slettet.", "All of your subscription is deleted.")));
    }

    Buffer deadLink() {
        return page(
                in("Linket virker ikke", "The link does not work"),
                paragraph(in(
                        "Det er udløbet, ikke helt kopieret, eller abonnementet er slettet.",
                        "It has expired, is not whole, or the subscription is deleted.")));
    }

    /** @param saved whether choices were saved just now */
    Buffer choices(Subscription s, boolean saved) {
        StringBuilder form = new StringBuilder(saved ? paragraph(in("Gemt.", "Saved.")) : "");
        form.append(paragraph(in("Sendes til ", "Sent to ") + Choices.masked(s) + "; " + where(s) + "."))
                .append("<form method=\"post\">");
        form.append("<label>").append(in("Sprog", "Language")).append(" <select name=\"language\">");
        option(form, "da", "Dansk", s.language().equals("da"));
        option(form, "en", "English", s.language().equals("en"));
        form.append("</select></label><label>")
                .append(in("Meldinger", "Alerts"))
                .append(" <select name=\"severityFrom\">");
        for (int severity = 1; severity <= SEVERITIES.length; severity++) {
            option(
                    form,
                    String.valueOf(severity),
                    SEVERITIES[severity - 1].in(language),
                    s.selection().severityFrom() == severity);
        }
        form.append("</select></label>");
        QuietHours quiet = s.quiet();
        time(
                form,
                "quietFrom",
                in("Stille fra (undtagen rød)", "Quiet from (but for red)"),
                quiet == null ? "" : Choices.time(quiet.from()));
        time(form, "quietTo", in("til", "to"), quiet == null ? "" : Choices.time(quiet.to()));
        box(form, "paused", in("På pause", "Paused"), s.paused());
        box(form, "exercises", in("Også øvelser", "Exercises too"), s.exercises());
        form.append("<button name=\"action\" value=\"save\">")
                .append(in("Gem", "Save"))
                .append("</button> <button name=\"action\" value=\"remove\" class=\"remove\">")
                .append(in("Slet abonnementet", "Delete the subscription"))
                .append("</button></form>");
        return page(in("Mit abonnement", "My subscription"), form.toString());
    }

    private String where(Subscription s) {
        Subscription.Selection selection = s.selection();
        String stations = Stream.concat(
                        selection.parts().stream().sorted(),
                        selection.stations().stream().sorted())
                .collect(Collectors.joining(", "));
        if (selection.area().isEmpty()) {
            return stations.isEmpty() ? in("alle stationer", "all stations") : stations;
        }
        String area = in("stationer i dit område", "stations in your area");
        return stations.isEmpty() ? area : area + ", " + stations;
    }

    private static void option(StringBuilder form, String value, String text, boolean chosen) {
        form.append("<option value=\"").append(value).append(chosen ? "\" selected>" : "\">");
        form.append(escaped(text)).append("</option>");
    }

    private static void time(StringBuilder form, String name, String label, String value) {
        form.append("<label>")
                .append(escaped(label))
                .append(" <input type=\"time\" name=\"")
                .append(name);
        form.append("\" value=\"").append(value).append("\"></label>");
    }

    private static void box(StringBuilder form, String name, String label, boolean checked) {
        form.append("<label class=\"box\"><input type=\"checkbox\" name=\"")
                .append(name)
                .append('"');
        form.append(checked ? " checked> " : "> ").append(escaped(label)).append("</label>");
    }

    private static String paragraph(String text) {
        return "<p>" + escaped(text) + "</p>";
    }

    private static String button(String text) {
        return "<form method=\"post\"><button>" + escaped(text) + "</button></form>";
    }

    private Buffer page(String title, String content) {
        String name = escaped(place);
        return Buffer.buffer(FRAME.formatted(language, title, name, ROOT, ROOT, name, title, content));
    }
}
