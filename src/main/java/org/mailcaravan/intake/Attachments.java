package org.mailcaravan.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mailcaravan.intake.mail.MailFile;
import org.springframework.util.FileSystemUtils;

/**
 * Contacts and calendars that came with one mail, or one call of the API. They wait in a folder of
 * their own, which only this user can read, until the mailbox has them. For one of these, and one
 * thread.
 */
final class Attachments {
  /** Of an invitation (RFC 5546); exports have none, or PUBLISH. */
  private static final Pattern METHOD =
      Pattern.compile("(?im)^METHOD:(?:REQUEST|REPLY|CANCEL|COUNTER|REFRESH)");

  /** Octets in which it stands. */
  private static final int LONGEST_HEAD = 4096;

  private static final Pattern CARD = Pattern.compile("(?im)^BEGIN:VCARD");

  /** Octets; a card of a sender is smaller. */
  private static final int LONGEST_CARD = 1 << 20;

  private static final int MOST_ENTRIES = 1000;
  private static final String BEHIND_A_NAME = " _-";

  private final Path folder;
  private final Map<MailFile, Set<Column>> files = new LinkedHashMap<>();
  private final Set<MailFile> used = new HashSet<>();
  private final List<String> left = new ArrayList<>();
  private boolean isNew;

  /**
   * @param folder of this mail or call; it may be there already
   * @param wanted the columns that can be imported here
   */
  Attachments(Path folder, List<MailFile> all, Set<Column> wanted) {
    this.folder = folder;
    for (MailFile file : all) {
      Set<Column> columns = EnumSet.noneOf(Column.class);
      for (Column column : columns(file)) {
        if (wanted.contains(column)) {
          columns.add(column);
        } else {
          left.add(left(file, column));
        }
      }
      if (!columns.isEmpty()) {
        files.put(file, columns);
      }
    }
  }

  /** Whether a file is one of contacts or of a calendar, or holds such. */
  static boolean isAttachment(MailFile file) {
    return !columns(file).isEmpty();
  }

  /**
   * Whether it is more than an invitation, or the answer to one (RFC 5546 section 1.4), or than the
   * card of a sender, which Outlook adds to each mail.
   */
  static boolean isExport(MailFile file) {
    String ending = MailFile.ending(file.name());
    if (!ending.equals("ics") && !ending.equals("vcf")) {
      return true;
    }
    try (InputStream in = file.open()) {
      if (ending.equals("vcf")) {
        String cards = new String(in.readNBytes(LONGEST_CARD), StandardCharsets.ISO_8859_1);
        return cards.length() == LONGEST_CARD
            || CARD.matcher(cards).results().limit(2).count() != 1;
      }
      String head = new String(in.readNBytes(LONGEST_HEAD), StandardCharsets.UTF_8);
      return !METHOD.matcher(head).find();
    } catch (IOException e) {
      return true;
    }
  }

