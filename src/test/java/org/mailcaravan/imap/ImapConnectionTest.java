package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.ScriptedImapServer.Script;

@Timeout(60)
class ImapConnectionTest {
  private static final FolderName FOLDER = new FolderName("Some", "Some");

  private static void with(String capabilities, Script script, Consumer<ImapConnection> test) {
    with(capabilities, Duration.ofSeconds(20), script, test);
  }

  private static void with(
      String capabilities, Duration patience, Script script, Consumer<ImapConnection> test) {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 " + capabilities);
                  script.run(client);
                });
        ImapConnection connection =
            new Connector(Connections.patient(null, patience))
                .connect(new Server("127.0.0.1", server.port(), Security.NONE))) {
      connection.login(Connections.password(ScriptedImapServer.USER, ScriptedImapServer.PASSWORD));
      test.accept(connection);
    }
  }

  @Test
  void tellsWhatSelectTold() {
    with(
        "",
        client -> {
          client.expect("SELECT \"Some\"");
          client.untagged(
              "FLAGS (\\Seen \\Answered a]b)",
              "17 EXISTS",
              "2 RECENT",
              "OK [CLOSED] last one closed",
              "OK [UNSEEN 4] first",
              "OK [PERMANENTFLAGS (\\Seen $Label1 \\*)] limited",
              "OK [UIDVALIDITY 1234567890] yes",
              "OK [UIDNEXT 4294967295] yes",
              "OK [HIGHESTMODSEQ 9223372036854775807] yes",
              "OK [XCODE (a [b] c)] what");
          client.ok("[READ-WRITE] opened");
        },
        connection ->
            assertThat(connection.select(FOLDER))
                .isEqualTo(
                    new SelectedFolder(
                        FOLDER,
                        new FolderStatus(17, 4294967295L, 1234567890, Long.MAX_VALUE, -1, null),
                        Set.of("\\Seen", "$Label1", "\\*"),
                        false)));
  }

  @Test
  void takesWhatSelectLeavesOut() {
    with(
        "",
        client -> {
          client.expect("SELECT \"Some\"");
          client.untagged("FLAGS (\\Seen)", "0 EXISTS", "OK [NOMODSEQ] none");
          client.ok("[READ-ONLY] opened");
          client.expect("EXAMINE \"Some\"");
          client.untagged("0 EXISTS", "OK [PERMANENTFLAGS ()] none");
          client.ok("[READ-WRITE] lies");
        },
        connection -> {
          FolderStatus status = new FolderStatus(0, -1, -1, -1, -1, null);
          assertThat(connection.select(FOLDER))
              .isEqualTo(new SelectedFolder(FOLDER, status, Set.of("\\Seen"), true));
          assertThat(connection.examine(FOLDER))
              .isEqualTo(new SelectedFolder(FOLDER, status, Set.of(), true));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "((\"\" \"/\")) NIL NIL|''|/|[]",
        "((\"INBOX.\" \".\")) ((\"user.\" \".\")) ((\"shared.\" \".\")(\"#p\" \".\"))"
            + "|INBOX.|.|[user., shared., #p]",
        "(({6}$INBOX. \".\" \"X-PARAM\" (\"F\" \"G\"))(\"#mh/\" \"/\")) NIL NIL|INBOX.|.|[]",
        "((\"\" NIL)) NIL NIL|''||[]"
      })
  void readsNamespaces(String told, String prefix, @Nullable Character separator, String foreign) {
    with(
        "NAMESPACE",
        client -> {
          client.expect("NAMESPACE");
          client.untagged("NAMESPACE " + told.replace("$", "\r\n"));
          client.ok("done");
        },
        connection -> {
          Namespaces namespaces = connection.namespaces();
          assertThat(namespaces.prefix()).isEqualTo(prefix);
          assertThat(namespaces.separator()).isEqualTo(separator);
          assertThat(namespaces.foreignPrefixes()).hasToString(foreign);
        });
  }

  @ParameterizedTest
  @CsvSource({"'',false", "NAMESPACE,false", "NAMESPACE,true"})
  void asksListForTheSeparatorWithoutNamespaces(String capabilities, boolean answersNil) {
    with(
        capabilities,
        client -> {
          if (!capabilities.isEmpty()) {
            client.expect("NAMESPACE");
            if (answersNil) {
              client.untagged("NAMESPACE NIL NIL NIL");
              client.ok("done");
            } else {
              client.bad("no");
            }
          }
          client.expect("LIST \"\" \"\"");
          client.untagged("LIST (\\Noselect) \".\" \"\"");
          client.ok("done");
        },
        connection ->
            assertThat(connection.namespaces()).isEqualTo(new Namespaces("", '.', List.of())));
  }

  @Test
  void tellsTheTightestQuota() {
    with(
        "QUOTA",
        client -> {
          client.expect("GETQUOTAROOT \"Some\"");
          client.untagged(
              "QUOTAROOT Some \"\" domain",
              "QUOTA \"\" (STORAGE 10 512 MESSAGE 1 2)",
              "QUOTA domain (storage 500 600)");
          client.ok("done");
          client.expect("GETQUOTAROOT \"Some\"");
          client.untagged("QUOTAROOT Some");
          client.ok("done");
          client.expect("GETQUOTAROOT \"Some\"");
          client.no("no");
        },
        connection -> {
          assertThat(connection.quota(FOLDER)).contains(new Quota(500, 600));
          assertThat(connection.quota(FOLDER)).isEmpty();
          assertThat(connection.quota(FOLDER)).isEmpty();
        });
    with("", client -> {}, connection -> assertThat(connection.quota(FOLDER)).isEmpty());
  }

  @Test
  void sendsNamesAsTheyMustBeSent() {
    with(
        "LITERAL-",
        client -> {
          client.expect("CREATE \"a \\\"b\\\" \\\\ &- &AOQ-\"");
          client.ok("done");
          client.expect("SUBSCRIBE {3+}");
          assertThat(client.octets(3)).isEqualTo("a\u00e4b");
          client.expectLine("");
          client.no("[NONEXISTENT] \u0007none");
          client.expect("STATUS \"a&AA0ACg-b\" (MESSAGES UIDNEXT UIDVALIDITY)");
          client.ok("done");
        },
        connection -> {
          connection.create(connection.folderName("a \"b\" \\ & ä"));
          assertThatThrownBy(() -> connection.subscribe(new FolderName("a\u00e4b", "raw")))
              .isInstanceOf(CommandRefused.class)
              .hasMessage("SUBSCRIBE raw: NO [NONEXISTENT] \\u0007none");
          assertThat(connection.status(connection.folderName("a\r\nb")))
              .isEqualTo(new FolderStatus(-1, -1, -1, -1, -1, null));
        });
  }

  @Test
  void losesPatienceOnlyWhenAnAnswerIsDue() {
    CountDownLatch waited = new CountDownLatch(1);
    with(
        "",
        Duration.ofMillis(300),
        client -> {
          client.expectMatching("CREATE .*");
          client.ok("done");
          client.expectMatching("CREATE .*");
          waited.await();
          client.hangUpSoftly();
        },
        connection -> {
          CompletableFuture<Void> idle = new CompletableFuture<>();
          idle.completeOnTimeout(null, 900, TimeUnit.MILLISECONDS).join();
          connection.create(FOLDER);
          long start = System.nanoTime();
          assertThatThrownBy(() -> connection.create(FOLDER))
              .isInstanceOf(ConnectionLost.class)
              .hasMessageContaining("did not answer in time");
          assertThat(Duration.ofNanos(System.nanoTime() - start))
              .isBetween(Duration.ofMillis(250), Duration.ofSeconds(10));
          waited.countDown();
        });
  }

  @Test
  void tellsAByeThatCameWhileNothingWasAsked() {
    with(
        "",
        client -> {
          client.untagged("BYE [UNAVAILABLE] Autologout");
          client.hangUpSoftly();
        },
        connection ->
            assertThatThrownBy(
                    () -> {
                      while (true) {
                        connection.status(FOLDER);
                      }
                    })
                .isInstanceOfSatisfying(
                    ConnectionLost.class,
                    e -> assertThat(e.bye()).isEqualTo("[UNAVAILABLE] Autologout")));
  }

  @Test
  void givesUpOnLinesWithoutEnd() {
    String piece = "x".repeat(100_000);
    with(
        "",
        client -> {
          client.expectMatching("CREATE .*");
          client.send("* OK ");
          for (int i = 0; i < 11; i++) {
            client.send(piece);
          }
          client.hangUpSoftly();
        },
        connection ->
            assertThatThrownBy(() -> connection.create(FOLDER))
                .isInstanceOf(ConnectionLost.class)
                .hasMessageContaining("response of more than"));
  }

  @Test
  void doesNotHangWhenAskedFromASink() {
    with(
        "",
        client -> {
          client.expectMatching("UID FETCH .*");
          client.untagged("1 FETCH (UID 1)");
          client.ok("done");
        },
        connection -> {
          CompletableFuture<Void> fetch =
              connection.fetch(
                  "1", Set.of(), MemoryContent::receive, message -> connection.create(FOLDER));
          assertThatThrownBy(fetch::join).hasRootCauseInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void asksForCompressionOnlyWhenNothingIsUnderWay() {
    with(
        "COMPRESS=DEFLATE",
        client -> {
          client.expectMatching("UID FETCH .*");
          assertThat(client.hasMore()).isFalse();
          client.ok("done");
          client.expect("COMPRESS DEFLATE");
          client.no("not now");
        },
        connection -> {
          CompletableFuture<Void> fetch =
              connection.fetch("1", Set.of(), MemoryContent::receive, message -> {});
          assertThat(connection.compress()).isFalse();
          assertThat(fetch).isCompleted();
        });
  }

  @Test
  void theWaitBeforeCompressionEndsWithTheConnection() {
    with(
        "COMPRESS=DEFLATE",
        client -> {
          client.expectMatching("UID FETCH .*");
          client.untagged("BYE out of memory");
          client.hangUpSoftly();
        },
        connection -> {
          CompletableFuture<Void> fetch =
              connection.fetch("1", Set.of(), MemoryContent::receive, message -> {});
          assertThatThrownBy(connection::compress)
              .isInstanceOf(ConnectionLost.class)
              .hasMessageContaining("out of memory");
          assertThat(fetch).isCompletedExceptionally();
        });
  }

  @Test
  void goesOnWithoutCompressionThatIsRefused() {
    with(
        "COMPRESS=DEFLATE",
        client -> {
          client.expect("COMPRESS DEFLATE");
          client.no("[COMPRESSIONACTIVE] by TLS");
          client.expectMatching("CREATE .*");
          client.ok("done");
        },
        connection -> {
          assertThat(connection.canCompress()).isTrue();
          assertThat(connection.compress()).isFalse();
          assertThat(connection.canCompress()).isFalse();
          assertThat(connection.compress()).isFalse();
          connection.create(FOLDER);
        });
  }
}
