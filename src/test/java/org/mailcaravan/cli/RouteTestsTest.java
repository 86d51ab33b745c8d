package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.server.Lengthy;

/** Tests of routes as engineers write them, compiled and run on the shipped routes. */
@Lengthy
class RouteTestsTest {
  private static final String HEAD =
      """
      import static org.assertj.core.api.Assertions.assertThat;
      import org.apache.camel.builder.AdviceWith;
      import org.junit.jupiter.api.Test;
      import org.mailcaravan.routetest.RouteTest;

      """;

  private final StringWriter printed = new StringWriter();

  @TempDir Path folder;

  private RouteTests tests() {
    return new RouteTests(folder.resolve("tests"), Path.of("routes").toAbsolutePath(), Map.of());
  }

  private int run(String... wanted) throws IOException {
    return tests().run(List.of(wanted), Duration.ofSeconds(60), new PrintWriter(printed));
  }

  private Path write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve("tests"));
    return Files.writeString(folder.resolve("tests").resolve(name + ".java"), HEAD + text);
  }

  @Test
  void theTemplatePassesAsItIsWritten() throws IOException {
    Path file = tests().write("AcmeTest");

    assertThat(run()).as(printed.toString()).isZero();
    assertThat(file).hasFileName("AcmeTest.java");
    assertThat(printed.toString())
        .contains(
            "passed AcmeTest.allMailArrives",
            "passed AcmeTest.largeMailIsLeftOut",
            "passed AcmeTest.aFolderGoesElsewhere",
            "passed AcmeTest.aRouteIsCalledAfterThePassWithItsResult",
            "4 passed, 0 failed");
    assertThatThrownBy(() -> tests().write("AcmeTest")).hasMessageContaining("it is there already");
    assertThatThrownBy(() -> tests().write("no name"))
        .hasMessageContaining("not a valid class name");
  }

  @Test
  void propertiesOfAllTestsStandBesideThem() throws IOException {
    write(
        "PropertiesTest",
        """
        class PropertiesTest extends RouteTest {
          @Test
          void hasThem() {
            assertThat(context().resolvePropertyPlaceholders("{{route.one}} {{route.two}}"))
                .isEqualTo("ein Körnchen of the command");
          }

          @Test
          void mayHaveOthers() {
            set("route.one", "own");
            assertThat(context().resolvePropertyPlaceholders("{{route.one}}")).isEqualTo("own");
          }
        }
        """);
    Files.writeString(
        folder.resolve("tests/test.properties"), "route.one=ein Körnchen\nroute.two=of the file\n");
    RouteTests tests =
        new RouteTests(
            folder.resolve("tests"),
            Path.of("routes").toAbsolutePath(),
            Map.of("route.two", "of the command"));

    int exit = tests.run(List.of(), Duration.ofSeconds(60), new PrintWriter(printed));

    assertThat(exit).as(printed.toString()).isZero();
    assertThat(printed.toString()).contains("2 passed, 0 failed");
  }

  /** They are told once, a line each. */
  @Test
  void propertiesThatAnExampleNeedsAreMissedWhereTestsReadThem() throws IOException {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("routes").toAbsolutePath(), "*.yaml")) {
      for (Path file : files) {
        Files.copy(file, routes.resolve(String.valueOf(file.getFileName())));
      }
    }
    Files.copy(Path.of("routes/examples/webhook.camel.yaml"), routes.resolve("webhook.camel.yaml"));
    RouteTests tests = new RouteTests(routes.resolve("tests"), routes, Map.of());
    Path written = tests.write("AcmeTest");

    int exit = tests.run(List.of(), Duration.ofSeconds(60), new PrintWriter(printed));

    String told = "there is no property \"route.webhook-url\"";
    assertThat(exit).as(printed.toString()).isEqualTo(1);
    assertThat(printed.toString())
        .contains("0 passed, 4 failed", ": the same mistakes as above\n")
        .containsPattern(written + " line [0-9]+: could not start:\n")
        .containsOnlyOnce(told)
        .doesNotContain("application.properties");
    assertThat(printed.toString().lines().filter(line -> line.contains(told)))
        .singleElement()
        .asString()
        .contains("Set it in " + routes.resolve("tests/test.properties") + ",");

    Files.writeString(
        routes.resolve("tests/test.properties"),
        "route.webhook-url=http://127.0.0.1:9/\nroute.webhook-token=secret\n");
    assertThat(tests.run(List.of("AcmeTest"), Duration.ofSeconds(60), new PrintWriter(printed)))
        .as(printed.toString())
        .isZero();
  }

  @Test
  void aFailureIsToldWithItsLineAndTheOthersRunOn() throws IOException {
    write(
        "SomeTest",
        """
        class SomeTest extends RouteTest {
          @Test
          void fails() {
            assertThat(arrivedNowhere()).isEqualTo(3);
          }

          private int arrivedNowhere() {
            return 4;
          }

          @Test
          void isTooEarly() throws Exception {
            context();
            set("copy.leave-out", "role=junk");
          }

          @Test
          void replacesAStep() throws Exception {
            emptyMailbox("anna@example.org");
            column("label", "a \\"b\\", c");
            AdviceWith.adviceWith(
                context(),
                "migrate-mailbox",
                route -> route.weaveById("apply-rules").before().setBody(simple -> simple.getMessage().getBody()).to("mock:rules"));
            mock("rules").expectedMessageCount(1);
            assertThat(migrate("anna@example.org").mailboxes().get(0).mailbox().options().label())
                .isEqualTo("a \\"b\\", c");
            mock("rules").assertIsSatisfied();
            assertThat(notDone()).isEmpty();
          }
        }
        """);
    write("OtherTest", "class OtherTest {\n  @Test\n  void isNotWanted() {}\n}\n");

    assertThat(run("SomeTest")).as(printed.toString()).isEqualTo(1);
    assertThat(printed.toString())
        .containsPattern(
            "FAILED SomeTest.fails \\([0-9.]+ s\\)\n +\\S+/SomeTest.java line 9: expected: 3 but was: 4")
        .contains("SomeTest.java line 19: IllegalStateException: the routes are built already")
        .contains("passed SomeTest.replacesAStep")
        .contains("1 passed, 2 failed")
        .doesNotContain("OtherTest");
  }

  /** Also beside a class that is no test, and by Camel's own class for tests. */
  @Test
  void aTestMayHaveAPackageAndExtendCamelsOwnClass() throws IOException {
    Files.createDirectories(folder.resolve("tests"));
    Files.writeString(
        folder.resolve("tests/PackagedTest.java"),
        """
        package com.acme;

        import org.apache.camel.RoutesBuilder;
        import org.apache.camel.builder.RouteBuilder;
        import org.apache.camel.test.junit5.CamelTestSupport;
        import org.junit.jupiter.api.Test;

        class PackagedTest extends CamelTestSupport {
          @Override
          protected RoutesBuilder createRouteBuilder() {
            return new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:in").setBody(simple(Words.HELLO + " ${body}")).to("mock:out");
              }
            };
          }

          @Test
          void isSent() throws Exception {
            getMockEndpoint("mock:out").expectedBodiesReceived("Hello Anna");
            template().sendBody("direct:in", "Anna");
            getMockEndpoint("mock:out").assertIsSatisfied();
          }
        }
        """);
    Files.writeString(
        folder.resolve("tests/Words.java"),
        "package com.acme;\n\nclass Words {\n  static final String HELLO = \"Hello\";\n}\n");

    assertThat(run()).as(printed.toString()).isZero();
    assertThat(printed.toString()).contains("passed PackagedTest.isSent", "1 passed, 0 failed");
    assertThat(run("PackagedTest")).isZero();
  }

  @Test
  void aTestThatNeverEndsIsGivenUp() throws IOException {
    write(
        "SlowTest",
        """
        class SlowTest {
          @Test
          void hangs() {
            for (int i = 0; i >= 0; i = (i + 1) % 1000) {
              Thread.onSpinWait();
            }
          }
        }
        """);

    int exit = tests().run(List.of(), Duration.ofSeconds(1), new PrintWriter(printed));

    assertThat(exit).isEqualTo(1);
    assertThat(printed.toString()).contains("FAILED SlowTest.hangs", "timed out after 1 second");
  }

  @Test
  void whatIsNoTestIsToldBeforeAnyRuns() throws IOException {
    assertThatThrownBy(() -> run())
        .hasMessageContaining("there is no test in it")
        .hasMessageContaining("--new");
    Path file = write("BrokenTest", "class BrokenTest extends RouteTst {}\n");
    assertThatThrownBy(() -> run())
        .hasMessageContaining(file + " line 6")
        .hasMessageContaining("cannot find symbol");
    assertThatThrownBy(() -> run("BrokenTset")).hasMessageContaining("did you mean BrokenTest?");
  }

  @Test
  void aClassWithoutTestsIsRejected() throws IOException {
    write("EmptyTest", "class EmptyTest {\n  void forgotItsAnnotation() {}\n}\n");

    assertThatThrownBy(() -> run())
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("no test ran: the classes have no test method")
        .hasMessageContaining("Write @Test");
    assertThat(printed.toString()).isEmpty();
  }

  /** In a process of its own, since it ends. */
  @Test
  @Timeout(60)
  void aTestThatEndsTheProgramFailsTheRun() throws Exception {
    Path file =
        write(
            "ExitTest",
            """
            class ExitTest {
              @Test
              void exits() {
                System.exit(0);
              }
            }
            """);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Run.class.getName(),
                folder.resolve("tests").toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.lines())
          .contains(
              "FAILED "
                  + file
                  + " line 9: System.exit ended the run, and the other results are lost. Take it out of the test.");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  static final class Run {
    private Run() {}

    public static void main(String[] arguments) throws IOException {
      System.exit(
          new RouteTests(Path.of(arguments[0]), Path.of("routes").toAbsolutePath(), Map.of())
              .run(
                  List.of(),
                  Duration.ofSeconds(60),
                  new PrintWriter(System.out, true, StandardCharsets.UTF_8)));
    }
  }
}
