package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Quota;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What will not fit at the destination, and what is left out or gets another name there, before
 * anything is copied: its quota (RFC 9208) and its size limit (RFC 7889) against what was counted,
 * and the plan of the folders. What cannot be known cheaply is not said.
 */
final class Foresight {
  private static final long KIB = 1024;

  /** Folders of which something is noted. */
  private static final int MOST_NOTED = 20;

  private final MailboxSession session;
  private final long appendLimit;

  /**
   * @param appendLimit octets of the largest message that the destination takes
   */
  Foresight(MailboxSession session, long appendLimit) {
    this.session = session;
    this.appendLimit = appendLimit;
  }

  /**
   * Notes it. That something could not be seen does not make a check fail.
   *
   * @param tooLarge the source folders with messages that are larger than the destination takes
   */
  void look(Listing source, Listing destination, Map<ListedFolder, FolderAmount> tooLarge) {
    noteFolders(
        FolderMapper.map(
            source.kind(),
            source.namespaces(),
            source.folders(),
            destination.namespaces(),
            destination.folders(),
            PassRules.of(session)));
    tooLarge.forEach(this::tellSizes);
    try {
      compareQuota();
    } catch (MigrationException e) {
      session.tally().note("We could not see whether everything fits: " + e.problem().cause());
    }
  }

  private void noteFolders(FolderMap plan) {
    List<String> notes = new ArrayList<>();
    for (ExcludedFolder folder : plan.excluded()) {
      if (folder.folder().selectable()) {
        notes.add(Where.folder(folder.folder().name()) + " will be left out. " + folder.reason());
      }
    }
    for (FolderMapping folder : plan.folders()) {
      folder.notes().forEach(note -> notes.add(Where.folder(folder.source().name()) + ": " + note));
    }
    PassRules.of(session).leaveOut().stream()
        .filter(rule -> !rule.isOfFolders())
        .forEach(
            rule ->
                session
                    .tally()
                    .note("The pass decides which messages the rule " + rule + " leaves out."));
    notes.stream().limit(MOST_NOTED).forEach(session.tally()::note);
    int more = notes.size() - MOST_NOTED;
    if (more > 0) {
      session
          .tally()
          .note(
              more == 1
                  ? "1 more folder is left out or will get another name."
                  : more + " more folders are left out or will get another name.");
    }
  }

  private void compareQuota() {
    SideCheck from = session.found(Side.SOURCE);
    SideCheck to = session.found(Side.DESTINATION);
    Where inbox = Where.inboxAt(session.server(Side.DESTINATION));
    Optional<Quota> quota =
        session.all(
            Side.DESTINATION,
            inbox,
            connection -> connection.quota(connection.folderName("INBOX")));
    if (quota.isEmpty() || from.bytes() < 0) {
      return;
    }
    // What an earlier pass has brought is there already.
    long wanted = (Math.max(0, from.bytes() - Math.max(0, to.bytes())) + KIB - 1) / KIB;
    // In KiB, as the server tells it: one without a limit may give a number that has no octets.
    long free = quota.get().freeKib();
    if (wanted > free) {
      session
          .tally()
          .problem(
              new Problem(
                  ProblemCode.QUOTA_FULL,
                  inbox,
                  free == 0
                      ? "the mailbox is full, and %s are to come".formatted(size(wanted))
                      : "the mailbox has room for %s, and %s are to come"
                          .formatted(size(free), size(wanted)),
                  Owner.US,
                  "Raise its quota at the new server to "
                      + size(quota.get().usedKib() + wanted)
                      + " or more, before its pass gets there."));
    }
  }

  private void tellSizes(ListedFolder folder, FolderAmount found) {
    boolean one = found.tooLarge() == 1;
    session
        .tally()
        .problem(
            new Problem(
                ProblemCode.MESSAGE_TOO_LARGE,
                Where.folder(folder.name()),
                one
                    ? String.format(
                        Locale.ROOT,
                        "1 message is larger than the new server takes (%s); it has %s",
                        mebibytes(appendLimit),
                        mebibytes(found.largest()))
                    : String.format(
                        Locale.ROOT,
                        "%,d messages are larger than the new server takes (%s); the largest has %s",
                        found.tooLarge(),
                        mebibytes(appendLimit),
                        mebibytes(found.largest())),
                Owner.US,
                one
                    ? "Raise the limit for the size of a message at the new server. Otherwise it is set aside."
                    : "Raise the limit for the size of a message at the new server. Otherwise these are set aside."));
  }

  private static String mebibytes(long octets) {
    return String.format(Locale.ROOT, "%,.1f MiB", octets / 1048576.0);
  }

  /** What is less than a MiB in KiB, as quotas are counted. */
  private static String size(long kib) {
    return kib < KIB ? kib + " KiB" : mebibytes(kib * KIB);
  }
}
