package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.ScriptedImapServer.Script;

class MessageFetchTest {
  private static final String FETCH_ALL =
      "UID FETCH 1:9 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])";
  private static final FetchItem[] ALL = {
    FetchItem.FLAGS, FetchItem.INTERNALDATE, FetchItem.SIZE, FetchItem.MESSAGE
  };

  private static ScriptedImapServer server(Script afterLogin) {
    return ScriptedImapServer.start(
        client -> {
          client.loggedIn("IMAP4rev1");
          afterLogin.run(client);
        });
  }

  private static ImapConnection login(ScriptedImapServer server) {
    return Connections.login(server.port(), ScriptedImapServer.USER, ScriptedImapServer.PASSWORD);
  }

  /** Fetches messages 1 to 9 from a server that answers so. */
  private static List<FetchedMessage> fetched(String... responses) {
    try (ScriptedImapServer server =
            server(
                client -> {
                  client.expect(FETCH_ALL);
                  client.untagged(responses);
                  client.ok("done");
                });
        ImapConnection connection = login(server)) {
      return Connections.fetch(connection, "1:9", ALL);
    }
  }

  private static String text(FetchedMessage message) {
    return new String(Connections.octets(message), StandardCharsets.ISO_8859_1);
  }

  static Stream<String> bodies() {
    return Stream.of(
        "1 FETCH (UID 5 FLAGS (\\Seen \\Recent) INTERNALDATE \" 1-Feb-2020 03:04:05 +0545\""
            + " RFC822.SIZE 7 BODY[] {6}\r\na\r\nb)\n)",
        "1 FETCH (BODY[] {6}\r\na\r\nb)\n INTERNALDATE \"01-Feb-2020 03:04:05 +0545\""
            + " FLAGS (\\Seen) RFC822.SIZE 7 UID 5)",
        "1 fetch  ( uid 5  body[] ~{6}\r\na\r\nb)\n flags (\\Seen) rfc822.size 7"
            + " internaldate {26}\r\n01-Feb-2020 03:04:05 +0545 )",
        "1 FETCH (X-GM-LABELS (\"\\\\Sent\" {3}\r\n)(( a) UID 5 ENVELOPE (NIL ((\"x\" NIL)))"
            + " FLAGS (\\Seen) BODY[] {6+}\r\na\r\nb)\n MODSEQ (12) RFC822.SIZE 7"
            + " BODY[HEADER.FIELDS (A B)] {2}\r\n\r\n INTERNALDATE \"01-Feb-2020 03:04:05 +0545\")");
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void readsItemsInAnyOrderAndCutAnywhere(String response) {
    for (int chunk : new int[] {1, 2, 3, 5, 7, 11, 16, 1000}) {
      try (ScriptedImapServer server =
              server(
                  client -> {
                    client.expect(FETCH_ALL);
                    client.chunk(chunk);
                    client.untagged(response);
                    client.ok("done");
                  });
          ImapConnection connection = login(server)) {
        List<FetchedMessage> messages = Connections.fetch(connection, "1:9", ALL);
        assertThat(messages).hasSize(1);
        FetchedMessage message = messages.get(0);
        assertThat(message.uid()).isEqualTo(5);
        assertThat(message.flags()).containsExactly("\\Seen");
        assertThat(message.internalDate())
            .isEqualTo(OffsetDateTime.parse("2020-02-01T03:04:05+05:45"));
        assertThat(message.announcedSize()).isEqualTo(7);
        assertThat(text(message)).isEqualTo("a\r\nb)\n");
      }
    }
  }

  @Test
  void takesQuotedAndEmptyAndMissingBodies() {
    List<FetchedMessage> messages =
        fetched(
            "1 FETCH (UID 1 BODY[] \"a \\\"b\\\" (c\")",
            "2 FETCH (UID 2 BODY[] \"\")",
            "3 FETCH (UID 3 BODY[] {0}\r\n)",
            "4 FETCH (UID 4 RFC822.SIZE NIL BODY[] NIL)",
            "5 FETCH (UID 5 FLAGS (\\Seen) RFC822.SIZE 100 INTERNALDATE \"bad\")");
    assertThat(messages).extracting(FetchedMessage::uid).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(text(messages.get(0))).isEqualTo("a \"b\" (c");
    assertThat(text(messages.get(1))).isEmpty();
    assertThat(text(messages.get(2))).isEmpty();
    assertThat(messages.get(3).content()).isNull();
    assertThat(messages.get(3).announcedSize()).isEqualTo(-1);
    // As iCloud does: OK, and no body.
    assertThat(messages.get(4).content()).isNull();
    assertThat(messages.get(4).announcedSize()).isEqualTo(100);
    assertThat(messages.get(4).internalDate()).isNull();
  }

  @Test
  void takesTheFullBodyAfterAnEmptyOneAndBeforeOne() {
    List<FetchedMessage> messages =
        fetched(
            "1 FETCH (UID 1 FLAGS (a) BODY[] {0}\r\n)",
            "2 FETCH (UID 2 BODY[] NIL)",
            "3 FETCH (UID 3 BODY[] \"\")",
            "1 FETCH (UID 1 BODY[] {1}\r\na)",
            "2 FETCH (UID 2 FLAGS (b) BODY[] {1}\r\nb)",
            "4 FETCH (UID 4 BODY[] {1}\r\nd)",
            "4 FETCH (UID 4 BODY[] {0}\r\n)",
            "3 FETCH (UID 3 FLAGS (c))");
    assertThat(messages).extracting(FetchedMessage::uid).containsExactly(1L, 2L, 3L, 4L);
    assertThat(messages).extracting(MessageFetchTest::text).containsExactly("a", "b", "", "d");
    assertThat(messages.get(0).flags()).containsExactly("a");
    assertThat(messages.get(1).flags()).containsExactly("b");
    assertThat(messages.get(2).flags()).containsExactly("c");
  }

  @Test
  void takesTheDateThatComesAfterABodyThatCameWithoutBeingAskedFor() {
    String date = "INTERNALDATE \"01-Feb-2020 03:04:05 +0545\"";
    List<FetchedMessage> messages =
        fetched(
            "2 FETCH (UID 2 BODY[] {1}\r\nb)",
            "1 FETCH (UID 1 " + date + " BODY[] {1}\r\na)",
            "2 FETCH (UID 2 FLAGS (x) " + date + " BODY[] {1}\r\nb)",
            "3 FETCH (UID 3 BODY[] {1}\r\nc)");
    assertThat(messages).extracting(FetchedMessage::uid).containsExactly(1L, 2L, 3L);
    assertThat(messages).extracting(MessageFetchTest::text).containsExactly("a", "b", "c");
    assertThat(messages.get(1).internalDate()).isEqualTo("2020-02-01T03:04:05+05:45");
    assertThat(messages.get(1).flags()).containsExactly("x");
  }

  @Test
  void isNotConfusedByWhatComesUnasked() {
    List<FetchedMessage> messages =
        fetched(
            "12 EXISTS",
            "2 FETCH (FLAGS (\\Deleted))",
            "3 FETCH (UID 77 FLAGS (\\Deleted) BODY[] {3}\r\nxyz)",
            "3 FETCH (UID 78 BODY[] {3}\r\n...",
            "3 FETCH (UID 79 BODY[] {3}\r\nxyz* 9 EXISTS",
            "1 FETCH (UID 1 FLAGS (\\Seen) INTERNALDATE NIL BODY[] {1}\r\na)",
            "1 FETCH (UID 1 FLAGS (\\Deleted))",
            "1 EXPUNGE",
            "VANISHED (EARLIER) 3:4",
            "OK [HIGHESTMODSEQ 5] [odd",
            "NO a warning {5}",
            "XNEW {4}\r\n)\r\n( more",
            "2 FETCH (UID 2 FLAGS (early))",
            "2 FETCH (UID 2 BODY[] {1}\r\nb)",
            "2 FETCH (BODY[] {1}\r\nb)",
            "SEARCH");
    assertThat(messages).extracting(FetchedMessage::uid).containsExactly(1L, 2L);
    assertThat(messages.get(0).flags()).containsExactly("\\Seen");
    assertThat(messages.get(1).flags()).containsExactly("early");
  }

  @Test
  void keepsNoMoreFlagsThanMailboxesHave() {
    String many = IntStream.range(0, 5_000).mapToObj(i -> "$" + i).collect(Collectors.joining(" "));
    String large =
        IntStream.range(0, 100)
            .mapToObj(i -> "$" + i + "x".repeat(1_000))
            .collect(Collectors.joining(" "));
    List<FetchedMessage> messages =
        fetched(
            "1 FETCH (UID 1 FLAGS (" + many + ") BODY[] {1}\r\na)",
            "2 FETCH (UID 2 FLAGS (" + large + ") BODY[] {1}\r\nb)");
    assertThat(messages.get(0).flags()).hasSize(256).contains("$0");
    assertThat(messages.get(1).flags()).hasSizeBetween(15, 16);
  }

  @Test
  void fetchesHeadersAndAttributesAlone() {
    try (ScriptedImapServer server =
            server(
                client -> {
                  client.expect("UID FETCH 1:* (UID BODY.PEEK[HEADER])");
                  client.untagged("1 FETCH (UID 1 BODY[HEADER] {4}\r\n\r\n\r\n)");
                  client.ok("done");
                  client.expect("UID FETCH 1:* (UID)");
                  client.untagged("1 FETCH (UID 1)", "2 FETCH (UID 5)");
                  client.ok("done");
                  client.expect("UID FETCH 1:* (UID FLAGS)");
                  client.untagged("1 FETCH (UID 1 FLAGS (a))", "1 FETCH (UID 1 FLAGS (b))");
                  client.ok("done");
                });
        ImapConnection connection = login(server)) {
      assertThat(Connections.fetch(connection, "1:*", FetchItem.HEADER))
          .singleElement()
          .satisfies(message -> assertThat(text(message)).isEqualTo("\r\n\r\n"));
      assertThat(Connections.fetch(connection, "1:*"))
          .extracting(FetchedMessage::uid)
          .containsExactly(1L, 5L);
      assertThat(Connections.fetch(connection, "1:*", FetchItem.FLAGS))
          .singleElement()
          .satisfies(message -> assertThat(message.flags()).containsExactly("a"));
    }
  }

  @Test
  void handsOutNothingThatAnotherFetchHasKept() {
    try (ScriptedImapServer server =
            server(
                client -> {
                  String first = client.expect("UID FETCH 1 (UID BODY.PEEK[])");
                  String second = client.expect("UID FETCH 2 (UID BODY.PEEK[])");
                  // Whose it is shows when it has been read.
                  client.untagged("2 FETCH (BODY[] {1}\r\nb UID 2)");
                  client.untagged("1 FETCH (BODY[] {1}\r\na UID 1)");
                  client.tagged(first, "OK done");
                  client.tagged(second, "OK done");
                });
        ImapConnection connection = login(server)) {
      List<Long> first = Collections.synchronizedList(new ArrayList<>());
      List<Long> second = Collections.synchronizedList(new ArrayList<>());
      Set<FetchItem> items = Set.of(FetchItem.MESSAGE);
      CompletableFuture<Void> one =
          connection.fetch("1", items, MemoryContent::receive, m -> first.add(m.uid()));
      connection.fetch("2", items, MemoryContent::receive, m -> second.add(m.uid())).join();
      one.join();
      assertThat(first).containsExactly(1L);
      assertThat(second).as("to be asked for again").isEmpty();
    }
  }

  @Test
  void keepsTwoFetchesUnderWayApart() {
    try (ScriptedImapServer server =
            server(
                client -> {
                  String first = client.expect("UID FETCH 1:2 (UID BODY.PEEK[])");
                  String second = client.expect("UID FETCH 3:4 (UID BODY.PEEK[])");
                  client.untagged(
                      "1 FETCH (UID 1 BODY[] {1}\r\na)", "4 FETCH (UID 4 BODY[] {1}\r\nd)");
                  client.tagged(first, "NO [UNAVAILABLE] UID FETCH Server error");
                  client.untagged("3 FETCH (UID 3 BODY[] {1}\r\nc)");
                  client.tagged(second, "OK done");
                });
        ImapConnection connection = login(server)) {
      List<Long> first = Collections.synchronizedList(new ArrayList<>());
      List<Long> second = Collections.synchronizedList(new ArrayList<>());
      Set<FetchItem> items = Set.of(FetchItem.MESSAGE);
      CompletableFuture<Void> one =
          connection.fetch("1:2", items, MemoryContent::receive, m -> first.add(m.uid()));
      CompletableFuture<Void> two =
          connection.fetch("3:4", items, MemoryContent::receive, m -> second.add(m.uid()));
      assertThatThrownBy(one::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              CommandRefused.class,
              e -> assertThat(e.refusal().codeName()).isEqualTo("UNAVAILABLE"));
      two.join();
      assertThat(first).containsExactly(1L);
      assertThat(second).containsExactly(4L, 3L);
    }
  }

  @Test
  void staysUsableWhenSinkOrStoreFail() {
    String two = "1 FETCH (UID 1 BODY[] {3}\r\nabc)";
    String three = "2 FETCH (BODY[] {3}\r\ndef UID 2)";
    try (ScriptedImapServer server =
            server(
                client -> {
                  for (int i = 0; i < 3; i++) {
                    client.expectMatching("UID FETCH 1:2 .*");
                    client.untagged(two, three);
                    client.ok("done");
                  }
                });
        ImapConnection connection = login(server)) {
      Set<FetchItem> items = Set.of(FetchItem.MESSAGE);
      List<MemoryContent> stored = new ArrayList<>();
      CompletableFuture<Void> sinkFails =
          connection.fetch(
              "1:2",
              items,
              (size, in) -> {
                stored.add(new MemoryContent(in.readAllBytes()));
                return stored.get(0);
              },
              message -> {
                throw new IllegalStateException("sink");
              });
      assertThatThrownBy(sinkFails::join).hasRootCauseMessage("sink");
      assertThat(stored).hasSize(1).allMatch(MemoryContent::isClosed);

      CompletableFuture<Void> storeFails =
          connection.fetch(
              "1:2",
              items,
              (size, in) -> {
                assertThat(in.read()).isEqualTo('a');
                throw new IOException("disk full");
              },
              message -> {});
      assertThatThrownBy(storeFails::join).hasRootCauseMessage("disk full");

      assertThat(Connections.fetch(connection, "1:2", FetchItem.MESSAGE)).hasSize(2);
    }
  }

  @Test
  void skipsWhatTheStoreLeavesUnread() {
    try (ScriptedImapServer server =
            server(
                client -> {
                  client.expectMatching("UID FETCH 1 .*");
                  client.untagged("1 FETCH (BODY[] {8}\r\nabcdefgh UID 1)");
                  client.ok("done");
                });
        ImapConnection connection = login(server)) {
      List<FetchedMessage> messages = new ArrayList<>();
      connection
          .fetch(
              "1",
              Set.of(FetchItem.MESSAGE),
              (size, in) -> new MemoryContent(in.readNBytes(3)),
              messages::add)
          .join();
      assertThat(messages).singleElement().satisfies(m -> assertThat(text(m)).isEqualTo("abc"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* 1 FETCH (UID 1 BODY[] {3}\r\nabcd)\r\n",
        "* 1 FETCH (UID 1 BODY[] {3}\r\nabcX 5)\r\n",
        "* 1 FETCH (UID 1 BODY[] {3}\r\nabc\r\n* 2 FETCH (UID 2 BODY[] {1}\r\nx)\r\n)\r\n",
        "* 1 FETCH (UID 1 BODY[] {3}\r\nabc) and more\r\n",
        "* 1 FETCH (UID 1 BODY[] {9}\r\nabc",
        "* 1 FETCH (UID 1 BODY[] {3}\r\nabc",
        "* 1 FETCH (UID 1 BODY[] {3}\r\nabc BODY[TEXT] {bad}\r\n",
        "some garbage that is not IMAP\r\n",
        "* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n"
      })
  void neverHandsOutWhatMayBeAltered(String answer) {
    try (ScriptedImapServer server =
            server(
                client -> {
                  client.expectMatching("UID FETCH 1 .*");
                  client.send(answer);
                  client.hangUpSoftly();
                });
        ImapConnection connection = login(server)) {
      List<MemoryContent> stored = Collections.synchronizedList(new ArrayList<>());
      List<FetchedMessage> messages = Collections.synchronizedList(new ArrayList<>());
      CompletableFuture<Void> fetch =
          connection.fetch(
              "1",
              Set.of(FetchItem.MESSAGE),
              (size, in) -> {
                stored.add(new MemoryContent(in.readAllBytes()));
                return stored.get(stored.size() - 1);
              },
              messages::add);
      assertThatThrownBy(fetch::join).cause().isInstanceOf(ConnectionLost.class);
      assertThat(messages).isEmpty();
      assertThat(stored).allMatch(MemoryContent::isClosed);
    }
  }

  @Test
  void tellsTheByeThatCameInTheMiddle() {
    try (ScriptedImapServer server =
            server(
                client -> {
                  client.expectMatching("UID FETCH 1:2 .*");
                  client.untagged(
                      "1 FETCH (UID 1 BODY[] {3}\r\nabc)", "BYE Session expired, see you");
                  client.hangUpSoftly();
                });
        ImapConnection connection = login(server)) {
      List<Long> uids = Collections.synchronizedList(new ArrayList<>());
      CompletableFuture<Void> fetch =
          connection.fetch(
              "1:2", Set.of(FetchItem.MESSAGE), MemoryContent::receive, m -> uids.add(m.uid()));
      assertThatThrownBy(fetch::join)
          .cause()
          .isInstanceOfSatisfying(
              ConnectionLost.class, e -> assertThat(e.bye()).isEqualTo("Session expired, see you"));
      assertThat(uids).containsExactly(1L);
      assertThatThrownBy(() -> connection.list(false))
          .isInstanceOf(ConnectionLost.class)
          .hasMessageContaining("Session expired");
    }
  }

  @Test
  void canBeClosedInTheMiddleOfAMessage() {
    CountDownLatch halfway = new CountDownLatch(1);
    try (ScriptedImapServer server =
        server(
            client -> {
              client.expectMatching("UID FETCH 1 .*");
              client.send("* 1 FETCH (UID 1 BODY[] {10}\r\nabc");
              halfway.await();
              client.hangUpSoftly();
            })) {
      ImapConnection connection = login(server);
      CompletableFuture<Void> fetch =
          connection.fetch("1", Set.of(FetchItem.MESSAGE), MemoryContent::receive, message -> {});
      connection.close();
      connection.close();
      halfway.countDown();
      assertThatThrownBy(fetch::join).cause().isInstanceOf(ConnectionLost.class);
    }
  }

  @Test
  void refusesToSendWhatIsNoSetOfUids() {
    try (ScriptedImapServer server = server(client -> {});
        ImapConnection connection = login(server)) {
      assertThatThrownBy(() -> Connections.fetch(connection, "1\r\nA1 DELETE x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
