package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * Splits .vcf files into cards. A card that is in the files twice, with the same UID or the same
 * content, is given once. Of two revisions of a card (RFC 6350, section 6.7.4: REV) the newer one
 * is given. When neither is known to be newer both are given, the second with a new UID, so that
 * neither is lost.
 */
final class VcardExport implements ExportReader {
  private static final String REMEDY =
      "Enter the contact in the new address book by hand, or export the contacts again and send the"
          + " new file.";

  private final ExportFiles files;
  private final CardIndex index = new CardIndex();
  private final Map<Digest.Value, Digest.Value> contentByUid = new HashMap<>();
  private final Set<Digest.Value> contents = new HashSet<>();
  private int cards;

  /**
   * @param files open; closed with this
   */
  VcardExport(ExportFiles files) {
    this.files = files;
    for (Path file : files.files()) {
      for (ExportPart part : files.of(file).parts()) {
        try (PhysicalLines lines = lines(part)) {
          index.add(lines);
        } catch (IOException e) {
          // The same failure is reported when the file is read.
        }
      }
    }
  }

  private PhysicalLines lines(ExportPart part) throws IOException {
    return new PhysicalLines(files.stream(part), LARGEST_RESOURCE);
  }

  @Override
  public void read(Path file, Visitor visitor) throws IOException {
    FileProblems problems = new FileProblems();
    for (ExportPart part : files.of(file).report(visitor).parts()) {
      try (PhysicalLines lines = lines(part)) {
        CardSplitter.read(lines, new Part(part, visitor, problems));
      }
    }
    problems.report(visitor);
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one text. */
  private final class Part implements CardSplitter.Visitor {
    private final ExportPart part;
    private final Visitor visitor;
    private final FileProblems problems;
    private boolean full;

    Part(ExportPart part, Visitor visitor, FileProblems problems) {
      this.part = part;
      this.visitor = visitor;
      this.problems = problems;
    }

    @Override
    public void card(int line, byte[] octets) {
      if (cards == MOST_COMPONENTS) {
        if (!full) {
          problems.add(FileProblems.tooMany(part.place(line)));
        }
        full = true;
        return;
      }
      cards++;
      CardText.Parsed parsed = CardText.parse(octets);
      parsed.losses().forEach((lost, cause) -> broken(line + lost - 1, cause));
      CardText card = parsed.card();
      if (card != null) {
        accept(line, card);
      }
    }

    private void accept(int line, CardText card) {
      Where.InFile place = part.place(line);
      if (index.isSuperseded(card)) {
        visitor.note(
            place
                + ": a newer revision of this card is in the files; it was imported in place of this"
                + " one.");
        return;
      }
      Digest.Value uid = Digest.valueOf(card.uid());
      Digest.Value content = card.digest();
      Digest.Value before = contentByUid.putIfAbsent(uid, content);
      boolean same = content.equals(before);
      if (same || (before == null && !contents.add(content) && !index.isMember(card.uid()))) {
        visitor.repeated(place);
        return;
      }
      if (before == null) {
        visitor.resource(new Resource(card.uid(), place, card.text()));
        return;
      }
      String other = "mailcaravan-" + new Digest().add(card.uid()).add(content.hex()).value().hex();
      if (contentByUid.putIfAbsent(Digest.valueOf(other), content) != null
          || !contents.add(content)) {
        visitor.repeated(place);
        return;
      }
      visitor.note(
          place
              + ": another card in the files has the same UID and other content; both were"
              + " imported.");
      visitor.resource(new Resource(other, place, card.withUid(other).text()));
    }

    @Override
    public void stray(int first, int last, boolean lost) {
      problems.stray(part.place(first), StrayLines.sentence(first, last), lost, REMEDY);
    }

    @Override
    public void broken(int line, String cause) {
      problems.add(new Problem(part.place(line), cause, Owner.CUSTOMER, REMEDY));
    }
  }
}
