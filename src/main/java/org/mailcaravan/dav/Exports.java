package org.mailcaravan.dav;

import java.nio.file.Path;
import java.util.List;

/** Reads what other programs have exported: vCard files and iCalendar files. */
final class Exports {
  private Exports() {}

  /**
   * A reader of files, which are then read one after the other.
   *
   * @param files all of the mailbox and kind, in the order in which they will be read
   * @param spoolFolder an existing folder, for what is unpacked
   */
  static ExportReader open(Groupware kind, List<Path> files, Path spoolFolder) {
    return switch (kind) {
      case CONTACTS -> new VcardExport(files, spoolFolder);
      case CALENDARS -> new IcalendarExport(files, spoolFolder);
    };
  }
}
