package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.imap.Connections.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.ScriptedImapServer.Client;

/** What changed, by CONDSTORE and QRESYNC, on servers that do it in their own way. */
@Timeout(60)
class ChangesFetchTest {
  private static final Set<FetchItem> FLAGS = Set.of(FetchItem.FLAGS, FetchItem.MODSEQ);
  private static final String QRESYNC = "ENABLE QRESYNC";

  private static void enabled(Client client) throws Exception {
    client.expect("ENABLE CONDSTORE QRESYNC");
    client.untagged("ENABLED QRESYNC CONDSTORE");
    client.ok("done");
  }

  private static FetchedMessage message(long uid, long modSeq, String... flags) {
    return new FetchedMessage(uid, Set.of(flags), null, -1, null, modSeq, null);
  }

  @Test
  void asksForWhatVanishedOnceQresyncIsOn() {
    scripted(
        QRESYNC,
        client -> {
          enabled(client);
          client.expect("UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 12345 VANISHED)");
          client.untagged(
              "VANISHED (EARLIER) 300:310,405,411",
              "1 FETCH (UID 404 MODSEQ (65402) FLAGS (\\Seen))",
              "2 FETCH (FLAGS (\\Deleted) UID 406 MODSEQ (65403))",
              "VANISHED (EARLIER) 7",
              "VANISHED 406");
          client.ok("done");
        },
        connection -> {
          List<FetchedMessage> changed = new ArrayList<>();
          assertThat(connection.tellsChanges()).isTrue();
          assertThat(connection.fetchChanges(12345, FLAGS, changed::add).orElseThrow())
              .hasToString("7,300:310,405:406,411");
          assertThat(changed)
              .containsExactly(message(404, 65402, "\\Seen"), message(406, 65403, "\\Deleted"));
        });
  }

