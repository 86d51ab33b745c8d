package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;

/** Mail that another tool moved before, and destinations that write headers in their own way. */
@Lengthy
class MailMovedBeforeTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2019-08-07T06:05:04+02:00");
  private static final OffsetDateTime OTHER_DATE = OffsetDateTime.parse("2024-01-02T03:04:05Z");

  @BeforeEach
  void makeAccounts() {
    at(source, "INBOX");
    at(destination, "INBOX");
  }

  /** What a tool or a server makes of a message. */
  enum Rewriting {
    NOTHING(message -> message),
    MBSYNC(message -> atEnd(message, "X-TUID: q3m8vRTz0ab1")),
    OFFLINEIMAP(message -> "X-OfflineIMAP: 1189471-6d61696c-v6.6.1\r\n" + message),
    DELIVERY(
        message ->
            "Return-Path: <a@example.org>\r\nDelivered-To: ann@example.org\r\n"
                + "Received: from x by y;\r\n\tWed, 7 Aug 2019 06:05:04 +0200\r\n"
                + message),
    SPAM_FILTER(message -> atEnd(message, "X-Spam-Status: No, score=-1.0\r\n\ttests=NONE")),
    BLANKS_AFTER_THE_COLON(header(lines -> each(lines, line -> line.replaceFirst(": *", ":  ")))),
    NO_BLANK_AFTER_THE_COLON(header(lines -> each(lines, line -> line.replaceFirst(": *", ":")))),
    BLANKS_AT_LINE_ENDS(header(lines -> each(lines, line -> line + " \t"))),
    NAMES_IN_CAPITALS(
        header(
            lines ->
                each(
                    lines,
                    line ->
                        line.substring(0, line.indexOf(':')).toUpperCase(Locale.ROOT)
                            + line.substring(line.indexOf(':'))))),
    UNFOLDED(header(lines -> each(lines, line -> line.replaceAll("\r\n[ \t]+", " ")))),
    FOLDED_ANEW(header(lines -> each(lines, line -> line.replaceAll("(\r\n)?[ \t]+", "\r\n\t")))),
    ORDERED_ANEW(
        header(
            lines -> {
              List<String> ordered = new ArrayList<>(lines);
              Collections.reverse(ordered);
              return ordered;
            })),
    UNIX_LINE_ENDS(message -> message.replace("\r\n", "\n")),
    ANOTHER_LINE_END(message -> message + "\r\n"),
    NO_LINE_END(message -> message.replaceFirst("\r\n$", "")),
    EVERYTHING(
        message ->
            DELIVERY.of(MBSYNC.of(FOLDED_ANEW.of(NAMES_IN_CAPITALS.of(NO_LINE_END.of(message))))));

    @SuppressWarnings("ImmutableEnumChecker") // A lambda that captures nothing.
    private final UnaryOperator<String> change;

    Rewriting(UnaryOperator<String> change) {
      this.change = change;
    }

    String of(String message) {
      return change.apply(message);
    }

    /** Rather than line ends only. */
    boolean changesHeaders() {
      return !Set.of(NOTHING, UNIX_LINE_ENDS, ANOTHER_LINE_END, NO_LINE_END).contains(this);
    }

    boolean changesSizes() {
      return !Set.of(NOTHING, NAMES_IN_CAPITALS, ORDERED_ANEW).contains(this);
    }

    private static String atEnd(String message, String line) {
      return message.replaceFirst("\r\n\r\n", "\r\n" + line + "\r\n\r\n");
    }

    private static UnaryOperator<String> header(UnaryOperator<List<String>> change) {
      return message -> {
        int end = message.indexOf("\r\n\r\n");
        List<String> lines = Arrays.asList(message.substring(0, end).split("\r\n(?![ \t])", -1));
        return String.join("\r\n", change.apply(lines)) + message.substring(end);
      };
    }

    private static List<String> each(List<String> lines, UnaryOperator<String> change) {
      return lines.stream().map(change).toList();
    }
  }

  private static String message(String id, String body) {
    return """
        Received: from old by older;
         Mon, 5 Aug 2019 10:00:00 +0200
        %sDate: Mon, 5 Aug 2019 10:00:00 +0200
        From: "A. Sender" <a@example.org>
        To: ann@example.org,
         bob@example.org
        Subject: Some words that are
         folded
        MIME-Version: 1.0

        %s
        """
        .formatted(id.isEmpty() ? "" : "Message-ID: <" + id + "@example.org>\n", body)
        .replace("\n", "\r\n");
  }

  /** Mail with duplicates, without Message-ID, and with several messages of one Message-ID. */
  private static final List<String> INBOX =
      List.of(
          message("1", "one"),
          message("2", "two"),
          message("2", "two"),
          message("3", "a version of a draft"),
          message("3", "another version of a draft"),
          message("4", "as it came"),
          message("4", "as it came\n-- \nfooter of the list"),
          message("", "nameless"),
          message("", "nameless"),
          message("", "another nameless one"),
          message("5", ""));

  private static final List<String> SENT = List.of(message("1", "one"), message("9", "nine"));

  private void put(ImapHost host, String name, List<String> messages) {
    messages.forEach(message -> at(host, name).put(message, Set.of("\\Seen"), DATE));
  }

  private void moveBefore(String name, List<String> messages, Rewriting by) {
    messages.forEach(
        message -> at(destination, name).put(by.of(message), Set.of("\\Seen"), OTHER_DATE));
  }

  private static FolderCertificate account(MailboxResult result, String name) {
    return Objects.requireNonNull(result.certificate()).folders().stream()
        .filter(account -> account.source().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Verdict verdict(MailboxResult result) {
    return Objects.requireNonNull(result.certificate()).verdict();
  }

  private List<String> octets(String name) {
    return at(destination, name).messages().stream().map(HostMessage::octets).sorted().toList();
  }

  @ParameterizedTest
  @EnumSource
  void whatAnotherToolMovedIsNotCopiedAgain(Rewriting by) {
    put(source, "INBOX", INBOX);
    put(source, "Sent", SENT);
    moveBefore("INBOX", INBOX, by);
    moveBefore("Sent", SENT, by);
    MailboxResult first = caravan.pass(source.port());
    MailboxResult again = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(first.copied()).isZero();
    assertThat(first.alreadyThere()).isEqualTo(INBOX.size() + SENT.size());
    assertThat(verdict(first)).isEqualTo(Verdict.COMPLETE);
    assertThat(account(first, "INBOX").copies().inPlace()).isEqualTo(INBOX.size());
    assertThat(account(first, "INBOX").notOurs()).isZero();
    assertThat(again.copied()).isZero();
    assertThat(at(destination, "INBOX").count()).isEqualTo(INBOX.size());
    assertThat(at(destination, "Sent").count()).isEqualTo(SENT.size());
    assertThat(destination.commands("APPEND")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aToolThatWasStoppedHalfWayIsFinished(Rewriting by) {
    put(source, "INBOX", INBOX);
    List<String> half = List.of(INBOX.get(1), INBOX.get(3), INBOX.get(6), INBOX.get(7));
    moveBefore("INBOX", half, by);
    MailboxResult first = caravan.pass(source.port());

    assertThat(first.copied()).isEqualTo(INBOX.size() - half.size());
    assertThat(first.alreadyThere()).isEqualTo(half.size());
    assertThat(verdict(first)).isEqualTo(Verdict.COMPLETE);
    List<String> expected = new ArrayList<>(INBOX);
    half.forEach(expected::remove);
    half.forEach(message -> expected.add(by.of(message)));
    Collections.sort(expected);
    assertThat(octets("INBOX")).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheUserMovedAfterAnotherToolIsFound(Rewriting by) {
    put(source, "INBOX", INBOX);
    moveBefore("INBOX", INBOX.subList(3, INBOX.size()), by);
    moveBefore("Filed", INBOX.subList(0, 3), by);
    MailboxResult first = caravan.pass(source.port());

    // A line that says it came another way may be one of another message, so it is copied.
    boolean sameWay = by != Rewriting.DELIVERY && by != Rewriting.EVERYTHING;
    assertThat(first.copied()).isEqualTo(sameWay ? 0 : 3);
    assertThat(at(destination, "Filed").count()).isEqualTo(3);
    assertThat(verdict(first)).isEqualTo(Verdict.COMPLETE);
  }

  @ParameterizedTest
  @EnumSource
  void aDestinationThatChangesHeadersIsNotTakenForOneThatAltersMail(Rewriting by) {
    put(source, "INBOX", INBOX);
    put(source, "Sent", SENT);
    destination.behaves(storing(by));
    MailboxResult first = caravan.pass(source.port());
    put(source, "INBOX", List.of(message("77", "new")));
    destination.forget();
    MailboxResult second = caravan.pass(source.port(), Pass.CATCH_UP);
    List<Long> readAgain = readWhole();
    Certificate deep = Objects.requireNonNull(caravan.verify(source.port(), true).certificate());

    assertThat(first.problems()).isEmpty();
    assertThat(verdict(first)).isEqualTo(Verdict.COMPLETE);
    assertThat(second.copied()).isEqualTo(1);
    assertThat(verdict(second)).isEqualTo(Verdict.COMPLETE);
    assertThat(deep.verdict()).isEqualTo(Verdict.COMPLETE);
    FolderCertificate inbox = account(second, "INBOX");
    assertThat(inbox.copies().inPlace()).isEqualTo(INBOX.size() + 1);
    assertThat(inbox.destinationDigest()).isEqualTo(inbox.sourceDigest());
    if (by.changesHeaders()) {
      assertThat(deep.folders().get(0).notes()).anyMatch(note -> says(note, INBOX.size() + 1));
    }
    // Without --deep, contents are compared only where sizes differ.
    if (by.changesHeaders() && by.changesSizes()) {
      assertThat(account(first, "INBOX").notes()).anyMatch(note -> says(note, INBOX.size()));
      assertThat(inbox.notes()).anyMatch(note -> says(note, INBOX.size() + 1));
    }
    // What was compared once is not read again.
    assertThat(readAgain).allMatch(uid -> uid == INBOX.size() + 1);
  }

  private static boolean says(String note, int messages) {
    return note.startsWith("Messages whose header") && note.endsWith(": " + messages + ".");
  }

  /** UIDs of the messages that were read whole at the destination. */
  private List<Long> readWhole() {
    return destination.commands("UID FETCH").stream()
        .filter(command -> command.text().contains("BODY.PEEK[]"))
        .flatMap(command -> command.uids().stream())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void aLostLedgerDoublesNothingAtADestinationThatChangesHeaders(Rewriting by) {
    put(source, "INBOX", INBOX);
    put(source, "Sent", SENT);
    destination.behaves(storing(by));
    caravan.pass(source.port());
    try (Caravan anew = new Caravan(folder.resolve("anew"), destination.port())) {
      MailboxResult again = anew.pass(source.port());

      assertThat(again.copied()).isZero();
      assertThat(verdict(again)).isEqualTo(Verdict.COMPLETE);
      assertThat(at(destination, "INBOX").count()).isEqualTo(INBOX.size());
    }
  }

  private static Behaviour storing(Rewriting by) {
    return Behaviours.storing(
        given -> new ImapCommand.Given(by.of(given.octets()), given.flags(), given.date()));
  }

  @ParameterizedTest
  @EnumSource
  void whatArrivedBeforeTheConnectionBrokeIsFoundThoughItsHeaderChanged(Rewriting by) {
    put(source, "INBOX", INBOX);
    Predicate<ImapCommand> first = Behaviours.first(1, Behaviours.named("APPEND"));
    destination.behaves(Behaviours.telling(first, stored -> Answer.hangUp()), storing(by));
    MailboxResult result = caravan.pass(source.port());

    assertThat(verdict(result)).isEqualTo(Verdict.COMPLETE);
    assertThat(at(destination, "INBOX").count()).isEqualTo(INBOX.size());
  }

  @ParameterizedTest
  @EnumSource
  void withoutUidplusACopyWithAnotherHeaderIsFollowed(Rewriting by) {
    destination.without("UIDPLUS", "MULTIAPPEND");
    put(source, "INBOX", INBOX);
    destination.behaves(storing(by));
    caravan.pass(source.port());
    at(source, "INBOX")
        .replace(
            1,
            message ->
                new HostMessage(
                    message.uid(),
                    message.octets(),
                    Set.of("\\Flagged", "\\Seen"),
                    message.date(),
                    message.modSeq() + 100));
    MailboxResult second = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(verdict(second)).isEqualTo(Verdict.COMPLETE);
    assertThat(at(destination, "INBOX").count()).isEqualTo(INBOX.size());
  }

  /** A server that takes no NUL, no bare LF, no mbox line, no 8-bit header and no long line. */
  private static Behaviour strict() {
    return Behaviours.refusing(
        command ->
            command.given().stream()
                .map(ImapCommand.Given::octets)
                .anyMatch(
                    octets ->
                        octets.indexOf('\0') >= 0
                            || octets.startsWith("From ")
                            || octets.matches("(?s).*[^\r]\n.*")
                            || octets.split("\r\n\r\n", 2)[0].chars().anyMatch(c -> c > 127)
                            || octets.lines().anyMatch(line -> line.length() > 998)),
        "NO Message contains invalid octets");
  }

  @Test
  void aLostLedgerDoublesNothingThatWasStoredRepaired() {
    List<String> refused =
        List.of(
            message("n", "a\0b"),
            message("b", "bare\r\nlines").replace("bare\r\n", "bare\n"),
            "From ann@example.org Thu Jan  1 00:00:00 1970\r\n" + message("f", "from"),
            message("8", "eight").replace("Some words", "Gr\u00fc\u00dfe an alle"),
            message("l", "x".repeat(3000)),
            message("2", "a\0b").replace("Some words", "Gr\u00fc\u00dfe an alle"));
    put(source, "INBOX", refused);
    put(source, "INBOX", INBOX);
    destination.behaves(strict());
    int all = refused.size() + INBOX.size();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(at(destination, "INBOX").count()).isEqualTo(all);
    try (Caravan anew = new Caravan(folder.resolve("anew"), destination.port())) {
      MailboxResult again = anew.pass(source.port());

      assertThat(at(destination, "INBOX").count()).isEqualTo(all);
      assertThat(again.copied()).isZero();
      assertThat(verdict(again)).isEqualTo(Verdict.COMPLETE);
      assertThat(Objects.requireNonNull(anew.verify(source.port(), true).certificate()).verdict())
          .isEqualTo(Verdict.COMPLETE);
    }
  }

  @Test
  void otherContentUnderTheSameMessageIdIsCopiedAndTold() {
    put(source, "INBOX", INBOX);
    List<String> other = INBOX.stream().map(message -> message + "an advertisement\r\n").toList();
    other.forEach(message -> at(destination, "INBOX").put(message, Set.of(), DATE));
    MailboxResult result = caravan.pass(source.port());

    put(source, "INBOX", List.of(message("78", "new")));
    MailboxResult later = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(result.copied()).isEqualTo(INBOX.size());
    assertThat(at(destination, "INBOX").count()).isEqualTo(2 * INBOX.size() + 1);
    assertThat(result.notes())
        .anyMatch(note -> note.startsWith("11 of 11 Message-IDs of folder INBOX "));
    assertThat(account(result, "INBOX").notes())
        .anyMatch(note -> note.startsWith("11 of 11 Message-IDs of this folder "));
    // What was told once stands in every later certificate, too.
    assertThat(account(later, "INBOX").notes())
        .anyMatch(note -> note.startsWith("11 of 11 Message-IDs of this folder "));
    assertThat(later.copied()).isEqualTo(1);
  }

  @Test
  void theSameContentUnderAnotherMessageIdIsCopied() {
    put(source, "INBOX", List.of(message("1", "one"), message("2", "two")));
    moveBefore("INBOX", List.of(message("6", "one"), message("7", "two")), Rewriting.MBSYNC);
    assertThat(caravan.pass(source.port()).copied()).isEqualTo(2);
  }

  @Test
  void whatWasSentIsNotTakenForWhatCameBack() {
    String sent = message("1", "to a list").replaceFirst("(?s)^Received:.*?\r\n(?=Message)", "");
    put(source, "Sent", List.of(sent));
    at(destination, "INBOX").put(message("1", "to a list"), Set.of(), DATE);
    assertThat(caravan.pass(source.port()).copied()).isEqualTo(1);
    assertThat(at(destination, "Sent").messages())
        .singleElement()
        .satisfies(copy -> assertThat(copy.octets()).isEqualTo(sent));
  }

  @Test
  void aDestinationWithOtherMailIsNotReadWhole() {
    put(source, "INBOX", INBOX);
    put(source, "Sent", SENT);
    for (int i = 100; i < 140; i++) {
      at(destination, "INBOX")
          .put(message("other" + i, "a letter of the same length"), Set.of(), DATE);
    }
    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(INBOX.size() + SENT.size());
    assertThat(result.notes()).noneMatch(note -> note.contains("Message-ID"));
    assertThat(readWhole()).isEmpty();
    assertThat(
            source.commands("UID FETCH").stream()
                .filter(command -> command.text().contains("BODY.PEEK[]"))
                .mapToInt(command -> command.uids().size())
                .sum())
        .isEqualTo(INBOX.size() + SENT.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"MBSYNC", "EVERYTHING"})
  void aCheckTellsWhatIsThereAlready(Rewriting by) {
    for (int number = 0; number < 500; number++) {
      put(source, "INBOX", List.of(message("m" + number, "number " + number)));
    }
    assertThat(caravan.check(source.port())).isEmpty();
    for (int number = 0; number < 150; number++) {
      moveBefore("INBOX", List.of(message("m" + number, "number " + number)), by);
    }
    assertThat(caravan.check(source.port()))
        .singleElement()
        .asString()
        .startsWith(
            "Of 200 messages of INBOX that were looked at (it has 500), 100 are at the new server"
                + " already by their Message-IDs (150 of 150 were looked at there): ");
    assertThat(destination.commands("APPEND", "UID STORE", "CREATE")).isEmpty();
  }

  @Test
  void whatASourceAnnouncesAndDoesNotShowIsNotThereAlready() {
    put(source, "INBOX", INBOX);
    source.behaves(
        Behaviours.telling(
            Behaviours.named("EXAMINE", "SELECT"),
            answer ->
                answer.mapped(
                    line ->
                        line != null && line.endsWith(" EXISTS")
                            ? INBOX.size() + 7 + " EXISTS"
                            : line)));
    moveBefore("INBOX", INBOX.subList(0, 2), Rewriting.MBSYNC);
    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(INBOX.size() - 2);
    assertThat(result.alreadyThere()).isEqualTo(2);
  }

  private static final String MIME =
      """
      Message-ID: <1@example.org>
      Date: Mon, 5 Aug 2019 10:00:00 +0200
      From: a@example.org
      Sender: b@example.org
      Reply-To: c@example.org
      Bcc: d@example.org
      In-Reply-To: <r@example.org>
      References: <q@example.org>
       <r@example.org>
      X-Priority: 1
      MIME-Version: 1.0
      Content-Type: application/pdf
      Content-Transfer-Encoding: base64

      JVBERi0xLjQK
      """
          .replace("\n", "\r\n");

  private static String without(String field, String message) {
    return message.replaceFirst("(?m)^" + field + ":.*\r\n([ \t].*\r\n)*", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "Sender",
        "Reply-To",
        "Bcc",
        "In-Reply-To",
        "References",
        "X-Priority"
      })
  void aDestinationThatDropsAFieldHasAlteredTheMessage(String field) {
    put(source, "INBOX", List.of(MIME, message("2", "two")));
    destination.behaves(
        Behaviours.storing(
            given ->
                new ImapCommand.Given(
                    without(field, given.octets()), given.flags(), given.date())));
    MailboxResult result = caravan.pass(source.port());
    Certificate deep = Objects.requireNonNull(caravan.verify(source.port(), true).certificate());

    assertThat(verdict(result)).isEqualTo(Verdict.INCOMPLETE);
    assertThat(account(result, "INBOX").copies().altered())
        .isEqualTo(field.equals("MIME-Version") ? 2 : 1);
    assertThat(deep.verdict()).isEqualTo(Verdict.INCOMPLETE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "Sender",
        "Reply-To",
        "Bcc",
        "In-Reply-To",
        "References"
      })
  void whatAnotherToolCrippledIsCopied(String field) {
    put(source, "INBOX", List.of(MIME));
    moveBefore(
        "INBOX", List.of("X-TUID: q3m8vRTz0ab1\r\n" + without(field, MIME)), Rewriting.NOTHING);
    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(1);
    assertThat(at(destination, "INBOX").count()).isEqualTo(2);
  }

  @Test
  void aFolderWhoseMailWasBeingRecognisedWhenThePassWasKilledIsRecognisedAnew() {
    put(source, "INBOX", INBOX);
    moveBefore("INBOX", INBOX, Rewriting.EVERYTHING);
    assertThat(caravan.pass(source.port()).copied()).isZero();
    caravan.asKilledWhileRecognising();

    MailboxResult again = caravan.pass(source.port());

    assertThat(again.copied()).isZero();
    assertThat(verdict(again)).isEqualTo(Verdict.COMPLETE);
    assertThat(at(destination, "INBOX").count()).isEqualTo(INBOX.size());
  }

  @ParameterizedTest
  @EnumSource(Pass.class)
  void whatTheUserTookAwayBeforeTheComparisonWasStored(Pass pass) {
    put(source, "INBOX", List.of(message("1", "one")));
    caravan.pass(source.port());
    put(source, "INBOX", List.of(message("8", "eight"), message("9", "nine")));
    destination.behaves(
        (command, usual) -> {
          HostFolder there = at(destination, "INBOX");
          if (command.is("EXAMINE") && there.count() == 3) {
            there.remove(there.messages().stream().map(HostMessage::uid).skip(1).toList());
          }
          return usual.get();
        });
    MailboxResult result = caravan.pass(source.port(), pass);
    destination.behavesWell();
    MailboxResult next = caravan.pass(source.port(), pass);

    assertThat(result.copied()).isEqualTo(2);
    assertThat(result.problems()).isEmpty();
    assertThat(next.copied()).isZero();
    assertThat(at(destination, "INBOX").count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatOnlyOtherConnectionsAreShownIsSentOnce(boolean whole) {
    List<String> mail = List.of(message("1", "one"), message("2", "two"), message("2", "two"));
    put(source, "INBOX", mail);
    destination.without("UIDPLUS");
    Map<Long, Integer> storedOn = new ConcurrentHashMap<>();
    destination.behaves(
        (command, usual) -> {
          Answer answer = usual.get();
          if (command.is("APPEND")) {
            at(destination, "INBOX")
                .messages()
                .forEach(stored -> storedOn.putIfAbsent(stored.uid(), command.session().number()));
          }
          return command.is("UID FETCH", "FETCH")
              ? answer.mapped(
                  line ->
                      line != null
                              && (whole || Answer.uid(line) > 1)
                              && storedOn.getOrDefault(Answer.uid(line), -1)
                                  == command.session().number()
                          ? null
                          : line)
              : answer;
        });
    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(verdict(result)).isEqualTo(Verdict.COMPLETE);
    assertThat(octets("INBOX")).isEqualTo(mail);
  }

  @Test
  void whatWasNotShownInOnePassAndIsInTheNextIsNotSentAgain() {
    List<String> mail = List.of(message("1", "one"), message("2", "two"), message("2", "two"));
    put(source, "INBOX", mail);
    destination.without("UIDPLUS");
    destination.behaves(
        (command, usual) ->
            command.is("UID FETCH", "FETCH") ? usual.get().mapped(line -> null) : usual.get());
    assertThat(verdict(caravan.pass(source.port()))).isEqualTo(Verdict.INCOMPLETE);
    int sent = at(destination, "INBOX").count();
    destination.behavesWell();
    MailboxResult next = caravan.pass(source.port());

    assertThat(verdict(next)).isEqualTo(Verdict.COMPLETE);
    assertThat(at(destination, "INBOX").count()).isLessThanOrEqualTo(sent);
  }
}
