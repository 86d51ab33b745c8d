package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;

/** INBOX alone while the window is closed: no other folder is opened, and no message doubled. */
class InboxFirstTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2024-05-06T07:08:09Z");

  private static long put(HostFolder folder, String subject) {
    return folder.put(
        "From: a@example.org\r\nMessage-ID: <%s@example.org>\r\nSubject: %s\r\n\r\ntext\r\n"
            .formatted(subject, subject)
            .getBytes(StandardCharsets.US_ASCII),
        Set.of(),
        DATE);
  }

  private List<String> subjects(String name) {
    HostFolder there = to.find(name);
    return there == null
        ? List.of()
        : there.messages().stream()
            .map(HostMessage::octets)
            .map(octets -> octets.replaceAll("(?s).*Subject: (\\S*)\r\n.*", "$1"))
            .toList();
  }

  private static List<String> opened(ImapHost host) {
    return host.commands("SELECT", "EXAMINE").stream().map(ImapCommand::folder).distinct().toList();
  }

  private void inboxAlone() {
    source.forget();
    destination.forget();
    caravan.inboxAlone(source.port());
    assertThat(opened(source)).containsExactly("INBOX");
    assertThat(opened(destination)).isSubsetOf("INBOX");
    assertThat(destination.commands("RENAME", "UID EXPUNGE", "UID MOVE", "UID COPY")).isEmpty();
  }

  private void whole() {
    MailboxResult result = pass();
    assertThat(result.problems()).isEmpty();
    assertThat(Objects.requireNonNull(result.certificate()).verdict()).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void ofTheOtherFoldersNothingIsOpenedChangedOrRemoved() {
    put(inbox(source), "i1");
    put(at(source, "Filed"), "f1");
    long gone = put(at(source, "Work"), "w1");
    inboxAlone();
    assertThat(subjects("INBOX")).containsExactly("i1");
    assertThat(subjects("Work")).isEmpty();
    whole();

    caravan.mirrorDeletions(true);
    caravan.map("Filed -> Elsewhere");
    at(source, "Work").remove(List.of(gone));
    put(at(source, "Work"), "w2");
    put(inbox(source), "i2");
    inboxAlone();
    assertThat(subjects("INBOX")).containsExactly("i1", "i2");
    assertThat(subjects("Work")).containsExactly("w1");
    assertThat(subjects("Filed")).containsExactly("f1");

    whole();
    assertThat(subjects("INBOX")).containsExactly("i1", "i2");
    assertThat(subjects("Work")).containsExactly("w2");
    assertThat(subjects("Elsewhere")).containsExactly("f1");
  }

  @Test
  void whatWasMovedIsLeftToTheWholePassWhichDoublesNothing() {
    put(inbox(source), "i1");
    long out = put(inbox(source), "out");
    long in = put(at(source, "Work"), "in");
    put(at(source, "Work"), "w1");
    whole();
    inbox(source).remove(List.of(out));
    at(source, "Work").remove(List.of(in));
    put(at(source, "Work"), "out");
    put(inbox(source), "in");
    put(inbox(source), "new");
    inboxAlone();
    assertThat(subjects("INBOX")).containsExactly("i1", "out", "new");
    inboxAlone();
    assertThat(subjects("INBOX")).containsExactly("i1", "out", "new");

    whole();
    assertThat(subjects("INBOX")).containsExactlyInAnyOrder("i1", "new", "in");
    assertThat(subjects("Work")).containsExactlyInAnyOrder("w1", "out");
  }

  @Test
  void mailThatWasAtTheNewServerBeforeIsLookedThroughFirst() {
    put(inbox(source), "i1");
    put(at(destination, "Filed"), "i1");
    caravan.inboxAlone(source.port());
    assertThat(subjects("INBOX")).isEmpty();

    whole();
    assertThat(subjects("INBOX")).isEmpty();
    assertThat(subjects("Filed")).containsExactly("i1");
  }
}
