package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.docs.Document;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSnapshot;

/**
 * The changes of docs/routes.md, each done as it is written there in a copy of the real routes and
 * configuration: no warning, and a mailbox arrives whole. What each brings is seen in tests of its
 * own page.
 */
@EnabledIfInstalled("dovecot")
class DocumentedChangesTest {
  private static final String ANN = "ann%d@acme.example";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern COPY = Pattern.compile("cp (routes/examples/\\S+) routes/");
  private static final Pattern PROPERTY = Pattern.compile("([a-z]+\\.[a-z.-]+)=(.+)");

  private static TwoServers servers;

  @TempDir private Path folder;

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private static List<List<String>> changes() {
    return Document.of("docs/routes.md").table("You want").rows();
  }

  /** Rows with a step that needs nothing from outside: no web server, no repository of jars. */
  static IntStream changesByThemselves() {
    return IntStream.of(0, 1, 2, 3, 7);
  }

  @Test
  void thereAreTen() {
    assertThat(changes()).hasSize(10);
  }

  @ParameterizedTest
  @MethodSource("changesByThemselves")
  void aChangeIsOneStep(int change) throws IOException {
    String user = ANN.formatted(change);
    servers.userWithMail(user, 2, "INBOX", "Gesendet", "Public/Old", "Junk");
    Installation installation = servers.configure(new Installation(folder));
    Path routes = installation.ownRoutes();
    for (String code : codes(change)) {
      apply(code, installation, routes);
    }

    assertThat(installation.routes().text()).endsWith("nothing is wrong.\n");
    Path request = installation.request("r.csv", TwoServers.HEADER + servers.row(user));
    assertThat(installation.command("migrate", request)).isZero();
    Set<String> missing = withMail(servers.atSource(user));
    missing.removeAll(withMail(servers.atDestination(user)));
    assertThat(missing)
        .isEqualTo(
            switch (change) {
              case 0 -> Set.of("Junk", "Public/Old");
              case 2 -> Set.of("Gesendet");
              default -> Set.of();
            });
  }

  private static Set<String> withMail(MailboxSnapshot mailbox) {
    return mailbox.folders().entrySet().stream()
        .filter(folder -> !folder.getValue().messages().isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> codes(int change) {
    return CODE.matcher(changes().get(change).get(1)).results().map(code -> code.group(1)).toList();
  }

  private void apply(String code, Installation installation, Path routes) throws IOException {
    MatchResult copy = COPY.matcher(code).results().findFirst().orElse(null);
    MatchResult property = PROPERTY.matcher(code).results().findFirst().orElse(null);
    if (copy != null) {
      Path example = Path.of(copy.group(1));
      Files.write(routes.resolve(example.getFileName()), Files.readAllBytes(example));
    } else if (code.startsWith("policies: ")) {
      Path policies = Files.writeString(folder.resolve("policies.yaml"), code + "\n");
      installation.set("policies.file", policies.toString());
    } else if (property != null) {
      installation.set(property.group(1), property.group(2));
    } else {
      assertThat(code).isEqualTo("config/policies.yaml");
    }
  }

  @Test
  void eachFileThatAChangeCopiesIsThere() {
    Stream<String> copied =
        IntStream.range(0, changes().size())
            .boxed()
            .flatMap(change -> codes(change).stream())
            .flatMap(code -> COPY.matcher(code).results())
            .map(copy -> copy.group(1));
    assertThat(copied).hasSizeGreaterThan(3).allSatisfy(file -> assertThat(Path.of(file)).exists());
  }
}
