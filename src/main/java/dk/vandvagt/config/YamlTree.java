package dk.vandvagt.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Text to a tree of YAML nodes with their lines. Whoever walks the tree by its structure meets neither a loop nor more than
 * {@link #MOST_NODES} nodes, however often the text repeats a part by alias.
 */
final class YamlTree {
    static final int LONGEST_TEXT = 16 << 20;
    static final int DEEPEST = 40;
    static final long MOST_NODES = 10_000_000;

    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    private final Faults faults;
    private final Map<Node, Long> sizeOfAnchored = new HashMap<>();

    private YamlTree(Faults faults) {
        this.faults = faults;
    }

    /** The outermost mapping; null where a fault was found, which then is the only one. */
    static @Nullable MappingNode of(String text, Faults faults) {
        if (text.length() > LONGEST_TEXT) {
            faults.fault(0, 0, "found " + text.length() + " characters, at most " + LONGEST_TEXT + " are read");
            return null;
        }
        Node root = compose(text, faults);
        if (root == null) {
            return null;
        }
        if (!(root instanceof MappingNode mapping)) {
            faults.fault(root, "", "found a single value or a list, should be settings such as \"version: 1\"");
            return null;
        }
        long nodes = new YamlTree(faults).sizeOf(root);
        if (nodes > MOST_NODES) {
            faults.fault(root, "", "with its aliases spelt out it has more than " + MOST_NODES + " values");
        }
        return faults.any() ? null : mapping;
    }

    private static @Nullable Node compose(String text, Faults faults) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(LONGEST_TEXT)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .build();
        try {
            StreamReader reader = new StreamReader(settings, text);
            Node root = new Composer(settings, new ShallowParser(settings, reader))
                    .getSingleNode()
                    .orElse(null);
            if (root == null) {
                faults.fault(0, 0, "found nothing, should be settings beginning with \"version: 1\"");
            }
            return root;
        } catch (MarkedYamlEngineException notYaml) {
            Mark mark = notYaml.getProblemMark().or(notYaml::getContextMark).orElse(null);
            int line = mark == null ? 0 : mark.getLine() + 1;
            int column = mark == null ? 0 : mark.getColumn() + 1;
            faults.fault(line, column, explain(notYaml.getProblem(), lineOf(text, line)));
        } catch (ReaderException unprintable) {
            int line = lineAt(text, unprintable.getPosition());
            String character = String.format("U+%04X", unprintable.getCodePoint());
            faults.fault(line, 1, "found the character " + character + ", which a text file does not hold");
        } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException gaveUp) {
            faults.fault(0, 0, "not readable as YAML: " + gaveUp.getMessage());
        }
        return null;
    }

    private static String explain(@Nullable String problem, String line) {
        String said = problem == null ? "" : problem;
        if (said.contains("TAB") || line.stripTrailing().startsWith("\t")) {
            return "found a tab: YAML is indented by spaces";
        }
        if (line.matches("\\s*comparison:\\s*[<>].*")) {
            return "a comparison stands in quotes: comparison: \">=\"";
        }
        return "not readable as YAML, nothing after this was read: " + said;
    }

    private static String lineOf(String text, int line) {
        return line < 1 ? "" : text.lines().skip(line - 1).findFirst().orElse("");
    }

    private static int lineAt(String text, int codePointIndex) {
        return 1
                + (int) text.codePoints()
                        .limit(Math.max(0, codePointIndex))
                        .filter(c -> c == '\n')
                        .count();
    }

    /** Nodes below and at this one with aliases spelt out; an anchor stands before its aliases, so depth is what was written. */
    private long sizeOf(Node node) {
        boolean anchored = node.getAnchor().isPresent();
        if (anchored) {
            Long known = sizeOfAnchored.get(node);
            if (known != null) {
                return known;
            }
            // found again below itself: a loop
            sizeOfAnchored.put(node, MOST_NODES + 1);
        }
        if (!PLAIN_TAGS.contains(node.getTag())) {
            faults.fault(node, "", "found the tag " + node.getTag() + ", settings have no tags");
        }
        long size = 1;
        if (node instanceof SequenceNode list) {
            for (Node entry : list.getValue()) {
                size = Math.min(size + sizeOf(entry), MOST_NODES + 1);
            }
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                size = Math.min(size + sizeOf(entry.getKeyNode()) + sizeOf(entry.getValueNode()), MOST_NODES + 1);
            }
        }
        if (anchored) {
            sizeOfAnchored.put(node, size);
        }
        return size;
    }

    /** Refuses deep nesting before the composer, which recurses, can run out of stack. */
    private static final class ShallowParser extends ParserImpl {
        private int depth;

        ShallowParser(LoadSettings settings, StreamReader reader) {
            super(settings, reader);
        }

        @Override
        public Event next() {
            Event event = super.next();
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > DEEPEST) {
                int line = event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
                throw new YamlEngineException("line " + line + " is nested more than " + DEEPEST + " deep");
            }
            return event;
        }
    }
}
