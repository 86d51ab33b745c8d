package org.mailcaravan.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.main.Main;
import org.mailcaravan.clients.ClientFiles;
import org.mailcaravan.clients.ClientGuides;
import org.mailcaravan.model.status.EventLine;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.settings.SettingsFile;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Digests;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Overview;

/** The server with its route file, a database of its own and a client that knows the token. */
final class RunningApi implements AutoCloseable {
  static final String NODE = "node-a";
  static final ApiServer.Pace FAST = new ApiServer.Pace(20, 100);

  final Database database;
  final Events events;
  final ScriptedActions actions = new ScriptedActions();
  final AtomicLong copied = new AtomicLong();

  /** The numbers after which events were read. */
  final List<Long> reads = new CopyOnWriteArrayList<>();

  final ApiServer server;
  private final Main main = new Main();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path data;

  RunningApi(Path home) throws Exception {
    this(home, "127.0.0.1", 0, FAST);
  }

  RunningApi(Path home, String address, int port, ApiServer.Pace pace) throws Exception {
    data = Files.createDirectories(home.resolve("data"));
    database = Database.inFolder(data);
    events = new Events(database, NODE);
    Path drop = Files.createDirectories(home.resolve("drop"));
    server =
        new ApiServer(
            new ApiServer.Place(address, port, data, NODE),
            new ApiServer.Sources(
                database,
                new Overview(database, Duration.ofSeconds(60)),
                new Controls(database, events),
                new Counted(),
                actions,
                Duration.ofSeconds(60),
                drop,
                List.of(data),
                List.of(new Counter("mailcaravan_messages_copied", "Messages", copied::get)),
                clients(home),
                new NightDigest(
                    new Digests(database, true, false),
                    Path.of("config/templates"),
                    ZoneOffset.UTC,
                    Clock.systemUTC())),
            Clock.systemUTC(),
            pace);
    main.setDefaultPropertyPlaceholderLocation("false");
    server.beans().forEach(main::bind);
    Mount mount = server.mount();
    mount.beans().forEach(main::bind);
    main.configure()
        .withStreamCachingEnabled(false)
        .withRoutesIncludePattern("file:" + Path.of("routes/api.camel.yaml").toAbsolutePath());
    try {
      main.start();
      mount.takeOver();
      server.open();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The settings of mail programs, as the new server has them. */
  private static ClientFiles clients(Path home) throws IOException {
    Path config = Files.createDirectories(home.resolve("config"));
    Files.writeString(
        config.resolve(SettingsFile.NAME),
        "destination.host=imap.example.net\nclients.smtp-server=smtp.example.net\n");
    return new ClientFiles(
        SettingsFile.read(config, home, Map.of(), Map.of()),
        new ClientGuides(Path.of("config/templates")));
  }

  /** Its node is alive. */
  void seen() {
    int unused =
        database
            .jdbc()
            .sql(
                "insert into node (name, kind, version, started_at, seen_at)"
                    + " values (?, 'SERVICE', '1', current_timestamp, current_timestamp)")
            .param(NODE)
            .update();
  }

  /** The events of the database. */
  private final class Counted implements EventSource {
    @Override
    public List<EventLine> after(long number, int most) {
      reads.add(number);
      return events.after(number, most).stream().map(EventLines::of).toList();
    }

    @Override
    public long last() {
      return events.last();
    }
  }

  String token() throws IOException {
    return Files.readString(data.resolve(ApiToken.FILE)).strip();
  }

  Path data() {
    return data;
  }

  /** A call with the token. */
  HttpRequest.Builder call(String path) throws IOException {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Authorization", "Bearer " + token())
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder call) throws IOException, InterruptedException {
    return client.send(call.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /** Sends a call without waiting for its answer. */
  CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder call) {
    return client.sendAsync(
        call.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(call(path));
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return send(
        call(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Override
  public void close() {
    server.close();
    main.stop();
    database.close();
  }
}
