package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;

/** Passwords that stand where they do not belong, in rows that are turned away. */
class WrongColumnTest {
  private final Path folder;

  WrongColumnTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** All that is written of a request: what is told of its rows, and its archived copy. */
  private String written(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), text);
    RequestReader reader = new RequestReader(new RequestRules(false, false, false, List.of()));
    try {
      Request request = reader.read(file);
      Set<Integer> rejected =
          request.rejected().stream().map(RowProblem::line).collect(Collectors.toSet());
      assertThat(request.rows()).isEmpty();
      Path copy =
          new MaskedCopy()
              .write(RawRequest.parse(RequestText.read(file)), rejected, folder.resolve("copy"));
      String archived = Files.readString(copy);
      Files.delete(copy);
      Batch batch = new Batch("b", "a.csv", Instant.EPOCH, List.of(), request.rejected());
      return request.rejected() + archived + new RejectedRows().table(batch);
    } catch (RequestRejected e) {
      return e.problem().toString();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.1.77",
        "imap.old.example",
        "IMAP4.strangers.example",
        "mail.strangers.co.uk",
        "old.example",
        "any.thing.old.example"
      })
  void aPasswordThatHasChangedPlacesWithTheServerIsNoServer(String server) throws IOException {
    for (String password : List.of("ZqPwA003", "hunter2.example", "10.9.8.7")) {
      String columns =
          "source_email,source_password,source_imap_server,source_port,source_security,"
              + "destination_password\n";
      String row = "ann@old.example,%s,%s,993,tls,New-1\n".formatted(server, password);
      assertThat(written(columns + row))
          .contains("Put each into its own column.")
          .doesNotContainIgnoringCase(password);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2", "hunter2@", "p@ss@hunter2", "x@hunter2.example", "hunter2.example",
            "hunter2:993", "imap://hunter2",
        "20191224", "=hunter2", "dav|hunter2", "a hunter2", "https://hunter2/", "hunter2.vcf",
            "<hunter2@x.example>"
      })
  void aPasswordInAnyColumnOfARejectedRowIsNotShown(String secret) throws IOException {
    for (Column column : Column.values()) {
      Map<Column, String> cells = new EnumMap<>(Column.class);
      cells.put(Column.SOURCE_EMAIL, "anna@example.org");
      cells.put(Column.SOURCE_IMAP_SERVER, "imap.example.org");
      cells.put(Column.SOURCE_PASSWORD, "x");
      cells.put(Column.DESTINATION_EMAIL, "nobody");
      cells.put(column, secret);
      cells.put(
          column == Column.SOURCE_PORT ? Column.SOURCE_SECURITY : Column.SOURCE_PORT, "wrong");
      String row =
          Arrays.stream(Column.values())
              .map(each -> cells.getOrDefault(each, ""))
              .collect(Collectors.joining(","));
      assertThat(written(CsvTemplate.text() + row + "\n"))
          .as("%s", column)
          .doesNotContain(secret, "hunter2");
    }
  }

  @Test
  void cellsInAnyOrderShowNoPassword() throws IOException {
    Random random = new Random(7);
    List<String> row =
        new ArrayList<>(
            Arrays.asList(
                "anna@example.org",
                "S3cret@home.example",
                "imap.example.org",
                "",
                "",
                "",
                "",
                "pw-of-anna"));
    for (int i = 0; i < 300; i++) {
      Collections.shuffle(row, random);
      String written = written(CsvTemplate.text() + String.join(",", row) + ",,,http://x,,\n");
      assertThat(written).doesNotContain("S3cret", "pw-of-anna");
    }
  }

  @Test
  void aPasswordInAHeaderIsNotShown() throws IOException {
    assertThat(written("source_email,source_password,hunter2\na,b,c\n")).doesNotContain("hunter2");
    assertThat(written("source_email,source_password,source_imap_server,hunter2\na,b,c,d\n"))
        .doesNotContain("hunter2")
        .contains("line 1 column 4");
  }

  @Test
  void anAddressAndAServerThatVouchForEachOtherAreShown() throws IOException {
    String written =
        written(CsvTemplate.text() + "anna@example.org,x1y2,imap.example.org,wrong,,,,,,,,,\n");

    assertThat(written).contains("anna@example.org", "imap.example.org", Secret.MASK);
  }
}
