package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.AppendResult.Appended;
import org.mailcaravan.imap.AppendResult.Refused;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.ScriptedImapServer.Script;

@Timeout(60)
class MessageAppendTest {
  private static final FolderName FOLDER = new FolderName("Target", "Target");
  private static final Appended UNKNOWN = new Appended(-1, -1);

  private static List<AppendResult> append(
      String capabilities, List<OutgoingMessage> messages, Script script) {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 " + capabilities);
                  script.run(client);
                });
        ImapConnection connection = login(server)) {
      return connection.append(FOLDER, messages);
    }
  }

  private static ImapConnection login(ScriptedImapServer server) {
    return Connections.login(server.port(), ScriptedImapServer.USER, ScriptedImapServer.PASSWORD);
  }

  private static List<OutgoingMessage> messages(String... octets) {
    return Stream.of(octets).map(o -> Connections.message(o)).toList();
  }

  @Test
  void sendsOneCommandForManyMessages() {
    OutgoingMessage dated =
        new OutgoingMessage(
            Set.of("\\Seen"),
            OffsetDateTime.parse("2020-02-01T03:04:05+05:45"),
            MemoryContent.of("abc"));
    assertThat(
            append(
                "MULTIAPPEND LITERAL+",
                List.of(dated, Connections.message(""), Connections.message("de\r\n")),
                client -> {
                  client.expect("APPEND \"Target\" (\\Seen) \"01-Feb-2020 03:04:05 +0545\" {3+}");
                  assertThat(client.octets(3)).isEqualTo("abc");
                  client.expectLine(" {0+}");
                  client.expectLine(" {4+}");
                  assertThat(client.octets(4)).isEqualTo("de\r\n");
                  client.expectLine("");
                  client.untagged("3 EXISTS");
                  client.ok("[APPENDUID 7 12,20:21] done");
                }))
        .containsExactly(new Appended(7, 12), new Appended(7, 20), new Appended(7, 21));
  }

  @Test
  void waitsForEachLiteralWhereItMust() {
    assertThat(
            append(
                "MULTIAPPEND",
                messages("abc", "de"),
                client -> {
                  client.expect("APPEND \"Target\" {3}");
                  client.proceed("");
                  assertThat(client.octets(3)).isEqualTo("abc");
                  client.expectLine(" {2}");
                  assertThat(client.hasMore()).isFalse();
                  client.proceed("more");
                  assertThat(client.octets(2)).isEqualTo("de");
                  client.expectLine("");
                  client.ok("done");
                }))
        .containsExactly(UNKNOWN, UNKNOWN);
  }

  @Test
  void doesNotSendWhatTheServerDoesNotWant() {
    ServerRefusal refusal = new ServerRefusal(false, "OVERQUOTA", "full");
    assertThat(
            append(
                "MULTIAPPEND",
                messages("abc", "de", "f"),
                client -> {
                  client.expect("APPEND \"Target\" {3}");
                  client.proceed("");
                  client.octets(3);
                  client.expectLine(" {2}");
                  client.no("[OVERQUOTA] full");
                }))
        .containsExactly(new Refused(refusal, 3), new Refused(refusal, 3), new Refused(refusal, 3));
    assertThat(
            append(
                "",
                messages("abc", "de"),
                client -> {
                  client.expect("APPEND \"Target\" {3}");
                  client.no("[OVERQUOTA] full");
                  client.expect("APPEND \"Target\" {2}");
                  client.proceed("");
                  client.octets(2);
                  client.expectLine("");
                  client.ok("[APPENDUID 1 2] done");
                }))
        .containsExactly(new Refused(refusal, 1), new Appended(1, 2));
  }

  @Test
  void sendsManyCommandsBeforeTheFirstIsAnswered() {
    List<OutgoingMessage> messages =
        IntStream.range(0, 40).mapToObj(i -> Connections.message("m" + i)).toList();
    List<AppendResult> results =
        append(
            "LITERAL+",
            messages,
            client -> {
              List<String> tags = new ArrayList<>();
              for (int i = 0; i < 40; i++) {
                // 32 may wait for their answers; each answer lets one more come.
                if (i >= 32) {
                  assertThat(client.hasMore()).isFalse();
                  client.tagged(tags.get(i - 32), i == 32 ? "NO no" : "OK done");
                }
                String octets = "m" + i;
                tags.add(client.expect("APPEND \"Target\" {" + octets.length() + "+}"));
                assertThat(client.octets(octets.length())).isEqualTo(octets);
                client.expectLine("");
              }
              for (int i = 8; i < 40; i++) {
                client.tagged(tags.get(i), "OK [APPENDUID 3 " + (100 + i) + "] done");
              }
            });
    assertThat(results.get(0)).isEqualTo(new Refused(new ServerRefusal(false, "", "no"), 1));
    assertThat(results.subList(1, 8)).containsOnly(UNKNOWN);
    assertThat(results.subList(8, 40))
        .containsExactlyElementsOf(
            IntStream.range(8, 40).mapToObj(i -> new Appended(3, 100 + i)).toList());
  }

  @Test
  void boundsTheOctetsThatWaitForAnAnswer() {
    String big = "x".repeat(600_000);
    append(
        "LITERAL+",
        messages(big, big),
        client -> {
          client.expect("APPEND \"Target\" {600000+}");
          client.octets(600_000);
          client.expectLine("");
          assertThat(client.hasMore()).isFalse();
          client.ok("done");
          client.expect("APPEND \"Target\" {600000+}");
          client.octets(600_000);
          client.expectLine("");
          client.ok("done");
        });
  }

  @Test
  void waitsWithLiteralMinusOnlyForLargeMessages() {
    String large = "x".repeat(4097);
    String small = "x".repeat(4096);
    assertThat(
            append(
                "LITERAL-",
                messages(small, large, small),
                client -> {
                  String first = client.expect("APPEND \"Target\" {4096+}");
                  client.octets(4096);
                  client.expectLine("");
                  String second = client.expect("APPEND \"Target\" {4097}");
                  client.tagged(first, "OK [APPENDUID 1 1] done");
                  client.proceed("");
                  client.octets(4097);
                  client.expectLine("");
                  String third = client.expect("APPEND \"Target\" {4096+}");
                  client.octets(4096);
                  client.expectLine("");
                  client.tagged(second, "BAD no");
                  client.tagged(third, "OK [APPENDUID 1 2] done");
                }))
        .containsExactly(
            new Appended(1, 1),
            new Refused(new ServerRefusal(true, "", "no"), 1),
            new Appended(1, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LITERAL+", "LITERAL+ MULTIAPPEND"})
  void survivesARefusalThatComesWhileItSends(String capabilities) {
    // More than the buffers of both ends hold, under the size that waits.
    String big = "x".repeat(1_000_000);
    List<AppendResult> results =
        append(
            capabilities,
            messages(big, big, big, "end"),
            client -> {
              boolean multi = capabilities.contains("MULTI");
              int refused = 0;
              String tag = client.expect("APPEND \"Target\" {1000000+}");
              client.tagged(tag, "NO [TOOBIG] no");
              client.octets(1_000_000);
              String line = client.readLine();
              while (!line.isEmpty() || (!multi && refused < 2)) {
                assertThat(line).isIn("", " {1000000+}", " {3+}");
                if (line.isEmpty()) {
                  refused++;
                  client.expect("APPEND \"Target\" {1000000+}");
                  client.no("[TOOBIG] no");
                  client.octets(1_000_000);
                } else {
                  client.octets(line.equals(" {3+}") ? 3 : 1_000_000);
                }
                line = client.readLine();
              }
              if (!multi) {
                client.expect("APPEND \"Target\" {3+}");
                client.octets(3);
                client.expectLine("");
                client.ok("done");
              }
            });
    boolean multi = capabilities.contains("MULTI");
    Refused refused = new Refused(new ServerRefusal(false, "TOOBIG", "no"), multi ? 4 : 1);
    assertThat(results).containsExactly(refused, refused, refused, multi ? refused : UNKNOWN);
  }

  @Test
  void asksBeforeItSendsWhatIsOverTheLimit() {
    assertThat(
            append(
                "LITERAL+ APPENDLIMIT=10",
                messages("x".repeat(11), "x".repeat(10)),
                client -> {
                  String first = client.expect("APPEND \"Target\" {11}");
                  client.tagged(first, "NO [TOOBIG] too big");
                  client.expect("APPEND \"Target\" {10+}");
                  client.octets(10);
                  client.expectLine("");
                  client.ok("done");
                }))
        .containsExactly(new Refused(new ServerRefusal(false, "TOOBIG", "too big"), 1), UNKNOWN);
  }

  @Test
  void marksOnlyUtf8HeadersAsSuch() {
    String utf8 = "Subject: \u00c3\u00bc\r\n\r\nx";
    String latin1 = "Subject: \u00fc\r\n\r\nx";
    String body = "Subject: u\r\n\r\n\u00c3\u00bc";
    assertThat(
            append(
                "MULTIAPPEND LITERAL+ ENABLE UTF8=ACCEPT",
                messages(utf8, latin1, body),
                client -> {
                  client.expect("ENABLE UTF8=ACCEPT");
                  client.untagged("ENABLED UTF8=ACCEPT");
                  client.ok("done");
                  client.expect("APPEND \"Target\" UTF8 (~{16+}");
                  assertThat(client.octets(utf8.length())).isEqualTo(utf8);
                  client.expectLine(") {15+}");
                  assertThat(client.octets(latin1.length())).isEqualTo(latin1);
                  client.expectLine(" {16+}");
                  assertThat(client.octets(body.length())).isEqualTo(body);
                  client.expectLine("");
                  client.ok("done");
                }))
        .hasSize(3);
  }

  @Test
  void doesNotSendWhatCannotBeWritten() {
    List<OutgoingMessage> messages =
        List.of(
            Connections.message("a", "\\Seen) {5}"),
            Connections.message("b", "\\Seen"),
            new OutgoingMessage(Set.of(), OffsetDateTime.MAX, MemoryContent.of("c")));
    List<AppendResult> results =
        append(
            "LITERAL+ MULTIAPPEND",
            messages,
            client -> {
              client.expect("APPEND \"Target\" (\\Seen) {1+}");
              assertThat(client.octets(1)).isEqualTo("b");
              client.expectLine("");
              client.ok("[APPENDUID 1 1] done");
            });
    assertThat(results.get(0))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.refusal().text()).contains("not a flag"));
    assertThat(results.get(1)).isEqualTo(new Appended(1, 1));
    assertThat(results.get(2))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.refusal().text()).contains("year"));
  }

  /** A content that does not keep its word. */
  private record Liar(long size, String octets, boolean fails) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(octets.getBytes(StandardCharsets.US_ASCII));
      if (fails) {
        throw new IOException("disk gone");
      }
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"longer", "shorter", "failing"})
  void endsTheConnectionRatherThanAlterAMessage(String how) {
    Content liar = new Liar(how.equals("longer") ? 2 : 10, "abcdef", how.equals("failing"));
    try (ScriptedImapServer server =
            ScriptedImapServer.start(client -> client.loggedIn("IMAP4rev1 LITERAL+"));
        ImapConnection connection = login(server)) {
      List<OutgoingMessage> messages = List.of(new OutgoingMessage(Set.of(), null, liar));
      assertThatThrownBy(() -> connection.append(FOLDER, messages))
          .isInstanceOf(ConnectionLost.class)
          .hasMessageContaining("content of a message");
      assertThatThrownBy(() -> connection.append(FOLDER, messages))
          .isInstanceOf(ConnectionLost.class);
    }
  }

  @Test
  void tellsWhyTheServerClosedWhileItSent() {
    String big = "x".repeat(900_000);
    List<OutgoingMessage> messages = messages(big, big, big, big, big, big, big, big);
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 LITERAL+ MULTIAPPEND");
                  client.expectMatching("APPEND .*");
                  client.untagged("BYE Invalid character in literal");
                  client.hangUp();
                });
        ImapConnection connection = login(server)) {
      assertThatThrownBy(() -> connection.append(FOLDER, messages))
          .isInstanceOfSatisfying(
              ConnectionLost.class,
              e -> assertThat(e.bye()).isEqualTo("Invalid character in literal"));
    }
  }

  @Test
  void losesPatienceWithAServerThatTakesNothing() {
    String big = "x".repeat(900_000);
    List<OutgoingMessage> messages =
        IntStream.range(0, 40).mapToObj(i -> Connections.message(big)).toList();
    CountDownLatch lost = new CountDownLatch(1);
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 LITERAL+ MULTIAPPEND");
                  lost.await();
                  client.hangUp();
                });
        ImapConnection connection =
            new Connector(Connections.patient(null, Duration.ofMillis(700)))
                .connect(new Server("127.0.0.1", server.port(), Security.NONE))) {
      connection.login(Connections.password(ScriptedImapServer.USER, ScriptedImapServer.PASSWORD));
      assertThatThrownBy(() -> connection.append(FOLDER, messages))
          .isInstanceOf(ConnectionLost.class)
          .hasMessageContaining("did not answer in time");
      lost.countDown();
    }
  }

  @Test
  void sendsNotEvenTheRestOfAMessageOnceItMayNot() {
    String big = "x".repeat(900_000);
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger arrived = new AtomicInteger();
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 LITERAL+");
                  client.expectMatching("APPEND .*");
                  arrived.set(client.octets(big.length()).length());
                });
        ImapConnection connection = login(server)) {
      connection.sendsWhile(() -> asked.incrementAndGet() <= 5);
      assertThatThrownBy(() -> connection.append(FOLDER, messages(big)))
          .isInstanceOf(ConnectionLost.class);
    }
    assertThat(arrived).hasValueBetween(1, 5 * 65_536);
  }
}
