package dk.vandvagt.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files the page is made of, out of the class path. They are kept as ready bytes, which are sent compressed: Vert.x' own handler
 * sends files as they lie, three times the bytes. One event loop uses it.
 */
final class PageFiles {
    /** Names without a step up and without a hidden file. */
    private static final Pattern NAME = Pattern.compile("/\\w[\\w-]*([./][\\w-]+)*\\.(\\w+)");

    private static final int LONGEST_NAME = 200;
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", Documents.HTML,
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");

    private final LayerBoard board;
    private final String below;
    private final String folder;
    private final String cacheControl;
    private final Map<String, Future<ReadyAnswer>> ready = new HashMap<>();

    /**
     * @param below the path that stands for the folder
     * @param folder of the class path
     */
    PageFiles(LayerBoard board, String below, String folder, String cacheControl) {
        this.board = board;
        this.below = below;
        this.folder = folder;
        this.cacheControl = cacheControl;
    }

    void answer(RoutingContext request) {
        String path = String.valueOf(request.normalizedPath());
        String name = path.startsWith(below) ? path.substring(below.length()) : "";
        // a long one would be matched as deep as it is long
        String mediaType = name.length() <= LONGEST_NAME && NAME.matcher(name).matches()
                ? MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1))
                : null;
        URL file = mediaType == null ? null : PageFiles.class.getClassLoader().getResource(folder + name);
        if (mediaType == null || file == null) {
            throw Problem.notFound("path", path, "a file of the page");
        }
        // beside the sources a file may be written while the service runs
        Future<ReadyAnswer> answer = file.getProtocol().equals("file")
                ? read(file, mediaType)
                : ready.computeIfAbsent(name, any -> read(file, mediaType));
        request.addHeadersEndHandler(v -> request.response().putHeader(HttpHeaders.CACHE_CONTROL, cacheControl));
        answer.onSuccess(there -> there.send(request, board)).onFailure(request::fail);
    }

    private Future<ReadyAnswer> read(URL file, String mediaType) {
        return board.offLoop(() -> {
            try (InputStream in = file.openStream()) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                in.transferTo(content);
                return ReadyAnswer.of(mediaType, content);
            }
        });
    }
}