  private static Set<Column> columns(MailFile file) {
    String name = file.name().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".zip")) {
      return columns(name);
    }
    Set<Column> columns = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(file.open())) {
      int entries = 0;
      for (ZipEntry entry = zip.getNextEntry();
          entry != null && entries < MOST_ENTRIES && columns.size() < 2;
          entry = zip.getNextEntry()) {
        columns.addAll(columns(entry.getName().toLowerCase(Locale.ROOT)));
        entries++;
      }
    } catch (IOException | IllegalArgumentException e) {
      // What is in it is told when it is imported.
    }
    return columns;
  }

  private static Set<Column> columns(String name) {
    return name.endsWith(".vcf")
        ? Set.of(Column.CONTACTS)
        : name.endsWith(".ics") ? Set.of(Column.CALENDAR) : Set.of();
  }

  /** The rows, with the files that belong to them: to the only row, or to the one of their name. */
  List<RawRow> addTo(List<RawRow> rows) {
    List<RawRow> with = new ArrayList<>();
    for (RawRow row : rows) {
      Map<Column, List<String>> named = new EnumMap<>(Column.class);
      files.forEach(
          (file, columns) -> {
            if (rows.size() == 1 || isNamedAfter(file, row)) {
              columns.stream()
                  .filter(column -> row.text(column).isEmpty())
                  .forEach(
                      column -> {
                        named.computeIfAbsent(column, each -> new ArrayList<>()).add(file.name());
                        used.add(file);
                      });
            }
            String told = row.text(Column.CONTACTS) + "\n" + row.text(Column.CALENDAR);
            if (told.contains(file.name())) {
              used.add(file);
            }
          });
      with.add(named.isEmpty() ? row : with(row, named));
    }
    return with;
  }

  private static RawRow with(RawRow row, Map<Column, List<String>> named) {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    cells.putAll(row.cells());
    named.forEach(
        (column, names) ->
            cells.put(column, String.join(String.valueOf(GroupwareColumn.SEPARATOR), names)));
    return new RawRow(row.line(), cells, row.problems(), row.unsorted());
  }

  /** "anna.vcf", "anna@old.example.ics", "contacts of anna@old.example.zip" are Anna's. */
  private static boolean isNamedAfter(MailFile file, RawRow row) {
    String address = row.text(Column.SOURCE_EMAIL).toLowerCase(Locale.ROOT);
    String name = file.name().toLowerCase(Locale.ROOT);
    String stem = name.substring(0, name.lastIndexOf('.'));
    String local = RowCheck.local(address);
    return !local.isEmpty()
        && (name.contains(address)
            || stem.equals(local)
            || (stem.startsWith(local) && BEHIND_A_NAME.indexOf(stem.charAt(local.length())) >= 0));
  }

  private static String left(MailFile file, Column column) {
    return column == Column.CONTACTS
        ? "The contacts in " + file.name() + " stay where they are: we do not move contacts."
        : "The calendar in " + file.name() + " stays where it is: we do not move calendars.";
  }

  /** What the sender is told of files that no mailbox has. */
  List<String> notes() {
    Stream<String> unclear =
        files.keySet().stream()
            .filter(file -> !used.contains(file))
            .map(
                file ->
                    "It is not clear whose contacts or calendar are in "
                        + file.name()
                        + ". Name each file after the address of its mailbox, such as anna@old.example.vcf, and"
                        + " send the request again with it.");
    return Stream.concat(left.stream(), unclear).toList();
  }

  /** The columns of files that can be imported here. */
  static Set<Column> wanted(RequestRules rules) {
    Set<Column> wanted = EnumSet.noneOf(Column.class);
    if (rules.hasCardDav()) {
      wanted.add(Column.CONTACTS);
    }
    if (rules.hasCalDav()) {
      wanted.add(Column.CALENDAR);
    }
    return wanted;
  }

  /**
   * Writes them, all or none.
   *
   * @throws UncheckedIOException when that fails
   */
  Path write() {
    if (files.isEmpty()) {
      return folder;
    }
    try {
      if (Files.isDirectory(folder)) {
        return again();
      }
      Files.createDirectories(
          folder.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      // Only this user can read it.
      Path part = Files.createTempDirectory(folder.getParent(), folder.getFileName() + ".");
      try {
        for (MailFile file : files.keySet()) {
          Files.write(part.resolve(file.name()), file.octets());
        }
        return place(part);
      } finally {
        boolean unused = FileSystemUtils.deleteRecursively(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path place(Path part) throws IOException {
    try {
      Path placed = Files.move(part, folder);
      isNew = true;
      return placed;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      // The same call came twice at once.
      return again();
    }
  }

  /** It is there of the same mail or call; its time begins anew, so that no purge takes it. */
  private Path again() throws IOException {
    Files.delete(Files.createTempFile(folder, ".", ""));
    return folder;
  }

  /** Deletes what {@link #write} has written: nobody needs it. */
  void discard() {
    if (isNew) {
      try {
        boolean unused = FileSystemUtils.deleteRecursively(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Deletes the folders of mails and calls that came before a time, except those that are needed.
   */
  static void purge(Path all, Instant before, Predicate<String> needed) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(all)) {
      for (Path each : folders) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(before)
            && !needed.test(each.getFileName().toString())) {
          boolean unused = FileSystemUtils.deleteRecursively(each);
        }
      }
    } catch (NoSuchFileException e) {
      // Nobody has sent any.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
