package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.Installation;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.WrittenFile;
import org.mailcaravan.model.RequestRejected;

/** {@code routes check} also says what is no mistake and probably not meant. */
class RouteWarningsTest {
  @TempDir Path folder;

  @Test
  void theShippedRoutesAreGood() {
    assertThat(new Installation(folder).routes().text())
        .matches("\\d+ route files, \\d+ routes: nothing is wrong.\\R");
  }

  /** The text is put in the place of another; the warning names the line that many lines behind. */
  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          migrate-mailbox | '        - to:\\n            uri: mailbox:verify\\n            id: verify\\n' | '' | run-mailbox:8 | no step of a pass sends to "mailbox:verify": nothing proves what arrived, and there is no certificate
          copy-folders | 'uri: mailbox:flags' | 'uri: log:no-flags' | run-mailbox:8 | no step of a pass sends to "mailbox:flags": flags stay as they were when a message was copied
          migrate-mailbox | 'uri: mailbox:settle' | 'uri: log:no-settling' | run-mailbox:8 | no step of a pass sends to "mailbox:settle": a destination that breaks off and repairs its files later may show messages twice
          verify-mailbox | 'uri: direct:mailbox-rules' | 'uri: log:no-rules' | verify-request: | no step of this command sends to "mailbox:leaveOut" or "mailbox:map": what rules left out is told as not copied
          check-request | 'uri: direct:mailbox-rules' | 'uri: log:no-rules' | check-request: | no step of this command sends to "mailbox:leaveOut" or "mailbox:map": it counts what rules leave out
          import-groupware | 'uri: dav:contacts' | 'uri: log:no-contacts' | run-mailbox:8 | no step of a pass sends to "dav:contacts": no contacts are imported
          copy-folders | '            stopOnException: true\\n' | '' | copy-folders:45 | the split over batches goes on after one that failed, as if it had arrived
          copy-folders | '            streaming: true\\n            stopOnException' | '            stopOnException' | copy-folders:45 | the split reads all batches of a folder before it appends the first
          migrate-mailbox | '            synchronous: true\\n' | '' | migrate-mailbox:39 | the next mailbox begins before this split has ended
          copy-folders | '    routeConfigurationId: try-again\\n' | '' | copy-folders:32 | the route "copy-folder" is part of a pass and names no error policy
          migrate-mailbox | 'uri: mailbox:verify\\n            id: verify' | 'uri: mailbox:verify\\n            id: verify\\n        - to:\\n            uri: file:done?fileName=x' | migrate-mailbox:70 | if "file:done" fails, the pass of the mailbox fails
          migrate-mailbox | 'uri: mailbox:verify\\n            id: verify' | 'uri: mailbox:verify\\n            id: verify\\n        - wireTap:\\n            uri: file:done?fileName=x' | none |
          second-pass | '- route:' | '- route:\\n    id: mine\\n    from:\\n      uri: mailbox:afterPass\\n      steps:\\n        - log: hi\\n- route:' | second-pass:5 | the route "mine" names no error policy: its failures go into the log with the addresses that it calls, and the secrets in them
          second-pass | '- route:' | '- route:\\n    id: mine\\n    from:\\n      uri: direct:mine\\n      steps:\\n        - log: hi\\n- route:' | second-pass:5 | no step sends to "direct:mine", so this route never runs
          second-pass | '- route:' | '- errorHandler:\\n    deadLetterChannel:\\n      deadLetterUri: log:mine\\n- route:' | second-pass:2 | this error handler counts for the routes of all files, also for those that copy mail
          """)
  void isTold(String file, String text, String replacement, String place, String cause)
      throws IOException {
    Installation installation = new Installation(folder);
    Path routes = installation.ownRoutes();
    Installation.edit(
        routes.resolve(file + ".camel.yaml"),
        text.replace("\\n", "\n"),
        replacement.replace("\\n", "\n"));

    JsonNode warnings = new ObjectMapper().readTree(installation.routes().json()).path("warnings");

    if (place.equals("none")) {
      assertThat(warnings).isEmpty();
      return;
    }
    assertThat(warnings).hasSize(1);
    JsonNode warning = warnings.get(0);
    String[] where = place.split(":", -1);
    assertThat(warning.path("cause").textValue()).isEqualTo(cause);
    assertThat(warning.path("place").toString())
        .contains(where[0] + ".camel.yaml")
        .contains(where[1]);
    assertThat(warning.path("nextStep").textValue()).isNotBlank();
  }

  @Test
  void whatTheSettingsProbablyDoNotMeanIsTold() throws IOException {
    Path policies =
        Files.writeString(
            folder.resolve("policies.yaml"),
            """
            policies:
              - name: all
                when: { domain: "*" }
                resync: 2h
              - name: gold
                when: { policy: gold }
                resync: 1h
            """);
    Installation installation =
        new Installation(folder)
            .set("policies.file", policies.toString())
            .set("copy.leave-out", "before=2015-01-01; before=2999-01-01");

    assertThat(installation.routes().text())
        .contains("the rule \"before=2999-01-01\" names a day that is to come")
        .contains("policies.yaml line 5: no mailbox ever has the policy \"gold\"")
        .contains("2 warnings");
  }

  @Test
  void routeFilesInAFolderBelowAreNotReadWithoutAWord() throws IOException {
    Installation installation = new Installation(folder);
    Path routes = installation.ownRoutes();
    Path below = Files.createDirectory(routes.resolve("customers"));
    // Kubernetes keeps the files of a ConfigMap in such a folder.
    Path hidden = Files.createDirectory(routes.resolve("..data"));
    for (Path each : List.of(below, hidden)) {
      Files.writeString(each.resolve("acme.camel.yaml"), "- route:\n");
    }

    assertThat(installation.routes().text())
        .contains("Warning: " + below + ": the route files in this folder are not read")
        .contains("1 warning");
  }

  @Test
  void aPasswordThatStandsInARouteFileIsToldAndNotShown() throws IOException {
    Installation installation = new Installation(folder).set("route.password", "other-secret");
    Path file = installation.ownRoutes().resolve("mine.camel.yaml");
    String route =
        """
        - route:
            id: mine
            from:
              uri: timer:mine
              steps:
                - to:
                    uri: smtp:mail.example
                    parameters:
                      username: anna
                      password: %s
        """;
    Files.writeString(file, route.formatted("s3cret-of-mine"));

    assertThat(installation.routes().text())
        .contains("mine.camel.yaml line 10: the value of \"password\" stands in the route file")
        .contains("{{route.password}}")
        .doesNotContain("s3cret-of-mine");

    Files.writeString(file, route.formatted("\"{{route.password}}\""));
    assertThat(installation.routes().text()).contains("nothing is wrong.");
  }

  @Test
  void aPictureShowsNoPassword() throws IOException {
    Installation installation = new Installation(folder);
    Files.writeString(
        installation.ownRoutes().resolve("mine.camel.yaml"),
        """
        - route:
            id: mine
            from:
              uri: timer:mine
              steps:
                - to:
                    uri: http://anna:s3cret-of-mine@hooks.example
                - recipientList:
                    expression:
                      constant:
                        expression: http:hooks.example?authPassword=s3cret-of-mine
        """);

    assertThat(installation.picture("mine")).contains("anna:***").doesNotContain("s3cret-of-mine");
  }

  /** It may be one, as a word in a column of a request. */
  @Test
  void aTextThatIsToBeANumberIsProbablyNotMeant() {
    Installation installation = new Installation(folder);
    Installation.edit(
        installation.ownRoutes().resolve("migrate-mailbox.camel.yaml"),
        "        - to:\n            uri: mailbox:check",
        "        - throttle: { expression: { simple: { expression: '${body.sourceAddress}' } } }\n"
            + "        - to:\n            uri: mailbox:check");
    assertThat(installation.routes().text())
        .contains(
            "migrate-mailbox.camel.yaml line 9: a throttle takes a number, and"
                + " \"${body.sourceAddress}\" is a text");
  }

  /** In an entrance, in addresses, and among the properties of a bean; not what is no secret. */
  @Test
  void aPasswordIsFoundWhereverItStands() throws IOException {
    Installation installation = new Installation(folder).set("route.password", "elsewhere");
    Files.writeString(
        installation.ownRoutes().resolve("mine.camel.yaml"),
        """
        - beans:
            - name: mine
              type: org.mailcaravan.routes.RouteWarningsTest$Broker
              properties:
                password: s3cret-1
        - route:
            id: mine
            from:
              uri: imap:mail.example
              parameters:
                password: s3cret-2
              steps:
                - to: "http://anna:s3cret-3@mail.example/x?accessKey=s3cret-5"
                - to: "smtp:mail.example?username=anna&password=RAW(s3cret-4)"
                - to: "smtp:mail.example:25?password=RAW({{route.password}})"
                - toD: "http://mail.example:8080/${body}@x"
        """);

    assertThat(installation.routes().text())
        .contains(
            "line 5: the value of \"password\"",
            "line 11: the value of \"password\"",
            "line 13: the value of \"accessKey\"",
            "line 13: the value of \"password\"",
            "line 14: the value of \"password\"")
        .doesNotContain("line 15: the value", "line 16: the value", "s3cret");
  }

  /** A bean of an engineer's own. */
  public static final class Broker {
    private String password = "";

    public void setPassword(String password) {
      this.password = password;
    }

    public String getPassword() {
      return password;
    }
  }

  @Test
  void aPictureShowsWhoCallsWhomAndTheStepsOfARoute() {
    Installation installation = new Installation(folder);

    assertThat(installation.picture(null)).startsWith("flowchart LR").contains("\"quartz:");
    assertThat(installation.picture("copy-folder"))
        .isEqualTo(
            """
            flowchart TB
              n1(["direct:copy-folder"])
              n2["update-flags: mailbox:flags"]
              n1 --> n2
              n3["pull: mailbox:pull"]
              n2 --> n3
              subgraph n4["for-each-batch: split[simple{${body}}]"]
                n5["append: mailbox:append"]
              end
              n3 --> n4
            """);
    assertThatThrownBy(() -> installation.picture("copy-foldr"))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("the nearest known name is \"copy-folder\"");
  }

  @Test
  void thePicturesOfTheDocumentAreThoseOfTheRoutes() throws IOException {
    Path document = Path.of("docs/pictures.md");
    Installation installation = new Installation(folder);
    Iterator<Document.Block> blocks = Document.of(document.toString()).blocks("mermaid").iterator();
    String text = Files.readString(document);
    for (String route : Arrays.asList(null, "migrate-mailbox", "copy-folder")) {
      text = text.replace(blocks.next().text(), installation.picture(route));
    }

    WrittenFile.require(document, text);
  }
}
