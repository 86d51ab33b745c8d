package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.MavenTests;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.ScriptedDns;

/**
 * Runs every command that README.md and docs/ show, in the order in which they stand, each document
 * in an installation of its own.
 */
@Lengthy
class DocumentedCommandsTest {
  /** What is not run here, and why. */
  private static final Map<String, String> NOT_RUN =
      Map.of(
          "./mvnw verify", "takes as long as all of these",
          "./mvnw verify -Pall", "this test is a part of it",
          "./mvnw -q spotless:apply", "changes the sources",
          ".ci/run", "runs all tests, and so this one",
          ".ci/servers", "changes the machine, and .ci/run runs it",
          "DESTINATION_HOST=mail.example.com docker compose up", "needs Docker",
          "docker compose --env-file docker/demo/demo.env --profile demo up", "needs Docker");

  private static final String CRASH_TEST =
      "./mvnw -B -ntp test -Dtest=CrashTest -Dcrash.kills=100 -Dcrash.server-kills=20";

  private static final String KILLED_MAILS =
      "./mvnw -B -ntp test -Dtest=KilledMailTest -Dcrash.mails=100";

  private static final String STORIES =
      "./mvnw -B -ntp test -Dtest='org.mailcaravan.sync.*Test' -Dmailcaravan.pairs=all"
          + " -Dmailcaravan.seeds=60";

  private static final String FUZZ =
      "./mvnw -B -ntp test -Dtest=ImapFuzzTest -Dmailcaravan.fuzz-rounds=20000";

  /** What is run of them. The benchmarks' scripts run two more. */
  private static final Map<String, String> SMALL_TESTS =
      Map.of(
          CRASH_TEST,
          CRASH_TEST.replace("=100", "=1").replace("=20", "=0"),
          KILLED_MAILS,
          KILLED_MAILS.replace("=100", "=1"),
          FUZZ,
          FUZZ.replace("=20000", "=1"),
          STORIES,
          STORIES
              .replace("'org.mailcaravan.sync.*Test'", "org.mailcaravan.sync.RandomChangesTest")
              .replace("=60", "=1"));

  /** Little mail, and few nodes for a moment. */
  private static final Map<String, String> SMALL_BENCHMARKS =
      Map.ofEntries(
          Map.entry("bench.corpora", "tiny"),
          Map.entry("bench.round-trips", "5"),
          Map.entry("bench.runs", "1"),
          Map.entry("bench.programs", "bare,caravan,service"),
          Map.entry("bench.copies", "2"),
          Map.entry("bench.services", "1"),
          Map.entry("bench.nodes", "3"),
          Map.entry("bench.mailboxes", "50"),
          Map.entry("bench.seconds", "2"),
          Map.entry("bench.pass-seconds", "1"));

  /** What comes after them needs nothing of them: one document that shows them is enough. */
  private static final Set<String> RUN_ONCE =
      Set.of("bin/mailcaravan check customers.csv", "bin/mailcaravan migrate customers.csv");

  private static final String CURL =
      "curl --silent --show-error --fail-with-body --header \"Authorization: Bearer $(cat data/api.token)\" ";

  private static final String USUAL_URL = "http://127.0.0.1:8480";

  private interface Step {
    void run(TrialProgram installation, String command) throws Exception;
  }

