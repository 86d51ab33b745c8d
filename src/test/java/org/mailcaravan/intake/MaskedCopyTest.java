package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;

class MaskedCopyTest {
  private final Path folder;

  MaskedCopyTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path copyOf(String text) throws IOException {
    Path original = Files.writeString(folder.resolve("in.csv"), text);
    return new MaskedCopy().write(original, folder.resolve("done/in.csv"));
  }

  @Test
  void masksBothPasswordsAndKeepsDialectOrderAndLines() throws IOException {
    String text =
        """

        Source E-Mail;DESTINATION_PASSWORD;source_password;source_imap_server;contacts
        anna@example.org;hunter2;"hunter3;""x";imap.example.org;"a;b.vcf"

        bert@example.org;;hunter4;imap.example.org;
        hunter5;bert@example.org;hunter6
        carl@example.org;"hunter7"x;hunter8;imap.example.org;
        hunter9;x;carl@example.org;imap.example.org;
        dora@example.org;x;imap.example.org;hunter10!;
        "eric
        @example.org";x;hunter11;imap.example.org;
        fred@example.org;x;hunter12;imap.example.org;
        """;
    Path copy = copyOf("\uFEFF" + text.stripLeading());

    assertThat(Files.readString(copy))
        .isEqualTo(
            "\uFEFF"
                + """
                source_email;destination_password;source_password;source_imap_server;contacts
                anna@example.org;********;********;imap.example.org;"a;b.vcf"

                bert@example.org;;********;imap.example.org;
                ********
                ********
                ********;********;********;imap.example.org;
                dora@example.org;********;********;********;
                ********;********;********;imap.example.org;

                fred@example.org;********;********;imap.example.org;
                """);
  }

  @Test
  void aPasswordInTheColumnOfTheLoginNameIsMasked() throws IOException {
    String header = "source_email,source_password,source_imap_server,source_username\n";
    Path copy =
        copyOf(
            header
                + "a@example.org,anna,imap.example.org,ZqPwA003\nb@example.org,ZqPwB003,x,web12p3\n");
    assertThat(Files.readString(copy))
        .isEqualTo(
            header
                + "a@example.org,********,imap.example.org,********\nb@example.org,********,x,web12p3\n");
  }

  @Test
  void keepsLinesBelowBlankOnesWhereTheyWere() throws IOException {
    Path copy =
        copyOf("\n\nsource_email,source_password,source_imap_server\n\na@example.org,hunter2,h\n");
    RequestReader reader = new RequestReader(new RequestRules(false, false, false, List.of()));

    assertThat(reader.read(copy).rejected()).extracting(RowProblem::line).containsExactly(5);
  }

  @Test
  void masksJson() throws IOException {
    Path copy =
        copyOf(
            """
            {"mailboxes": [
              {"source_email": "anna@example.org", "source_password": "hunter2", "source_imap_server": "h", "source_port": 993},
              {"source_email": "bert@example.org", "source_pasword": "hunter3", "source_password": 44444, "source_username": ["hunter5"], "contacts": ["a.vcf", "b.vcf"], "source_dav_url": "https://b:hunter7@h/"},
              "hunter6"
            ]}
            """);
    String masked = Files.readString(copy);
    Request request =
        new RequestReader(new RequestRules(false, false, false, List.of())).read(copy);

    assertThat(masked)
        .contains("\"a.vcf|b.vcf\"")
        .contains("\"anna@example.org\"", "\"bert@example.org\"", "\"993\"", "\"********\"")
        .doesNotContain("hunter")
        .doesNotContain("44444");
    assertThat(request.rows()).isEmpty();
    assertThat(request.rejected()).extracting(RowProblem::line).contains(1, 2, 3);
  }

  @Test
  void isReadableByItsOwnerAloneAndLeavesNothingElseBehind() throws IOException {
    Path copy = copyOf("source_email,source_password,source_imap_server\na@b,hunter2,h\n");

    assertThat(copy).isEqualTo(folder.resolve("done/in.csv"));
    assertThat(Files.getPosixFilePermissions(copy))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(names()).containsExactly("in.csv");
  }

  @Test
  void neverReplacesAnEarlierCopy() throws IOException {
    String text = "source_email,source_password,source_imap_server\n%s@b,hunter2,h\n";
    copyOf(text.formatted("first"));
    copyOf(text.formatted("second"));
    Path third = copyOf(text.formatted("third"));

    assertThat(third).isEqualTo(folder.resolve("done/in.3.csv")).content().contains("third@b");
    assertThat(folder.resolve("done/in.csv")).content().contains("first@b");
    assertThat(folder.resolve("done/in.2.csv")).content().contains("second@b");
  }

  @Test
  void writesNothingWhenTheFileIsNoRequestAnyMore() throws IOException {
    Files.createDirectory(folder.resolve("done"));

    assertThatThrownBy(() -> copyOf("anna@example.org hunter2"))
        .isInstanceOf(RequestRejected.class)
        .hasMessageNotContaining("hunter2");
    Path latin1 = folder.resolve("in.csv");
    Files.write(latin1, "Grüße,hunter2".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> new MaskedCopy().write(latin1, folder.resolve("done/in.csv")))
        .isInstanceOf(RequestRejected.class);
    assertThat(names()).isEmpty();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("done"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
