package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;

/** Folders go where rules lead them, and the ledger follows rules that come, change and go. */
class MapTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2024-05-06T07:08:09Z");

  private static void put(HostFolder folder, String subject) {
    folder.put(
        ("From: a@example.org\r\nSubject: " + subject + "\r\n\r\ntext\r\n")
            .getBytes(StandardCharsets.US_ASCII),
        Set.of(),
        DATE);
  }

  private MailboxResult complete() {
    MailboxResult result = pass();
    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(Objects.requireNonNull(result.certificate()).verdict()).isEqualTo(Verdict.COMPLETE);
    return result;
  }

  /** Folders with mail, and the subjects in them. */
  private static Map<String, String> mail(HostAccount account) {
    Map<String, String> mail = new TreeMap<>();
    account
        .folders()
        .forEach(
            (name, folder) -> {
              List<String> subjects =
                  folder.messages().stream()
                      .map(HostMessage::octets)
                      .map(octets -> octets.replaceAll("(?s).*Subject: (\\S*)\r\n.*", "$1"))
                      .toList();
              if (!subjects.isEmpty()) {
                mail.put(name, String.join(" ", subjects));
              }
            });
    return mail;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          Work -> Archive/2020                | Work=Archive/2020, Work/a=Archive/2020/a
          Work/** -> Old/Work/**              | Work=Old/Work, Work/a=Old/Work/a
          Work/a -> b                         | Work/a=b
          role=junk -> Spam                   | Junk=Spam
          folder=Junk, role=junk -> Spam      | Junk=Spam
          folder=Work, role=junk -> Spam      | INBOX=INBOX
          Work -> INBOX/Work                  | Work=INBOX/Work, Work/a=INBOX/Work/a
          Inbox/** -> Filed/**                | INBOX/b=Filed/b
          Work -> Filed; role=junk -> Work    | Work=Filed, Work/a=Filed/a, Junk=Work
          "Work/a" -> "x, y; z"               | Work/a=x% y; z
          W* -> Archive/W*                    | Work=Archive/Work, Work/a=Archive/Work/a
          Wor*/** -> Archive/*/**             | Work=Archive/k, Work/a=Archive/k/a
          Work/* -> Old */x                   | Work/a=Old a/x
          INBOX/* -> Filed/*                  | INBOX/b=Filed/b
          *o* -> *0*                          | Work=W0rk, Work/a=W0rk/a
          Work* -> *                          | INBOX=INBOX
          Work* -> */a; W* -> V*              | Work=Vork, Work/a=Vork/a
          folder=J*, role=junk -> Spam/*      | Junk=Spam/unk
          *e* -> *a*; Sant -> x               | Sent=Sant
          *o* -> Same*b*; Ju* -> SameWbr*     | Work=SameWbrk, Work/a=SameWbrk/a, Junk=SameWbrnk
          Work -> Same; Junk -> Same          | Work=Same, Work/a=Same/a
          Work -> Sent                        | Work=Sent, Work/a=Sent/a, Sent=Sent-2
          """)
  void foldersGoWhereRulesLeadThem(String rules, String where) {
    Map<String, String> expected = new TreeMap<>();
    for (String name : List.of("INBOX", "INBOX/b", "Work", "Work/a", "Junk", "Sent")) {
      put(at(source, name), name);
      expected.put(name, name);
    }
    from.folder("Junk", "\\Junk");
    for (String each : where.split(", ", -1)) {
      String[] sides = each.replace('%', ',').split("=", -1);
      expected.remove(sides[0]);
    }
    for (String each : where.split(", ", -1)) {
      String[] sides = each.replace('%', ',').split("=", -1);
      expected.put(sides[1], sides[0]);
    }
    caravan.map(rules);

    complete();

    assertThat(mail(to)).isEqualTo(expected);
    assertThat(complete().copied()).isZero();
    assertThat(caravan.verify(source.port(), true).complete()).isTrue();
  }

  /** Two that stars lead to one, and one that a star leads to where another folder goes. */
  @Test
  void starsNeverMergeFolders() {
    for (String name : List.of("a1b2", "a12b", "a3b", "Sent", "Unsent")) {
      put(at(source, name), name);
    }
    caravan.map("a*b* -> N*-*; Un* -> *");

    List<String> told = caravan.check(source.port());

    assertThat(told).contains("folder a1b2: The rule a*b* -> N*-* sends it to 'N1-2'.");
    complete();
    assertThat(mail(to))
        .isEqualTo(
            Map.of("N1-2", "a1b2", "N12-", "a12b", "N3-", "a3b", "Sent", "Sent", "sent", "Unsent"));
  }

  @Test
  void aClashIsToldInACheckAndInThePass() {
    put(at(source, "A"), "a");
    put(at(source, "B"), "b");
    caravan.map("A -> Same; B -> Same; C -> D");
    String told =
        "The rule B -> Same sends it to 'Same', where another folder goes. Folders are never merged, so this one keeps a name of its own: name another folder in the rule.";

    assertThat(caravan.check(source.port()))
        .contains("folder A: The rule A -> Same sends it to 'Same'.", "folder B: " + told);
    assertThat(complete().notes()).contains("Folder B: " + told);
    assertThat(mail(to)).isEqualTo(Map.of("Same", "a", "B", "b"));
  }

  @Test
  void aRuleThatComesLaterRenamesTheFolderWithThoseBelowIt() {
    put(at(source, "Work"), "w");
    put(at(source, "Work/a"), "a");
    complete();
    caravan.map("Work/** -> Old/Work/**");
    put(at(source, "Work"), "more");

    MailboxResult result = complete();

    assertThat(result.copied()).isEqualTo(1);
    assertThat(result.notes())
        .contains(
            "Folder Work was copied to Work before; because of a rule, that folder was renamed to Old/Work.");
    assertThat(mail(to)).isEqualTo(Map.of("Old/Work", "w more", "Old/Work/a", "a"));
    assertThat(to.find("Work")).isNull();

    caravan.map("Work -> New");
    assertThat(complete().copied()).isZero();
    assertThat(mail(to)).isEqualTo(Map.of("New", "w more", "New/a", "a"));

    // A rule that is lifted leaves all where it is.
    caravan.map("");
    put(at(source, "Work"), "last");
    assertThat(complete().copied()).isEqualTo(1);
    assertThat(mail(to)).isEqualTo(Map.of("New", "w more last", "New/a", "a"));
    assertThat(caravan.verify(source.port(), true).complete()).isTrue();
  }

  /** A folder that the customer renames meanwhile goes where the rule leads its new name. */
  @Test
  void aRuleWithStarsThatChangesRenamesEachFolder() {
    put(at(source, "Client A"), "a");
    put(at(source, "Client A/x"), "x");
    put(at(source, "Client B"), "b");
    complete();
    caravan.map("Client * -> Clients/*");
    put(at(source, "Client B"), "more");

    assertThat(complete().copied()).isEqualTo(1);
    assertThat(mail(to))
        .isEqualTo(Map.of("Clients/A", "a", "Clients/A/x", "x", "Clients/B", "b more"));

    caravan.map("Client * -> Archive/* (old)");
    from.rename("Client B", "Client C", "/");
    assertThat(complete().copied()).isZero();
    assertThat(complete().copied()).isZero();
    assertThat(mail(to))
        .isEqualTo(
            Map.of("Archive/A (old)", "a", "Archive/A (old)/x", "x", "Archive/C (old)", "b more"));
    assertThat(caravan.verify(source.port(), true).complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"other mail", "a folder of that name", "a name of the user"})
  void aFolderThatIsNotOursAloneStaysWithAllThatIsNew(String why) {
    put(at(source, "Work"), "w");
    complete();
    String name = why.equals("a name of the user") ? "Mine" : "Work";
    if (why.equals("other mail")) {
      put(at(destination, "Work"), "users");
    } else if (why.equals("a folder of that name")) {
      put(at(destination, "Old"), "users");
    } else {
      to.rename("Work", "Mine", "/");
    }
    Map<String, String> before = mail(to);
    caravan.map("Work -> Old");
    put(at(source, "Work"), "more");

    MailboxResult result = complete();

    assertThat(result.copied()).isEqualTo(1);
    assertThat(result.notes())
        .anyMatch(
            note -> note.startsWith("Folder Work stays in " + name + ", though a rule sends"));
    before.merge(name, "more", (subjects, more) -> subjects + " " + more);
    assertThat(mail(to)).isEqualTo(before);
    assertThat(caravan.verify(source.port(), true).complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"Sent, Sent", "Work, Work/Sent"})
  void aFolderThatMailProgramsUseKeepsItsName(String ruled, String used) {
    put(at(source, "Sent"), "s");
    put(at(source, "Work"), "w");
    put(at(source, "Work/Sent"), "ws");
    from.folder("Sent", "\\Sent");
    to.folder(used, "\\Sent");
    complete();
    Map<String, String> before = mail(to);
    caravan.map(ruled + " -> Archive/2020");

    assertThat(complete().notes())
        .anyMatch(note -> note.contains("or mail programs use " + ruled + " or a folder below it"));
    assertThat(mail(to)).isEqualTo(before);
    assertThat(to.find(used)).isNotNull();
  }

  @Test
  void aRuleNeverTakesTheFolderOfAnotherThatWasCopied() {
    put(at(source, "Work"), "w");
    put(at(source, "Other"), "o");
    complete();
    caravan.map("Work -> Other");

    assertThat(complete().notes()).anyMatch(note -> note.contains("Folders are never merged"));
    assertThat(mail(to)).isEqualTo(Map.of("Work", "w", "Other", "o"));
  }

  @Test
  void aServerThatRefusesToRenameKeepsAllTogether() {
    put(at(source, "Work"), "w");
    complete();
    destination.behaves(
        Behaviours.refusing(Behaviours.named("RENAME"), "NO [CANNOT] not that name"));
    caravan.map("Work -> Old");
    put(at(source, "Work"), "more");

    assertThat(complete().copied()).isEqualTo(1);
    assertThat(mail(to)).isEqualTo(Map.of("Work", "w more"));
  }

  /** The server has renamed, and we have not recorded it. */
  @Test
  void aKillAfterTheRenameDoublesNothing() {
    put(at(source, "Work"), "w");
    put(at(source, "Work/a"), "a");
    complete();
    destination.behaves(
        Behaviours.telling(
            Behaviours.first(1, Behaviours.named("RENAME")), answer -> answer.cutAfter(0)));
    caravan.map("Work -> Old");
    put(at(source, "Work"), "more");
    MailboxResult cut = pass();
    assertThat(to.find("Old")).isNotNull();

    MailboxResult next = complete();

    assertThat(cut.copied() + next.copied()).isEqualTo(1);
    assertThat(mail(to)).isEqualTo(Map.of("Old", "w more", "Old/a", "a"));
    assertThat(caravan.verify(source.port(), true).complete()).isTrue();

    // The name is ours, and not one that the user gave.
    caravan.map("Work -> Older");
    assertThat(complete().copied()).isZero();
    assertThat(mail(to)).isEqualTo(Map.of("Older", "w more", "Older/a", "a"));
  }
}
