package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.Installation;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;

/** Who breaks a route file is told the file, the line and what is wrong there. */
class BrokenRouteTest {
  @TempDir Path folder;

  private static void assertRejected(
      Launcher.Mode mode, Installation installation, Consumer<Problem> told) {
    assertThat(problems(mode, installation)).singleElement().satisfies(told);
  }

  private static List<Problem> problems(Launcher.Mode mode, Installation installation) {
    return catchThrowableOfType(RequestRejected.class, () -> installation.start(mode).close())
        .problems();
  }

  /** With file names for paths. */
  private static List<String> told(Installation installation) {
    return problems(Launcher.Mode.SERVICE, installation).stream()
        .map(problem -> (problem.place() + ": " + problem.cause()).replaceFirst("^.*/", ""))
        .toList();
  }

  /** The text is put in the place of another; the fault is then told in the line it stands in. */
  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run-mailbox     | ref: passes                    | ref: pases         | there is no bean "pases"; the nearest known name is "passes"
          run-mailbox     | {{mailboxes.at-once}}          | {{mailboxes.at-onse}} | there is no property "mailboxes.at-onse"; the nearest known name is "mailboxes.at-once"
          run-mailbox     | concurrentConsumers:           | concurentConsumers: | there is no option "concurentConsumers"; the nearest known name is "concurrentConsumers"
          check-request   | count: true                    | cuont: true        | there is no option "cuont"; the nearest known name is "count"
          run-mailbox     | '"{{mailboxes.at-once}}"'      | '"many"'           | "many" does not fit the option "concurrentConsumers"; it holds a number
          migrate-mailbox | mailbox:check                  | mailbocks:check    | there is no component "mailbocks"
          migrate-mailbox | mailbox:check                  | kafka:check        | there is no component "kafka" in the program
          migrate-mailbox | mailbox:check                  | kafca:check        | there is no component "kafca"; the nearest known name is "kafka"
          check-request   | 'simple:'                      | 'jsonpath:'        | there is no language "jsonpath" in the program
          copy-folders    | mailbox:pull                   | mailbox:pul        | there is no operation "pul"; there are due, preflight, afterPass, afterMigration, check, leaveOut, map, folders, reconcile, flags, pull, append, settle, verify
          migrate-mailbox | - split:                       | - splitt:          | there is no step "splitt"; the nearest known name is "split"
          migrate-mailbox | 'simple:'                      | 'simpel:'          | there is no language "simpel"; the nearest known name is "simple"
          migrate-mailbox | ${body.lanes}                  | ${body.lanes       | "${body.lanes" cannot be read in the language simple; look at its braces, quotes and operators
          migrate-mailbox | from:                          | '   from:'         | mapping values are not allowed here; look at the indentation and the colons here and above
          run-mailbox     | method: begin(                 | method: begn(      | the bean "passes" has no method "begn"; the nearest known name is "begin"
          copy-folders    | uri: direct:copy-folder        | uri: direct:copy-foldr | there is no route from "direct:copy-foldr"; the nearest known name is "direct:copy-folder"
          accept-request  | uri: direct:accept-request     | uri: direct:accept-requests | there is no route from "direct:accept-request"; the nearest known name is "direct:accept-requests"
          copy-folders    | routeConfigurationId: try-again | routeConfigurationId: try-agian | there is no route configuration "try-agian"; the nearest known name is "try-again"
          check-request   | executorService: check-threads | executorService: check-threds | there is no thread pool "check-threds"; the nearest known name is "check-threads"
          errors          | WARN                           | "{{retry.delay-milis}}" | there is no property "retry.delay-milis"; the nearest known name is "retry.delay-millis"
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
        Launcher.Mode.MIGRATE,
        installation,
        problem -> {
          assertThat(problem.cause()).isEqualTo(cause);
          assertThat(problem.owner()).isEqualTo(Owner.US);
          assertThat(problem.nextStep()).isEqualTo(nextStep(cause));
          if (!text.equals("uri: direct:accept-request")) {
            assertThat(problem.place().toString()).isEqualTo(routeFile + " line " + line);
          }
        });
  }

  /** Of what is in a jar of its own, the command that fetches it. */
  private static String nextStep(String cause) {
    if (cause.startsWith("there is no property")) {
      return "Set it in application.properties, or fix the route file; nothing was started.";
    }
    String remedy =
        cause.endsWith("\"kafka\" in the program")
            ? "Run \"bin/mailcaravan ext add org.apache.camel:camel-kafka\", and"
            : cause.endsWith("\"jsonpath\" in the program")
                ? "Run \"bin/mailcaravan ext add org.apache.camel:camel-jsonpath\", and"
                : "Fix the route file and";
    return remedy + " start again; nothing was started.";
  }

  /** What Camel finds only when a mailbox comes by, finds without a place, or not at all. */
  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run-mailbox     | "{{mailboxes.at-once}}" | 0 | 0 | "concurrentConsumers" is 0; it must be 1 or more
          errors          | '- routeConfiguration:' | '- beans:\\n    - name: mine\\n      type: org.apache.camel.processor.errorhandler.RedeliveryPolicy\\n      properties:\\n        redeliveryDelai: 5\\n- routeConfiguration:' | 4 | the bean has no property "redeliveryDelai"; the nearest known name is "redeliveryDelay"
          open-migration  | '            expression:\\n              simple:\\n                expression: "${body.rejected.size} > 0"\\n' | '' | -3 | the step "filter" has no expression; add "expression" and "simple" to it
          copy-folders    | 'uri: mailbox:flags' | 'uri: mailbox:flags\\n            uri: mailbox:flags' | 1 | "uri" stands twice in the same place; delete one
          copy-folders    | '            uri: mailbox:flags\\n' | '' | -1 | "to" has no "uri"
          migrate-mailbox | id: plan-folders | id: check-logins | 0 | two steps have the id "check-logins"; give one another
          import-groupware | 'uri: direct:import-calendar\\n      steps' | 'uri: direct:import-contacts\\n      steps' | 0 | two routes begin at "direct:import-contacts": "import-contacts" and "import-calendar"; give one another uri
          migrate-mailbox | ${body.lanes} | ${body.lanse} | 0 | "${body.lanse}": MailboxPlan has no "lanse"; the nearest known name is "lanes"; it has excluded, folders, lanes, mailbox, sharing
          write-certificates | ${body.text} | ${body.txt} | 0 | "${body.txt}": Document has no "txt"; the nearest known name is "text"; it has file, text
          open-migration  | ${body.rejected.size} > 0 | ${body.rejectd.size} > 0 | 0 | "${body.rejectd.size}": Migration has no "rejectd"; the nearest known name is "rejected"; it has id, mailboxes, name, opened, reading, rejected, stem
          run-mailbox     | begin(${variable.mailbox}) | begin(${variable.mailbx}) | 0 | no step sets the variable "mailbx"; the nearest known name is "mailbox"
          import-groupware | variableSend: mailbox | variableSend: mailbx | 0 | no step sets the variable "mailbx"; the nearest known name is "mailbox"
          run-mailbox     | begin(${variable.mailbox}) | begin() | 0 | "begin" of the bean "passes" takes (Mailbox) in its parentheses, and gets 0 values
          run-mailbox     | begin(${variable.mailbox}) | begin(${variable.mailbox}, 3) | 0 | "begin" of the bean "passes" takes (Mailbox) in its parentheses, and gets 2 values
          run-mailbox     | begin(${variable.mailbox}) | begin(${variable.mailbox.row}) | 0 | "begin" of the bean "passes" takes Mailbox; "${variable.mailbox.row}" is none
          run-mailbox     | begin(${variable.mailbox}) | begin(${variabel.mailbox}) | 0 | "${variabel.mailbox}" cannot be read in the language simple; look at its braces, quotes and operators
          migrate-mailbox | 'fail(${variable.mailbox}, ${exception})' | 'fail(${exception}, ${variable.mailbox})' | 0 | "fail" of the bean "passes" takes Mailbox; "${exception}" is none
          errors          | method: worthwhile | method: worthwile | 0 | the bean "retries" has no method "worthwile"; the nearest known name is "worthwhile"
          write-certificates | documents(${body}) | documens(${body}) | 0 | the bean "certificates" has no method "documens"; the nearest known name is "documents"
          second-pass     | method: queueCatchUp | method: queueCachUp | 0 | the bean "migrations" has no method "queueCachUp"; the nearest known name is "queueCatchUp"
          migrate-mailbox | '        - to:\\n            uri: mailbox:folders' | '        - filter:\\n            expression:\\n              simple:\\n                expression: "${body.row} > 5"\\n            steps:\\n              - stop: {}\\n        - to:\\n            uri: mailbox:folders' | 5 | the step "stop" ends the mailbox in mid-pass; put the steps to leave out into a filter
          migrate-mailbox | id: plan-folders | id: copy-folder | 0 | a step has the id of the route "copy-folder"; give it another
          migrate-mailbox | 'otherwise:\n              steps:\n                - to:\n                    uri: mailbox:reconcile' | 'otherwise:\n              steps:\n                - to:\n                    uri: mailbox:flags' | 3 | "mailbox:flags" works on FolderPlan, and the body is MailboxPlan here
          run-mailbox     | 'uri: mailbox:due\\n      parameters:\\n        concurrentConsumers: "{{mailboxes.at-once}}"' | 'uri: mailbox:check' | 0 | "mailbox:check" can only be sent to; mailboxes whose pass is due come from "mailbox:due"
          copy-folders    | mailbox:pull | mailbox:due | 0 | nothing can be sent to "mailbox:due"; it stands at the beginning of a route
          run-mailbox     | 'concurrentConsumers: "{{mailboxes.at-once}}"' | 'count: true' | -2 | the option count goes only with mailbox:check
          migrate-mailbox | 'id: check-logins' | 'id: check-logins\\n            parameters:\\n              concurrentConsumers: 3' | -1 | the option concurrentConsumers goes only with an operation that begins a route
          run-mailbox     | '        - bean:\\n            id: begin-pass\\n            ref: passes\\n            method: begin(${variable.mailbox})\\n' | '' | -10 | the route from "mailbox:due" begins no pass; it needs the step "begin-pass": the bean "passes" with the method "begin"
          run-mailbox     | '        - bean:\\n            id: end-pass\\n            ref: passes\\n            method: end(${variable.mailbox})\\n' | '' | -52 | the route from "mailbox:due" ends no pass; it needs the step "end-pass": the bean "passes" with the method "end"
          run-mailbox     | 'uri: direct:write-reports' | 'uri: log:ended' | -57 | the route from "mailbox:due" has no report written; it needs a step that sends to "direct:write-reports"
          second-pass     | 'uri: quartz:purge-credentials\\n      parameters:\\n        cron: "0 15 4 * * ?"' | 'uri: mailbox:due' | 0 | two routes begin at "mailbox:due": "run-mailbox" and "purge-credentials"; give one another uri
          run-mailbox     | '        - bean:\\n            id: begin-pass' | '        - log:\\n            message: "a pass of ${body.sourceAddress"\\n        - bean:\\n            id: begin-pass' | 0 | "a pass of ${body.sourceAddress" cannot be read in the language simple; look at its braces, quotes and operators
          migrate-mailbox | '                expression:\\n                  simple:\\n                    expression: "''{{pass.mirror-deletions}}'' == ''true'' && ${variable.mailbox.pass} == ''FIRST''"\\n' | '' | -2 | "when" has no expression; add "expression" and "simple" to it
          copy-folders    | '        - to:\\n            uri: mailbox:pull' | '        - throttle:\\n            expression:\\n              constant:\\n                expression: many\\n        - to:\\n            uri: mailbox:pull' | 3 | a throttle takes a number from 1 on, and "many" is none
          open-migration  | '- java.lang.Exception' | '- java.lang.Exeption' | 0 | there is no class "java.lang.Exeption"
          import-groupware | "#class:org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy" | "#class:org.apache.camel.Nix" | 0 | there is no class "org.apache.camel.Nix"
          """)
  void isFoundBeforeTheStart(
      String file, String text, String replacement, int linesBehind, String cause)
      throws IOException {
    Installation installation = new Installation(folder);
    Path routeFile = installation.ownRoutes().resolve(file + ".camel.yaml");
    String replaced = text.replace("\\n", "\n");
    String before = Files.readString(routeFile);
    long line = (before.substring(0, before.indexOf(replaced)) + "x").lines().count();
    Installation.edit(routeFile, replaced, replacement.replace("\\n", "\n"));

    // A route that begins elsewhere is missing where it began before.
    assertThat(problems(Launcher.Mode.MIGRATE, installation))
        .filteredOn(
            problem ->
                !(cause.startsWith("two routes") || cause.contains("can only be sent to"))
                    || !problem.cause().contains("no route from"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.cause()).isEqualTo(cause);
              assertThat(problem.place().toString())
                  .isEqualTo(routeFile + " line " + (line + linesBehind));
              assertThat(problem.nextStep()).startsWith("Fix the route file");
            });
  }

  @Test
  void everyMistakeOfEveryFileIsToldAtOnce() throws IOException {
    Installation installation = new Installation(folder);
    Path routes = installation.ownRoutes();
    List<String> expected = new ArrayList<>();
    for (String row :
        """
        check-request    | executorService: check-threads | executorService: check-threds | there is no thread pool "check-threds"; the nearest known name is "check-threads"
        check-request    | count: true | cuont: true | there is no option "cuont"; the nearest known name is "count"
        copy-folders     | mailbox:pull | mailbox:pul | there is no operation "pul"; there are due, preflight, afterPass, afterMigration, check, leaveOut, map, folders, reconcile, flags, pull, append, settle, verify
        errors           | org.mailcaravan.model.TryAgain | org.mailcaravan.model.TryAgian | there is no class "org.mailcaravan.model.TryAgian"; the nearest known name is "org.mailcaravan.model.TryAgain"
        errors           | WARN                           | "{{retry.maximal-delay-millis}}" | there is no property "retry.maximal-delay-millis"; the nearest known name is "retry.maximum-delay-millis"
        import-groupware | doTry: | doTri: | there is no step "doTri"; the nearest known name is "doTry"
        import-groupware | uri: dav:contacts | uri: [dav:contacts] | "uri" holds a text, not a list
        migrate-mailbox  | parallelProcessing: true | parallelProcessing: maybe | "parallelProcessing" is "maybe"; it holds true or false
        open-migration   | csv: | csw: | "marshal" has no "csw"; the nearest known name is "csv"
        report-migration | from: | ' from:' | expected <block end>, but found '<block mapping start>'; look at the indentation and the colons here and above
        run-mailbox      | ref: passes | ref: pases | there is no bean "pases"; the nearest known name is "passes"
        run-mailbox      | method: end( | method: ende( | the bean "passes" has no method "ende"; the nearest known name is "end"
        second-pass      | method: queueCatchUp | method: queuecatchup | the bean "migrations" has no method "queuecatchup"; the nearest known name is "queueCatchUp"
        take-requests    | uri: direct:take-request | uri: direct:take-requets | there is no route from "direct:take-requets"; the nearest known name is "direct:take-request"
        verify-mailbox   | uri: mailbox:folders | uri: mailbix:folders | there is no component "mailbix"; the nearest known name is "mailbox"
        """
            .lines()
            .toList()) {
      String[] cells = row.split(" *\\| *", -1);
      Path file = routes.resolve(cells[0] + ".camel.yaml");
      String before = Files.readString(file);
      long line = before.substring(0, before.indexOf(cells[1])).lines().count();
      Installation.edit(file, cells[1], cells[2].replace("'", ""));
      expected.add(file.getFileName() + " line " + line + ": " + cells[3]);
    }

    assertThat(told(installation)).containsExactlyElementsOf(expected);
  }

  /** Although it does not run its routes. */
  @Test
  void theCheckKnowsWhatARouteOfTheServiceNeeds() {
    Installation installation = new Installation(folder);
    Installation.edit(
        installation.ownRoutes().resolve("take-requests.camel.yaml"),
        "timer:watch-drop-folder",
        "kafka:requests");

    assertThatThrownBy(installation::routes)
        .hasMessageContaining("take-requests.camel.yaml line 7: there is no component \"kafka\"")
        .hasMessageContaining("bin/mailcaravan ext add org.apache.camel:camel-kafka");
  }

  /** The bean is one that an engineer adds. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redeliveryDelai: 5  | the bean has no property "redeliveryDelai"; the nearest known name is "redeliveryDelay"
          backOffMultiplier: a lot | "a lot" does not fit the property "backOffMultiplier"; it holds a number
          useExponentialBackOff: often | "often" does not fit the property "useExponentialBackOff"; it holds true or false
          """)
  void aPropertyThatABeanLacksIsNotOneThatDoesNotFit(String property, String cause) {
    Installation installation = new Installation(folder);
    Installation.edit(
        installation.ownRoutes().resolve("errors.camel.yaml"),
        "- routeConfiguration:",
        """
        - beans:
            - name: mine
              type: org.apache.camel.processor.errorhandler.RedeliveryPolicy
              properties:
                %s
        - routeConfiguration:"""
            .formatted(property));

    assertThat(told(installation)).containsExactly("errors.camel.yaml line 6: " + cause);
  }

  /**
   * Camel finds these one by one, when it reads or builds the routes; the other files are looked at
   * all the same.
   */
  @Test
  void whatOnlyCamelKnowsIsToldForEachFile() {
    Installation installation = new Installation(folder);
    Path routes = installation.ownRoutes();
    Path beans = routes.resolve("open-migration.camel.yaml");
    Path delays = routes.resolve("errors.camel.yaml");
    Installation.edit(
        beans, "- route:", "- beans:\n    - name: mine\n      type: org.example.Mine\n- route:");
    Installation.edit(
        delays, "redeliveryPolicy:", "redeliveryPolicy:\n            redeliveryDelay: soon");

    assertThat(told(installation))
        .containsExactly(
            "errors.camel.yaml line 16: \"soon\" is no duration; write it as 5s, 10m or 1h",
            "open-migration.camel.yaml line 4: there is no class \"org.example.Mine\"");

    Installation.edit(beans, "org.example.Mine", "java.util.ArrayList");
    Installation.edit(delays, "redeliveryDelay: soon", "redeliveryDelay: 5s");
    Installation.edit(
        routes.resolve("check-request.camel.yaml"),
        "- split:",
        "- policy:\n            ref: mine\n            steps: []\n        - split:");
    Installation.edit(
        routes.resolve("verify-request.camel.yaml"),
        "- split:",
        """
        - throttle:
                    timePeriodMillis: often
                    expression:
                      constant:
                        expression: "1"
                - split:""");

    assertThat(told(installation))
        .containsExactly(
            "check-request.camel.yaml line 19: no bean \"mine\" fits here",
            "verify-request.camel.yaml line 3: TimePeriodMillis should be a positive number, was: 0");
  }

  /** In a file of one's own; Camel itself names no line here, or the first one of the route. */
  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - multicast:\\n    steps: [] | 6 | the step "multicast" holds no steps
          - aggregate:\\n    aggregationStrategy: "#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy"\\n    completionSize: 3\\n    steps:\\n      - log: hi | 6 | the step "aggregate" has no "correlationExpression", which says what belongs together
          - circuitBreaker:\\n    steps:\\n      - log: hi | 6 | it needs camel-resilience4j, which is not in the program
          - log: hi\\n- doCatch:\\n    exception:\\n      - java.lang.Exception\\n    steps:\\n      - log: hi | 7 | This doCatch should have a doTry as its parent
          - to:\\n    uri: "" | 7 | "uri" is empty
          - log: hi\\n---\\n- route:\\n    from:\\n      uri: direct:b | 7 | a second document begins here; a route file holds one: delete the line with ---
          - to:\\n    uri: log:x?level=LOUD | 7 | "LOUD" does not fit; it holds one of TRACE, DEBUG, INFO, WARN, ERROR, OFF
          - to:\\n    uri: file:x?idempotentRepository=#mine | 7 | there is no bean "mine"
          - to:\\n    uri: file:x?processStrategy=#class:org.example.Mine | 7 | there is no class "org.example.Mine"
          - enrich:\\n    expression:\\n      constant:\\n        expression: direct:nowhere | 9 | there is no route from "direct:nowhere"
          - pollEnrich:\\n    expression:\\n      simple:\\n        expression: fiel:x | 9 | there is no component "fiel"; the nearest known name is "file"
          - recipientList:\\n    expression:\\n      constant:\\n        expression: direct:accept-request,direct:accept-requets | 9 | there is no route from "direct:accept-requets"; the nearest known name is "direct:accept-request"
          - validate:\\n    expression:\\n      simple:\\n        expression: "${body} ==" | 9 | "${body} ==" cannot be read in the language simple; look at its braces, quotes and operators
          - convertBodyTo:\\n    type: org.example.Mine | 7 | there is no class "org.example.Mine"
          - multicast:\\n    timeout: soon\\n    steps:\\n      - log: hi | 7 | "soon" does not fit; it holds a time such as 5s, 10m or 1h
          - poll:\\n    uri: fiel:x | 7 | there is no component "fiel"; the nearest known name is "file"
          - to: | 6 | "to" is empty
          - stop: | 6 | "stop" is empty; write {} behind it
          - log: hi\\n- | 7 | an entry of "steps" is empty; delete its dash
          - to:\\n    uri: mailbox:verify\\n    parameters:\\n      deep: yes please | 9 | "yes please" does not fit; it holds true or false
          - aggregate:\\n    aggregationStrategy: "#mine"\\n    correlationExpression:\\n      constant:\\n        expression: a\\n    completionSize: 3\\n    steps:\\n      - log: hi | 7 | there is no bean "mine"
          - throttle:\\n    expression:\\n      constant:\\n        expression: "0" | 9 | a throttle takes a number from 1 on, and "0" is none
          """)
  void aStepOfOnesOwnIsToldWithItsLine(String steps, int line, String cause) throws IOException {
    String text =
        "- route:\n    id: own\n    from:\n      uri: direct:own\n      steps:\n"
            + steps.replace("\\n", "\n").indent(8);

    assertOwn(text.replace("        ---\n        - route", "---\n- route"), line, cause);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - templatedRoute:\\n    routeTemplateRef: nowhere | 2 | there is no route template "nowhere"
          - routeTemplate:\\n    id: mine\\n    parameters:\\n      - name: period\\n    from:\\n      uri: timer:{{period}}\\n      steps:\\n        - log: hi\\n- templatedRoute:\\n    routeTemplateRef: mine | 10 | the route template "mine" needs the parameters period
          - route:\\n    id: own\\n    from:\\n      uri: timer:own\\n      parameters:\\n        period: abc\\n      steps:\\n        - log: hi | 6 | "abc" is no duration; write it as 5s, 10m or 1h
          - route: | 1 | "route" is empty
          - | 1 | an entry of a route file is empty; delete its dash
          - route:\\n    id: own\\n    from:\\n      uri:\\n      steps:\\n        - log: hi | 4 | "uri" is empty
          - route:\\n    id: own\\n    from:\\n      uri: timer:own\\n      steps: [] | 2 | the route "own" has no steps
          - route:\\n    id: own\\n    errorHandler: {}\\n    from:\\n      uri: timer:own\\n      steps:\\n        - log: hi | 3 | "errorHandler" is empty; write noErrorHandler or deadLetterChannel below it
          - route:\\n    id: own\\n    precondition: "${nope"\\n    from:\\n      uri: timer:own\\n      steps:\\n        - log: hi | 3 | "${nope" cannot be read in the language simple; look at its braces, quotes and operators
          - route:\\n    id: own\\n    errorHandler:\\n      deadLetterChannel:\\n        deadLetterUri: direct:nowhere\\n    from:\\n      uri: timer:own\\n      steps:\\n        - log: hi | 5 | there is no route from "direct:nowhere"
          - rest:\\n    path: /mine\\n    get:\\n      - to: direct:nowhere | 4 | there is no route from "direct:nowhere"
          - rest:\\n    path: /mine\\n    get:\\n      - to:\\n          uri: direct:accept-requets | 5 | there is no route from "direct:accept-requets"; the nearest known name is "direct:accept-request"
          """)
  void anEntryOfOnesOwnIsToldWithItsLine(String entries, int line, String cause)
      throws IOException {
    assertOwn(entries.replace("\\n", "\n"), line, cause);
  }

  private void assertOwn(String text, int line, String cause) throws IOException {
    Installation installation = new Installation(folder);
    Path file = installation.ownRoutes().resolve("own.camel.yaml");
    Files.writeString(file, text);

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.cause()).isEqualTo(cause);
          assertThat(problem.place().toString()).isEqualTo(file + " line " + line);
          assertThat(problem.nextStep())
              .isEqualTo(
                  cause.contains("resilience4j")
                      ? "Run \"bin/mailcaravan ext add org.apache.camel:camel-resilience4j\", and start"
                          + " again; nothing was started."
                      : "Fix the route file and start again; nothing was started.");
        });
  }

  @Test
  void aBeanInThePlaceOfOneOfTheProgramIsToldWhereItIsMade() throws IOException {
    Installation installation = new Installation(folder);
    Files.writeString(
        installation.ownRoutes().resolve("a.camel.yaml"),
        "- beans:\n    - name: migrations\n      type: java.util.ArrayList\n");

    assertThat(told(installation))
        .first()
        .isEqualTo(
            "a.camel.yaml line 2: the program has a bean \"migrations\" of its own; give yours"
                + " another name");
  }

  @Test
  void aBeanThatCannotBeMadeIsToldWithItsLine() {
    Installation installation = new Installation(folder);
    Installation.edit(
        installation.ownRoutes().resolve("errors.camel.yaml"),
        "- routeConfiguration:",
        "- beans:\n    - name: mine\n      type: java.lang.ProcessBuilder\n- routeConfiguration:");

    assertThat(told(installation))
        .containsExactly(
            "errors.camel.yaml line 3: the bean \"mine\" cannot be made of the class"
                + " \"java.lang.ProcessBuilder\": it has no constructor without arguments; give it"
                + " \"constructors\", or take another class");
  }

  /** Where code runs that we do not know, a variable may be set that no step sets. */
  @Test
  void aVariableThatJavaMaySetDoesNotStopTheStart() {
    Installation installation = new Installation(folder);
    Path run = installation.ownRoutes().resolve("run-mailbox.camel.yaml");
    Installation.edit(run, "begin(${variable.mailbox})", "begin(${variable.taken})");

    assertThat(told(installation))
        .containsExactly(
            "run-mailbox.camel.yaml line 21: no step sets the variable \"taken\"; there are answer, dropped,"
                + " mail, mailbox, migration, migrationId, rejected, sender, telling");

    Installation.edit(
        run,
        "- bean:\n            id: begin-pass",
        "- bean:\n            beanType: org.mailcaravan.routes.BrokenRouteTest$Taking\n        - bean:\n            id: begin-pass");
    installation.start(Launcher.Mode.CHECK).close();
  }

  /** A step of an engineer's own. */
  public static final class Taking {
    /** Sets a variable. */
    public void take(Exchange exchange) {
      exchange.setVariable("taken", exchange.getMessage().getBody());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"my-steps.yaml", "my-steps.camel.yml", "Copy-Folders.CAMEL.YAML"})
  void aRouteFileThatNobodyWouldReadIsTold(String name) throws IOException {
    Installation installation = new Installation(folder);
    Path file = installation.ownRoutes().resolve(name);
    Files.writeString(file, "- route:\n");

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.place().toString()).isEqualTo(file.toString());
          assertThat(problem.cause())
              .isEqualTo(
                  "it is not read: its name does not end in \".camel.yaml\"; rename it, or move it"
                      + " elsewhere");
        });
  }

  @Test
  void whatIsNotInUtf8IsToldWithItsLine() throws IOException {
    Installation installation = new Installation(folder);
    Path file = installation.ownRoutes().resolve("copy-folders.camel.yaml");
    String text = Files.readString(file).replace("      steps:\n", "      # fünf\n      steps:\n");
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          long line = text.substring(0, text.indexOf("ü")).lines().count();
          assertThat(problem.place().toString()).isEqualTo(file + " line " + line);
          assertThat(problem.cause()).startsWith("a character is not in UTF-8");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'route: {id: own, from: {uri: direct:own, steps: []}}' | it is no list of routes
          'a note for colleagues'                                | it is no list of routes
          '# nothing yet'                                        | it holds no route
          ''                                                     | it holds no route
          """)
  void aFileThatHoldsNoListOfRoutesIsToldRatherThanPassedOver(String content, String cause)
      throws IOException {
    Installation installation = new Installation(folder);
    Path file = installation.ownRoutes().resolve("own.camel.yaml");
    Files.writeString(file, content);

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.place().toString()).isEqualTo(file + " line 1");
          assertThat(problem.cause()).startsWith(cause);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lists                | lists and keys are nested more than 100 deep
          - &all [1, [*all]]   | an alias stands within what it repeats
          aliases              | with what its aliases repeat, this has more than
          """)
  void aFileWithoutEndIsTold(String content, String cause) throws IOException {
    Installation installation = new Installation(folder);
    Path file = installation.ownRoutes().resolve("own.camel.yaml");
    Files.writeString(
        file,
        switch (content) {
          case "lists" -> "[".repeat(200_000);
          case "aliases" -> aliasesOfAliases();
          default -> content;
        });

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.place().toString()).isEqualTo(file + " line 1");
          assertThat(problem.cause()).startsWith(cause);
        });
  }

  /** 2 to the power of 24 parts, in 24 lists. */
  private static String aliasesOfAliases() {
    StringBuilder text = new StringBuilder("- [&a0 [x, y]");
    for (int i = 1; i <= 24; i++) {
      text.append(", &a%d [*a%d, *a%d]".formatted(i, i - 1, i - 1));
    }
    return text.append("]\n").toString();
  }

  @Test
  void aFileThatCannotBeReadIsTold() throws IOException {
    Installation installation = new Installation(folder);
    Path file = installation.ownRoutes().resolve("own.camel.yaml");
    // Linux lets root open this file, and nobody read it from its beginning.
    Files.createSymbolicLink(file, Path.of("/proc/self/mem"));

    assertRejected(
        Launcher.Mode.CHECK,
        installation,
        problem -> {
          assertThat(problem.place().toString()).isEqualTo(file.toString());
          assertThat(problem.cause()).startsWith("it cannot be read (");
        });
  }

  @Test
  void backupsOfEditorsAndNotesDisturbNobody() throws IOException {
    Installation installation = new Installation(folder);
    Path routes = installation.ownRoutes();
    for (String name :
        new String[] {"a.camel.yaml~", "a.camel.yaml.bak", ".a.camel.yaml.swp", "README.md"}) {
      Files.writeString(routes.resolve(name), "- nothing:\n");
    }

    installation.start(Launcher.Mode.CHECK).close();
  }

  /** As the route for second passes was before its decision became a line of it. */
  @ParameterizedTest
  @ValueSource(strings = {"timer:nightly", "quartz:nightly?cron=0+0+4+*+*+?"})
  void aBeanThatWantsABodyWhereThereIsNoneIsTold(String uri) throws IOException {
    Installation installation = new Installation(folder);
    Files.writeString(
        installation.ownRoutes().resolve("nightly.camel.yaml"),
        """
        - route:
            id: nightly
            from:
              uri: %s
              steps:
                - bean:
                    ref: migrations
                    method: queueCatchUp
                - to:
                    uri: direct:write-reports
        """
            .formatted(uri));

    assertThat(told(installation))
        .containsExactly(
            "nightly.camel.yaml line 8: \"queueCatchUp\" of the bean \"migrations\" takes EndedMailboxes, and the"
                + " body is empty here");
  }

  /** Camel decodes the names of route files, and takes some of their signs for its own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mailcaravan-1.0+7 | errors
          50% off, all      | errors
          routes            | a+b
          routes            | a%20b
          routes            | my errors, retried?
          """)
  void aFolderAndAFileOfAnyNameAreRead(String folderName, String fileName) throws IOException {
    Installation installation = new Installation(folder);
    Path routes = folder.resolve(folderName);
    Path copied = Files.move(installation.ownRoutes(), folder.resolve("copied"));
    Files.move(copied, routes);
    Path file = routes.resolve(fileName + ".camel.yaml");
    Files.move(Files.move(routes.resolve("errors.camel.yaml"), folder.resolve("moved")), file);
    installation.set("routes.folder", routes.toString());

    installation.start(Launcher.Mode.CHECK).close();

    Installation.edit(file, "ref: retries", "ref: retrys");
    assertThat(problems(Launcher.Mode.CHECK, installation))
        .singleElement()
        .extracting(problem -> problem.place().toString())
        .asString()
        .matches("\\Q" + file + "\\E line \\d+");
  }

  @Test
  void theParametersOfATemplateAreNoProperties() throws IOException {
    Installation installation = new Installation(folder);
    Files.writeString(
        installation.ownRoutes().resolve("my-template.camel.yaml"),
        """
        - routeTemplate:
            id: greet
            parameters:
              - name: word
            from:
              uri: direct:greet
              steps:
                - log:
                    message: "{{word}}"
        - templatedRoute:
            routeTemplateRef: greet
            parameters:
              - name: word
                value: hello
        """);

    installation.start(Launcher.Mode.CHECK).close();
  }

  /** Of a property, in RAW(), in an option or an address, whatever Camel repeats. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timer:x?period={{route.my-token}} | "***" does not fit the option "period"
          smtp:mail.example?subject=RAW(s3cret&of+1)&debugMode=RAW(s3cret&of+1) | "RAW(***)" does not fit
          smtp:mail.example?password=s3cret-of-2&debugMode=s3cret-of-2 | "***" does not fit
          smtp:mail.example?password=RAW{s3cret-of-3}&mailUidGenerator=#s3cret-of-3 | there is no bean "***"
          http://anna:s3cret-of-4@mail.example/x?httpMethod=s3cret-of-4 | "***" does not fit the option "httpMethod"
          """)
  void aSecretIsNotTold(String uri, String told) throws IOException {
    Installation installation = new Installation(folder).set("route.my-token", "s3cret-of-5");
    Files.writeString(
        installation.ownRoutes().resolve("mine.camel.yaml"),
        """
        - route:
            id: mine
            from:
              uri: timer:mine
              steps:
                - to: "%s"
        """
            .formatted(uri));

    assertThat(problems(Launcher.Mode.SERVICE, installation))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.cause().replaceAll("[*]+", "***"))
                    .contains(told)
                    .doesNotContain("s3cret"));
    assertThatThrownBy(() -> installation.routes()).message().doesNotContain("s3cret");
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
          assertThat(problem.cause())
              .isEqualTo(
                  "two routes have the id \"run-mailbox\"; the other is in copy-folders.camel.yaml; give one"
                      + " another");
          assertThat(problem.place().toString())
              .isEqualTo(routeFile.resolveSibling("run-mailbox.camel.yaml") + " line 3");
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
          assertThat(problem.cause())
              .startsWith("\"whenever\" is no cron expression of Quartz; write it as 0 30 22");
          assertThat(problem.place().toString()).isEqualTo(routeFile + " line 9");
        });
  }

  @Test
  void aFolderWithoutRoutesIsTold() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Installation installation = new Installation(folder).set("routes.folder", empty.toString());

    assertThat(problems(Launcher.Mode.CHECK, installation))
        .extracting(problem -> problem.place() + ": " + problem.cause())
        .contains("routes in " + empty + ": there is no route from \"direct:accept-request\"");
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

  @Test
  void aMistakeInPoliciesHidesNoneOfTheRoutes() throws IOException {
    Installation installation = new Installation(folder);
    Path policies = Files.writeString(folder.resolve("policies.yaml"), "policies: [{name: Gold}]");
    installation.set("policies.file", policies.toString());
    Installation.edit(
        installation.ownRoutes().resolve("copy-folders.camel.yaml"), "mailbox:pull", "mailbox:pul");
    assertThat(catchThrowableOfType(RequestRejected.class, installation::routes).problems())
        .extracting(problem -> String.valueOf(problem.place()).replaceFirst("^.*/", ""))
        .containsExactly(
            "policies.yaml line 1",
            "policies.yaml line 1",
            "policies.yaml line 1",
            "copy-folders.camel.yaml line 43");
  }

  /** The value may hold a secret. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hooks.example.org/secret     | the value of the property route.webhook-url does not begin with the name of a component, such as https:
          htp://hooks.example.org/a    | the value of the property route.webhook-url does not begin with the name of a component, such as https:
          hooks.example.org:443/secret | the value of the property route.webhook-url does not begin with the name of a component, such as https:
          ''                           | the property route.webhook-url is empty
          https://hooks.example.org/a  |
          """)
  void aPropertyThatAnAddressBeginsWithIsTold(String value, @Nullable String cause)
      throws IOException {
    Installation installation =
        new Installation(folder)
            .set("route.webhook-url", value)
            .set("route.webhook-token", "token-of-the-webhook");
    Path file = installation.ownRoutes().resolve("webhook.camel.yaml");
    Files.copy(Path.of("routes", "examples", "webhook.camel.yaml"), file);
    if (cause == null) {
      assertThat(installation.routes().text()).contains("nothing is wrong");
      return;
    }
    assertThat(catchThrowableOfType(RequestRejected.class, installation::routes).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.place().toString()).endsWith("webhook.camel.yaml line 65");
              assertThat(problem.cause()).isEqualTo(cause);
              assertThat(problem.nextStep())
                  .startsWith("Correct route.webhook-url in application.properties");
            });
  }

  @Test
  void aWrongValueOfAnOptionOfTheComponentIsTold() {
    assertThat(
            toldOf(
                "- to: { uri: 'https://hooks.example.org', parameters: { connectTimeout: 10000 } }",
                "- to: { uri: 'https://hooks.example.org', parameters: { connectTimeout: 10 seconds } }"))
        .singleElement()
        .asString()
        .endsWith("\"10 seconds\" does not fit the option \"connectTimeout\"; it holds a number");
  }

  @Test
  void aGoodTimeBesideAMistakeIsNotTold() {
    assertThat(toldOf("- to: { uri: 'file:done', parameters: { delay: 5s, nope: 1 } }"))
        .singleElement()
        .asString()
        .contains("there is no option \"nope\"");
  }

  @Test
  void thePropertyThatWasMeantComesFirst() {
    assertThat(toldOf("- log: { message: '${variable.mailbox.options.lable}' }"))
        .singleElement()
        .asString()
        .contains("RowOptions has no \"lable\"; the nearest known name is \"label\"; it has ");
  }

  /** In front of the step that pulls, where the body is the plan of a folder. */
  private List<String> toldOf(String... steps) {
    Installation installation = new Installation(folder);
    Installation.edit(
        installation.ownRoutes().resolve("copy-folders.camel.yaml"),
        "        - to:\n            uri: mailbox:pull",
        String.join("\n", steps).indent(8) + "        - to:\n            uri: mailbox:pull");
    try {
      String unused = installation.routes().text();
      return List.of();
    } catch (RequestRejected e) {
      return e.problems().stream()
          .map(problem -> (problem.place() + ": " + problem.cause()).replaceFirst("^.*/", ""))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- toD: { uri: 'direct:${body.nope}' }",
        "- toD: { uri: file, parameters: { directoryName: here, fileName: '${body.nope}' } }",
        "- to: { uri: file, parameters: { directoryName: here, fileName: '${body.nope}' } }",
        "- wireTap: { uri: 'direct:${body.nope}' }",
        "- recipientList: { expression: { simple: { expression: 'log:${body.nope}' } } }",
        "- enrich: { expression: { simple: { expression: 'log:${body.nope}' } } }",
        "- log: { message: 'in ${body.nope}' }",
        "- setHeader: { name: mine, expression: { simple: { expression: '${body.nope}' } } }",
        "- setHeaders: { headers: [{ name: a, expression: { simple: { expression: '${body.nope}' } } }] }",
        "- setVariables: { variables: [{ name: a, expression: { simple: { expression: '${body.nope}' } } }] }",
        "- transform: { expression: { simple: { expression: '${body.nope}' } } }",
        "- delay: { expression: { simple: { expression: '${body.nope}' } } }",
        "- throwException: { exceptionType: java.lang.Exception, message: '${body.nope}' }",
        "- removeHeaders: { pattern: '*' }\n- log: { message: '${body.nope}' }",
        "- doTry: { steps: [{ log: { message: a } }], doCatch: [{ exception: [java.lang.Exception],"
            + " onWhen: { expression: { simple: { expression: '${body.nope} == 1' } } }, steps: [] }] }"
      })
  void aWrongPropertyIsFoundWhereverATextCanStand(String step) {
    assertThat(toldOf(step))
        .filteredOn(told -> told.contains("nope"))
        .singleElement()
        .asString()
        .startsWith("copy-folders.camel.yaml line ")
        .contains("\"${body.nope}\": FolderPlan has no \"nope\"; it has ");
  }

  /** What somebody else answers may have any property. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "- toD: { uri: 'log:${body.folder}' }",
        "- recipientList: { expression: { constant: { expression: 'log:a' } } }",
        "- transform: { expression: { header: { expression: mine } } }"
      })
  void whatAStepMakesOfTheBodyIsNotKnown(String step) {
    assertThat(
            toldOf(
                "- setVariable: { name: kept, expression: { simple: { expression: '${body}' } } }",
                step,
                "- log: { message: '${body.nope}' }",
                "- setBody: { expression: { variable: { expression: kept } } }"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - delay: { expression: { constant: { expression: 5s } } } | a delay takes milliseconds as a number, and "5s" is none
          - delay: { expression: { simple: { expression: "{{copy.map}}a" } } } | a delay takes milliseconds as a number, and "a" is none
          - delay: { expression: { simple: { expression: "${body}" } } } | a delay takes a number, and "${body}" is FolderPlan
          - throttle: { expression: { simple: { expression: "${variable.mailbox}" } } } | a throttle takes a number, and "${variable.mailbox}" is Mailbox
          """)
  void whatIsNoNumberIsFound(String step, String cause) {
    assertThat(toldOf(step)).singleElement().asString().endsWith(": " + cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- delay: { expression: { header: { expression: mine } } }",
        "- throttle: { expression: { header: { expression: mine } } }",
        "- delay: { expression: { constant: { expression: 10 } } }",
        "- delay: { expression: { simple: { expression: '${variable.mailbox.source.port}' } } }"
      })
  void whatMayBeANumberIsNoMistake(String step) {
    assertThat(toldOf(step)).isEmpty();
  }

  /** Camel takes a number below 0 for no wait, and other letters between addresses. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timer:own?delay=-1 | log: hi
          timer:own | recipientList: { delimiter: ";", expression: { constant: { expression: "direct:accept-request;log:a" } } }
          timer:own | recipientList: { delimiter: "false", expression: { constant: { expression: "log:a,b" } } }
          timer:own | routingSlip: { uriDelimiter: "#", expression: { constant: { expression: "direct:accept-request#log:a" } } }
          """)
  void whatCamelTakesIsNoMistake(String from, String step) throws IOException {
    Installation installation = new Installation(folder);
    Files.writeString(
        installation.ownRoutes().resolve("own.camel.yaml"),
        "- route:\n    id: own\n    from:\n      uri: %s\n      steps:\n        - %s\n"
            .formatted(from, step));

    assertThat(installation.routes().text()).contains(" route files, ");
  }
}
