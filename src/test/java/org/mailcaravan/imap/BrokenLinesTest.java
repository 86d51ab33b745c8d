package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.ScriptedImapServer;

/**
 * Responses that are cut anywhere, or have a parenthesis too many: an answer, or the end of the
 * connection; never a fault of ours or a reader that goes round for ever.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokenLinesTest {
  static Stream<String> responses() {
    return Stream.of(
        "STATUS \"INBOX\" (MESSAGES 1 UIDNEXT 2 MAILBOXID (a-b) X (1 2))",
        "STATUS my box (MESSAGES 1)",
        "LIST (\\Noselect \\X) \"/\" \"a b\" (CHILDINFO (\"S\"))",
        "LIST () NIL my box",
        "NAMESPACE ((\"a\" \"/\" \"X\" (\"y\"))) NIL ((\"b\" NIL))",
        "QUOTA \"\" (STORAGE 1 2 MESSAGE 3 4)",
        "1 FETCH (UID 1 FLAGS (\\Seen a) MODSEQ (7) INTERNALDATE \"x\" RFC822.SIZE 9"
            + " BODYSTRUCTURE ((\"a\" NIL) {1}\r\nx) BODY[] {2}\r\nab)",
        "VANISHED (EARLIER) 1:4,9",
        "FLAGS (\\Seen a)",
        "OK [PERMANENTFLAGS (\\Seen \\*)] x",
        "OK [COPYUID 1 2:3 4:5] x",
        "ENABLED CONDSTORE",
        "CAPABILITY IMAP4rev1 X",
        "BYE [UNAVAILABLE] x");
  }

  private static List<String> broken(String response) {
    List<String> broken = new ArrayList<>();
    String[] inserted = {")", "(", "{", "{9999999999999999999}\r\n", "\"", "\\"};
    for (int i = 0; i <= response.length(); i++) {
      String before = response.substring(0, i);
      broken.add(before);
      broken.add(before + inserted[i % inserted.length] + response.substring(i));
    }
    return broken;
  }

  /** Everything that reads is under way, and gets the line. */
  @ParameterizedTest
  @MethodSource("responses")
  void noBrokenLineHoldsTheReaderOrIsAFaultOfOurs(String response) throws Exception {
    for (String line : broken(response)) {
      try (ScriptedImapServer server =
              ScriptedImapServer.start(
                  client -> {
                    client.greet("IMAP4rev1 NAMESPACE QUOTA CONDSTORE QRESYNC");
                    for (int i = 0; i < 5; i++) {
                      client.expectMatching(".*");
                    }
                    client.untagged(line);
                    client.hangUpSoftly();
                  });
          ImapConnection connection = Connections.plain(server.port())) {
        FolderName name = connection.folderName("INBOX");
        List<Throwable> told = new ArrayList<>();
        CompletableFuture<Void> all =
            CompletableFuture.runAsync(
                () -> {
                  List<Supplier<?>> sent =
                      List.of(
                          connection.sendNamespaces(),
                          connection.open(name, true),
                          connection.sendFetchChanges(1, Set.of(FetchItem.FLAGS), message -> {}));
                  CompletableFuture<Void> bodies =
                      connection.fetch(
                          "1:*", Set.of(FetchItem.MESSAGE), MemoryContent::receive, message -> {});
                  for (ThrowingCallable waits :
                      List.<ThrowingCallable>of(
                          () -> connection.status(name),
                          sent.get(0)::get,
                          sent.get(1)::get,
                          sent.get(2)::get,
                          bodies::join)) {
                    told.add(lossIn(catchThrowable(waits)));
                  }
                });
        all.get(30, TimeUnit.SECONDS);
        assertThat(told)
            .as(line)
            .hasSize(5)
            .allSatisfy(
                each ->
                    assertThat(each)
                        .isInstanceOfSatisfying(
                            ConnectionLost.class, lost -> assertThat(lost.fault()).isNull()));
      }
    }
  }

  private static Throwable lossIn(Throwable e) {
    Throwable cause = e;
    while (!(cause instanceof ConnectionLost) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
