package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.docs.Document;

/** The examples of docs/routes.md, put into the shipped routes and run. */
class DocumentedRoutesTest {
  private static final Document ROUTES = Document.of("docs/routes.md");
  private static final String FILE = "copy-folders.camel.yaml";
  private static final String MIGRATE = "bin/mailcaravan migrate customers.csv";

  @TempDir private Path folder = Path.of("");

  /** Puts an example into the place of the route whose id it has. */
  private static void insert(TrialProgram installation, String id) throws Exception {
    List<Document.Block> examples =
        ROUTES.blocks("yaml").stream().filter(b -> b.text().contains("id: " + id + "\n")).toList();
    assertThat(examples).hasSize(1);
    installation.changeRoute(
        FILE,
        "(?s)- route:\n    id: " + Pattern.quote(id) + "\n.*?(?=\n- route:|\\z)",
        Matcher.quoteReplacement(examples.get(0).text()));
  }

  @BeforeEach
  void thereAreNoOtherExamples() {
    assertThat(ROUTES.blocks("yaml")).hasSize(2);
  }

  @Test
  void aRouteAfterAPassIsAFileOfItsOwn() throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      Files.writeString(
          installation.home().resolve("routes/log-ended-passes.camel.yaml"),
          ROUTES.blocks("yaml").stream()
              .filter(block -> block.text().contains("mailbox:afterPass"))
              .map(Document.Block::text)
              .collect(Collectors.joining()));
      InstalledProgram.Run run = installation.run(MIGRATE);
      assertThat(run.exit()).as(run.out() + run.err()).isZero();
      assertThat(installation.home().resolve("data/logs/mailcaravan.log"))
          .content()
          .contains("COPIED");
    }
  }

  /** With conditions that fit every message of the example. */
  @Test
  void aRuleForSomeMailboxesLeavesOutTheirMessages() throws Exception {
    Document rules = Document.of("docs/rules.md");
    assertThat(rules.blocks("yaml")).hasSize(1);
    try (TrialProgram installation = new TrialProgram(folder)) {
      installation.changeRoute(
          "rules.camel.yaml",
          "(?s)- route:.*",
          Matcher.quoteReplacement(
              rules
                  .blocks("yaml")
                  .get(0)
                  .text()
                  .replace("~~ '@acme.example'", "contains '@'")
                  .replace("larger: 20M", "larger: 1")
                  .replace("2020-01-01", LocalDate.now(ZoneOffset.UTC).toString())));
      InstalledProgram.Run run = installation.run(MIGRATE);
      assertThat(run.exit()).as(run.out() + run.err()).isZero();
      assertThat(installation.arrived("INBOX").values()).containsOnly(0);
    }
  }

  @Test
  void aThrottleWithAPropertyOfItsOwnLosesNothing() throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      insert(installation, "copy-folder");
      String[] property = ROUTES.blocks("properties").get(0).text().strip().split("=", 2);
      installation.set(Map.of(property[0], property[1]));
      InstalledProgram.Run run = installation.run(MIGRATE);
      assertThat(run.exit()).as(run.out() + run.err()).isZero();
      installation.assertAllArrivedOnce();
    }
  }

  @Test
  void aBrokenRouteIsExplainedAsTheDocumentSays() throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      installation.changeRoute(FILE, "stopOnException:", "stopOnExeption:");
      assertExplained(installation, 1, "/opt/mailcaravan", installation.home().toString());
      installation.changeRoute(FILE, "stopOnExeption:", "stopOnException:");
      installation.changeRoute(FILE, "mailbox:append", "mailbox:apend");
      assertExplained(installation, 2, " ...", "");
    }
  }

  private static void assertExplained(
      TrialProgram installation, int index, String shown, String meant) throws Exception {
    List<Document.Block> said = ROUTES.blocks("text");
    // The first is of a component that is added.
    assertThat(said).hasSize(3);
    InstalledProgram.Run run = installation.run(MIGRATE);
    assertThat(run.exit()).isEqualTo(2);
    String err = run.err().replaceAll("\\s+", " ");
    assertThat(said.get(index).text().lines())
        .allSatisfy(line -> assertThat(err).contains(line.strip().replace(shown, meant).strip()));
  }
}
