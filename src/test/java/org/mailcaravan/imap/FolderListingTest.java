package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.ScriptedImapServer.Script;

class FolderListingTest {
  private static List<ListedFolder> list(String capabilities, boolean withStatus, Script script) {
    return folderList(capabilities, withStatus, script).folders();
  }

  private static FolderList folderList(String capabilities, boolean withStatus, Script script) {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.loggedIn("IMAP4rev1 " + capabilities);
                  script.run(client);
                });
        ImapConnection connection =
            Connections.login(
                server.port(), ScriptedImapServer.USER, ScriptedImapServer.PASSWORD)) {
      return connection.folderList(withStatus);
    }
  }

  private static ListedFolder folder(
      String name, Set<String> attributes, boolean subscribed, @Nullable FolderStatus status) {
    return new ListedFolder(new FolderName(name, name), '/', attributes, subscribed, status);
  }

  @Test
  void asksForEverythingAtOnceWhereItCan() {
    String command =
        "LIST \"\" \"*\" RETURN (SUBSCRIBED SPECIAL-USE"
            + " STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ SIZE))";
    assertThat(
            list(
                "LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE STATUS=SIZE",
                true,
                client -> {
                  client.expect(command);
                  client.untagged(
                      "LIST (\\Subscribed \\HasNoChildren) \"/\" INBOX",
                      "STATUS INBOX (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 HIGHESTMODSEQ 5 SIZE 42)",
                      "LIST (\\NonExistent \\HasChildren) \"/\" \"a b\" (CHILDINFO (\"SUBSCRIBED\"))",
                      "LIST (\\Sent) \"/\" {6}\r\nGe\"ndt (OLDNAME ({3}\r\nabc))",
                      "STATUS {6}\r\nGe\"ndt (MESSAGES 0)");
                  client.ok("done");
                }))
        .containsExactly(
            folder(
                "INBOX", Set.of("\\hasnochildren"), true, new FolderStatus(3, 9, 7, 5, 42, null)),
            folder("a b", Set.of("\\noselect", "\\nonexistent", "\\haschildren"), false, null),
            folder("Ge\"ndt", Set.of("\\sent"), false, new FolderStatus(0, -1, -1, -1, -1, null)));
  }

  @Test
  void fallsBackWhenTheServerDoesNotKeepItsPromise() {
    assertThat(
            list(
                "LIST-EXTENDED LIST-STATUS",
                true,
                client -> {
                  client.expectMatching("LIST .* RETURN .*");
                  client.bad("Command Argument Error 11");
                  String list = client.expect("LIST \"\" \"*\"");
                  String lsub = client.expect("LSUB \"\" \"*\"");
                  client.untagged(
                      "LIST () \"/\" INBOX",
                      "LIST (\\Noselect) \"/\" top",
                      "LIST () \"/\" \"sick\"");
                  client.tagged(list, "OK done");
                  client.untagged(
                      "LSUB () \"/\" INBOX",
                      "LSUB () \"/\" gone",
                      "LSUB (\\Noselect \\HasChildren) \"/\" sick");
                  client.tagged(lsub, "OK done");
                  String inbox = client.expect("STATUS \"INBOX\" (MESSAGES UIDNEXT UIDVALIDITY)");
                  String sick = client.expect("STATUS \"sick\" (MESSAGES UIDNEXT UIDVALIDITY)");
                  client.untagged("STATUS \"inbox\" (UIDVALIDITY 1 MESSAGES 2 X (1 2) UIDNEXT 3)");
                  client.tagged(inbox, "OK done");
                  client.tagged(sick, "NO cannot open");
                }))
        .containsExactly(
            folder("INBOX", Set.of(), true, new FolderStatus(2, 3, 1, -1, -1, null)),
            folder("top", Set.of("\\noselect"), false, null),
            folder("sick", Set.of(), false, null));
  }

  @Test
  void takesStatusesInAnyOrder() {
    assertThat(
            list(
                "LIST-EXTENDED",
                true,
                client -> {
                  client.expectMatching("LIST .* RETURN .*");
                  client.untagged("LIST () \"/\" a", "LIST () \"/\" A", "LIST () \"/\" c");
                  client.ok("done");
                  String first = client.expectMatching("STATUS \"a\" .*");
                  String second = client.expectMatching("STATUS \"A\" .*");
                  String third = client.expectMatching("STATUS \"c\" .*");
                  client.untagged("STATUS c (MESSAGES 3)", "STATUS A (MESSAGES 2)");
                  client.tagged(third, "OK done");
                  client.tagged(second, "OK done");
                  client.untagged("STATUS a (MESSAGES 1)");
                  client.tagged(first, "OK done");
                }))
        .extracting(f -> f.status() == null ? -9 : f.status().messages())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void asksSinglyForAStatusThatListLeftOut() {
    assertThat(
            list(
                "LIST-EXTENDED LIST-STATUS",
                true,
                client -> {
                  client.expectMatching("LIST .* RETURN .*");
                  client.untagged("LIST () \"/\" a", "LIST () \"/\" b", "STATUS a (MESSAGES 1)");
                  client.ok("done");
                  client.expectMatching("STATUS \"b\" .*");
                  client.untagged("STATUS b (MESSAGES 2)");
                  client.ok("done");
                }))
        .extracting(f -> f.status() == null ? -9 : f.status().messages())
        .containsExactly(1L, 2L);
  }

  @Test
  void translatesXlist() {
    assertThat(
            list(
                "XLIST",
                false,
                client -> {
                  String list = client.expect("XLIST \"\" \"*\"");
                  String lsub = client.expect("LSUB \"\" \"*\"");
                  client.untagged(
                      "XLIST (\\HasNoChildren \\Spam) \"/\" Bulk",
                      "XLIST (\\AllMail) \"/\" All",
                      "XLIST (\\Starred) \"/\" Star");
                  client.tagged(list, "OK done");
                  client.tagged(lsub, "BAD no LSUB");
                }))
        .extracting(ListedFolder::attributes)
        .containsExactly(Set.of("\\hasnochildren", "\\junk"), Set.of("\\all"), Set.of("\\flagged"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "() \"/\" 2020|2020|/",
        "() NIL NIL|NIL|",
        "() \"\\\\\" \"a\\\\b\"|a\\b|\\",
        "() \"\\\" \"a\\b\"|a\\b|\\",
        "() \"\\\" a|a|\\",
        "() \"\\\"\" a|a|'\"'",
        "() \".\" Sent Items|Sent Items|.",
        "() \".\" Sent (old) Items|Sent|.",
        "(\\Marked) \"/\" Tom & Jerry|Tom & Jerry|/",
        "NIL \"/\" {3}$a\"b|a\"b|/",
        "() \"/\" \"{5}\"|{5}|/",
        "() \"/\" \"\"|''|/",
        "() \"/\" ~user/x|~user/x|/"
      })
  void readsNamesInEveryForm(String line, String name, @Nullable Character separator) {
    List<ListedFolder> folders =
        list(
            "LIST-EXTENDED",
            false,
            client -> {
              client.expect("LIST \"\" \"*\" RETURN (SUBSCRIBED)");
              client.untagged("LIST " + line.replace("$", "\r\n"), "LIST () \"/\" last");
              client.ok("done");
            });
    assertThat(folders.get(0).name()).isEqualTo(new FolderName(name, name));
    assertThat(folders.get(0).separator()).isEqualTo(separator);
    assertThat(folders.get(1).name().text()).isEqualTo("last");
  }

  @ParameterizedTest
  @CsvSource({
    "100001, 10, more than 100000 folders",
    "1, 8193, names of folders that are too long",
    "5000, 8000, names of folders that are too long"
  })
  void listsThatNoMailboxHasEndTheConnection(int folders, int length, String why) {
    String[] lines =
        IntStream.range(0, folders)
            .mapToObj(i -> "LIST () \"/\" " + i + "x".repeat(length - String.valueOf(i).length()))
            .toArray(String[]::new);
    assertThatThrownBy(
            () ->
                list(
                    "LIST-EXTENDED",
                    false,
                    client -> {
                      client.expect("LIST \"\" \"*\" RETURN (SUBSCRIBED)");
                      client.untagged(lines);
                      client.ok("done");
                    }))
        .isInstanceOf(ConnectionLost.class)
        .hasMessageContaining(why);
  }

  @Test
  void givesNoFoldersAsNoFoldersAndARefusalAsARefusal() {
    assertThat(
            list(
                "LIST-EXTENDED",
                true,
                client -> {
                  client.expectMatching("LIST .* RETURN .*");
                  client.ok("done");
                  String list = client.expect("LIST \"\" \"*\"");
                  String lsub = client.expect("LSUB \"\" \"*\"");
                  client.tagged(list, "OK done");
                  client.tagged(lsub, "OK done");
                }))
        .isEmpty();
    assertThatThrownBy(
            () ->
                list(
                    "",
                    true,
                    client -> {
                      String list = client.expect("LIST \"\" \"*\"");
                      String lsub = client.expect("LSUB \"\" \"*\"");
                      client.tagged(list, "NO [UNAVAILABLE] later");
                      client.tagged(lsub, "OK done");
                    }))
        .isInstanceOf(CommandRefused.class)
        .hasMessageContaining("later");
  }

  @Test
  void asksOnceMoreWhereALineIsNoImapAndTellsIt() {
    FolderList list =
        folderList(
            "LIST-EXTENDED",
            false,
            client -> {
              client.expectMatching("LIST .*");
              client.untagged("LIST () \"/\" a", "LIST what is this", "LIST () \"/\" b");
              client.ok("done");
              client.expect("LIST \"\" \"*\"");
              client.untagged("LIST () \"/\" a", "LIST \"what is this", "LIST () \"/\" c");
              client.ok("done");
            });
    assertThat(list.folders())
        .extracting(folder -> folder.name().text())
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(list.malformed()).containsExactly("* LIST \"what is this");
    assertThat(list.warning()).isNull();
  }

  @Test
  void keepsTheWarningThatComesAgain() {
    FolderList list =
        folderList(
            "LIST-EXTENDED",
            false,
            client -> {
              for (int i = 0; i < 2; i++) {
                client.expectMatching("LIST .*");
                client.untagged("LIST () \"/\" a", "NO [SERVERBUG] b is corrupt");
                client.ok("done");
              }
            });
    assertThat(list.folders()).hasSize(1);
    assertThat(String.valueOf(list.warning())).isEqualTo("NO [SERVERBUG] b is corrupt");
  }

  @Test
  void asksForThousandsOfStatusesWithoutStalling() {
    int count = 2000;
    List<ListedFolder> folders =
        list(
            "LIST-EXTENDED",
            true,
            client -> {
              client.expectMatching("LIST .*");
              for (int i = 0; i < count; i++) {
                client.untagged("LIST () \"/\" f" + i);
              }
              client.ok("done");
              List<String> tags = new ArrayList<>();
              for (int i = 0; i < count; i++) {
                tags.add(client.expectMatching("STATUS \"f" + i + "\" .*"));
                if (i >= 31) {
                  client.untagged("STATUS f" + (i - 31) + " (MESSAGES " + (i - 31) + ")");
                  client.tagged(tags.get(i - 31), "OK done");
                }
              }
              for (int i = count - 31; i < count; i++) {
                client.untagged("STATUS f" + i + " (MESSAGES " + i + ")");
                client.tagged(tags.get(i), "OK done");
              }
            });
    assertThat(folders)
        .hasSize(count)
        .allSatisfy(
            f ->
                assertThat(f.status())
                    .isEqualTo(
                        new FolderStatus(
                            Long.parseLong(f.name().text().substring(1)), -1, -1, -1, -1, null)));
  }
}
