package org.mailcaravan.dav;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Opens the reader for a kind of exported files: vCard or iCalendar. */
final class Exports {
  private Exports() {}

  /**
   * Opens a reader for files, which are then read one after the other.
   *
   * @param files all files of the mailbox and kind, in the order in which they will be read
   * @param spoolFolder an existing folder, for unpacked texts
   */
  static ExportReader open(Groupware kind, List<Path> files, Path spoolFolder) {
    return open(kind, files, spoolFolder, () -> {});
  }

  /**
   * The same.
   *
   * @param goOn is run before each part of a file is read, here and later, and may throw
   */
  static ExportReader open(Groupware kind, List<Path> files, Path spoolFolder, Runnable goOn) {
    ExportFiles texts = new ExportFiles(spoolFolder, goOn);
    try {
      texts.open(kind, files);
      return switch (kind) {
        case CONTACTS -> new VcardExport(texts);
        case CALENDARS -> new IcalendarExport(texts);
      };
    } catch (RuntimeException | Error e) {
      try {
        texts.close();
      } catch (IOException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }
}
