package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.imap.Connections.scripted;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MessageMoveTest {
  private static final FolderName TO = new FolderName("To", "To");
  private static final String COPYUID = "[COPYUID 38505 304,319:320 3956:3958]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COPYUID 38505 304,319:320 3956:3958|{304=3956, 319=3957, 320=3958}",
        "copyuid 38505 319:320,304 3956:3958|{304=3958, 319=3956, 320=3957}",
        "COPYUID 38505 320:319,304 9,8:7|{304=8, 319=9, 320=7}",
        "COPYUID 38505 304,320 5:6|{304=5, 320=6}",
        "COPYUID 38505 304,400 5:6|{304=5}",
        "COPYUID 38505 304,319:320 5:6|{304=0, 319=0, 320=0}",
        "COPYUID 38505 304,319 *|{304=0, 319=0, 320=0}",
        "COPYUID 38505 1:4294967295 1:4294967295|{304=0, 319=0, 320=0}",
        "COPYUID 38505|{304=0, 319=0, 320=0}",
        "COPYUID|{304=0, 319=0, 320=0}",
        "XCODE 1|{304=0, 319=0, 320=0}"
      })
  void readsTheNewUidsFromWhereTheServerTellsThem(String code, String moved) {
    scripted(
        "MOVE UIDPLUS",
        client -> {
          client.expect("UID MOVE 304,319:320 \"To\"");
          client.untagged("OK [" + code + "] early", "1 EXPUNGE", "VANISHED 319:320");
          client.ok("done");
          client.expect("UID MOVE 304,319:320 \"To\"");
          client.untagged("1 EXPUNGE", "OK [ALERT] the moon is full");
          client.ok("[" + code + "] late");
        },
        connection -> {
          assertThat(connection.canMove()).isTrue();
          assertThat(connection.move(List.of(320L, 304L, 319L), TO)).hasToString(moved);
          assertThat(connection.move(List.of(320L, 304L, 319L), TO)).hasToString(moved);
        });
  }

  @Test
  void joinsWhatSeveralCopyuidsTell() {
    scripted(
        "MOVE",
        client -> {
          client.expect("UID MOVE 1:3 \"To\"");
          client.untagged("OK [COPYUID 5 3 9] one", "OK [COPYUID 5 1 10] another");
          client.ok("done");
        },
        connection ->
            assertThat(connection.move(List.of(1L, 2L, 3L), TO))
                .isEqualTo(Map.of(1L, 10L, 3L, 9L)));
  }

  @Test
  void takesNothingForGoneWhereTheServerTellsMoreThanIsKept() {
    String[] codes =
        LongStream.rangeClosed(1, 100)
            .mapToObj(uid -> "OK [COPYUID 5 " + uid + " " + (1000 + uid) + "] one")
            .toArray(String[]::new);
    scripted(
        "MOVE",
        client -> {
          client.expect("UID MOVE 1:100 \"To\"");
          client.untagged(codes);
          client.ok("done");
        },
        connection -> {
          Map<Long, Long> moved =
              connection.move(LongStream.rangeClosed(1, 100).boxed().toList(), TO);
          assertThat(moved).hasSize(100).containsEntry(1L, 1001L).containsEntry(100L, 0L);
        });
  }

  @Test
  void copiesAndRemovesWhereTheServerCannotMove() {
    scripted(
        "UIDPLUS",
        client -> {
          client.expect("UID COPY 304,319:321 \"To\"");
          client.ok(COPYUID);
          // 321 was not named: had it come back by a fault, removing it would lose it.
          client.expect("UID STORE 304,319:320 +FLAGS.SILENT (\\Deleted)");
          client.ok("done");
          client.expect("UID EXPUNGE 304,319:320");
          client.untagged("3 EXPUNGE");
          client.ok("done");
        },
        connection -> {
          assertThat(connection.canMove()).isTrue();
          assertThat(connection.move(List.of(304L, 319L, 320L, 321L), TO))
              .isEqualTo(Map.of(304L, 3956L, 319L, 3957L, 320L, 3958L));
        });
  }

  @Test
  void removesNothingThatCouldNotBeCopied() {
    scripted(
        "UIDPLUS",
        client -> {
          client.expect("UID COPY 1:2 \"To\"");
          client.no("[TRYCREATE] no such folder");
          client.expect("UID COPY 1:2 \"To\"");
          client.ok("[COPYUID 5 1 9] one was there");
          client.expect("UID STORE 1 +FLAGS.SILENT (\\Deleted)");
          client.no("[READ-ONLY] not here");
        },
        connection -> {
          assertThatThrownBy(() -> connection.move(List.of(1L, 2L), TO))
              .isInstanceOf(CommandRefused.class)
              .hasMessage("UID COPY to To: NO [TRYCREATE] no such folder");
          assertThatThrownBy(() -> connection.move(List.of(1L, 2L), TO))
              .isInstanceOf(CommandRefused.class)
              .hasMessage("UID STORE: NO [READ-ONLY] not here");
        });
  }

  @Test
  void movesManyOnePartAfterTheOther() {
    List<Long> odd = LongStream.range(0, 1500).map(n -> 2 * n + 1_000_001).boxed().toList();
    List<String> sets = UidSet.of(odd).commands();
    assertThat(sets).hasSize(2);
    scripted(
        "MOVE",
        client -> {
          client.expect("UID MOVE " + sets.get(0) + " \"To\"");
          client.untagged("OK [COPYUID 5 1000001 7] the others are gone");
          client.ok("done");
          client.expect("UID MOVE " + sets.get(1) + " \"To\"");
          client.untagged("OK [COPYUID 5 1002999 8] the others are gone");
          client.ok("done");
        },
        connection ->
            assertThat(connection.move(odd, TO)).isEqualTo(Map.of(1_000_001L, 7L, 1_002_999L, 8L)));
  }

  @Test
  void removesExactlyTheNamedMessages() {
    scripted(
        "UIDPLUS CONDSTORE",
        client -> {
          client.expect("UID STORE 3,5:6 +FLAGS.SILENT (\\Deleted)");
          client.ok("done");
          client.expect("UID EXPUNGE 3,5:6");
          client.untagged("3 EXPUNGE", "4 EXPUNGE", "4 EXPUNGE");
          client.ok("done");
          client.expectMatching("UID STORE 3 .*");
          client.ok("done");
          client.expect("UID EXPUNGE 3");
          client.no("[NOPERM] no");
        },
        connection -> {
          assertThat(connection.canExpunge()).isTrue();
          connection.expunge(List.of(6L, 3L, 5L));
          assertThatThrownBy(() -> connection.expunge(List.of(3L)))
              .isInstanceOf(CommandRefused.class)
              .hasMessage("UID EXPUNGE: NO [NOPERM] no");
        });
  }

  @Test
  void removesNothingWithoutUidplus() {
    scripted(
        "MOVE",
        client -> {},
        connection -> {
          assertThat(connection.canExpunge()).isFalse();
          assertThatThrownBy(() -> connection.expunge(List.of(3L)))
              .isInstanceOf(IllegalStateException.class);
          assertThat(connection.move(List.of(), TO)).isEmpty();
        });
    scripted(
        "",
        client -> {},
        connection -> {
          assertThat(connection.canMove()).isFalse();
          assertThatThrownBy(() -> connection.move(List.of(3L), TO))
              .isInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void renamesFolders() {
    scripted(
        "",
        client -> {
          client.expect("RENAME \"To\" \"Entw&APw-rfe\"");
          client.ok("done");
          client.expect("RENAME \"To\" \"To\"");
          client.no("[ALREADYEXISTS] it is there");
        },
        connection -> {
          connection.rename(TO, connection.folderName("Entwürfe"));
          assertThatThrownBy(() -> connection.rename(TO, TO))
              .isInstanceOf(CommandRefused.class)
              .hasMessage("RENAME To to To: NO [ALREADYEXISTS] it is there");
        });
  }
}
