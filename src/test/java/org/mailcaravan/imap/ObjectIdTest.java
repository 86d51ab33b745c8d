package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.imap.Connections.scripted;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.server.ScriptedImapServer;

/** Ids that outlive a move (RFC 8474, and Gmail's), and mod-sequences, as items of messages. */
@Timeout(60)
class ObjectIdTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "OBJECTID|UID FLAGS EMAILID|EMAILID (M6d99)|M6d99",
        "OBJECTID|UID FLAGS EMAILID|EMAILID NIL|-",
        "OBJECTID|UID FLAGS EMAILID|emailid ( M6d99 )|M6d99",
        "OBJECTID|UID FLAGS EMAILID|EMAILID M6d99|M6d99",
        "OBJECTID|UID FLAGS EMAILID|EMAILID ()|-",
        "OBJECTID|UID FLAGS EMAILID|X 1|-",
        "OBJECTID|UID FLAGS EMAILID|EMAILID (\u0007\"{3}oeRU)|-",
        "OBJECTID X-GM-EXT-1|UID FLAGS EMAILID|EMAILID (1)|1",
        "X-GM-EXT-1|UID FLAGS X-GM-MSGID|X-GM-MSGID 1278455344230334865|1278455344230334865",
        "X-GM-EXT-1|UID FLAGS X-GM-MSGID|X-GM-MSGID NIL|-",
        "''|UID FLAGS|X 1|-"
      })
  void tellsTheIdOfAMessageInTheServersWay(
      String capabilities, String asked, String told, @Nullable String id) {
    scripted(
        capabilities,
        client -> {
          client.expect("UID FETCH 1 (" + asked + ")");
          client.untagged("1 FETCH (FLAGS () " + told + " UID 1)");
          client.ok("done");
        },
        connection ->
            assertThat(Connections.fetch(connection, "1", FetchItem.FLAGS, FetchItem.EMAIL_ID))
                .containsExactly(new FetchedMessage(1, Set.of(), null, -1, null, -1, id)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONDSTORE|UID FLAGS MODSEQ|MODSEQ (9223372036854775807)|9223372036854775807",
        "QRESYNC|UID FLAGS MODSEQ|MODSEQ (12)|12",
        "CONDSTORE|UID FLAGS MODSEQ|MODSEQ NIL|-1",
        "CONDSTORE|UID FLAGS MODSEQ|MODSEQ 12|12",
        "CONDSTORE|UID FLAGS MODSEQ|MODSEQ (x)|-1",
        "''|UID FLAGS|X 1|-1"
      })
  void tellsTheModSequenceOfAMessage(String capabilities, String asked, String told, long modSeq) {
    scripted(
        capabilities,
        client -> {
          client.expect("UID FETCH 1 (" + asked + ")");
          client.untagged("1 FETCH (UID 1 " + told + " FLAGS ())");
          client.ok("done");
        },
        connection ->
            assertThat(Connections.fetch(connection, "1", FetchItem.FLAGS, FetchItem.MODSEQ))
                .containsExactly(new FetchedMessage(1, Set.of(), null, -1, null, modSeq, null)));
  }

  @Test
  void waitsForTheModSequenceWhenNewsOfFlagsComeBetween() {
    scripted(
        "CONDSTORE",
        client -> {
          client.expect("UID FETCH 1 (UID FLAGS MODSEQ)");
          client.untagged("1 FETCH (UID 1 FLAGS (a))", "1 FETCH (UID 1 FLAGS (b) MODSEQ (8))");
          client.ok("done");
        },
        connection ->
            assertThat(Connections.fetch(connection, "1", FetchItem.FLAGS, FetchItem.MODSEQ))
                .containsExactly(new FetchedMessage(1, Set.of("b"), null, -1, null, 8, null)));
  }

  @Test
  void waitsForTheIdWhenNewsOfFlagsComeBetween() {
    scripted(
        "OBJECTID CONDSTORE",
        client -> {
          client.expect("UID FETCH 1:3 (UID FLAGS MODSEQ EMAILID)");
          client.untagged(
              "1 FETCH (UID 1 FLAGS (early) MODSEQ (7))",
              "2 FETCH (UID 2 FLAGS (b) MODSEQ (8) EMAILID (M2))",
              "2 FETCH (UID 2 FLAGS (late) MODSEQ (9))",
              "1 FETCH (UID 1 EMAILID (M1))",
              "3 FETCH (UID 3 FLAGS (c) MODSEQ (4))");
          client.ok("done");
        },
        connection ->
            assertThat(
                    Connections.fetch(
                        connection, "1:3", FetchItem.FLAGS, FetchItem.MODSEQ, FetchItem.EMAIL_ID))
                .containsExactly(
                    new FetchedMessage(2, Set.of("b"), null, -1, null, 8, "M2"),
                    new FetchedMessage(1, Set.of("early"), null, -1, null, 7, "M1"),
                    new FetchedMessage(3, Set.of("c"), null, -1, null, 4, null)));
  }

  @Test
  void doesNotAskCyrusForWhatItsStatusGetsWrong() {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.untagged("OK [CAPABILITY IMAP4rev1 OBJECTID] host Cyrus IMAP 3.6.1 ready");
                  client.expectMatching("LOGIN .*");
                  client.ok("[CAPABILITY IMAP4rev1 OBJECTID] in");
                  client.expect("STATUS \"a\" (MESSAGES UIDNEXT UIDVALIDITY)");
                  client.untagged(
                      "STATUS a (MESSAGES 1 MAILBOXID (\u0007\u0015\u00a7oeRU) SIZE 0)");
                  client.ok("done");
                  client.expect("SELECT \"a\"");
                  client.untagged("1 EXISTS", "OK [MAILBOXID (i24fbu2yty4mfbnxk5kw517v)] Ok");
                  client.ok("[READ-WRITE] Completed");
                });
        ImapConnection connection =
            Connections.login(
                server.port(), ScriptedImapServer.USER, ScriptedImapServer.PASSWORD)) {
      FolderName folder = connection.folderName("a");
      assertThat(connection.status(folder)).isEqualTo(new FolderStatus(1, -1, -1, -1, 0, null));
      assertThat(connection.select(folder).status().mailboxId())
          .isEqualTo("i24fbu2yty4mfbnxk5kw517v");
    }
  }

  @Test
  void tellsTheIdOfAFolder() {
    scripted(
        "OBJECTID LIST-EXTENDED LIST-STATUS",
        client -> {
          client.expect("STATUS \"a\" (MESSAGES UIDNEXT UIDVALIDITY MAILBOXID)");
          client.untagged("STATUS a (MAILBOXID (F2212ea87) MESSAGES 1)");
          client.ok("done");
          client.expectMatching(
              "LIST .* RETURN \\(SUBSCRIBED STATUS \\(MESSAGES UIDNEXT UIDVALIDITY MAILBOXID\\)\\)");
          client.untagged(
              "LIST () \"/\" a",
              "STATUS a (MESSAGES 1 MAILBOXID (F2212ea87))",
              "LIST () \"/\" b",
              "STATUS b (MAILBOXID NIL MESSAGES 2)");
          client.ok("done");
          client.expect("EXAMINE \"a\"");
          client.untagged("1 EXISTS", "OK [MAILBOXID (F2212ea87)] Ok");
          client.ok("[READ-ONLY] opened");
          client.expect("EXAMINE \"a\"");
          client.untagged("1 EXISTS");
          client.ok("[READ-ONLY] opened");
        },
        connection -> {
          FolderName folder = connection.folderName("a");
          FolderStatus told = new FolderStatus(1, -1, -1, -1, -1, "F2212ea87");
          assertThat(connection.status(folder)).isEqualTo(told);
          assertThat(connection.list(true))
              .extracting(listed -> Objects.requireNonNull(listed.status()))
              .containsExactly(told, new FolderStatus(2, -1, -1, -1, -1, null));
          assertThat(connection.examine(folder).status()).isEqualTo(told);
          assertThat(connection.examine(folder).status().mailboxId()).isNull();
        });
  }
}
