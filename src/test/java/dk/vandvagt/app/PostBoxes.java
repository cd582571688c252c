package dk.vandvagt.app;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A mail server on loopback, and what lies in its boxes. */
final class PostBoxes implements AutoCloseable {
    /** One mail; headers that it does not have are empty. */
    record Mail(
            String to,
            String id,
            String inReplyTo,
            String references,
            String unsubscribe,
            String subject,
            String text) {}

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    PostBoxes() {
        server.start();
    }

    int port() {
        return server.getSmtp().getPort();
    }

    int count() {
        return server.getReceivedMessages().length;
    }

    /** In the order they came, repeats included. */
    List<Mail> all() throws MessagingException, IOException {
        List<Mail> all = new ArrayList<>();
        for (MimeMessage each : server.getReceivedMessages()) {
            all.add(new Mail(
                    String.valueOf(each.getAllRecipients()[0]),
                    header(each, "Message-ID"),
                    header(each, "In-Reply-To"),
                    header(each, "References"),
                    header(each, "List-Unsubscribe"),
                    each.getSubject(),
                    plain(each.getContent())));
        }
        return all;
    }

    private static String header(MimeMessage mail, String name) throws MessagingException {
        String[] found = mail.getHeader(name);
        return found == null ? "" : found[0].replaceAll("\\s+", " ");
    }

    private static String plain(Object content) throws MessagingException, IOException {
        if (content instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart part = parts.getBodyPart(i);
                if (part.isMimeType("text/plain") || part.isMimeType("multipart/*")) {
                    return plain(part.getContent());
                }
            }
        }
        return String.valueOf(content).replace("\r\n", "\n");
    }

    @Override
    public void close() {
        server.stop();
    }
}
