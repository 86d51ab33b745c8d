package org.mailcaravan.dav;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into cards at BEGIN and END. Each card is then read on its own, so a broken one
 * does no harm to its neighbours.
 */
final class CardSplitter {
  /** Receives the cards of a text. */
  interface Visitor extends StrayLines.Sink {
    /**
     * A card from BEGIN to END.
     *
     * @param octets its lines, each ended by LF
     */
    void card(int line, byte[] octets);

    /** Something that is not a whole card. */
    void broken(int line, String cause);
  }

  /**
   * Cards within a card. Each level is escaped once more when it is written, so it doubles in size.
   */
  private static final int MOST_NESTED = 2;

  private static final int LONGEST_NAME = 200;
  private static final Set<String> OF_CARDS = Set.of("FN", "N", "EMAIL", "TEL", "UID", "ADR");
  private static final String BEGIN = "BEGIN:VCARD";
  private static final String END = "END:VCARD";

  private final Visitor visitor;
  private final StrayLines stray;
  private @Nullable Open open;
  private int cards;

  private CardSplitter(Visitor visitor) {
    this.visitor = visitor;
    this.stray = new StrayLines(OF_CARDS, visitor);
  }

  /** Splits a text. */
  static void read(PhysicalLines lines, Visitor visitor) throws IOException {
    CardSplitter cut = new CardSplitter(visitor);
    int last = 1;
    for (PhysicalLines.Line line = lines.next(); line != null; line = lines.next()) {
      cut.accept(line);
      last = line.number();
    }
    cut.giveUp("the file ends within the card that began here");
    if (cut.cards > 0) {
      cut.stray.end();
    } else {
      visitor.broken(last, "there is no contact (BEGIN:VCARD) in this file");
    }
  }

  private void accept(PhysicalLines.Line line) {
    String mark = mark(line);
    Open current = open;
    if (mark.equals(BEGIN)) {
      stray.end();
      // vCard 2.1 allows a card within a card, as the value of AGENT.
      if (current != null && current.agentDue) {
        current.nested++;
        current.tooDeep |= current.nested > MOST_NESTED;
      } else {
        giveUp("line " + line.number() + " begins another card before this one ends");
        current = new Open(line.number());
        open = current;
        cards++;
      }
    }
    if (current == null) {
      passOver(line);
      return;
    }
    current.add(line, mark);
    if (mark.equals(END) && current.nested-- == 0) {
      open = null;
      if (current.tooLarge) {
        visitor.broken(
            current.line,
            "the card is larger than %d MiB".formatted(ExportReader.LARGEST_RESOURCE >> 20));
      } else if (current.tooDeep) {
        visitor.broken(current.line, "more than %d cards are nested in it".formatted(MOST_NESTED));
      } else {
        visitor.card(current.line, current.octets.toByteArray());
      }
    }
  }

  /** Reports a line outside of all cards. */
  private void passOver(PhysicalLines.Line line) {
    String text =
        new String(line.octets(), 0, Math.min(line.octets().length, LONGEST_NAME), ISO_8859_1);
    if (line.cut() || !text.isBlank()) {
      stray.add(line.number(), new CardLine(1, text).name());
    }
  }

  /**
   * The line, normalised, when it begins or ends a card or announces a nested one, else an empty
   * text.
   */
  private static String mark(PhysicalLines.Line line) {
    byte[] octets = line.octets();
    if (octets.length > 80 || octets.length == 0 || "BbEeAa \t".indexOf(octets[0]) < 0) {
      return "";
    }
    String text = new String(octets, ISO_8859_1).replaceAll("\\s", "").toUpperCase(Locale.ROOT);
    return text.equals(BEGIN) || text.equals(END) || text.startsWith("AGENT") ? text : "";
  }

  private void giveUp(String cause) {
    if (open != null) {
      visitor.broken(open.line, cause);
      open = null;
    }
  }

  /** The card that is being read. */
  private static final class Open {
    final int line;
    final ByteArrayOutputStream octets = new ByteArrayOutputStream(1024);
    int nested;
    boolean agentDue;
    boolean tooLarge;
    boolean tooDeep;

    Open(int line) {
      this.line = line;
    }

    void add(PhysicalLines.Line next, String mark) {
      tooLarge |=
          next.cut() || octets.size() + next.octets().length > ExportReader.LARGEST_RESOURCE;
      if (!tooLarge) {
        octets.writeBytes(next.octets());
        octets.write('\n');
      }
      agentDue = mark.startsWith("AGENT");
    }
  }
}
