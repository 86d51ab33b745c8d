package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordTrialsTest {
  @TempDir private Path folder = Path.of("");

  private static PasswordTrials after(Database database) {
    return new PasswordTrials(database, new Events(database, "one"));
  }

  @Test
  void threeAreTriedInAnHourUntilOneOfThemWorksAndARestartChangesNothing() {
    try (Database database = Database.inFolder(folder)) {
      for (int i = 0; i < 3; i++) {
        assertThat(after(database).mayTry("m")).isTrue();
        after(database).tried("m", "anna@kunde.example");
      }
    }
    try (Database database = Database.inFolder(folder)) {
      assertThat(after(database).mayTry("m")).isFalse();
      assertThat(after(database).mayTry("other")).isTrue();
      after(database).taken("m", "anna@kunde.example");
      assertThat(after(database).mayTry("m")).isTrue();
      for (int i = 0; i < 3; i++) {
        after(database).tried("m", "anna@kunde.example");
      }
      assertThat(after(database).mayTry("m")).isFalse();
      database.jdbc().sql("update event set at = at - interval '61' minute").update();
      assertThat(after(database).mayTry("m")).isTrue();
    }
  }
}
