package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Secret;
import org.mailcaravan.passes.Closing;
import org.mailcaravan.secrets.Vault.Role;
import org.mailcaravan.store.Closings;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;

/** What the files of a data folder hold of passwords once their migration is closed. */
class ClosedMigrationTest {
  private static final Secret PASSWORD = Secret.of("correct horse battery");
  private static final String MAILBOX = "20261122-120000-000-forgotten.1";

  private final KeyRing keys = KeyRing.of(List.of(KeyRing.newKey(new SecureRandom())));

  @TempDir private Path folder = Path.of("");

  private static SealedVault vault(Database database, KeyRing keys, KeySlots slots) {
    return new SealedVault(
        database.jdbc(),
        keys,
        slots,
        Clock.systemUTC(),
        work ->
            database.tryingAgain(
                () -> {
                  work.run();
                  return true;
                }));
  }

  private static void openMigration(Database database) {
    for (String sql :
        List.of(
            "insert into migration (id, name, opened_at, stage) values ('m', 'm', current_timestamp, 'COMPLETE')",
            "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                + " source_port, source_security, source_username, destination_address, state)"
                + " values ('"
                + MAILBOX
                + "', 'b', 'b', 'bob@old.example', 'h', 993, 'TLS', 'b', 'b', 'COPIED')",
            "insert into migration_mailbox (migration_id, row_number, mailbox_id) values ('m', 1, '"
                + MAILBOX
                + "')")) {
      int unused = database.jdbc().sql(sql).update();
    }
  }

  @Test
  void noFileOpensAPasswordAnyMore(@TempDir Path other) throws IOException {
    String owner = Role.SOURCE.name() + "\0" + MAILBOX;
    byte[] before;
    List<String> left;
    try (Database database = Database.inFolder(folder);
        KeySlots slots = KeyFile.in(folder)) {
      openMigration(database);
      SealedVault vault = vault(database, keys, slots);
      vault.put(MAILBOX, Role.SOURCE, PASSWORD);
      vault.put(MAILBOX, Role.DESTINATION, PASSWORD);
      before = Files.readAllBytes(folder.resolve(KeySlots.FILE));

      Events events = new Events(database, "one");
      new Closing(new Closings(database, events, Clock.systemUTC(), Duration.ZERO), vault).turn();
      assertThat(database.jdbc().sql("select stage from migration").query(String.class).single())
          .isEqualTo("CLOSED");
      left = Leftovers.envelopes(folder);
    }
    assertThat(Files.readAllBytes(folder.resolve(KeySlots.FILE)))
        .hasSameSizeAs(before)
        .containsOnly(0);
    try (Stream<Path> files = Files.walk(folder);
        KeySlots slots = KeyFile.in(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("horse");
      }
      for (String envelope : left) {
        assertThatThrownBy(() -> new Envelope(keys, slots).open(envelope, owner))
            .isInstanceOf(Envelope.Closed.class);
      }
    }

    // With the keys of before they would open: nothing else is in the way.
    Files.write(other.resolve(KeySlots.FILE), before);
    try (KeySlots stolen = KeyFile.in(other)) {
      assertThat(left)
          .anySatisfy(
              envelope ->
                  assertThat(new Envelope(keys, stolen).open(envelope, owner)).isEqualTo(PASSWORD));
    }
  }
}
