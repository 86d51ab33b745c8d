package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
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
  /** Folders of which something is noted. */
  private static final int MOST_NOTED = 20;

  /** In a larger folder single sizes are not looked at. */
  private static final int MOST_SIZES = 50_000;

  private final MailboxSession session;

  private Foresight(MailboxSession session) {
    this.session = session;
  }

  /** Notes it. That something could not be seen does not make a check fail. */
  static void look(MailboxSession session, Listing source, Listing destination) {
    Foresight foresight = new Foresight(session);
    FolderMap plan =
        FolderMapper.map(
            source.kind(),
            source.namespaces(),
            source.folders(),
            destination.namespaces(),
            destination.folders());
    foresight.noteFolders(plan);
    try {
      foresight.compareQuota();
      foresight.compareSizes(plan);
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
    notes.stream().limit(MOST_NOTED).forEach(session.tally()::note);
    if (notes.size() > MOST_NOTED) {
      session.tally().note("The like holds of " + (notes.size() - MOST_NOTED) + " more folders.");
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
    long wanted = Math.max(0, from.bytes() - Math.max(0, to.bytes()));
    long free = quota.get().freeKib() * 1024;
    if (wanted > free) {
      session
          .tally()
          .problem(
              new Problem(
                  ProblemCode.QUOTA_FULL,
                  inbox,
                  String.format(
                      Locale.ROOT,
                      "the mailbox has room for %s, and %s are to come",
                      mebibytes(free),
                      mebibytes(wanted)),
                  Owner.US,
                  "Raise its quota at the new server to "
                      + mebibytes(quota.get().usedKib() * 1024 + wanted)
                      + " or more, before its pass gets there."));
    }
  }

  private void compareSizes(FolderMap plan) {
    long limit =
        session.on(
            Side.DESTINATION,
            Where.foldersAt(session.server(Side.DESTINATION)),
            ImapConnection::appendLimit);
    if (limit <= 0) {
      return;
    }
    for (FolderMapping folder : plan.folders()) {
      FolderStatus status = folder.source().status();
      boolean mayHaveSome = status == null || status.size() < 0 || status.size() > limit;
      if (mayHaveSome) {
        compareSizes(folder.source(), limit);
      }
    }
  }

  private void compareSizes(ListedFolder folder, long limit) {
    Where place = Where.folder(folder.name());
    long[] larger = new long[2];
    session.all(
        Side.SOURCE,
        place,
        connection -> {
          long messages = connection.examine(folder.name()).status().messages();
          if (messages > 0 && messages <= MOST_SIZES) {
            connection.read(
                "1:*",
                EnumSet.of(FetchItem.SIZE),
                ContentStore.NONE,
                message -> {
                  if (message.announcedSize() > limit) {
                    larger[0]++;
                    larger[1] = Math.max(larger[1], message.announcedSize());
                  }
                });
          }
          return messages;
        });
    if (larger[0] > 0) {
      session
          .tally()
          .problem(
              new Problem(
                  ProblemCode.MESSAGE_TOO_LARGE,
                  place,
                  String.format(
                      Locale.ROOT,
                      "%,d messages are larger than the new server takes (%s); the largest has %s",
                      larger[0],
                      mebibytes(limit),
                      mebibytes(larger[1])),
                  Owner.US,
                  "Raise the limit for the size of a message at the new server. Else these are set aside."));
    }
  }

  private static String mebibytes(long octets) {
    return String.format(Locale.ROOT, "%,.1f MiB", octets / 1048576.0);
  }
}
