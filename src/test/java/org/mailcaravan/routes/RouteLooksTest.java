package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Overview;
import org.slf4j.LoggerFactory;

/** A route that cannot take what it waits for is told of, until it can. */
class RouteLooksTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ENTRANCE =
      "file:%s?autoCreate=false&directoryMustExist=true&initialDelay=0&delay=20";

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger heard = new AtomicInteger();

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    own().setLevel(Level.INFO);
    root().addAppender(log);
  }

  @AfterEach
  void listenNoMore() {
    root().detachAppender(log);
    own().setLevel(null);
  }

  private static Logger own() {
    return (Logger) LoggerFactory.getLogger(RouteLooks.class);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private RouteGeneration generation(RouteBuilder routes) {
    SecretMask secrets = new SecretMask();
    secrets.hide("folder-of-secrets");
    RouteLooks looks = new RouteLooks(secrets, Clock.systemUTC());
    Main main = new Main();
    main.addMainListener(looks);
    main.configure().setAutowiredEnabled(false);
    main.configure().addRoutesBuilder(routes);
    return new RouteGeneration(main, OwnBeans.NONE, looks);
  }

  private List<String> warnings() {
    return log.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void aRouteThatCannotTakeAnythingIsToldOnceUntilItCan() throws Exception {
    Path drop = folder.resolve("folder-of-secrets");
    RouteGeneration routes =
        generation(
            new RouteBuilder() {
              @Override
              public void configure() {
                from(ENTRANCE.formatted(drop))
                    .routeId("take-files")
                    .process(exchange -> taken.incrementAndGet());
                from("file:" + folder + "?noop=true").routeId("well").log("unused");
              }
            });
    try {
      routes.start();
      await().atMost(LIMIT).until(() -> failures(routes) > 2);

      FailingRoute failing = routes.failing().get(0);
      assertThat(routes.failing()).hasSize(1);
      assertThat(failing.route()).isEqualTo("take-files");
      assertThat(failing.place()).isEqualTo("file:" + folder + "/********");
      assertThat(failing.why()).contains("irectory").doesNotContain("folder-of-secrets");
      assertThat(failing.nextLook()).isAfter(failing.since());
      assertThat(warnings())
          .singleElement()
          .asString()
          .startsWith("the route take-files cannot read from " + failing.place() + ": ")
          .contains(". It tries again every 1 s. ")
          .contains(failing.why())
          .contains("To be fixed by us: Look whether its server runs")
          .doesNotContain("folder-of-secrets");

      Files.createDirectory(drop);
      await().atMost(LIMIT).until(() -> routes.failing().isEmpty());
      Files.writeString(drop.resolve("a.csv"), "a");
      await().atMost(LIMIT).until(() -> taken.get() == 1);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .contains("the route take-files works again");
    } finally {
      routes.stop();
    }
  }

  private static long failures(RouteGeneration routes) {
    return routes.failing().stream().mapToLong(FailingRoute::failures).sum();
  }

  /** Also of one that wants its steps to hear of it. */
  @Test
  void aRouteWhoseErrorPolicyHearsOfItIsToldToo() throws Exception {
    RouteGeneration routes =
        generation(
            new RouteBuilder() {
              @Override
              public void configure() {
                from(ENTRANCE.formatted(folder.resolve("no")) + "&bridgeErrorHandler=true")
                    .routeId("take-files")
                    .onException(Exception.class)
                    .handled(true)
                    .process(exchange -> heard.incrementAndGet())
                    .end()
                    .process(exchange -> taken.incrementAndGet());
              }
            });
    try {
      routes.start();
      await().atMost(LIMIT).until(() -> heard.get() > 1);
      assertThat(routes.failing()).extracting(FailingRoute::route).containsExactly("take-files");
    } finally {
      routes.stop();
    }
  }

  /** What a step does with a file is another matter: its error policy tells that. */
  @Test
  void aFileThatAStepCannotTakeIsNoFailureOfTheEntrance() throws Exception {
    Files.writeString(folder.resolve("a.csv"), "a");
    RouteGeneration routes =
        generation(
            new RouteBuilder() {
              @Override
              public void configure() {
                from(ENTRANCE.formatted(folder))
                    .routeId("take-files")
                    .process(
                        exchange -> {
                          taken.incrementAndGet();
                          throw new IllegalStateException("the step");
                        });
              }
            });
    try {
      routes.start();
      await().atMost(LIMIT).until(() -> taken.get() > 2);
      assertThat(routes.failing()).isEmpty();
      assertThat(warnings()).isNotEmpty().noneMatch(line -> line.contains("cannot take"));
    } finally {
      routes.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "old://anna:s3cret@host:1/a, old://host:1/a",
    "old://anna:s:3cret@host, old://host",
    "old:anna@host, old:host",
    "old:host/a@b, old:host/a@b",
    "file:///in/a@b, file:///in/a@b"
  })
  void aPlaceShowsNoLogin(String address, String shown) {
    assertThat(RouteLooks.withoutLogin(address)).isEqualTo(shown);
  }

  @Test
  void theStatusTellsThem() {
    Instant since = Instant.parse("2026-11-30T10:00:00Z");
    FailingRoute failing =
        new FailingRoute(
            "take-from-sftp",
            "sftp:files.example.org:22",
            since,
            3,
            since.plusSeconds(90),
            "Auth \u001b[31m fail");
    try (Database database = Database.forThisRun()) {
      String told =
          StatusTable.of(
              new Overview(database, LIMIT)
                  .status(List.of(), 10)
                  .withRoutes(null, List.of(failing)),
              200,
              since);
      assertThat(told)
          .contains("Entrances that fail:\n")
          .contains(
              "  take-from-sftp, at sftp:files.example.org:22, since 10:00:00 UTC, 3 looks have failed,"
                  + " the next one is at 10:01:30 UTC: Auth ")
          .contains("    To be fixed by us: Look whether its server runs")
          .doesNotContain("\u001b");
    }
  }
}
