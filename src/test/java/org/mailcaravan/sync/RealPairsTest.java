package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.ImapServer;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Messages;

/**
 * Mail goes between real servers of different makers, with changes on both sides between passes.
 * Each build plays a few pairs; {@code -Dmailcaravan.pairs=all} plays all.
 */
@EnabledIfInstalled({"dovecot", "cyrus", "courier"})
class RealPairsTest {
  /**
   * Courier deals UIDs anew when a folder is renamed, so that a folder out of which a message was
   * deleted as well is another one: what the user flagged stays where it is.
   */
  private static final String STORY =
      """
      source: INBOX: m1(Seen) m2 m3(Flagged) t1 t2 x1; Work: m4 m5($Label1) n1; Work/Sub: m6 m7
      at source: add m8 to Größe; add m9(Answered Seen) to Post; create Post/Leer; add m10 to Work/Sub/Deep
      destination: INBOX: m1(Seen) o1; Mine: o2
      pass
      reports: copied 13
      expect: INBOX: m1(Seen) m2 m3(Flagged) o1 t1 t2 x1; Work: m4 m5($Label1) n1; Work/Sub: m6 m7; \
              Größe: m8; Post: m9(Answered Seen); Post/Leer:; Work/Sub/Deep: m10; Mine: o2
      at source: add m11(Seen) to INBOX; flag m2 in INBOX +Seen; move m4 from Work to Archive
      at source: delete m3 from INBOX; rename Post to Letters; add m12 to Work/Sub
      at destination: move m5 from Work to Mine; flag m6 in Work/Sub +Flagged; delete m7 from Work/Sub
      at destination: add o3 to Work
      pass
      reports: copied 2
      expect: INBOX: m1(Seen) m2(Seen) m3(Flagged) m11(Seen) o1 t1 t2 x1; Work: n1 o3; Work/Sub: m6(Flagged) m12; \
              Größe: m8; Letters: m9(Answered Seen); Letters/Leer:; Work/Sub/Deep: m10; Mine: m5($Label1) o2; Archive: m4
      at source: rename Work to Job; add m13 to Letters; flag m9 in Letters -Answered; delete m12 from Job/Sub
      at source: move m11 from INBOX to Job/Sub/Deep; remove Letters/Leer; add m14($Label1 Flagged) to Archive
      at destination: delete m2 from INBOX; move m10 from Work/Sub/Deep to INBOX; flag m8 in Größe +Seen
      pass: second
      reports: copied 2
      expect: INBOX: m1(Seen) m3(Flagged) m10 o1 t1 t2 x1; Work: o3; Job: n1; Job/Sub: m6(Flagged) m12; \
              Job/Sub/Deep: m11(Seen); Größe: m8(Seen); Letters: m9(Seen) m13; Letters/Leer:; \
              Mine: m5($Label1) o2; Archive: m4 m14($Label1 Flagged)
      or: INBOX: m1(Seen) m3(Flagged) m10 o1 t1 t2 x1; Work: o3; Job: n1; Job/Sub:; Work/Sub: m6(Flagged) m12; \
              Job/Sub/Deep: m11(Seen); Größe: m8(Seen); Letters: m9(Seen) m13; Letters/Leer:; \
              Mine: m5($Label1) o2; Archive: m4 m14($Label1 Flagged)
      """;

  /** Those that no server refuses; what is repaired for one is tested elsewhere. */
  private static final List<Messages.Kind> KINDS =
      List.of(
          Messages.Kind.PLAIN,
          Messages.Kind.MULTIPART,
          Messages.Kind.NO_MESSAGE_ID,
          Messages.Kind.LONG_LINES,
          Messages.Kind.EMPTY_BODY,
          Messages.Kind.FOLDED,
          Messages.Kind.BAD_DATE,
          Messages.Kind.LOOKS_LIKE_IMAP);

  private static final List<String> FOLDERS =
      List.of(
          "INBOX",
          "Sent",
          "Archive",
          "Archive/2015",
          "Archive/2015/Q1",
          "Grüße",
          "Grüße/Übersicht & mehr",
          "日本語",
          "🎉 party",
          "with \"quotes\" and (parens) 100%",
          " lead",
          "Empty");

  @TempDir Path folder;

  static Stream<Arguments> pairs() {
    return played(
        List.of(
            Arguments.of(RealServer.MAILDIR, RealServer.BELOW_INBOX),
            Arguments.of(RealServer.BELOW_INBOX, RealServer.CYRUS),
            Arguments.of(RealServer.CYRUS, RealServer.COURIER),
            Arguments.of(RealServer.COURIER, RealServer.MDBOX)));
  }

  static Stream<Arguments> pairsForMail() {
    return played(
        List.of(
            Arguments.of(RealServer.CYRUS, RealServer.COURIER),
            Arguments.of(RealServer.COURIER, RealServer.CYRUS)));
  }

  private static Stream<Arguments> played(List<Arguments> some) {
    if (!System.getProperty("mailcaravan.pairs", "").equals("all")) {
      return some.stream();
    }
    return Stream.of(RealServer.values())
        .flatMap(from -> Stream.of(RealServer.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void threePassesWithChangesOnBothSides(RealServer from, RealServer to) {
    try (ImapServer source = from.start();
        ImapServer destination = to.start();
        LineProxy sourceProxy = new LineProxy(source.port());
        LineProxy destinationProxy = new LineProxy(destination.port());
        Scenario scenario =
            new Scenario(
                from + " to " + to,
                new NamedAccount(source, from.names()),
                new NamedAccount(destination, to.names()),
                sourceProxy,
                destinationProxy,
                folder)) {
      scenario.play(STORY);
    }
  }

  @ParameterizedTest
  @MethodSource("pairsForMail")
  void everyKindOfMailInFoldersOfEverySort(RealServer from, RealServer to) {
    try (ImapServer source = from.start();
        ImapServer destination = to.start();
        Caravan caravan = new Caravan(folder, destination.port())) {
      new MailboxSeeder(5)
          .folders(FOLDERS.stream().filter(name -> from.at(name).equals(name)).toList())
          .messagesPerFolder(KINDS.size())
          .kinds(KINDS)
          .fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      MailboxSnapshot filled = read(source);

      MailboxResult first = caravan.pass(source.port());
      MailboxSnapshot copied = read(destination);
      MailboxResult second = caravan.pass(source.port());

      assertThat(first.problems()).isEmpty();
      for (String name : filled.folders().keySet()) {
        assertThat(to.at(name).equals(name) || first.notes().toString().contains(name))
            .as("%s is told when it has another name: %s", name, first.notes())
            .isTrue();
      }
      assertThat(copied.inAnyOrder().differencesFrom(filled.renamed(to::at).inAnyOrder()))
          .isEmpty();
      assertThat(second.problems()).isEmpty();
      assertThat(second.copied()).isZero();
      assertThat(read(destination)).isEqualTo(copied);
      assertThat(read(source)).isEqualTo(filled);
    }
  }

  private static MailboxSnapshot read(ImapServer server) {
    return MailboxSnapshot.read(server.port(), Caravan.USER, Caravan.PASSWORD);
  }
}
