package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.messages.HeaderPrint;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.MessageSizes;
import org.mailcaravan.sync.messages.SeenMessages;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Looks, without copying, whether INBOX at the destination holds mail of the source already: by the
 * Message-IDs of its oldest and its newest messages, since another tool may have been stopped half
 * way. However large the folders are, so many headers are read and no more.
 */
final class MailBefore {
  private static final int AT_EACH_END = 100;

  /** In a larger folder only UIDs at its ends are tried, so that no list of all is needed. */
  private static final int MOST_LISTED = 20_000;

  private MailBefore() {}

  /**
   * What was looked at on one side.
   *
   * @param messages how many the folder has
   * @param headers how many were looked at
   * @param names of each that has one: {@link HeaderPrint#name}
   */
  private record Sample(long messages, int headers, List<Integer> names) {}

  /**
   * Notes it when both hold the same mail. That it could not be seen does not make a check fail.
   */
  static void look(MailboxSession session) {
    try {
      compare(session);
    } catch (MigrationException e) {
      session
          .tally()
          .note(
              "We could not see whether the new server holds mail of INBOX already: "
                  + e.problem().cause());
    }
  }

  private static void compare(MailboxSession session) {
    Sample there = sample(session, Side.DESTINATION);
    if (there.names().isEmpty()) {
      return;
    }
    Sample here = sample(session, Side.SOURCE);
    Set<Integer> names = new HashSet<>(there.names());
    int both = (int) here.names().stream().filter(names::contains).count();
    if (both > 0) {
      session.tally().note(words(both, here, there));
    }
  }

  private static Sample sample(MailboxSession session, Side side) {
    return session.all(
        side,
        Where.inboxAt(session.server(side)),
        connection -> {
          SelectedFolder inbox = connection.examine(connection.folderName("INBOX"));
          long messages = inbox.status().messages();
          if (messages == 0) {
            return new Sample(0, 0, List.of());
          }
          HeaderTable headers = HeaderTable.read(connection, ends(connection, inbox));
          List<Integer> names = new ArrayList<>();
          for (int row = 0; row < headers.count(); row++) {
            if (headers.isNamed(row)) {
              names.add(headers.name(row));
            }
          }
          return new Sample(messages, headers.count(), names);
        });
  }

  private static UidSet ends(ImapConnection connection, SelectedFolder inbox) {
    UidSet ends = new UidSet();
    if (inbox.status().messages() <= MOST_LISTED) {
      MessageSizes all = SeenMessages.all(connection, inbox, EnumSet.of(FetchItem.SIZE)).sizes();
      all.uids().limit(AT_EACH_END).forEach(ends::add);
      all.uids().skip(Math.max(0, all.count() - AT_EACH_END)).forEach(ends::add);
    } else {
      ends.add(1, AT_EACH_END);
      long next = inbox.status().uidNext();
      if (next > AT_EACH_END) {
        ends.add(next - AT_EACH_END, next);
      }
    }
    return ends;
  }

  private static String words(int both, Sample here, Sample there) {
    return String.format(
        Locale.ROOT,
        "Of %,d messages of INBOX that were looked at (it has %,d), %,d are at the new server already by their Message-IDs"
            + " (%,d of %,d were looked at there): another tool, or an earlier pass, has copied here before."
            + " What is the same by Message-ID, date and body is not copied again; what only has the same"
            + " Message-ID is copied, and the result says how many messages that were.",
        here.headers(),
        here.messages(),
        both,
        there.headers(),
        there.messages());
  }
}
