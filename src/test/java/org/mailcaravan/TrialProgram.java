package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.server.RawImap;

/**
 * The program as it is installed, with an old provider and a new server that hold two mailboxes,
 * and a request for them in {@code customers.csv}.
 */
final class TrialProgram extends InstalledProgram {
  static final Set<String> MAILBOXES = Set.of("anna@example.org", "ben@example.org");
  static final String OTHER_FOLDER = "Old junk";
  private static final int MESSAGES = 3;
  private static final String OLD_PASSWORD = "old, secret";
  private static final String NEW_PASSWORD = "new-secret";

  private final GreenMail source = server();
  private final GreenMail destination = server();

  TrialProgram(Path home) throws IOException {
    super(home);
    set(
        Map.of(
            "destination.host", "127.0.0.1",
            "destination.port", String.valueOf(destination.getImap().getPort()),
            "destination.security", "none",
            "source.allowed-hosts", "127.0.0.1",
            "source.insecure-hosts", "127.0.0.1",
            "drop.poll-millis", "50"));
    Files.createDirectory(home.resolve("drop"));
    for (String mailbox : MAILBOXES) {
      source.setUser(mailbox, mailbox, OLD_PASSWORD);
      destination.setUser(mailbox, mailbox, NEW_PASSWORD);
      fill(mailbox);
    }
    Files.writeString(
        home.resolve("customers.csv"),
        "source_email,source_password,source_imap_server,source_port,source_security,destination_password\n"
            + rows("", ""));
  }

  private static GreenMail server() {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    server.start();
    return server;
  }

  private void fill(String mailbox) {
    try (RawImap imap = RawImap.login(source.getImap().getPort(), mailbox, OLD_PASSWORD)) {
      imap.create(OTHER_FOLDER);
      for (String folder : Set.of("INBOX", OTHER_FOLDER)) {
        for (int i = 0; i < MESSAGES; i++) {
          String text =
              "From: a@example.org\r\nSubject: %s %d\r\n\r\n%s\r\n".formatted(folder, i, mailbox);
          imap.append(
              folder,
              Set.of("\\Seen"),
              OffsetDateTime.parse("2020-01-02T03:04:05Z"),
              text.getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  /**
   * A row for each mailbox.
   *
   * @param before what stands between source_security and destination_password
   * @param after what stands behind it
   */
  String rows(String before, String after) {
    return MAILBOXES.stream()
        .sorted()
        .map(
            mailbox ->
                "%s,\"%s\",127.0.0.1,%d,none,%s%s%s%n"
                    .formatted(
                        mailbox,
                        OLD_PASSWORD,
                        source.getImap().getPort(),
                        before,
                        NEW_PASSWORD,
                        after))
        .collect(Collectors.joining());
  }

  /** How many messages a folder of each mailbox holds at the new server; 0 when there is none. */
  Map<String, Integer> arrived(String folder) {
    return MAILBOXES.stream()
        .collect(Collectors.toMap(mailbox -> mailbox, mailbox -> arrived(mailbox, folder)));
  }

  private int arrived(String mailbox, String folder) {
    try (RawImap imap = RawImap.login(destination.getImap().getPort(), mailbox, NEW_PASSWORD)) {
      if (imap.list().stream().noneMatch(listed -> listed.name().equals(folder))) {
        return 0;
      }
      imap.examine(folder);
      return imap.fetchAll().size();
    }
  }

  /** How many messages the old provider has, in all. */
  int messages() {
    return MAILBOXES.size() * 2 * MESSAGES;
  }

  /** Every message is at the new server, and once. */
  void assertAllArrivedOnce() {
    for (String folder : Set.of("INBOX", OTHER_FOLDER)) {
      assertThat(arrived(folder).values()).as(folder).containsOnly(MESSAGES);
    }
  }

  @Override
  public void close() {
    super.close();
    source.stop();
    destination.stop();
  }
}
