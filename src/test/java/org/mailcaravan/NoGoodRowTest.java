package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.Lengthy;

/** A request in which every row is bad. */
@Lengthy
class NoGoodRowTest {
  private static final String BAD =
      """
      source_email,source_password,source_imap_server,destination_password
      anna,a,imap.example.org,b
      ben@example.org,a,,b
      """;

  @ParameterizedTest
  @ValueSource(strings = {"check bad.xlsx", "migrate bad.csv"})
  void everyRowIsExplainedAndNeedsAttention(String command, @TempDir Path folder) throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      Files.writeString(installation.home().resolve("bad.csv"), BAD);
      Files.write(installation.home().resolve("bad.xlsx"), workbook(BAD));
      InstalledProgram.Run run = installation.run("bin/mailcaravan " + command);
      assertThat(run.exit()).as(run.err()).isEqualTo(3);
      assertThat(run.out())
          .contains("line 2, source_email", "line 3, source_imap_server")
          .contains("2 rows were not accepted");
    }
  }

  /** A workbook with the same cells. */
  private static byte[] workbook(String csv) throws IOException {
    String rows =
        csv.lines()
            .map(
                line ->
                    Stream.of(line.split(",", -1))
                        .map(cell -> "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>")
                        .collect(Collectors.joining("", "<row>", "</row>")))
            .collect(Collectors.joining());
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      write(
          zip,
          "xl/workbook.xml",
          "<workbook xmlns:r=\"r\"><sheets><sheet name=\"One\" r:id=\"x1\"/></sheets></workbook>");
      write(
          zip,
          "xl/_rels/workbook.xml.rels",
          "<Relationships><Relationship Id=\"x1\" Target=\"worksheets/a.xml\"/></Relationships>");
      write(
          zip, "xl/worksheets/a.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
    }
    return octets.toByteArray();
  }

  private static void write(ZipOutputStream zip, String part, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(part));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  @Test
  void theServiceListsTheRowsAndKeepsNoPassword(@TempDir Path folder) throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      Path drop = installation.home().resolve("drop");
      installation.startService("bin/mailcaravan run");
      Files.writeString(drop.resolve("bad.csv"), BAD);
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  Files.exists(drop.resolve("done/bad.csv.answer.txt"))
                      && Files.notExists(drop.resolve("bad.csv")));
      installation.stopService();
      try (Stream<Path> rejected = Files.list(drop.resolve("rejected"))) {
        assertThat(rejected.map(Path::getFileName).map(Path::toString))
            .containsExactlyInAnyOrder("bad.rejected.csv", "bad.repair.csv");
      }
      assertThat(drop.resolve("done/bad.csv")).content().doesNotContain(",a,");
      assertThat(drop.resolve("done/bad.csv.answer.txt"))
          .content()
          .contains("Line 2, source_email", "Line 3, source_imap_server")
          .doesNotContain("We move");
    }
  }
}
