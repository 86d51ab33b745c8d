package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Removals;

/** Which files go with a migration whose time is over. */
class RetentionTest {
  private static final Instant NOW = Instant.parse("2027-06-01T04:45:00Z");
  private static final Duration KEEP = Duration.ofDays(90);

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void putFilesThere() throws IOException {
    for (String name :
        List.of(
            "reports/old/certificate.html",
            "reports/old/clients/shop.example/settings.txt",
            "reports/new/certificate.html",
            "reports/of-a-command/certificate.html",
            "set-aside/ann@old.example/INBOX/7.eml",
            "set-aside/bob@old.example/INBOX/8.eml",
            "set-aside/eve@old.example/INBOX/9.eml",
            "drop/done/old.csv",
            "drop/done/old.csv.answer.txt",
            "drop/done/open.csv",
            "drop/done/open.csv.answer.txt",
            "drop/done/open.csv.answer.2.txt",
            "drop/done/open.csv.told.txt",
            "drop/done/open.csvx",
            "drop/rejected/old.csv",
            "drop/new.csv")) {
      write(name, 91);
    }
    write("set-aside/eve@old.example/INBOX/10.eml", 89);
    write("drop/done/new.csv", 89);
  }

  private void write(String name, int daysAgo) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    FileTime time = FileTime.from(NOW.minus(Duration.ofDays(daysAgo)));
    for (Path each = file; each != null && !each.equals(folder); each = each.getParent()) {
      Files.setLastModifiedTime(each, time);
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(each -> folder.relativize(each).toString())
          .sorted()
          .toList();
    }
  }

  /** One migration was removed, in this or in an earlier run; bob's mailbox is known. */
  private void run(Duration keep) {
    try (Database database = Database.forThisRun()) {
      for (String sql :
          List.of(
              "insert into migration (id, name, opened_at, removed_at) values ('old', 'o', current_timestamp,"
                  + " current_timestamp)",
              "insert into request (id, channel, name, received_at, node)"
                  + " values ('new', 'drop', 'open.csv', current_timestamp, 'one')",
              "insert into migration (id, request_id, name, opened_at) values ('new', 'new', 'n', current_timestamp)",
              "insert into answer (id, request_id, recipient, subject, replies_to, thread, notes, place,"
                  + " queued_at, due_at) values ('a', 'new', '', '', '', '[]', '[]',"
                  + " 'done/open.csv.answer.txt', current_timestamp, current_timestamp)",
              "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                  + " source_port, source_security, source_username, destination_address, state)"
                  + " values ('b', 'b', 'b', 'bob@old.example', 'h', 993, 'TLS', 'b', 'b', 'COPIED')")) {
        int unused = database.jdbc().sql(sql).update();
      }
      Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
      new Retention(
              new Removals(database, new Events(database, "one"), clock, keep),
              folder.resolve("reports"),
              folder.resolve("set-aside"),
              folder.resolve("drop"),
              clock,
              keep)
          .run();
    }
  }

  @Test
  void whatBelongsToARemovedMigrationGoesAndNothingElse() throws IOException {
    run(KEEP);
    assertThat(files())
        .containsExactly(
            "drop/done/new.csv",
            "drop/done/open.csv",
            "drop/done/open.csv.answer.2.txt",
            "drop/done/open.csv.answer.txt",
            "drop/done/open.csv.told.txt",
            "drop/new.csv",
            "reports/new/certificate.html",
            "reports/of-a-command/certificate.html",
            "set-aside/bob@old.example/INBOX/8.eml",
            "set-aside/eve@old.example/INBOX/10.eml",
            "set-aside/eve@old.example/INBOX/9.eml");
    assertThat(folder.resolve("reports/old")).doesNotExist();
    assertThat(folder.resolve("set-aside/ann@old.example")).doesNotExist();
  }

  @Test
  void whatAKillHasLeftOfAFolderGoesTheNextTime() throws IOException {
    Files.delete(folder.resolve("reports/old/certificate.html"));
    run(KEEP);
    assertThat(folder.resolve("reports/old")).doesNotExist();
  }

  @Test
  void nothingGoesWhereAllIsKeptForEver() throws IOException {
    List<String> before = files();
    run(Duration.ZERO);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void nothingIsThereYet() {
    folder = folder.resolve("empty");
    run(KEEP);
    assertThat(folder).doesNotExist();
  }
}
