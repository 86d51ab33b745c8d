package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.Installation;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;

/** Who breaks a route file is told the file, the line and what is wrong there. */
class BrokenRouteTest {
  @TempDir Path folder;

  private void assertRejected(
      Launcher.Mode mode, Installation installation, Consumer<Problem> told) {
    assertThatThrownBy(() -> installation.start(mode).close())
        .isInstanceOfSatisfying(RequestRejected.class, e -> told.accept(e.problem()));
  }

  /** The text is put in the place of another; the fault is then told in the line it stands in. */
  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run-mailbox     | ref: passes                    | ref: pases         | there is no bean "pases"; the nearest known name is "passes"
          run-mailbox     | {{mailboxes.at-once}}          | {{mailboxes.at-onse}} | there is no property "mailboxes.at-onse"; the nearest known name is "mailboxes.at-once"
          run-mailbox     | concurrentConsumers:           | concurentConsumers: | there is no option "concurentConsumers"
          check-request   | count: true                    | cuont: true        | there is no option "cuont"
          run-mailbox     | '"{{mailboxes.at-once}}"'      | '"many"'           | "many" does not fit the option
          migrate-mailbox | mailbox:check                  | mailbocks:check    | there is no component "mailbocks"
          copy-folders    | mailbox:pull                   | mailbox:pul        | there is no operation "pul"; there are check, folders, reconcile, flags, pull, append, settle, verify
          migrate-mailbox | - split:                       | - splitt:          | there is no step "splitt"; the nearest known name is "split"
          migrate-mailbox | 'simple:'                      | 'simpel:'          | there is no language "simpel"; the nearest known name is "simple"
          migrate-mailbox | ${body.lanes}                  | ${body.lanes       | "${body.lanes" cannot be read in the language simple
          migrate-mailbox | from:                          | '   from:'         | mapping values are not allowed here
          run-mailbox     | method: begin(                 | method: begn(      | the bean has no method "begn"; the nearest known name is "begin"
          copy-folders    | uri: direct:copy-folder        | uri: direct:copy-foldr | there is no route from "direct:copy-foldr"; the nearest known name is "direct:copy-folder"
          accept-request  | uri: direct:accept-request     | uri: direct:accept-requests | there is no route from "direct:accept-request"; the nearest known name is "direct:accept-requests"
          copy-folders    | routeConfigurationId: try-again | routeConfigurationId: try-agian | there is no route configuration "try-agian"; the nearest known name is "try-again"
          check-request   | executorService: check-threads | executorService: check-threds | there is no thread pool "check-threds"; the nearest known name is "check-threads"
          errors          | "{{retry.delay-millis}}"       | "{{retry.delay-milis}}" | there is no property "retry.delay-milis"; the nearest known name is "retry.delay-millis"
          errors          | ref: retries                   | ref: retrys        | there is no bean "retrys"; the nearest known name is "retries"
          errors          | org.mailcaravan.model.TryAgain | org.mailcaravan.model.TryAgian | there is no class "org.mailcaravan.model.TryAgian"; the nearest known name is "org.mailcaravan.model.TryAgain"
          """)
  void isTold(String file, String text, String replacement, String cause) throws IOException {
    Installation installation = new Installation(folder);
    Path routeFile = installation.ownRoutes().resolve(file + ".camel.yaml");
    String before = Files.readString(routeFile);
    long line = before.substring(0, before.indexOf(text)).lines().count();
    Installation.edit(routeFile, text, replacement);

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.cause()).isEqualTo(cause);
          assertThat(problem.owner()).isEqualTo(Owner.US);
          if (!text.equals("uri: direct:accept-request")) {
            assertThat(problem.place().toString())
                .isEqualTo("route file " + routeFile + ", line " + line);
          }
        });
  }

  @Test
  void twoRoutesOfOneNameAreTold() {
    Installation installation = new Installation(folder);
    Path routeFile = installation.ownRoutes().resolve("copy-folders.camel.yaml");
    Installation.edit(routeFile, "id: copy-folder", "id: run-mailbox");

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.cause()).isEqualTo("two routes have the id \"run-mailbox\"");
          assertThat(problem.place().toString()).startsWith("route file " + routeFile + ", line ");
        });
  }

  @Test
  void whatOnlyTheServiceStartsIsToldToo() {
    Installation installation = new Installation(folder);
    Path routeFile = installation.ownRoutes().resolve("second-pass.camel.yaml");
    Installation.edit(routeFile, "\"{{resync.cron}}\"", "\"whenever\"");

    assertRejected(
        Launcher.Mode.SERVICE,
        installation,
        problem -> {
          assertThat(problem.cause()).isEqualTo("\"whenever\" is no cron expression of Quartz");
          assertThat(problem.place().toString()).isEqualTo("route file " + routeFile + ", line 9");
        });
  }

  @Test
  void aFolderWithoutRoutesIsTold() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Installation installation = new Installation(folder).set("routes.folder", empty.toString());

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.place().toString()).isEqualTo("routes in " + empty);
          assertThat(problem.cause()).contains("no route from \"direct:accept-request\"");
        });
  }

  @Test
  void theRoutesAsTheyAreStart() {
    for (Launcher.Mode mode : Launcher.Mode.values()) {
      Installation installation = new Installation(folder.resolve(mode.name()));
      try (Launcher.Running running = installation.start(mode)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
      }
    }
  }
}
