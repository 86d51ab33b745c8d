package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;

/**
 * Splits a .vcf file into cards. Each card is cut out by its BEGIN and END first and parsed on its
 * own, so that a broken one cannot harm its neighbours.
 */
final class VcardFile implements ExportReader {
  private static final String BEGIN = "BEGIN:VCARD";
  private static final String END = "END:VCARD";
  private static final String REMEDY =
      "enter the contact at the new address book by hand, or export the contacts again and send the"
          + " new file";

  @Override
  public void read(Path file, Visitor visitor) throws IOException {
    try (PhysicalLines lines = new PhysicalLines(Files.newInputStream(file), LARGEST_RESOURCE)) {
      new Reading(ExportText.fileName(file), visitor).all(lines);
    }
  }

  /** One file being read. */
  private static final class Reading {
    private final String file;
    private final Visitor visitor;
    // What was read under each UID, by digest.
    private final Map<String, String> seen = new HashMap<>();
    private @Nullable Cut cut;
    private int cards;

    Reading(String file, Visitor visitor) {
      this.file = file;
      this.visitor = visitor;
    }

    void all(PhysicalLines lines) throws IOException {
      int last = 1;
      for (PhysicalLines.Line line = lines.next(); line != null; line = lines.next()) {
        accept(line);
        last = line.number();
      }
      giveUp("the file ends within the card that began here");
      if (cards == 0) {
        broken(last, "there is no contact (BEGIN:VCARD) in this file");
      }
    }

    private void accept(PhysicalLines.Line line) {
      String mark = mark(line);
      Cut current = cut;
      if (mark.equals(BEGIN)) {
        // A card within a card is allowed in vCard 2.1, as the value of AGENT.
        if (current != null && current.agentDue) {
          current.nested++;
        } else {
          giveUp("line " + line.number() + " begins another card before this one ends");
          current = new Cut(line.number());
          cut = current;
          cards++;
        }
      }
      if (current == null) {
        return;
      }
      current.add(line, mark);
      if (mark.equals(END) && current.nested-- == 0) {
        cut = null;
        complete(current);
      }
    }

    /** The line when it begins or ends a card or announces a nested one, else an empty text. */
    private static String mark(PhysicalLines.Line line) {
      if (line.octets().length > 80) {
        return "";
      }
      String text =
          new String(line.octets(), StandardCharsets.ISO_8859_1)
              .replaceAll("\\s", "")
              .toUpperCase(Locale.ROOT);
      return text.equals(BEGIN) || text.equals(END) || text.startsWith("AGENT") ? text : "";
    }

    private void complete(Cut card) {
      if (card.tooLarge) {
        broken(card.line, "the card is larger than %d MiB".formatted(LARGEST_RESOURCE >> 20));
        return;
      }
      VcardText.Parsed parsed = VcardText.parse(card.octets.toByteArray());
      parsed.losses().forEach((line, cause) -> broken(card.line + line - 1, cause));
      VcardText.Card read = parsed.card();
      if (read == null) {
        return;
      }
      String before = seen.putIfAbsent(read.uid(), read.digest());
      if (before != null && !before.equals(read.digest())) {
        broken(
            card.line,
            "another card of this file with the same UID was imported in place of this one");
        return;
      }
      visitor.resource(new Resource(read.uid(), place(card.line), read.text()));
    }

    private void giveUp(String cause) {
      if (cut != null) {
        broken(cut.line, cause);
        cut = null;
      }
    }

    private void broken(int line, String cause) {
      visitor.broken(new Problem(place(line), cause, Owner.CUSTOMER, REMEDY));
    }

    private String place(int line) {
      return file + " line " + line;
    }
  }

  /** The card being cut out. */
  private static final class Cut {
    final int line;
    final ByteArrayOutputStream octets = new ByteArrayOutputStream(1024);
    int nested;
    boolean agentDue;
    boolean tooLarge;

    Cut(int line) {
      this.line = line;
    }

    void add(PhysicalLines.Line next, String mark) {
      tooLarge |= next.cut() || octets.size() + next.octets().length > LARGEST_RESOURCE;
      if (!tooLarge) {
        octets.writeBytes(next.octets());
        octets.write('\r');
        octets.write('\n');
      }
      agentDue = mark.startsWith("AGENT");
    }
  }
}
