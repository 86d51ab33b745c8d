package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Cut;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.RawImap;

/** A destination that mbsync (isync) had filled from the same source before us. */
@EnabledIfInstalled({"dovecot", "mbsync"})
class MbsyncBeforeTest {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2017-06-05T04:03:02+02:00");
  private static final int INBOX = 13;
  private static final int WORK = 3;

  @TempDir Path folder;

  private final DovecotServer source = start();
  private final DovecotServer destination = start();

  private static DovecotServer start() {
    // Compressed, no words could be seen on the way.
    return DovecotServer.builder().compress(false).start().addUser(Caravan.USER, Caravan.PASSWORD);
  }

  private static RawImap login(DovecotServer server) {
    return RawImap.login(server.port(), Caravan.USER, Caravan.PASSWORD);
  }

  /** Duplicates, versions of a draft, mail without Message-ID, and one message in two folders. */
  @BeforeEach
  void fill() {
    try (RawImap imap = login(source)) {
      for (int number = 1; number <= 5; number++) {
        append(imap, "INBOX", message("m" + number, "message " + number));
      }
      append(imap, "INBOX", message("m1", "message 1"));
      append(imap, "INBOX", message("draft", "a version"));
      append(imap, "INBOX", message("draft", "another version"));
      append(imap, "INBOX", message("list", "a letter"));
      append(imap, "INBOX", message("list", "a letter\r\n-- \r\nfooter"));
      append(imap, "INBOX", message("", "nameless"));
      append(imap, "INBOX", message("", "nameless"));
      append(imap, "INBOX", message("", "another nameless one"));
      imap.create("Work");
      append(imap, "Work", message("m1", "message 1"));
      append(imap, "Work", message("w1", "work"));
      append(imap, "Work", message("w1", "work"));
    }
  }

  @AfterEach
  void stop() {
    source.close();
    destination.close();
  }

  private static void append(RawImap imap, String mailbox, String message) {
    imap.append(mailbox, Set.of("\\Seen"), DATE, message.getBytes(StandardCharsets.US_ASCII));
  }

  private static String message(String id, String body) {
    return "Received: from a by b;\r\n\tMon, 5 Jun 2017 04:03:02 +0200\r\n"
        + (id.isEmpty() ? "" : "Message-ID: <" + id + "@example.org>\r\n")
        + "Date: Mon, 5 Jun 2017 04:03:02 +0200\r\nFrom: a@example.org\r\nTo: ann@example.org\r\n"
        + "Subject: some words\r\n\r\n"
        + body
        + "\r\n";
  }

  private static String account(String name, int port) {
    return """
        IMAPAccount %1$s
        Host 127.0.0.1
        Port %2$d
        User %3$s
        Pass %4$s
        SSLType None
        AuthMechs LOGIN

        IMAPStore %1$s
        Account %1$s

        """
        .formatted(name, port, Caravan.USER, Caravan.PASSWORD);
  }

  /**
   * Has mbsync copy.
   *
   * @param port of the destination
   */
  private void mbsync(int port) throws IOException, InterruptedException {
    Path state = Files.createDirectories(folder.resolve("mbsync"));
    Path rules = folder.resolve("mbsyncrc");
    Files.writeString(
        rules,
        account("old", source.port())
            + account("new", port)
            + """
            Channel all
            Far :old:
            Near :new:
            Patterns INBOX Work
            Create Near
            Sync Pull
            SyncState %s/
            """
                .formatted(state));
    Process process =
        new ProcessBuilder("mbsync", "-c", rules.toString(), "-a")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mbsync.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private static List<RawImap.Fetched> read(DovecotServer server, String name) {
    try (RawImap imap = login(server)) {
      imap.examine(name);
      return imap.fetchAll();
    }
  }

  private static FolderCertificate inbox(MailboxResult result) {
    return certificate(result).folders().get(0);
  }

  private static Certificate certificate(MailboxResult result) {
    return Objects.requireNonNull(result.certificate());
  }

  @Test
  void whatMbsyncCopiedIsNotCopiedAgain() throws Exception {
    mbsync(destination.port());
    assertThat(read(destination, "INBOX"))
        .hasSize(INBOX)
        .allMatch(message -> message.octets().contains("X-TUID: "));
    try (Caravan caravan = new Caravan(folder.resolve("data"), destination.port())) {
      MailboxResult first = caravan.pass(source.port());
      MailboxResult second = caravan.pass(source.port());

      assertThat(first.copied()).isZero();
      assertThat(first.alreadyThere()).isEqualTo(INBOX + WORK);
      assertThat(certificate(first).verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(inbox(first).notes()).anyMatch(note -> note.startsWith("Messages whose header"));
      assertThat(second.copied()).isZero();
      assertThat(read(destination, "INBOX")).hasSize(INBOX);
      assertThat(read(destination, "Work")).hasSize(WORK);
    }
  }

  @Test
  void whatMbsyncHadNotCopiedWhenItWasCutOffIsCopied() throws Exception {
    // When it has come as far as the versions of the draft.
    try (Proxy proxy = new Proxy(destination.port(), Cut.always("a version"), Proxy.OPEN)) {
      mbsync(proxy.port());
    }
    int before = read(destination, "INBOX").size();
    assertThat(before).isBetween(1, INBOX - 1);
    try (Caravan caravan = new Caravan(folder.resolve("data"), destination.port())) {
      MailboxResult result = caravan.pass(source.port());

      // The server may still take what was on its way when the line was cut.
      assertThat(result.copied()).isPositive();
      assertThat(result.copied() + result.alreadyThere()).isEqualTo(INBOX + WORK);
      assertThat(certificate(result).verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(read(destination, "INBOX")).hasSize(INBOX);
      assertThat(read(destination, "Work")).hasSize(WORK);
    }
  }

  @Test
  void whatTheUserDidAfterMbsyncStays() throws Exception {
    mbsync(destination.port());
    try (RawImap user = login(destination)) {
      user.create("Filed");
      user.select("INBOX");
      user.command("UID STORE 2 +FLAGS (\\Flagged)");
      user.command("UID STORE 3 -FLAGS (\\Seen)");
      user.command("UID MOVE 4:8 Filed");
    }
    try (Caravan caravan = new Caravan(folder.resolve("data"), destination.port())) {
      MailboxResult result = caravan.pass(source.port());

      assertThat(result.copied()).isZero();
      assertThat(certificate(result).verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(inbox(result).copies().movedByUser()).isEqualTo(5);
      assertThat(read(destination, "Filed")).hasSize(5);
      assertThat(flags(2)).containsExactlyInAnyOrder("\\Seen", "\\Flagged");
      assertThat(flags(3)).isEmpty();
    }
  }

  private Set<String> flags(long uid) {
    Predicate<RawImap.Fetched> wanted = message -> message.uid() == uid;
    return read(destination, "INBOX").stream().filter(wanted).findFirst().orElseThrow().flags();
  }
}