  @Test
  void tellsNothingVanishedFromNotTold() {
    scripted(
        QRESYNC,
        client -> {
          enabled(client);
          client.expect("UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 5 VANISHED)");
          client.ok("done");
        },
        connection -> {
          Optional<UidSet> vanished = connection.fetchChanges(5, FLAGS, message -> {});
          assertThat(vanished.map(UidSet::isEmpty)).contains(true);
        });
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "CONDSTORE,-,-",
        "ENABLE CONDSTORE,ENABLE CONDSTORE,ENABLED CONDSTORE",
        "ENABLE QRESYNC,ENABLE CONDSTORE QRESYNC,ENABLED",
        "ENABLE QRESYNC,ENABLE CONDSTORE QRESYNC,-",
        "QRESYNC,-,-"
      })
  void doesNotAskForWhatVanishedWithoutAnEnabledQresync(
      String capabilities, @Nullable String enable, @Nullable String answer) {
    scripted(
        capabilities,
        client -> {
          if (enable != null) {
            client.expect(enable);
            if (answer != null) {
              client.untagged(answer);
            }
            client.ok("done");
          }
          client.expect("UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 5)");
          client.untagged("1 FETCH (UID 3 FLAGS () MODSEQ (6))");
          client.ok("done");
        },
        connection -> {
          List<FetchedMessage> changed = new ArrayList<>();
          assertThat(connection.tellsChanges()).isTrue();
          assertThat(connection.fetchChanges(5, FLAGS, changed::add)).isEmpty();
          assertThat(changed).containsExactly(message(3, 6));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"4:*", "x", "", "1,,2", "(1 2)"})
  void doesNotTrustAnUnreadableSet(String vanished) {
    scripted(
        QRESYNC,
        client -> {
          enabled(client);
          client.expectMatching("UID FETCH 1:\\* .*");
          client.untagged(
              "VANISHED (EARLIER) 1", "VANISHED (EARLIER) " + vanished, "1 FETCH (UID 3 FLAGS ())");
          client.ok("done");
        },
        connection -> {
          List<Long> changed = new ArrayList<>();
          assertThat(connection.fetchChanges(5, FLAGS, message -> changed.add(message.uid())))
              .isEmpty();
          assertThat(changed).containsExactly(3L);
        });
  }

  @Test
  void takesASetThatIsLongerThanALine() {
    StringBuilder gaps = new StringBuilder("1");
    LongStream.range(1, 200_000).forEach(n -> gaps.append(',').append(2 * n + 1_000_000));
    assertThat(gaps).hasSizeGreaterThan(WireReader.LINE_LIMIT);
    scripted(
        QRESYNC,
        client -> {
          enabled(client);
          client.expectMatching("UID FETCH 1:\\* .*");
          client.untagged("VANISHED (EARLIER) " + gaps);
          client.ok("done");
        },
        connection ->
            assertThat(connection.fetchChanges(5, FLAGS, message -> {}).map(UidSet::count))
                .contains(200_000L));
  }

  @Test
  void passesOverVanishedAtAnyOtherTime() {
    scripted(
        QRESYNC,
        client -> {
          enabled(client);
          client.expect("SELECT \"Some\"");
          client.untagged(
              "OK [CLOSED] the other", "3 EXISTS", "OK [HIGHESTMODSEQ 9] it", "VANISHED 7");
          client.ok("[READ-WRITE] opened");
          client.untagged("VANISHED 8:9,11");
          client.expectMatching("UID FETCH 1 .*");
          client.untagged("VANISHED 12", "1 FETCH (UID 1 FLAGS (a) MODSEQ (8))", "VANISHED 13");
          client.ok("done");
        },
        connection -> {
          FolderName folder = connection.folderName("Some");
          assertThat(connection.select(folder).status())
              .isEqualTo(new FolderStatus(3, -1, -1, 9, -1, null));
          assertThat(Connections.fetch(connection, "1", FetchItem.FLAGS))
              .containsExactly(message(1, 8, "a"));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"BAD [CLIENTBUG] this mailbox keeps no mod-sequences", "NO later"})
  void isRefusedAsOtherCommandsAre(String answer) {
    scripted(
        "CONDSTORE",
        client -> {
          String tag = client.expectMatching("UID FETCH 1:\\* .*");
          client.tagged(tag, answer);
        },
        connection ->
            assertThatThrownBy(() -> connection.fetchChanges(5, FLAGS, message -> {}))
                .isInstanceOf(CommandRefused.class)
                .hasMessage("UID FETCH: " + answer));
  }

  @Test
  void throwsWhatTheSinkThrewAndStaysUsable() {
    scripted(
        "CONDSTORE",
        client -> {
          for (int i = 0; i < 2; i++) {
            client.expectMatching("UID FETCH 1:\\* .*");
            client.untagged("1 FETCH (UID 1 FLAGS (a) MODSEQ (8))");
            client.ok("done");
          }
        },
        connection -> {
          assertThatThrownBy(
                  () ->
                      connection.fetchChanges(
                          5,
                          FLAGS,
                          message -> {
                            throw new IllegalStateException("sink");
                          }))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("sink");
          assertThat(connection.fetchChanges(5, FLAGS, message -> {})).isEmpty();
        });
  }

  @Test
  void tellsALostConnection() {
    scripted(
        "CONDSTORE",
        client -> {
          client.expectMatching("UID FETCH 1:\\* .*");
          client.hangUpSoftly();
        },
        connection ->
            assertThatThrownBy(() -> connection.fetchChanges(5, FLAGS, message -> {}))
                .isInstanceOf(ConnectionLost.class));
  }

  @Test
  void sendsOnlyWhatCanBeMeant() {
    scripted(
        "",
        client -> {},
        connection -> {
          assertThat(connection.tellsChanges()).isFalse();
          assertThatThrownBy(() -> connection.fetchChanges(0, FLAGS, message -> {}))
              .isInstanceOf(IllegalArgumentException.class);
          for (FetchItem body : Set.of(FetchItem.HEADER, FetchItem.MESSAGE)) {
            assertThatThrownBy(() -> connection.fetchChanges(1, Set.of(body), message -> {}))
                .isInstanceOf(IllegalArgumentException.class);
          }
        });
  }
}