  /** What is run, and what must come of it. */
  private static final Map<String, Step> RUN =
      Map.ofEntries(
          Map.entry("bin/mailcaravan demo", DocumentedCommandsTest::demo),
          Map.entry("bin/mailcaravan demo --life", DocumentedCommandsTest::life),
          Map.entry("bin/mailcaravan template > customers.csv", DocumentedCommandsTest::template),
          Map.entry("bin/mailcaravan check customers.csv", DocumentedCommandsTest::check),
          Map.entry("bin/mailcaravan migrate customers.csv", DocumentedCommandsTest::migrate),
          Map.entry(
              "bin/mailcaravan migrate customers.csv --json > result.json",
              DocumentedCommandsTest::migrateAsJson),
          Map.entry(
              "bin/mailcaravan migrate customers.csv --data trial-data --set mailboxes.at-once=8",
              DocumentedCommandsTest::migrateElsewhere),
          Map.entry("bin/mailcaravan verify customers.csv", DocumentedCommandsTest::verify),
          Map.entry("bin/mailcaravan verify customers.csv --deep", DocumentedCommandsTest::verify),
          Map.entry("bin/mailcaravan provider anna@gmail.com", DocumentedCommandsTest::provider),
          Map.entry("bin/mailcaravan dns example.org", DocumentedCommandsTest::dns),
          Map.entry("bin/mailcaravan routes check", DocumentedCommandsTest::routesCheck),
          Map.entry("bin/mailcaravan routes show", DocumentedCommandsTest::succeed),
          Map.entry(
              "bin/mailcaravan routes test --new AcmeRoutesTest", DocumentedCommandsTest::succeed),
          Map.entry("bin/mailcaravan routes test", DocumentedCommandsTest::succeed),
          Map.entry("bin/mailcaravan routes show migrate-mailbox", DocumentedCommandsTest::succeed),
          Map.entry(
              "bin/mailcaravan ext add org.apache.camel:camel-ftp",
              DocumentedCommandsTest::succeed),
          Map.entry("bin/mailcaravan ext list", DocumentedCommandsTest::succeed),
          Map.entry("bin/mailcaravan run", InstalledProgram::startService),
          Map.entry("bin/mailcaravan digest", DocumentedCommandsTest::digest),
          Map.entry("bin/mailcaravan digest --since yesterday", DocumentedCommandsTest::succeed),
          Map.entry("bin/mailcaravan digest --since 7d --json", DocumentedCommandsTest::succeed),
          Map.entry("bin/mailcaravan cutover example.org", DocumentedCommandsTest::cutover),
          Map.entry(CURL + USUAL_URL + "/api/v1/status", DocumentedCommandsTest::callApi),
          Map.entry(
              CURL
                  + "--header \"Content-Type: text/csv\" --data-binary @customers.csv "
                  + "\"http://127.0.0.1:8480/api/v1/migrations?name=customers.csv\"",
              DocumentedCommandsTest::callApi),
          Map.entry(
              CURL
                  + "--header \"Idempotency-Key: 6f1c9a52-7d0e-4b7e-9d55-0a3c7b7f2e11\" "
                  + "--form request=@customers.csv --form contacts=@anna@example.org.vcf "
                  + "http://127.0.0.1:8480/api/v1/migrations",
              DocumentedCommandsTest::sendForm),
          Map.entry(
              CURL + "--request POST http://127.0.0.1:8480/api/v1/mailboxes/anna@example.org/pause",
              DocumentedCommandsTest::callApi),
          Map.entry(
              CURL + "\"http://127.0.0.1:8480/api/v1/events?after=0&limit=10\"",
              DocumentedCommandsTest::callApi),
          Map.entry(FUZZ, DocumentedCommandsTest::tests),
          Map.entry(CRASH_TEST, DocumentedCommandsTest::tests),
          Map.entry(KILLED_MAILS, DocumentedCommandsTest::tests),
          Map.entry(STORIES, DocumentedCommandsTest::tests),
          Map.entry("bench/run", DocumentedCommandsTest::helps),
          Map.entry("bench/jmh", DocumentedCommandsTest::innerParts),
          Map.entry("bench/scale", DocumentedCommandsTest::helps),
          Map.entry("cp customers.csv drop/customers.csv.part", DocumentedCommandsTest::succeed),
          Map.entry("mv drop/customers.csv.part drop/customers.csv", DocumentedCommandsTest::drop));

  static Stream<Document> documents() {
    return Document.all().stream().filter(document -> !document.blocks("sh").isEmpty());
  }

  private static List<String> commands(Document document) {
    return document.blocks("sh").stream().flatMap(block -> block.commands().stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyCommandDoesWhatTheDocumentSays(Document document, @TempDir Path folder)
      throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      List<String> commands = commands(document);
      String last = commands.get(commands.size() - 1);
      for (String command : commands) {
        boolean once = RUN_ONCE.contains(command) || command.equals(last);
        if (once && !isFirstToShow(document, command)) {
          continue;
        }
        Step step = RUN.get(command);
        if (step == null) {
          assertThat(NOT_RUN)
              .as(document + " shows a command that no test runs")
              .containsKey(command);
        } else {
          step.run(installation, command);
        }
      }
      installation.stopService();
    }
  }

  private static boolean isFirstToShow(Document document, String command) {
    return documents()
        .filter(each -> commands(each).contains(command))
        .findFirst()
        .orElseThrow()
        .file()
        .equals(document.file());
  }

  @Test
  void everyCommandThatIsKnownHereStandsInADocument() {
    Set<String> known = new HashSet<>(RUN.keySet());
    known.addAll(NOT_RUN.keySet());
    assertThat(documents().flatMap(document -> commands(document).stream())).containsAll(known);
  }

