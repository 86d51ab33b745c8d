package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Copies;
import org.mailcaravan.model.FolderCertificate.Messages;
import org.mailcaravan.model.FolderCertificate.Reason;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Cut;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.RawImap;

/** Certificates of mailboxes between two real servers. */
@EnabledIfInstalled("dovecot")
class VerifyTest extends BetweenDovecots {
  private static final int MESSAGES = 5;

  private static String message(int number) {
    return "From: a@example.org\r\nMessage-ID: <%d@example.org>\r\n\r\nmessage number %d\r\n"
        .formatted(number, number);
  }

  private static void append(RawImap imap, String mailbox, int number) {
    append(imap, mailbox, message(number), "2020-02-03T04:05:06+01:00");
  }

  private static void append(RawImap imap, String mailbox, String message, String date) {
    imap.append(
        mailbox,
        Set.of("\\Seen"),
        OffsetDateTime.parse(date),
        message.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Five messages in INBOX, two in Work. */
  private void fill() {
    try (RawImap imap = login(source)) {
      for (int i = 1; i <= MESSAGES; i++) {
        append(imap, "INBOX", i);
      }
      imap.create("Work");
      append(imap, "Work", 11);
      append(imap, "Work", 12);
    }
  }

  private static Certificate certificate(MailboxResult result) {
    return Objects.requireNonNull(result.certificate());
  }

  private Certificate verified(boolean deep) {
    return Objects.requireNonNull(caravan.verify(source.port(), deep).certificate());
  }

  private static FolderCertificate inbox(Certificate certificate) {
    return certificate.folders().get(0);
  }

  private static FolderCertificate work(Certificate certificate) {
    return certificate.folders().stream()
        .filter(account -> account.source().equals("Work"))
        .findFirst()
        .orElseThrow();
  }

  private static void delete(DovecotServer server, String mailbox, String uids) {
    try (RawImap imap = login(server)) {
      imap.select(mailbox);
      imap.command("UID STORE " + uids + " +FLAGS (\\Deleted)");
      imap.command("EXPUNGE");
    }
  }

  @Test
  void aPassThatCopiedEverythingGivesACompleteCertificate() {
    new MailboxSeeder(1).fill(source.port(), Caravan.USER, Caravan.PASSWORD);

    MailboxResult result = pass();

    assertThat(result.problems()).isEmpty();
    Certificate certificate = certificate(result);
    assertThat(certificate.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(certificate.deep()).isFalse();
    assertThat(certificate.folders()).hasSize(result.folders());
    assertThat(certificate.sum(account -> account.messages().copied())).isEqualTo(result.copied());
    assertThat(certificate.sum(account -> account.copies().inPlace())).isEqualTo(result.copied());
    assertThat(certificate.folders())
        .allSatisfy(
            account -> assertThat(account.destinationDigest()).isEqualTo(account.sourceDigest()));
    assertThat(
            certificate.folders().stream().map(FolderCertificate::sourceDigest).distinct().count())
        .isGreaterThan(1);
    assertThat(verified(true))
        .satisfies(deep -> assertThat(deep.deep()).isTrue())
        .satisfies(deep -> assertThat(deep.verdict()).isEqualTo(Verdict.COMPLETE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheUserMovedOrDeletedWasDeliveredAllTheSame(boolean deep) {
    fill();
    pass();
    try (RawImap user = login(destination)) {
      user.create("Own");
      user.select("INBOX");
      user.command("UID MOVE 2 Own");
      user.command("UID MOVE 3 INBOX");
    }
    Certificate moved = verified(deep);
    delete(destination, "INBOX", "4");
    Certificate deleted = verified(deep);

    assertThat(moved.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(moved).copies()).isEqualTo(new Copies(4, 1, 0, 0, 0));
    assertThat(inbox(moved).notOurs()).isZero();
    assertThat(inbox(moved).destinationDigest()).isEqualTo(inbox(moved).sourceDigest());
    assertThat(deleted.verdict()).isEqualTo(Verdict.DELIVERED);
    assertThat(inbox(deleted).copies()).isEqualTo(new Copies(3, 1, 1, 0, 0));
    assertThat(inbox(deleted).destinationDigest()).isNotEqualTo(inbox(deleted).sourceDigest());
    assertThat(inbox(deleted).sourceDigest()).isEqualTo(inbox(moved).sourceDigest());
    assertThat(inbox(deleted).listed())
        .singleElement()
        .satisfies(listed -> assertThat(listed.uid()).isEqualTo(4))
        .satisfies(listed -> assertThat(listed.reason()).isEqualTo(Reason.GONE));
  }

  @Test
  void aSecondPassThatFindsCopiesDeletedByTheUserHasNoProblem() {
    fill();
    pass();
    delete(destination, "INBOX", "1:2");
    try (RawImap imap = login(source)) {
      append(imap, "INBOX", 99);
    }

    MailboxResult result = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.DELIVERED);
    assertThat(inbox(certificate(result)).messages()).isEqualTo(new Messages(6, 0, 0, 0, 0, 0, 0));
    assertThat(inbox(certificate(result)).copies()).isEqualTo(new Copies(4, 0, 2, 0, 0));
  }

  @Test
  void ofTwoEqualMessagesOneThatIsLeftStandsForOneOnly() {
    try (RawImap imap = login(source)) {
      append(imap, "INBOX", 7);
      append(imap, "INBOX", 7);
      append(imap, "INBOX", 7);
    }
    pass();
    try (RawImap user = login(destination)) {
      user.create("Own");
      user.select("INBOX");
      user.command("UID MOVE 1:2 Own");
    }
    delete(destination, "Own", "1");

    Certificate certificate = verified(false);

    assertThat(inbox(certificate).copies()).isEqualTo(new Copies(1, 1, 1, 0, 0));
    assertThat(certificate.verdict()).isEqualTo(Verdict.DELIVERED);
  }

  /** The file of a message in a maildir. */
  private static Path file(DovecotServer server, String text) throws IOException {
    try (Stream<Path> files = Files.walk(server.mailFolder(Caravan.USER))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().matches(".*/(cur|new)/[^/]*")
            && Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          return file;
        }
      }
    }
    throw new AssertionError("no message has " + text);
  }

  @Test
  void anAlterationOfTheSameSizeAndDateIsFoundByContentOnly() throws IOException {
    fill();
    pass();
    Path file = file(destination, "number 3");
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, Files.readString(file).replace("number 3", "number 8"));
    Files.setLastModifiedTime(file, time);

    Certificate shallow = verified(false);
    Certificate deep = verified(true);
    MailboxResult next = pass();
    Certificate shallowAgain = verified(false);

    assertThat(shallow.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(shallowAgain.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(inbox(shallowAgain).copies()).isEqualTo(new Copies(4, 0, 0, 1, 0));
    assertThat(inbox(shallowAgain).listed()).isEqualTo(inbox(deep).listed());
    assertThat(deep.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(inbox(deep).copies()).isEqualTo(new Copies(4, 0, 0, 1, 0));
    assertThat(inbox(deep).destinationDigest()).isNotEqualTo(inbox(deep).sourceDigest());
    assertThat(inbox(deep).listed())
        .singleElement()
        .satisfies(listed -> assertThat(listed.uid()).isEqualTo(3))
        .satisfies(listed -> assertThat(listed.reason()).isEqualTo(Reason.ALTERED));
    // What is known of a folder stands as long as nothing happens in it.
    assertThat(next.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(certificate(next).verdict()).isEqualTo(Verdict.INCOMPLETE);
  }

  @Test
  void aCopyOfAnotherSizeOrDateIsAlteredAndAProblem() throws IOException {
    fill();
    pass();
    destination.kill();
    Path other = file(destination, "number 2");
    long size = Files.size(other) + 1;
    Files.writeString(other, Files.readString(other) + "!");
    String name = other.getFileName().toString();
    String changed =
        name.replaceFirst(",S=\\d+,W=\\d+", ",S=" + size + ",W=" + (message(2).length() + 1));
    Files.move(other, other.resolveSibling(changed));
    try (Stream<Path> files = Files.walk(destination.mailFolder(Caravan.USER))) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        if (path.endsWith("dovecot-uidlist")) {
          Files.writeString(
              path,
              Files.readString(path)
                  .replace(name.replaceFirst(":.*", ""), changed.replaceFirst(":.*", "")));
        } else if (path.toString().contains("index")) {
          Files.delete(path);
        }
      }
    }
    Path dated = file(destination, "number 4");
    Files.setLastModifiedTime(dated, FileTime.fromMillis(1_500_000_000_000L));
    destination.restart();
    try (RawImap imap = login(source)) {
      append(imap, "INBOX", 99);
    }

    MailboxResult result = pass();

    assertThat(inbox(certificate(result)).copies()).isEqualTo(new Copies(4, 0, 0, 2, 0));
    assertThat(inbox(certificate(result)).listed())
        .extracting(FolderCertificate.Listed::uid)
        .containsExactlyInAnyOrder(2L, 4L);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.place().toString()).isEqualTo("folder INBOX"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMessageWhoseLineEndsTheServerChangesIsNotAltered(boolean deep) throws IOException {
    fill();
    pass();
    String mixed = message(5).replaceFirst("\r\n", "\n");
    try (Proxy proxy =
            new Proxy(
                source.port(),
                Proxy.OPEN,
                Proxy.changing(text -> withOtherLineEnds(text, message(5), mixed)));
        Caravan other = new Caravan(folder.resolve("other"), destination.port())) {
      MailboxResult result = other.pass(proxy.port());
      MailboxResult again = other.pass(proxy.port());
      Certificate anew = Objects.requireNonNull(other.verify(proxy.port(), deep).certificate());

      assertThat(inbox(certificate(result)).messages().alreadyThere()).isEqualTo(MESSAGES);
      assertThat(certificate(again).verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(anew.verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(inbox(anew).notes())
          .singleElement()
          .asString()
          .endsWith("the same: 1" + (deep ? "." : " (such as UID 5)."));
      assertThat(inbox(anew).destinationDigest()).isEqualTo(inbox(anew).sourceDigest());
    }
  }

  private static String withOtherLineEnds(String said, String message, String other) {
    return said.replace(
            "{" + message.length() + "}\r\n" + message, "{" + other.length() + "}\r\n" + other)
        .replaceAll(
            "(\\(UID 5 (?:FLAGS \\([^)]*\\) )?(?:INTERNALDATE \"[^\"]*\" )?RFC822.SIZE )"
                + message.length(),
            "$1" + other.length());
  }

  @Test
  void whatTheDestinationRefusedIsSetAsideUntilItIsThere() {
    try (DovecotServer full =
        start(
            DovecotServer.builder()
                .quota(1_000_000)
                .extra("plugin {\n  quota_max_mail_size = 100k\n}"))) {
      destinationIsAt(full.port());
      fill();
      try (RawImap imap = login(source)) {
        append(
            imap,
            "INBOX",
            message(6) + "x".repeat(70).concat("\r\n").repeat(2000),
            "2020-02-03T04:05:06+01:00");
      }

      MailboxResult result = pass();

      Certificate certificate = certificate(result);
      assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(inbox(certificate).messages()).isEqualTo(new Messages(5, 0, 0, 1, 0, 0, 0));
      assertThat(inbox(certificate).listed())
          .singleElement()
          .satisfies(listed -> assertThat(listed.reason()).isEqualTo(Reason.SET_ASIDE))
          .satisfies(listed -> assertThat(listed.detail()).contains("refused"));
      // The certificate repeats what is a problem already.
      assertThat(result.problems()).hasSize(1);
      delete(source, "INBOX", "6");
      assertThat(certificate(pass()).verdict()).isEqualTo(Verdict.COMPLETE);
    }
  }

  @Test
  void aMessageThatTheSourceCannotGiveHasFailed() throws IOException {
    String poison = "words that the source cannot bear";
    try (Proxy proxy = new Proxy(source.port(), Proxy.OPEN, Cut.always(poison))) {
      fill();
      try (RawImap imap = login(source)) {
        append(imap, "INBOX", message(6) + poison + "\r\n", "2020-02-03T04:05:06+01:00");
      }

      MailboxResult result = caravan.pass(proxy.port());

      assertThat(inbox(certificate(result)).messages())
          .isEqualTo(new Messages(5, 0, 0, 0, 1, 0, 0));
      assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(result.problems()).hasSize(1);
    }
  }

  @Test
  void aMessageThatComesDuringAPassIsNotedAndContradictsNothing() {
    fill();
    AtomicInteger appended = new AtomicInteger();
    caravan.beforeAppend(
        batch -> {
          if (batch.folder().equals("INBOX") && appended.getAndIncrement() == 0) {
            try (RawImap imap = login(source)) {
              append(imap, "INBOX", 77);
            }
          }
          return batch;
        });

    MailboxResult first = pass();
    Certificate verified = verified(false);
    Certificate second = certificate(pass());

    assertThat(first.state()).isEqualTo(MailboxState.COPIED);
    assertThat(certificate(first).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(certificate(first)).messages())
        .isEqualTo(new Messages(MESSAGES, 0, 0, 0, 0, 0, 0));
    assertThat(inbox(certificate(first)).notes())
        .singleElement()
        .satisfies(note -> assertThat(note).contains("came while this pass was running", "1"));
    assertThat(inbox(verified).messages()).isEqualTo(new Messages(MESSAGES, 0, 0, 0, 0, 1, 0));
    assertThat(inbox(verified).listed().get(0).detail()).contains("came after");
    assertThat(verified.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(second.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(second).messages()).isEqualTo(new Messages(MESSAGES + 1, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void aCopyThatIsNowhereInThePassThatStoredItIsOpenAgainAndToldAndCopiedByTheNext() {
    try (Caravan small = new Caravan(folder.resolve("small"), destination.port(), 2, 4 << 20)) {
      fill();
      AtomicInteger appended = new AtomicInteger();
      small.beforeAppend(
          batch -> {
            if (batch.folder().equals("INBOX") && appended.getAndIncrement() == 1) {
              lose(destination, "1");
            }
            return batch;
          });

      MailboxResult first = small.pass(source.port());
      MailboxResult second = small.pass(source.port());

      assertThat(first.state()).isEqualTo(MailboxState.INCOMPLETE);
      assertThat(first.problems())
          .singleElement()
          .satisfies(
              problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_NOT_STORED));
      assertThat(certificate(first).verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(inbox(certificate(first)).messages())
          .isEqualTo(new Messages(MESSAGES - 1, 0, 0, 0, 1, 0, 0));
      assertThat(second.state()).isEqualTo(MailboxState.COPIED);
      assertThat(second.copied()).isEqualTo(1);
      assertThat(certificate(second).verdict()).isEqualTo(Verdict.COMPLETE);
      lose(destination, "1:*");
      MailboxResult third = small.pass(source.port());
      assertThat(third.copied()).as("what was seen there once was deleted by the user").isZero();
      assertThat(third.state()).isEqualTo(MailboxState.COPIED);
    }
  }

  private static void lose(DovecotServer destination, String uids) {
    try (RawImap imap = login(destination)) {
      imap.select("INBOX");
      imap.command("UID STORE " + uids + " +FLAGS (\\Deleted)");
      imap.command("EXPUNGE");
    }
  }

  @Test
  void aBatchThatAStepDropsIsUnaccountedFor() {
    fill();
    caravan.beforeAppend(batch -> batch.folder().equals("INBOX") ? null : batch);

    MailboxResult result = pass();

    assertThat(inbox(certificate(result)).messages().unaccounted()).isEqualTo(MESSAGES);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(result.problems()).hasSize(1);
  }

  @Test
  void aSourceThatShowsFewerMessagesThanItHasIsNeverComplete() throws IOException {
    try (Proxy proxy =
        new Proxy(
            source.port(),
            Proxy.OPEN,
            Proxy.changing(text -> text.replace("* 5 EXISTS", "* 9 EXISTS")))) {
      fill();

      MailboxResult result = caravan.pass(proxy.port());

      assertThat(inbox(certificate(result)).obstacle()).contains("9", "5");
      assertThat(inbox(certificate(result)).copies().inPlace()).isEqualTo(MESSAGES);
      assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    }
  }

  @Test
  void aFolderThatCannotBeOpenedIsNeverComplete() throws IOException {
    fill();
    pass();
    try (Proxy proxy =
        new Proxy(
            source.port(),
            Proxy.changing(
                text ->
                    text.replaceFirst(
                        "(?m)^(\\w+) EXAMINE \"?Work\"?\r\n", "$1 EXAMINE Nowhere\r\n")),
            Proxy.OPEN)) {

      var verification = caravan.verify(proxy.port(), false);

      Certificate certificate = Objects.requireNonNull(verification.certificate());
      assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(certificate.folders())
          .filteredOn(account -> account.source().equals("Work"))
          .singleElement()
          .satisfies(account -> assertThat(account.obstacle()).contains("refused"))
          .satisfies(account -> assertThat(account.messages().unaccounted()).isEqualTo(2));
      assertThat(verification.problems()).hasSize(1);
    }
  }

  @Test
  void aSourceFolderThatIsGoneKeepsTheMailboxFromBeingCompleteUntilAPassHasSettledIt() {
    fill();
    pass();
    try (RawImap imap = login(source)) {
      imap.command("DELETE Work");
    }

    Certificate between = verified(false);
    Certificate after = certificate(pass());

    assertThat(between.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(between.obstacles()).singleElement().asString().contains("Work", "2 messages");
    assertThat(after.verdict()).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void aDestinationFolderThatTheUserDeletedWasDelivered() {
    fill();
    pass();
    try (RawImap imap = login(destination)) {
      imap.command("DELETE Work");
    }

    Certificate certificate = verified(false);

    assertThat(certificate.verdict()).isEqualTo(Verdict.DELIVERED);
    assertThat(work(certificate).copies()).isEqualTo(new Copies(0, 0, 2, 0, 0));
    assertThat(work(certificate).notes())
        .containsExactly("The folder is not at the new server any more.");
  }

  @Test
  void aMailboxOfWhichNoPassIsKnownIsNotComplete() {
    fill();

    Certificate certificate = verified(false);

    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(certificate.obstacles())
        .containsExactly("No pass of this mailbox is known in this data folder.");
    assertThat(inbox(certificate).messages()).isEqualTo(new Messages(0, 0, 0, 0, 0, MESSAGES, 0));
    assertThat(work(certificate).messages()).isEqualTo(new Messages(0, 0, 0, 0, 0, 2, 0));
  }

  @Test
  void foldersThatARuleExcludesAreNamedWithTheRuleAndDoNotCount() throws IOException {
    try (Proxy proxy =
        new Proxy(
            source.port(),
            Proxy.OPEN,
            Proxy.changing(
                text ->
                    text.replace(
                        "Dovecot", "The Microsoft Exchange IMAP4 service is ready. Dovecot")))) {
      fill();
      try (RawImap imap = login(source)) {
        imap.create("Calendar");
        imap.create("Contacts");
        append(imap, "Calendar", 55);
      }

      Certificate certificate = certificate(caravan.pass(proxy.port()));

      assertThat(certificate.verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(certificate.excluded())
          .extracting(left -> left.folder() + " " + left.messages())
          .containsExactly("Calendar 1", "Contacts 0");
      assertThat(certificate.excluded().get(0).reason()).contains("Exchange");
    }
  }

  @Test
  void aPassInWhichNothingChangedSendsNoCommandForItsCertificate() throws IOException {
    Queue<String> said = new ConcurrentLinkedQueue<>();
    try (Proxy oldHome = new Proxy(source.port(), Proxy.changing(noting(said)), Proxy.OPEN);
        Proxy newHome = new Proxy(destination.port(), Proxy.changing(noting(said)), Proxy.OPEN)) {
      destinationIsAt(newHome.port());
      fill();
      Certificate first = certificate(caravan.pass(oldHome.port()));
      said.clear();

      Certificate second = certificate(caravan.pass(oldHome.port()));
      List<String> commands = String.join("", said).lines().toList();
      said.clear();
      try (RawImap imap = login(source)) {
        append(imap, "Work", 99);
      }
      Certificate third = certificate(caravan.pass(oldHome.port()));

      assertThat(second.folders()).isEqualTo(first.folders());
      // INBOX is opened by the check of both logins alone.
      assertThat(commands).filteredOn(line -> line.contains("FETCH")).isEmpty();
      assertThat(commands).filteredOn(line -> line.contains("EXAMINE")).hasSize(2);
      assertThat(commands).filteredOn(line -> line.contains(" SELECT")).isEmpty();
      // Only the folder in which something happened was compared again.
      assertThat(third.folders().get(0)).isEqualTo(first.folders().get(0));
      assertThat(work(third).messages().copied()).isEqualTo(3);
      assertThat(work(third).verified()).isAfter(work(first).verified());
      assertThat(
              String.join("", said)
                  .lines()
                  .filter(line -> line.contains("1:* (UID FLAGS INTERNALDATE RFC822.SIZE)")))
          .hasSize(2);
    }
  }

  @Test
  void aPassSeesThatCopiesAreGoneThoughNothingHappenedAtTheSource() {
    fill();
    assertThat(certificate(pass()).verdict()).isEqualTo(Verdict.COMPLETE);
    delete(destination, "INBOX", "4");
    Certificate deleted = certificate(pass());
    try (RawImap imap = login(destination)) {
      imap.command("DELETE Work");
    }
    Certificate withoutFolder = certificate(pass());

    assertThat(deleted.verdict()).isEqualTo(Verdict.DELIVERED);
    assertThat(inbox(deleted).copies()).isEqualTo(new Copies(4, 0, 1, 0, 0));
    assertThat(work(withoutFolder).copies()).isEqualTo(new Copies(0, 0, 2, 0, 0));
    assertThat(certificate(pass()).folders()).isEqualTo(withoutFolder.folders());
  }

  private static UnaryOperator<String> noting(Queue<String> said) {
    return text -> {
      said.add(text.toUpperCase(Locale.ROOT));
      return text;
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVerificationSendsNoCommandThatChangesAnything(boolean deep) throws IOException {
    Queue<String> said = new ConcurrentLinkedQueue<>();
    try (Proxy oldHome = new Proxy(source.port(), Proxy.changing(noting(said)), Proxy.OPEN);
        Proxy newHome = new Proxy(destination.port(), Proxy.changing(noting(said)), Proxy.OPEN)) {
      destinationIsAt(newHome.port());
      fill();
      pass();
      delete(destination, "INBOX", "2");
      try (RawImap imap = login(source)) {
        append(imap, "INBOX", 88);
      }
      said.clear();

      Certificate certificate =
          Objects.requireNonNull(caravan.verify(oldHome.port(), deep).certificate());

      assertThat(inbox(certificate).messages().unaccounted()).isEqualTo(1);
      assertThat(
              String.join("", said)
                  .lines()
                  .map(line -> line.replaceFirst("^\\S+ (UID )?", "").replaceFirst(" .*", ""))
                  .distinct())
          .isSubsetOf(
              "AUTHENTICATE",
              "CAPABILITY",
              "LOGIN",
              "ENABLE",
              "ID",
              "NAMESPACE",
              "LIST",
              "EXAMINE",
              "FETCH",
              "STATUS",
              "LOGOUT");
      assertThat(pass().copied()).isEqualTo(1);
    }
  }

  @Test
  void atGmailAMessageThatLostALabelIsNotCompleteUntilAPassHasFoundIt() throws IOException {
    try (DovecotServer gmail =
            start(
                DovecotServer.builder()
                    .storage(DovecotServer.Storage.MDBOX)
                    .capability(
                        "IMAP4rev1 NAMESPACE X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE LIST-EXTENDED"
                            + " LIST-STATUS LITERAL- SPECIAL-USE"));
        LineProxy labels = ObjectIds.gmail(gmail)) {
      try (RawImap imap = login(gmail)) {
        imap.create("Work");
        append(imap, "INBOX", 1);
        imap.select("INBOX");
        imap.command("UID COPY 1 Work");
      }

      Certificate first = certificate(caravan.pass(labels.port()));
      delete(gmail, "Work", "1");
      Certificate between =
          Objects.requireNonNull(caravan.verify(labels.port(), false).certificate());

      assertThat(first.verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(first.rules()).singleElement().asString().contains("Gmail");
      assertThat(work(first).messages()).isEqualTo(new Messages(1, 0, 0, 0, 0, 0, 0));
      assertThat(first.sum(account -> account.messages().elsewhere())).isEqualTo(1);
      assertThat(between.verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(between.obstacles()).singleElement().asString().contains("lost a label");
      assertThat(certificate(caravan.pass(labels.port())).verdict()).isEqualTo(Verdict.COMPLETE);
    }
  }
}
