package org.mailcaravan.model.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.FolderRole;

/** How rules are written, and what they fit. */
class RuleTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Public                       | Public
          Public/**                    | Public, Public/a, Public/a/b
          Public/*                     | Public/a
          **/Old                       | Old, a/Old, a/b/Old
          Old*                         | Old, Older
          *                            | Public, Old, Older, Publi
          **                           | INBOX/a, Public, Public/a, Public/a/b, Old, a/Old, a/b/Old, Older, a/b, a/x/b, a/x/y/b, Publi
          I*                           | none
          INBOX*                       | none
          */a                          | INBOX/a, Public/a
          **/INBOX                     | INBOX
          inbox/a                      | INBOX/a
          Inbox/**                     | INBOX, INBOX/a
          a/**/b                       | a/b, a/x/b, a/x/y/b
          """)
  void aPatternFitsTheseFoldersAndNoOthers(String pattern, String folders) {
    List<String> all =
        List.of(
            "INBOX INBOX/a Public Public/a Public/a/b Old a/Old a/b/Old Older a/b a/x/b a/x/y/b Publi"
                .split(" ", -1));
    List<String> fitting = folders.equals("none") ? List.of() : List.of(folders.split(", ", -1));
    FolderPattern written = new FolderPattern(pattern);

    List<String> found =
        all.stream().filter(folder -> written.matches(List.of(folder.split("/", -1)))).toList();

    assertThat(found).containsExactlyInAnyOrderElementsOf(fitting);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      nullValues = "none",
      textBlock =
          """
          role=junk                                            | role=junk
          folder=Public/** because it is public                | folder=Public/** because it is public
          larger=50M, before=2015-01-01 because old, and large | larger=50M, before=2015-01-01 because old, and large
          role=JUNK; ; flag=Deleted                            | role=JUNK; flag=Deleted
          header=X-Spam-Flag: YES, folder="A, B; C"            | header=X-Spam-Flag: YES, folder=A, B; C
          folder="Mail because of you" because "a; b"          | folder=Mail because of you because a; b
                                                               | none
          """)
  void rulesAreReadAndShown(String text, String shown) {
    assertThat(
            RuleText.leaveOut(text == null ? "" : text).stream().map(LeaveOut::toString).toList())
        .isEqualTo(
            shown == null
                ? List.of()
                : shown.contains("\"") || shown.contains("A, B; C") || shown.contains("a; b")
                    ? List.of(shown)
                    : List.of(shown.split("; ", -1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          junk                  | "junk" is not a condition; write FIELD=VALUE, the fields are folder, role, larger
          rolle=junk            | there is no field "rolle"; there are folder, role, larger, before, flag, header; the nearest is role
          role=spam             | there is no role "spam"; there are sent, drafts, trash, junk, archive
          role=junks            | the nearest is junk
          role=                 | the field role has no value
          role=junk, role=trash | the field role stands twice; write two rules with ; between them
          larger=big            | "big" is not a size; write larger=50M
          larger=0              | larger=0 would leave out every message
          larger=999999999999G  | "999999999999G" is not a size
          before=2015           | "2015" is not a date; write before=2015-01-31
          before=2015-02-30     | is not a date
          flag=\\Dele ted       | is not a flag
          header=a b: c         | "a b" is not the name of a header field
          folder=/Public        | "/Public" is not a folder name
          folder=Public/        | is not a folder name
          folder="Public        | a quotation mark (") is not closed
          because I say so      | is not a condition
          role=junk; larger=x   | the rule "larger=x": "x" is not a size
          """)
  void aMistakeIsToldWithItsRule(String text, String told) {
    assertThatThrownBy(() -> RuleText.leaveOut(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          Work                | it needs exactly one -> between two folders
          Work -> a -> b      | it needs exactly one -> between two folders
          -> a                | is not a folder name
          Work ->             | is not a folder name
          Work -> /a          | is not a folder name
          Old* -> a           | both folders must have the same number of *
          */a/* -> x/*        | both folders must have the same number of *
          role=junk -> Spam*  | both folders must have the same number of *
          **/a -> b/**        | ** may only stand in /** at the end; within a name write *
          a** -> b**          | ** may only stand in /** at the end
          a*b* -> **          | ** may only stand in /** at the end
          a*/** -> b*         | either both folders end in /**
          Work/** -> a        | either both folders end in /**
          Work -> a/**        | either both folders end in /**
          Work -> a*          | both folders must have the same number of *
          INBOX -> a          | INBOX goes to INBOX, and nothing else does
          Work -> inbox       | INBOX goes to INBOX, and nothing else does
          role=spam -> a      | there is no role "spam"
          Work -> a because b | a rule that sends a folder elsewhere cannot have a reason
          Work -> a because   | a rule that sends a folder elsewhere cannot have a reason
          rolle=junk -> a     | there is no field "rolle"; there are folder, role; the nearest is role
          a -> b; c           | the rule "c": it needs exactly one ->
          a -> b; c -> d; folder=a -> e      | the rules "a -> b" and "a -> e" are of the same folder; keep one
          role=junk -> a; role=junk -> b     | the rules "role=junk -> a" and "role=junk -> b" are of the same folder
          """)
  void aMistakeInARuleOfTwoFoldersIsToldWithIt(String text, String told) {
    assertThatThrownBy(() -> RuleText.map(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Old* -> Archive/*-old        | Older        | Archive/er-old
          Old* -> Archive/Old*         | Old          | Archive/Old
          Old* -> Archive/*            | Old          | stays
          Old* -> Archive/*            | Old/a        | stays
          Old* -> Archive/*            | older        | stays
          *bill* -> Bills/*+*          | abillbbillc  | Bills/a+bbillc
          *a -> *b                     | aaa          | aab
          *aba -> *                    | aba          | stays
          ab*ba -> x*                  | aba          | stays
          Lists/* -> Mailing lists/*   | Lists/a      | Mailing lists/a
          Client* -> Clients/*         | Client Smith | Clients/Smith
          Client* -> Clients/*         | Client J. S. | Clients/J. S.
          * Smith -> Smith/*           | Ann  Smith   | Smith/Ann
          *Client -> *                 | ' Client'    | stays
          Lists/* -> Mailing lists/*   | Lists        | stays
          Lists/* -> Mailing lists/*   | Lists/a/b    | stays
          Old/*/2019 -> Archive/*/19   | Old/x/2019   | Archive/x/19
          */* -> in */*                | a/b          | in a/b
          Old*/** -> Archive/Old*/**   | Older/a/b    | Archive/Older/a/b
          Old*/** -> Archive/Old*/**   | Older        | Archive/Older
          */** -> New/*/**             | INBOX/a      | New/INBOX/a
          */** -> New/*/**             | INBOX        | stays
          * -> New/*                   | Inbox        | stays
          * -> New/*                   | Inboxes      | New/Inboxes
          Old/* -> *                   | Old/inbox    | stays
          Old/* -> */x                 | Old/inbox    | INBOX/x
          Old/** -> New/**             | Old//a       | New//a
          """)
  void aStarOnTheRightIsWhatTheOneOnTheLeftHasFound(String rule, String folder, String where) {
    assertThat(RuleText.map(rule).get(0).target(List.of(folder.split("/", -1)), Set.of()))
        .isEqualTo(
            where.equals("stays") ? Optional.empty() : Optional.of(List.of(where.split("/", -1))));
  }

  /** Whatever the rule and the folder: no name is lost, none is made up, and INBOX stays alone. */
  @Test
  void aRuleOfAnyStarsIsRefusedOrLeadsFoldersToNames() {
    String letters = "ab*/";
    int led = 0;
    for (int seed = 0; seed < 50_000; seed++) {
      Random random = new Random(seed);
      String from = letters(random, letters);
      String to = letters(random, letters);
      List<String> folder = List.of(letters(random, "aab/").split("/", -1));
      MapFolder rule;
      try {
        rule = RuleText.map(from + " -> " + to).get(0);
      } catch (IllegalArgumentException e) {
        assertThat(e).as(from + " -> " + to).hasMessageStartingWith("the rule \"" + from);
        continue;
      }
      Optional<List<String>> target = rule.target(folder, Set.of());
      String as = from + " -> " + to + " of " + folder + " is " + target;
      if (target.isPresent()) {
        led++;
        assertThat(new FolderPattern(from).matches(folder)).as(as).isTrue();
        assertThat(new FolderPattern(to).matches(target.get())).as(as).isTrue();
        assertThat(target.get()).as(as).noneMatch(name -> name.contains("*"));
      }
      // What is led to itself comes to where it was, and the stars find the same once more.
      assertThat(RuleText.map(from + " -> " + from).get(0).target(folder, Set.of()))
          .as(as)
          .isEqualTo(
              new FolderPattern(from).matches(folder) && !folder.contains("")
                  ? Optional.of(folder)
                  : Optional.empty());
    }
    assertThat(led).isGreaterThan(300);
  }

  private static String letters(Random random, String letters) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "50K, 51200", "50 MiB, 52428800", "2gb, 2147483648", "7B, 7"})
  void sizes(String written, long octets) {
    LeaveOut rule = RuleText.leaveOut("larger=" + written).get(0);

    assertThat(rule.fits(octets, null, Set.of())).isFalse();
    assertThat(rule.fits(octets + 1, null, Set.of())).isTrue();
  }

  @Test
  void allConditionsOfARuleMustHold() {
    LeaveOut rule = RuleText.leaveOut("larger=10, before=2015-01-01, flag=deleted").get(0);
    Instant before = Instant.parse("2014-12-31T23:59:59Z");
    Instant after = Instant.parse("2015-01-01T00:00:00Z");

    assertThat(rule.fits(11, before, Set.of("\\Seen", "\\DELETED"))).isTrue();
    assertThat(rule.fits(10, before, Set.of("\\Deleted"))).isFalse();
    assertThat(rule.fits(11, after, Set.of("\\Deleted"))).isFalse();
    assertThat(rule.fits(11, null, Set.of("\\Deleted"))).isFalse();
    assertThat(rule.fits(11, before, Set.of("Deleted"))).isFalse();
    assertThat(rule.isOfFolders()).isFalse();
  }

  @Test
  void aRuleOfAFolderAndARoleWantsBoth() {
    LeaveOut rule = RuleText.leaveOut("folder=Old/**, role=junk").get(0);

    assertThat(rule.isOfFolders()).isTrue();
    assertThat(rule.isOf(List.of("Old", "Spam"), Set.of(FolderRole.JUNK))).isTrue();
    assertThat(rule.isOf(List.of("Old", "Spam"), Set.of())).isFalse();
    assertThat(rule.isOf(List.of("Spam"), Set.of(FolderRole.JUNK))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Spam-Flag: YES, yes, true",
    "X-Spam-Flag: YES, yes indeed, false",
    "X-Spam-Flag: YES*, yes indeed, true",
    "X-Spam-Flag, anything, true",
    "X-Spam-Flag:, anything, true",
  })
  void headerFields(String written, String given, boolean fits) {
    assertThat(HeaderField.parse(written).fits(" " + given + " ")).isEqualTo(fits);
  }
}
