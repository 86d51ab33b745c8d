package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.folders.ExcludedFolder;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.folders.SourceKind;

/** What a certificate says of the whole mailbox, beside the accounts of its folders. */
final class MailboxStatements {
  private static final int EXAMPLES = 3;

  private final KnownFolders folders;
  private final boolean everyFolder;

  /**
   * @param everyFolder whether nothing but the comparison is done
   */
  MailboxStatements(KnownFolders folders, boolean everyFolder) {
    this.folders = folders;
    this.everyFolder = everyFolder;
  }

  /** The folders that are not copied, and why. */
  List<LeftOutFolder> leftOut(MailboxPlan plan) {
    return plan.excluded().stream().map(MailboxStatements::leftOut).toList();
  }

  private static LeftOutFolder leftOut(ExcludedFolder excluded) {
    var status = excluded.folder().status();
    return new LeftOutFolder(
        excluded.folder().name().text(),
        status == null ? -1 : status.messages(),
        excluded.reason());
  }

  /**
   * What counts how, where that is not plain, and the rules by which messages are left out.
   *
   * @param accounts those of all folders
   */
  List<String> rules(List<FolderCertificate> accounts) {
    List<String> rules = new ArrayList<>(gmail());
    rules.addAll(Certificate.leftOut(accounts));
    return rules;
  }

  private List<String> gmail() {
    return folders.source().kind() == SourceKind.GMAIL
        ? List.of(
            "Gmail shows a message under each of its labels and in All Mail. It is copied once (X-GM-MSGID): into"
                + " the folder of a label that the user gave, else of Gmail's own, else INBOX, else All Mail. In"
                + " the other folders it counts as copied from elsewhere.")
        : List.of();
  }

  /**
   * What keeps the account from being one of the whole mailbox.
   *
   * @param lostLabels whether messages have left a folder since the last pass
   */
  List<String> obstacles(boolean lostLabels) {
    if (folders.ledgers().isEmpty()) {
      return List.of(
          everyFolder
              ? "No pass of this mailbox is known in this data folder."
              : "No pass has recorded any folder of this mailbox yet; this one ended before it could.");
    }
    List<String> obstacles = new ArrayList<>();
    obstacles.addAll(notListed());
    if (everyFolder && folders.source().kind() == SourceKind.GMAIL && lostLabels) {
      // The copy of a message that is counted elsewhere may belong to the label that it lost.
      obstacles.add(
          "Messages have lost a label at Gmail since the last pass; the next pass finds where they are now.");
    }
    return obstacles;
  }

  /** One sentence for all folders with mail that the source does not list any more. */
  List<String> notListed() {
    List<FolderLedger> gone =
        folders.ledgers().stream()
            .filter(
                ledger ->
                    ledger.present() > 0
                        && !folders.source().hasOnWire(ledger.pair().sourceFolder()))
            .toList();
    if (gone.isEmpty()) {
      return List.of();
    }
    long messages = gone.stream().mapToLong(FolderLedger::present).sum();
    String names =
        gone.stream()
            .limit(EXAMPLES)
            .map(ledger -> ledger.pair().destinationFolder())
            .collect(Collectors.joining(", "));
    int more = gone.size() - Math.min(EXAMPLES, gone.size());
    return List.of(
        "the old provider does not list "
            + (gone.size() == 1 ? "a folder" : gone.size() + " folders")
            + " any more, with "
            + messages
            + (messages == 1 ? " message" : " messages")
            + (gone.size() == 1 ? ", that was copied to " : ", that were copied to ")
            + names
            + (more == 0 ? "" : " and " + more + " more"));
  }
}
