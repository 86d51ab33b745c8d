package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/** Pins the document: programs of others read it. */
class ResultJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void theDocumentOfAMigration() throws IOException {
    assertThat(WrittenJson.of(out -> ResultJson.write(Results.mixed(), out)))
        .isEqualTo(expected("migrate.json"));
  }

  @Test
  void theDocumentOfACheck() throws IOException {
    assertThat(WrittenJson.of(out -> ResultJson.write(Results.check(false), out)))
        .isEqualTo(expected("check.json"));
  }

  @Test
  void theDocumentOfAVerification() throws IOException {
    JsonNode document = WrittenJson.of(out -> ResultJson.write(Results.verification(false), out));
    assertThat(document.get("allComplete").asBoolean()).isFalse();
    assertThat(document.at("/totals/complete").asInt()).isEqualTo(1);
    assertThat(document.at("/mailboxes/0/verdict").asText()).isEqualTo("complete");
    assertThat(document.at("/mailboxes/0/certificate"))
        .isEqualTo(
            MAPPER.readTree(
                ResultJson.text(
                    CertificateJson.of(
                        Results.mailbox(1, "anna@old.example", "anna@old.example"),
                        Results.certificate(true)))));
    assertThat(document.at("/mailboxes/2/certificate").isNull()).isTrue();
    assertThat(document.at("/mailboxes/2/problems")).hasSize(1);
    assertThat(document.at("/certificateFolder").asText()).isEqualTo("/reports/b1-verified");
  }

  @Test
  void theDocumentOfAnError() throws IOException {
    Problem problem =
        new Problem(
            ProblemCode.NOT_IMAP,
            Where.line("list.csv", 1),
            "a \"quote\"",
            Owner.OLD_HOST,
            "Wait.");
    assertThat(ResultJson.text(ResultJson.error(List.of(problem))))
        .isEqualTo(
            """
            {
              "format" : 1,
              "error" : {
                "code" : "not-imap",
                "severity" : "error",
                "place" : "list.csv line 1",
                "where" : {
                  "file" : "list.csv",
                  "line" : 1
                },
                "cause" : "a \\"quote\\"",
                "owner" : "old-provider",
                "nextStep" : "Wait.",
                "notBefore" : null
              }
            }
            """);
  }

  @Test
  void everyFieldIsDescribed() throws IOException {
    Set<String> described = new TreeSet<>();
    Matcher names =
        Pattern.compile("(?m)^\\| `([a-zA-Z.\\[\\]]+)`")
            .matcher(Files.readString(Path.of("docs", "json-result.md")));
    while (names.find()) {
      described.add(names.group(1));
    }
    List<String> used = new ArrayList<>();
    fields("", WrittenJson.of(out -> ResultJson.write(Results.mixed(), out)), used);
    fields("", WrittenJson.of(out -> ResultJson.write(Results.check(false), out)), used);
    fields("", WrittenJson.of(out -> ResultJson.write(Results.verification(false), out)), used);
    for (Where place :
        List.of(
            Where.message(7, Where.folder("INBOX")),
            new Where.Folders(4, List.of("INBOX")),
            Where.loginAt("imap.old.example"),
            Where.line("list.csv", 1).column(2).of("one"),
            Where.url("dav.old.example/ann/"),
            Where.dataFolder("/srv/data"),
            Where.setting("retry.attempts", "--set retry.attempts"),
            Where.ofMailbox("credentials of", "ann@old.example"),
            Where.database("jdbc:h2:mem:"))) {
      Problem problem = new Problem(place, "", Owner.US, "");
      fields("", ResultJson.error(List.of(problem, problem)), used);
    }
    assertThat(described).containsExactlyInAnyOrderElementsOf(new TreeSet<>(used));
  }

  private static void fields(String path, JsonNode node, List<String> found) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              JsonNode value = node.get(name);
              String at = path + name + (value.isArray() ? "[]" : "");
              // A problem has the same fields wherever it stands.
              String here = at.replaceFirst(".*(problems|refused|errors)\\[]\\.", "problem.");
              found.add(here.replaceFirst("^error\\.", "problem."));
              if (name.equals("certificate")) {
                // It has a document of its own.
                return;
              }
              if (value.isArray()) {
                value.forEach(element -> fields(at + ".", element, found));
              } else {
                fields(at + ".", value, found);
              }
            });
  }

  private static JsonNode expected(String name) throws IOException {
    try (InputStream document = ResultJsonTest.class.getResourceAsStream(name)) {
      return MAPPER.readTree(document);
    }
  }
}
