package org.mailcaravan.sync;

import java.util.List;
import java.util.stream.Stream;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.store.Ledger;

/**
 * {@code mailbox:folders}: which folders there are, and where each goes. Changes nothing.
 * Thread-safe.
 */
final class PlanFolders {
  private final Sessions sessions;
  private final Ledger ledger;

  PlanFolders(Sessions sessions, Ledger ledger) {
    this.sessions = sessions;
    this.ledger = ledger;
  }

  private record Listing(SourceKind kind, Namespaces namespaces, List<ListedFolder> folders) {}

  /**
   * Plans.
   *
   * @throws NeedsAttention when the source shows no folder at all, which no mailbox is like
   */
  MailboxPlan plan(Mailbox mailbox) {
    MailboxSession session = sessions.of(mailbox);
    Listing source = list(session, Side.SOURCE);
    Listing destination = list(session, Side.DESTINATION);
    if (source.folders().isEmpty()) {
      throw new NeedsAttention(
          new Problem(
              "folders at " + session.server(Side.SOURCE),
              "the server lists no folder, not even INBOX",
              Owner.OLD_HOST,
              "Try again later; if it stays so, ask the old provider why IMAP shows no folders."));
    }
    FolderMap map =
        FolderMapper.map(
            source.kind(),
            source.namespaces(),
            source.folders(),
            destination.namespaces(),
            destination.folders(),
            ledger.destinations(session.accountPair()));
    PassTally tally = session.tally();
    for (FolderMapping mapping : map.folders()) {
      mapping
          .notes()
          .forEach(note -> tally.note("Folder " + mapping.source().name() + ": " + note));
    }
    for (ExcludedFolder excluded : map.excluded()) {
      tally.note("Folder " + excluded.folder().name() + " was left out: " + excluded.reason());
    }
    List<FolderStatus> statuses =
        map.folders().stream()
            .flatMap(mapping -> Stream.ofNullable(mapping.source().status()))
            .toList();
    tally.planned(
        map.folders().size(),
        statuses.stream().mapToLong(status -> Math.max(0, status.messages())).sum(),
        statuses.stream().mapToLong(status -> Math.max(0, status.size())).sum());
    return new MailboxPlan(
        mailbox, map.folders().stream().map(mapping -> new FolderPlan(mailbox, mapping)).toList());
  }

  private static Listing list(MailboxSession session, Side side) {
    return session.on(
        side,
        "folders at " + session.server(side),
        connection ->
            new Listing(
                SourceKind.of(connection.greeting(), connection.capabilities()),
                connection.namespaces(),
                connection.list(true)));
  }
}
