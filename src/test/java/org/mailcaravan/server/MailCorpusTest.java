package org.mailcaravan.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.DovecotServer.Storage;

class MailCorpusTest {
  static Stream<DovecotServer.Builder> servers() {
    return Stream.of(
        DovecotServer.builder(),
        DovecotServer.builder().storage(Storage.MDBOX).specialUse(false),
        DovecotServer.builder().prefix("INBOX.").separator('.').timeZone("Asia/Kathmandu"),
        DovecotServer.builder().storage(Storage.MDBOX).separator('.').quota(100_000));
  }

  @ParameterizedTest
  @MethodSource("servers")
  @EnabledIfInstalled("dovecot")
  void whatWasPutInIsWhatIsRead(DovecotServer.Builder builder) {
    try (DovecotServer dovecot = builder.start().addUser("ann@example.org", "secret")) {
      MailboxSnapshot expected =
          new MailboxSeeder(7).fill(dovecot.port(), "ann@example.org", "secret");
      MailboxSnapshot read = MailboxSnapshot.read(dovecot.port(), "ann@example.org", "secret");
      assertThat(read.differencesFrom(expected)).isEmpty();
      assertThat(read).isEqualTo(expected);
      assertThat(read.count()).isGreaterThan(300);
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void aSnapshotTellsEveryDifference() {
    try (DovecotServer dovecot = DovecotServer.start().addUser("ann", "secret")) {
      MailboxSnapshot before = new MailboxSeeder(8).fill(dovecot.port(), "ann", "secret");
      try (RawImap imap = RawImap.login(dovecot.port(), "ann", "secret")) {
        imap.create("New");
        imap.select("Archive");
        imap.command("UID STORE 1 +FLAGS (changed)");
        imap.append(
            "INBOX",
            Set.of(),
            OffsetDateTime.parse("2020-01-01T00:00:00Z"),
            new Messages(1).ofSize(2_000_000));
        imap.unsubscribe("Sent");
        assertThat(MailboxSnapshot.read(imap).differencesFrom(before))
            .satisfiesExactly(
                line -> assertThat(line).startsWith("Archive, message 1").contains("changed"),
                line -> assertThat(line).startsWith("INBOX, message").contains("2000000"),
                line -> assertThat(line).startsWith("New: nobody expected"),
                line -> assertThat(line).isEqualTo("Sent: subscribed is false"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfMessageComesFromItsSeedWithWholeLineEnds(Messages.Kind kind) {
    byte[] octets = new Messages(3).of(kind);
    assertThat(octets).isEqualTo(new Messages(3).of(kind)).isNotEqualTo(new Messages(4).of(kind));
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n", "\0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INBOX", "a & b", "Entwürfe/Übersicht & mehr", "日本語", "🎉", "&-", "~"})
  void folderNamesSurviveTheirEncoding(String name) {
    String wire = ModifiedUtf7.encode(name);
    assertThat(wire).matches("[ -~]+");
    assertThat(ModifiedUtf7.decode(wire)).isEqualTo(name);
  }

  @Test
  void folderNamesAreEncodedAsTheRfcShows() {
    assertThat(ModifiedUtf7.encode("~peter/mail/台北/日本語"))
        .isEqualTo("~peter/mail/&U,BTFw-/&ZeVnLIqe-");
  }
}