  private static InstalledProgram.Run succeed(TrialProgram installation, String command)
      throws Exception {
    InstalledProgram.Run run = installation.run(command);
    assertThat(run.exit()).as(command + "\n" + run.out() + run.err()).isZero();
    return run;
  }

  private static void digest(TrialProgram installation, String command) throws Exception {
    installation.startService("bin/mailcaravan run");
    assertThat(succeed(installation, command).out()).startsWith("Nobody has to do anything.");
  }

  /** Of a domain that has no mailbox here. */
  private static void cutover(TrialProgram installation, String command) throws Exception {
    installation.startService("bin/mailcaravan run");
    InstalledProgram.Run run = installation.run(command);
    assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.err()).contains("example.org: no migration, mailbox or domain");
  }

  /** The service of a test listens on a port of its own. */
  private static void callApi(TrialProgram installation, String command) throws Exception {
    Path file = installation.home().resolve("data/service.json");
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(file));
    String url = new ObjectMapper().readTree(file.toFile()).get("url").asText();
    assertThat(succeed(installation, command.replace(USUAL_URL, url)).out()).startsWith("{");
  }

  private static void sendForm(TrialProgram installation, String command) throws Exception {
    Files.writeString(
        installation.home().resolve("anna@example.org.vcf"),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bea\r\nN:;Bea;;;\r\nEND:VCARD\r\n");
    callApi(installation, command);
  }

  private static void demo(TrialProgram installation, String command) throws Exception {
    assertThat(succeed(installation, command).out())
        .contains(
            "Both servers compared from the inside",
            "The answer to gina@customer.example:",
            "The demo passed");
  }

  private static void life(TrialProgram installation, String command) throws Exception {
    assertThat(succeed(installation, command).out())
        .contains("Mail 5 to gina@customer.example", "all 106 messages arrived", "The demo passed");
  }

  /** Of a known domain, so that nobody is asked. */
  private static void provider(TrialProgram installation, String command) throws Exception {
    assertThat(succeed(installation, command + " --set source.discovery=ask").out())
        .contains("imap.gmail.com, port 993, tls", "app password");
  }

  private static void routesCheck(TrialProgram installation, String command) throws Exception {
    assertThat(succeed(installation, command).out()).contains("nothing is wrong");
  }

  /** Of a DNS server of this test. */
  private static void dns(TrialProgram installation, String command) throws Exception {
    try (ScriptedDns dns = ScriptedDns.start()) {
      dns.answer("example.org", "MX", "10 mx.old.example.");
      InstalledProgram.Run run =
          installation.run(
              command
                  + " --set cutover.mx-hosts=mx.example.net --set cutover.ask-authorities=false"
                  + " --set cutover.resolvers=127.0.0.1:"
                  + dns.address().getPort());
      assertThat(run.exit()).as(run.err()).isEqualTo(3);
      assertThat(run.out())
          .contains("mx.old.example", "example.org. 3600 IN MX 10 mx.example.net.");
    }
  }

  private static void template(TrialProgram installation, String command) throws Exception {
    succeed(installation, command);
    Path file = installation.home().resolve("customers.csv");
    assertThat(file).content().hasLineCount(1);
    // source_username, destination_email and all about contacts, calendars, tokens, times and
    // tickets stay empty.
    Files.writeString(file, installation.rows(",,", ",,,,,,,,,,,,"), StandardOpenOption.APPEND);
  }

  private static void check(TrialProgram installation, String command) throws Exception {
    assertThat(succeed(installation, command).out())
        .contains("2 of 2 mailboxes can be migrated.", "Nothing was copied.");
    assertThat(installation.arrived("INBOX").values()).containsOnly(0);
  }

  private static void migrate(TrialProgram installation, String command) throws Exception {
    assertThat(succeed(installation, command).out()).contains("2 of 2 mailboxes arrived whole.");
    installation.assertAllArrivedOnce();
  }

  private static void verify(TrialProgram installation, String command) throws Exception {
    installation.stopService();
    assertThat(succeed(installation, command).out())
        .contains("2 of 2 mailboxes are complete. Nothing was copied.");
    installation.assertAllArrivedOnce();
  }

  private static void migrateAsJson(TrialProgram installation, String command) throws Exception {
    succeed(installation, command);
    var result = new ObjectMapper().readTree(installation.home().resolve("result.json").toFile());
    assertThat(result.get("allArrived").asBoolean()).isTrue();
    assertThat(result.at("/totals/mailboxes").asInt()).isEqualTo(2);
    assertThat(result.at("/totals/copied").asInt()).isEqualTo(installation.messages());
    installation.assertAllArrivedOnce();
  }

  /** With a data folder of its own it has no ledger, and finds by content what is there. */
  private static void migrateElsewhere(TrialProgram installation, String command) throws Exception {
    migrate(installation, command);
    assertThat(installation.home().resolve("trial-data/mailcaravan.mv.db")).exists();
  }

  private static void drop(TrialProgram installation, String command) throws Exception {
    succeed(installation, command);
    Path home = installation.home();
    Path reports = home.resolve("data/reports");
    long before = reports(reports);
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> reports(reports) > before);
    assertThat(home.resolve("drop/done/customers.csv")).content().doesNotContain("secret");
    // It is kept for a while, in case somebody still writes to it.
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> Files.notExists(home.resolve("drop/customers.csv")));
    installation.assertAllArrivedOnce();
  }

  /** Each for a moment, on what this build has compiled. */
  private static void innerParts(TrialProgram installation, String command) throws Exception {
    Path output = installation.home().resolve("jmh.out");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "exec " + command + " -f 0 -wi 0 -i 1 -r 10ms")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .put("BENCH_CLASS_PATH", System.getProperty("surefire.test.class.path", ""));
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
    }
    assertThat(output)
        .content()
        .contains("FetchBenchmark.smallMessages", "gc.alloc.rate.norm", "UidMapBenchmark.place");
  }

  /** Says how it is used; {@link #oneMavenRunsTheDocumentedTests} runs what it runs. */
  private static void helps(TrialProgram installation, String command) throws Exception {
    Process help = new ProcessBuilder("sh", "-c", command + " --help").inheritIO().start();
    assertThat(help.waitFor()).isZero();
  }

  /**
   * {@link #oneMavenRunsTheDocumentedTests} runs its small form, which has other numbers, and may
   * run fewer classes.
   */
  private static void tests(TrialProgram installation, String command) {
    MavenTests documented = MavenTests.of(command);
    documented.assertValid();
    MavenTests small = MavenTests.of(Objects.requireNonNull(SMALL_TESTS.get(command)));
    assertThat(small.properties()).containsOnlyKeys(documented.properties().keySet());
    assertThat(documented.runs(small.tests())).isTrue();
  }

  /**
   * Each start of Maven and of its tests takes ten seconds of a processor. So all that documents
   * show is run at once, in a small form.
   */
  @Test
  void oneMavenRunsTheDocumentedTests(@TempDir Path folder) throws Exception {
    Files.createDirectories(Path.of("target/bench"));
    Process compiled =
        new ProcessBuilder("gcc", "-o", "target/bench/barecopy", "bench/barecopy.c")
            .inheritIO()
            .start();
    assertThat(compiled.waitFor()).isZero();
    try (InstalledProgram installation = new InstalledProgram(folder)) {
      Map<String, String> properties = new TreeMap<>(SMALL_BENCHMARKS);
      properties.put("bench.home", folder.toString());
      for (String command : SMALL_TESTS.values()) {
        properties.putAll(MavenTests.of(command).properties());
      }
      StringBuilder command = new StringBuilder("./mvnw -B -ntp surefire:test -DforkCount=1");
      command.append(" -Dsurefire.reportNameSuffix=documented -Dtest=Benchmark,ScaleBenchmark");
      SMALL_TESTS
          .values()
          .forEach(small -> command.append(',').append(MavenTests.of(small).tests()));
      properties.forEach(
          (name, value) -> command.append(" -D").append(name).append('=').append(value));

      assertThat(output(installation, command.toString()))
          .contains("CrashTest: programs killed 1,", "CrashTest: destinations killed 0,")
          // Of sixteen and of ten.
          .containsPattern("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0,.* in .*ImapFuzzTest")
          .containsPattern(
              "Tests run: 1, Failures: 0, Errors: 0, Skipped: 0,.* in .*RandomChangesTest")
          .contains("## tiny, RTT 5 ms, first pass", "| bare | ", "| caravan | ")
          .contains("| service, copy 1 | ", "| service, copy 2 | ")
          .contains("## 3 nodes, 50 mailboxes", "| nothing is due | ", "| 1 | ");
    }
  }

  /** What a command in the project's folder prints. */
  private static String output(InstalledProgram installation, String command) throws Exception {
    Path output = installation.home().resolve("maven.out");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "exec " + command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // Half the processor time, for programs that run for seconds.
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().put("JAVA_OPTS", InstalledProgram.SHORT_RUN);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  private static long reports(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("report.txt")).count();
    }
  }
}
