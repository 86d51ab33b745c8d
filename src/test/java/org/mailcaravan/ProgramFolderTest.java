package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher.Mode;
import org.mailcaravan.model.RequestRejected;

/** Which program may use a data folder, and what is deleted there. */
class ProgramFolderTest {
  @TempDir Path data;
  private Path left = Path.of("");

  @BeforeEach
  void aKillLeftAMessage() throws IOException {
    DataFolder.make(data.resolve("data"));
    data = data.resolve("data");
    left = Files.writeString(DataFolder.spool(data).resolve("message"), "large");
  }

  @Test
  void programsThatShareADatabaseHaveADataFolderEach() {
    try (ProgramFolder service = ProgramFolder.of(data, Mode.SERVICE, true)) {
      assertThat(service.spool()).isEqualTo(DataFolder.spool(data)).isEmptyDirectory();
      for (Mode mode : new Mode[] {Mode.SERVICE, Mode.MIGRATE}) {
        assertThatThrownBy(() -> ProgramFolder.of(data, mode, true))
            .isInstanceOf(RequestRejected.class)
            .hasMessageContaining("it is in use by another Mail Caravan")
            .hasMessageContaining("Give each program a data folder of its own");
      }
    }
    ProgramFolder.of(data, Mode.MIGRATE, true).close();
  }

  @Test
  void aComparisonBesideAServiceLeavesItsMessagesAlone() throws IOException {
    Path elsewhere;
    try (ProgramFolder service = ProgramFolder.of(data, Mode.SERVICE, true)) {
      Path inUse = Files.writeString(service.spool().resolve("in-use"), "large");
      try (ProgramFolder comparison = ProgramFolder.of(data, Mode.VERIFY, true);
          ProgramFolder another = ProgramFolder.of(data, Mode.VERIFY, true)) {
        elsewhere = comparison.spool();
        assertThat(elsewhere).isEmptyDirectory().isNotEqualTo(service.spool());
        assertThat(another.spool()).isNotEqualTo(elsewhere);
        Files.writeString(elsewhere.resolve("message"), "large");
      }
      ProgramFolder.tidy(data, true);
      assertThat(inUse).exists();
    }
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void aComparisonAloneUsesTheFolder() {
    try (ProgramFolder comparison = ProgramFolder.of(data, Mode.VERIFY, true)) {
      assertThat(comparison.spool()).isEqualTo(DataFolder.spool(data)).isEmptyDirectory();
    }
  }

  @Test
  void whatAKillLeftIsDeletedWhereNobodyUsesTheFolder() {
    ProgramFolder.of(data, Mode.CHECK, false).close();
    assertThat(left).exists();
    ProgramFolder.tidy(data, true);
    assertThat(left).doesNotExist();
  }

  /** The database does. */
  @Test
  void anEmbeddedDatabaseNeedsNoLock() {
    ProgramFolder.of(data, Mode.SERVICE, false).close();
    assertThat(left).doesNotExist();
    assertThat(data).isDirectoryNotContaining("glob:**program.lock");
  }
}
