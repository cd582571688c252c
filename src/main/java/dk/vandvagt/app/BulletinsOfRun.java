package dk.vandvagt.app;

import dk.vandvagt.http.Bulletins;
import dk.vandvagt.notify.CapFeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The CAP feed, as the page's room asks for it. */
record BulletinsOfRun(CapFeed feed, boolean exercise) implements Bulletins {
    @Override
    public List<Bulletin> newest() {
        return feed.listed().stream()
                .map(each -> new Bulletin(
                        each.identifier(),
                        each.type().word(),
                        each.sentMs(),
                        each.headline().da() + " / " + each.headline().en(),
                        each.description().da() + " / " + each.description().en()))
                .toList();
    }

    @Override
    public long changedAtMs() {
        return feed.changedAtMs();
    }

    @Override
    public byte @Nullable [] xml(String identifier) throws IOException {
        String xml = feed.xml(identifier);
        return xml == null ? null : xml.getBytes(StandardCharsets.UTF_8);
    }
}
