package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.SftpServer;

/**
 * The files of routes/examples that need a jar of ext, each copied into the real routes as it says,
 * in a service, with a server on loopback that has requests.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class ExtExampleRoutesTest {
  private static final Path EXAMPLES = Path.of("routes/examples");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String UNUSABLE = "this,is\nno,request\n";

  private static TwoServers servers;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private Installation with(String example) throws IOException {
    Installation installation = servers.configure(new Installation(folder));
    String text = Files.readString(EXAMPLES.resolve(example));
    Files.writeString(
        installation.ownRoutes().resolve(example), text.replace("delay: 30000", "delay: 200"));
    return installation;
  }

  private static String request(String user) {
    servers.userWithMail(user, 2, "INBOX", "Work");
    return TwoServers.HEADER + servers.row(user);
  }

  /** One mailbox has arrived, and what could not be used lies beside its answer. */
  private static void assertTaken(Installation installation, String user, String unusable)
      throws IOException {
    await().atMost(Duration.ofSeconds(60)).until(() -> !installation.ended().isEmpty());
    assertThat(installation.ended().get(0).mailboxes())
        .extracting(MailboxResult::state)
        .containsExactly(MailboxState.COPIED);
    assertThat(servers.atDestination(user)).isEqualTo(servers.atSource(user));
    Path rejected = installation.drop().resolve("rejected");
    await().atMost(Duration.ofSeconds(30)).until(() -> names(rejected).size() == 2);
    assertThat(names(rejected))
        .allSatisfy(name -> assertThat(name).contains(unusable))
        .anySatisfy(name -> assertThat(name).endsWith(".answer.txt"));
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void connect(CamelContext sender, String broker) throws Exception {
    Component component = sender.getComponent("activemq6");
    Map<String, Object> options = Map.of("brokerURL", broker, "usePooledConnection", "false");
    assertThat(PropertyBindingSupport.bindProperties(sender, component, new HashMap<>(options)))
        .isTrue();
    sender.start();
  }

  @Test
  void requestsAreTakenFromAQueueAndTheUnusableIsKept() throws Exception {
    String broker = "vm://requests?broker.persistent=false&broker.useJmx=false";
    Installation installation =
        with("take-from-queue.camel.yaml")
            .set("route.queue-broker", broker)
            .set("route.queue-user", "caravan")
            .set("route.queue-password", "secret of the & queue")
            .set("route.queue-name", "requests");
    try (DefaultCamelContext sender = new DefaultCamelContext();
        Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isNotNull();
      connect(sender, broker);
      ProducerTemplate queue = sender.createProducerTemplate();
      queue.sendBody("activemq6:queue:requests", UNUSABLE);
      queue.sendBody("activemq6:queue:requests", request("qui@example.org"));
      assertTaken(installation, "qui@example.org", "-queue-");

      servers.userWithMail("quo@example.org", 2, "INBOX");
      queue.sendBody(
          "activemq6:queue:requests",
          """
          {"mailboxes": [{"source_email": "quo@example.org", "source_password": "wrong",
            "source_imap_server": "127.0.0.1", "source_port": %d, "source_security": "none",
            "destination_password": "also wrong"}]}
          """
              .formatted(servers.source.port()));
      await().atMost(Duration.ofSeconds(60)).until(() -> installation.ended().size() == 2);
      assertThat(installation.ended().get(1).mailboxes())
          .extracting(MailboxResult::state)
          .containsExactly(MailboxState.BLOCKED);
    }
  }

  @Test
  void aMessageThatCannotBeDroppedGoesBackToTheQueue() throws Exception {
    String broker = "vm://broken?broker.persistent=false&broker.useJmx=false";
    Installation installation =
        with("take-from-queue.camel.yaml")
            .set("route.queue-broker", broker + "&jms.redeliveryPolicy.initialRedeliveryDelay=1")
            .set("route.queue-user", "")
            .set("route.queue-password", "")
            .set("route.queue-name", "requests");
    Installation.edit(
        folder.resolve("routes/take-from-queue.camel.yaml"),
        "            uri: \"file:{{drop.folder}}\"",
        "            uri: \"file:/dev/null/nothing\"");
    try (DefaultCamelContext sender = new DefaultCamelContext();
        Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isNotNull();
      connect(sender, broker);
      sender.createProducerTemplate().sendBody("activemq6:queue:requests", UNUSABLE);

      // Where a broker puts what was given back too often.
      assertThat(
              sender
                  .createConsumerTemplate()
                  .receiveBody("activemq6:queue:ActiveMQ.DLQ", 30_000, String.class))
          .isEqualTo(UNUSABLE);
    }
  }

  @Test
  void requestsAreTakenFromABucketAndTheUnusableIsKept() throws Exception {
    try (ScriptedBucket bucket = new ScriptedBucket("requests")) {
      Installation installation =
          with("take-from-bucket.camel.yaml")
              .set("route.bucket", "requests")
              .set("route.bucket-server", bucket.url().toString())
              .set("route.bucket-region", "eu-central-1")
              .set("route.bucket-key", "AKIA+KEY/OF=IT")
              .set("route.bucket-secret", "secret+of/the bucket");
      bucket.put("in/no-request.csv", UNUSABLE);
      bucket.put("in/customers.csv", request("bea@example.org"));
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isNotNull();
        assertTaken(installation, "bea@example.org", "no-request");
      }
      assertThat(bucket.keys()).isEmpty();
    }
  }

  @Test
  void requestsAreTakenFromAnSftpServerAndTheUnusableIsKept() throws Exception {
    String password = "secret+of & the 100% server";
    Path home = Files.createDirectory(folder.resolve("sftp"));
    try (SftpServer server = new SftpServer(home, "caravan", password)) {
      Path inbox = Files.createDirectory(home.resolve("files/requests"));
      Installation installation =
          with("take-from-sftp.camel.yaml")
              .set("route.sftp-server", "127.0.0.1:" + server.port() + "/requests")
              .set("route.sftp-user", "caravan")
              .set("route.sftp-password", password)
              .set("route.sftp-known-hosts", server.knownHosts().toString());
      Files.writeString(inbox.resolve("half.csv.part"), "source_email");
      Files.writeString(inbox.resolve("no-request.csv"), UNUSABLE);
      Files.writeString(inbox.resolve("customers.csv"), request("sue@example.org"));
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isNotNull();
        assertTaken(installation, "sue@example.org", "no-request");
      }
      assertThat(names(inbox)).containsExactly("half.csv.part");
    }
  }

  private static JsonNode get(Installation installation, String path)
      throws IOException, InterruptedException {
    JsonNode service = JSON.readTree(installation.data().resolve("service.json").toFile());
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(service.path("url").asText() + path))
                .header(
                    "Authorization",
                    "Bearer " + Files.readString(installation.data().resolve("api.token")).strip())
                .timeout(LIMIT)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** Why the route fails, as the status says. */
  private static String why(Installation installation) throws IOException, InterruptedException {
    return get(installation, "/api/v1/status").at("/failing_routes/0/why").asText();
  }

  private static String entrances(Installation installation)
      throws IOException, InterruptedException {
    for (JsonNode check : get(installation, "/health").path("checks")) {
      if (check.path("name").asText().equals("entrances")) {
        return check.path("status").asText() + " " + check.path("detail").asText();
      }
    }
    return "not told";
  }

  @Test
  void anSftpServerThatCannotBeReadIsToldUntilItCan() throws Exception {
    Path home = Files.createDirectory(folder.resolve("sftp"));
    SftpServer server = new SftpServer(home, "caravan", "the right one of sftp");
    Installation installation =
        with("take-from-sftp.camel.yaml")
            .set("route.sftp-server", "127.0.0.1:" + server.port() + "/requests")
            .set("route.sftp-user", "caravan")
            .set("route.sftp-password", "a wrong one of sftp")
            .set("route.sftp-known-hosts", server.knownHosts().toString());
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isNotNull();
      try (server) {
        await().atMost(LIMIT).until(() -> why(installation).contains("Auth fail"));
        assertThat(get(installation, "/api/v1/status").path("failing_routes").toString())
            .contains("\"place\":\"sftp:127.0.0.1:" + server.port() + "\"", "\"take-from-sftp\"")
            .doesNotContain("one of sftp");
        await().atMost(LIMIT).until(() -> entrances(installation).startsWith("down "));
        assertThat(entrances(installation)).contains("take-from-sftp", "Auth fail");
      }
      await().atMost(LIMIT).until(() -> why(installation).contains("Connection refused"));
    }
  }

  @Test
  void anSftpServerWithAnotherKeyGetsNoPassword() throws Exception {
    Path home = Files.createDirectory(folder.resolve("sftp"));
    try (SftpServer server = new SftpServer(home, "caravan", "unused")) {
      Path inbox = Files.createDirectory(home.resolve("files/requests"));
      Files.writeString(inbox.resolve("customers.csv"), UNUSABLE);
      Path other = Files.createDirectory(folder.resolve("other"));
      String wrong;
      try (SftpServer another = new SftpServer(other, "caravan", "unused")) {
        wrong =
            Files.readString(another.knownHosts())
                .replace(":" + another.port() + " ", ":" + server.port() + " ");
      }
      Installation installation =
          with("take-from-sftp.camel.yaml")
              .set("route.sftp-server", "127.0.0.1:" + server.port() + "/requests")
              .set("route.sftp-user", "caravan")
              .set("route.sftp-password", "unused")
              .set(
                  "route.sftp-known-hosts",
                  Files.writeString(other.resolve("known_hosts"), wrong).toString());
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isNotNull();
        await().atMost(LIMIT).until(() -> server.connections() > 1);
        await().atMost(LIMIT).until(() -> why(installation).contains("HostKey"));
      }
      assertThat(server.logins()).isZero();
      assertThat(names(inbox)).containsExactly("customers.csv");
    }
  }
}
