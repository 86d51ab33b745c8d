package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapHost;

/** What the retries of the routes make of a source that breaks off again and again. */
class HostileSourceRoutesTest {
  private static final String USER = "ann@example.org";
  private static final String PASSWORD = "secret";
  private static final int MESSAGES = 300;

  @TempDir Path folder;

  private static ImapHost host() {
    ImapHost host = ImapHost.start();
    host.account(USER, PASSWORD);
    return host;
  }

  private static void fill(HostFolder filled) {
    for (int i = 0; i < MESSAGES; i++) {
      filled.put(
          "Message-ID: <" + i + "@example.org>\r\n\r\nmessage " + i + "\r\n",
          Set.of(),
          OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    }
  }

  private MailboxResult migrated(ImapHost source, ImapHost destination) {
    Installation installation =
        new Installation(folder)
            .set("destination.port", String.valueOf(destination.port()))
            .set("retry.attempts", "2");
    Path file =
        installation.request(
            "ann.csv",
            TwoServers.HEADER
                + "%s,%s,127.0.0.1,%d,none,%s,,\n"
                    .formatted(USER, PASSWORD, source.port(), PASSWORD));
    return installation.migrate(file).mailboxes().get(0);
  }

  @Test
  void narrowingCountsAsProgressSoThatTwoMessagesAtWhichItHangsUpCostTwoMessages() {
    try (ImapHost source = host();
        ImapHost destination = host()) {
      fill(source.account(USER, PASSWORD).folder("INBOX"));
      source.behaves(Behaviours.instead(Behaviours.fetching(Set.of(1L, 170L)), Answer.hangUp()));

      MailboxResult result = migrated(source, destination);

      assertThat(result.copied()).isEqualTo(MESSAGES - 2);
      assertThat(result.problems())
          .singleElement()
          .satisfies(
              problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_UNREADABLE));
      assertThat(destination.account(USER, PASSWORD).count()).isEqualTo(MESSAGES - 2);
    }
  }

  @Test
  void whatGotThroughBetweenTwoLossesCountsAsProgress() {
    try (ImapHost source = host().without("LIST-STATUS");
        ImapHost destination = host()) {
      for (int i = 0; i < 20; i++) {
        source
            .account(USER, PASSWORD)
            .folder("Folder " + i)
            .put(
                "Subject: x\r\n\r\n" + i + "\r\n",
                Set.of(),
                OffsetDateTime.parse("2020-02-03T04:05:06Z"));
      }
      source.behaves(Behaviours.closingAfter(5, Answer.hangUp()));

      MailboxResult result = migrated(source, destination);

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(destination.account(USER, PASSWORD).count()).isEqualTo(20);
    }
  }
}
