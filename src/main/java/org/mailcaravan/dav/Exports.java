package org.mailcaravan.dav;

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
    return switch (kind) {
      case CONTACTS -> new VcardExport(files, spoolFolder);
      case CALENDARS -> new IcalendarExport(files, spoolFolder);
    };
  }
}
