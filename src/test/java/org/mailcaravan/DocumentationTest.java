package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.ProblemCode;

class DocumentationTest {
  private static final Document ROUTES = Document.of("docs/routes.md");

  private static String routeFiles() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        text.append(Files.readString(file)).append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static List<String> packagesIn(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/org/mailcaravan", folder))) {
      return files.filter(Files::isDirectory).map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void everyPackageHasARowAndEveryRoomOfSyncIsInThePictureInTheOrderOfImports() throws IOException {
    String text = Files.readString(Path.of("docs/developers.md"));
    assertThat(found("(?m)^\\| `([a-z]+)(?:\\.[a-z]+)?`.*\\|$", text)).containsAll(packagesIn(""));
    List<String> rooms = new ArrayList<>(found("(?m)^[├└]── ([a-z]+)", text));
    Collections.reverse(rooms);
    assertThat(rooms).isEqualTo(ArchitectureTest.ROOMS_OF_SYNC);
    assertThat(packagesIn("sync")).containsExactlyInAnyOrderElementsOf(rooms);
  }

  @Test
  void everyRouteAndErrorPolicyIsDescribedAndNoOther() throws IOException {
    String files = routeFiles();
    assertThat(ROUTES.tables("Route").stream().flatMap(table -> table.column(0).stream()))
        .containsExactlyInAnyOrderElementsOf(found("- route:\n    id: (\\S+)", files));
    assertThat(ROUTES.table("Error policy").column(0))
        .containsExactlyInAnyOrderElementsOf(found("- routeConfiguration:\n    id: (\\S+)", files));
  }

  @Test
  void everyBeanAndEndpointOfTheRoutesIsDescribed() throws IOException {
    String files = routeFiles();
    assertThat(ROUTES.table("Bean").column(0))
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(found("\\bref: (\\S+)", files)));
    // These are for routes of one's own.
    Set<String> endpoints = new TreeSet<>(Set.of("mailbox:afterPass", "mailbox:afterMigration"));
    endpoints.addAll(all("\\b(?:mailbox|dav):[a-zA-Z]+\\b", files));
    assertThat(ROUTES.table("Endpoint").column(0)).containsExactlyInAnyOrderElementsOf(endpoints);
  }

  @Test
  void everyRouteFileIsNamedAndEveryPolicyThatARouteNamesExists() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      Path errors = Path.of("routes/errors.camel.yaml");
      assertThat(files.filter(Files::isRegularFile))
          .contains(errors)
          .allSatisfy(file -> assertThat(ROUTES.prose()).contains("`" + file + "`"));
    }
    // Camel takes an unknown one for none.
    String files = routeFiles();
    assertThat(found("- routeConfiguration:\n    id: (\\S+)", files))
        .containsAll(found("routeConfigurationId: (\\S+)", files));
  }

  @Test
  void everyBlockNamesItsLanguageSoThatNoCommandIsMissed() {
    assertThat(Document.all().stream().flatMap(document -> document.blocks().stream()))
        .allSatisfy(
            block ->
                assertThat(block.language())
                    .isIn(Set.of("sh", "text", "csv", "json", "yaml", "properties", "mermaid")));
    assertThat(Document.all().stream().flatMap(document -> document.blocks("text").stream()))
        .allSatisfy(block -> assertThat(block.text()).doesNotContain("bin/mailcaravan "));
  }

  @Test
  void everyLinkLeadsToAFile() {
    for (Document document : Document.all()) {
      Path folder = Objects.requireNonNullElse(document.file().getParent(), Path.of(""));
      assertThat(found("\\]\\((?!https://)([^)#]+)", document.prose()))
          .as(document.toString())
          .allSatisfy(link -> assertThat(folder.resolve(link)).exists());
    }
  }

  @Test
  void theResultsAreNamedAsTheTableNamesThem() {
    // Words of the result table, and of the JSON document.
    assertThat(
            Document.of("docs/operators.md").table("Result").rows().stream()
                .map(row -> row.get(0) + "=" + row.get(1)))
        .containsExactly(
            "all arrived=`copied`",
            "needs attention=`incomplete`",
            "nothing copied=`blocked`",
            "failed by our fault=`fault`");
  }

  @Test
  void everyProblemCodeIsDescribedAndNoOther() {
    assertThat(
            Document.of("docs/problems.md").tables("Code").stream()
                .flatMap(table -> table.column(0).stream()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ProblemCode.values()).map(ProblemCode::id).toList());
  }

  @Test
  void everyProblemCodeHasTheSeverityThatTheTablesSay() {
    assertThat(
            Document.of("docs/problems.md").tables("Code").stream()
                .flatMap(table -> table.rows().stream())
                .map(row -> row.get(0) + " " + row.get(1)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ProblemCode.values())
                .map(code -> "`" + code.id() + "` " + code.severity().id())
                .toList());
  }
}
