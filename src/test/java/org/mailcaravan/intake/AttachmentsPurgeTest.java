package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachmentsPurgeTest {
  private static final Instant BEFORE = Instant.parse("2027-06-01T04:30:00Z");

  @TempDir private Path folder = Path.of("");

  private void folder(String name, Instant at) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    Files.writeString(made.resolve("a.vcf"), "x");
    Files.setLastModifiedTime(made, FileTime.from(at));
  }

  @Test
  void whatIsOldAndNotNeededGoes() throws IOException {
    folder("old", BEFORE.minusSeconds(1));
    folder("needed", BEFORE.minusSeconds(1));
    folder("new", BEFORE.plusSeconds(1));
    Attachments.purge(folder, BEFORE, "needed"::equals);
    assertThat(folder).isDirectoryNotContaining("glob:**/old");
    assertThat(folder.resolve("needed/a.vcf")).exists();
    assertThat(folder.resolve("new/a.vcf")).exists();
    Attachments.purge(folder.resolve("nowhere"), BEFORE, "needed"::equals);
  }
}
