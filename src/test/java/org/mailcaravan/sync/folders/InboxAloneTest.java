package org.mailcaravan.sync.folders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.report.Results;

class InboxAloneTest {
  private static FolderPlan folder(String name) {
    return new FolderPlan(
        Results.mailbox(1, "ann@old.example", "ann@new.example"),
        new FolderMapping(
            new ListedFolder(new FolderName(name, name), '/', Set.of(), false, null),
            name,
            List.of(),
            List.of()));
  }

  /**
   * A message of Gmail with a label of the user's own must not go to INBOX for being there, too.
   */
  @ParameterizedTest
  @CsvSource({
    "Work INBOX Sent, ORDINARY, INBOX",
    "Work Inbox,      ORDINARY, Inbox",
    "Work INBOX/Sub,  ORDINARY, ''",
    "Work INBOX,      GMAIL,   ''",
  })
  void inboxIsCopiedBeforeTheRestWhereTheOrderIsFree(String names, SourceKind kind, String first) {
    List<FolderPlan> folders = Stream.of(names.split(" ", -1)).map(InboxAloneTest::folder).toList();

    assertThat(InboxAlone.of(kind, folders))
        .extracting(FolderPlan::folder)
        .containsExactlyElementsOf(first.isEmpty() ? List.of() : List.of(first));
  }
}
