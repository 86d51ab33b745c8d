package org.mailcaravan.intake;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mailcaravan.intake.mail.MailFile;
import org.mailcaravan.model.VisibleText;

/**
 * A file that came with a mail and is no list, and holds no contacts or calendars.
 *
 * @param note what its sender is told of it
 * @param isList whether it is a list of mailboxes, as far as one can tell, in a form that is not
 *     read
 */
record UnusedFile(String note, boolean isList) {
  private static final Set<String> SHEETS = Set.of("xls", "xlsb", "ods", "fods", "sxc", "numbers");
  private static final Set<String> LISTS = Set.of("csv", "tsv", "xlsx", "xlsm", "json");
  private static final Set<String> STORES =
      Set.of(
          "zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "pst", "ost", "olm", "mbox", "abbu",
          "ldif", "ldi", "nsf", "contact", "wab", "msg");

  /** What mail programs add, such as signatures. */
  private static final Set<String> ADDED = Set.of("p7s", "p7m", "asc", "sig", "pgp", "key");

  private static final int MOST_ENTRIES = 1000;

  /** What its sender is told of a file; empty where a mail program has added it. */
  static Optional<UnusedFile> of(MailFile file) {
    String name = VisibleText.of(file.name());
    String ending = MailFile.ending(file.name());
    if (ADDED.contains(ending)) {
      return Optional.empty();
    }
    if (SHEETS.contains(ending)) {
      return Optional.of(
          new UnusedFile(
              "We do not read spreadsheets such as "
                  + name
                  + ". Save it as .xlsx or .csv, and send us that file.",
              true));
    }
    if (ending.equals("zip") && holdsList(file)) {
      return Optional.of(
          new UnusedFile("The list in " + name + " was not read. Send us the list itself.", true));
    }
    return Optional.of(
        new UnusedFile(
            STORES.contains(ending)
                ? "We found no contacts and no calendars in "
                    + name
                    + ". Export them as .vcf and .ics files, and send us these."
                : note(file.name()),
            false));
  }

  /** What the sender of a file is told that is just not used. */
  static String note(String name) {
    return "We did not use " + VisibleText.of(name) + ".";
  }

  private static boolean holdsList(MailFile file) {
    try (ZipInputStream zip = new ZipInputStream(file.open())) {
      int entries = 0;
      for (ZipEntry entry = zip.getNextEntry();
          entry != null && entries < MOST_ENTRIES;
          entry = zip.getNextEntry()) {
        if (LISTS.contains(MailFile.ending(entry.getName()))) {
          return true;
        }
        entries++;
      }
    } catch (IOException | IllegalArgumentException e) {
      // Then nobody can read it.
    }
    return false;
  }
}
