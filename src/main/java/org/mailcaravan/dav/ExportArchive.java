package org.mailcaravan.dav;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * Unpacks the .vcf or .ics entries of a .zip archive. Limits keep a hostile archive from filling
 * the disk. Names of entries are only shown, never used as paths.
 */
final class ExportArchive {
  /** Limit of entries; exports have far fewer. */
  static final int MOST_ENTRIES = 20_000;

  /** Limit of the unpacked size of all archives of one mailbox and kind, in octets. */
  static final long LARGEST = 1L << 29;

  private static final int MOST_NOTES = 20;
  private static final String REMEDY =
      "Pack the exported files into a new archive without a password, or send them as they are.";

  private final Groupware kind;
  private final Path file;
  private final String name;
  private final ExportFiles target;
  private final List<ExportPart> parts;
  private final List<Problem> problems;
  private final List<String> notes;
  private int leftOut;

  /**
   * @param parts receives the unpacked texts
   * @param problems receives what could not be unpacked
   * @param notes receives which entries were left out
   */
  ExportArchive(
      Groupware kind,
      Path file,
      ExportFiles target,
      List<ExportPart> parts,
      List<Problem> problems,
      List<String> notes) {
    this.kind = kind;
    this.file = file;
    this.name = ExportText.fileName(file);
    this.target = target;
    this.parts = parts;
    this.problems = problems;
    this.notes = notes;
  }

  /** Whether a file begins as a .zip archive does, empty ones included. */
  static boolean isArchive(InputStream in) throws IOException {
    in.mark(4);
    byte[] first = in.readNBytes(4);
    in.reset();
    return first.length == 4
        && first[0] == 'P'
        && first[1] == 'K'
        && ((first[2] == 3 && first[3] == 4) || (first[2] == 5 && first[3] == 6));
  }

  void unpack() throws IOException {
    try (ZipFile zip = open()) {
      if (zip.size() > MOST_ENTRIES) {
        problem(
            name,
            "the archive has %d entries, more than %d".formatted(zip.size(), MOST_ENTRIES),
            "Split it into several archives.");
        return;
      }
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements() && target.hasRoom()) {
        unpack(zip, entries.nextElement());
      }
    } catch (ZipException | EOFException e) {
      problem(name, "the archive is damaged", REMEDY);
    }
    if (leftOut > MOST_NOTES) {
      notes.add("%s: %d more entries were left out.".formatted(name, leftOut - MOST_NOTES));
    }
    if (parts.isEmpty() && problems.isEmpty()) {
      problem(name, "there is no %s file in this archive".formatted(kind.extension()), REMEDY);
    }
  }

  /**
   * Names are UTF-8. Old archives have other charsets; their names are read as Latin-1 and may look
   * wrong.
   */
  private ZipFile open() throws IOException {
    try {
      return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException e) {
      Charset any = StandardCharsets.ISO_8859_1;
      return new ZipFile(file.toFile(), any);
    }
  }

  private void unpack(ZipFile zip, ZipEntry entry) throws IOException {
    if (entry.isDirectory()) {
      return;
    }
    String place = name + "!/" + ExportText.shown(entry.getName());
    String plain = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    Optional<String> reason = reasonToLeaveOut(plain.toLowerCase(Locale.ROOT));
    if (reason.isPresent()) {
      if (++leftOut <= MOST_NOTES) {
        notes.add("%s was left out: %s.".formatted(place, reason.get()));
      }
    } else if (plain.toLowerCase(Locale.ROOT).endsWith(".zip")) {
      problem(place, "archives within archives are not unpacked", REMEDY);
    } else {
      try (InputStream in = zip.getInputStream(entry)) {
        parts.add(target.unpacked(place, new Bounded(in)));
      } catch (TooLarge e) {
        problem(
            place,
            "the archives are larger than %d MiB when unpacked; the rest was not read"
                .formatted(LARGEST >> 20),
            "Send fewer files at once.");
      } catch (ZipException | EOFException e) {
        problem(place, "the entry has a password or is damaged", REMEDY);
      }
    }
  }

  private Optional<String> reasonToLeaveOut(String plain) {
    if (plain.startsWith("._")) {
      return Optional.of("macOS adds such files, and they hold no %ss".formatted(kind.resource()));
    }
    for (Groupware other : Groupware.values()) {
      if (other != kind && plain.endsWith(other.extension())) {
        return Optional.of(
            "it is not for the %s; to import it, name the archive in the other column too"
                .formatted(kind.collection()));
      }
    }
    return plain.endsWith(kind.extension()) || plain.endsWith(".zip")
        ? Optional.empty()
        : Optional.of("it is not a %s file".formatted(kind.extension()));
  }

  private void problem(String place, String cause, String nextStep) {
    problems.add(new Problem(Where.file(place), cause, Owner.CUSTOMER, nextStep));
  }

  /** The archives are larger than {@link #LARGEST} when unpacked. */
  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Counts the octets that are really unpacked, whatever size the archive states. */
  private final class Bounded extends FilterInputStream {
    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
      int read = super.read(octets, from, length);
      if (!target.take(Math.max(0, read))) {
        throw new TooLarge();
      }
      return read;
    }
  }
}
