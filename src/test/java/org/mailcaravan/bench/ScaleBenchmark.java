package org.mailcaravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.PostgresServer;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Nodes;
import org.mailcaravan.store.PassResults;

/**
 * What many nodes cost their PostgreSQL, and how fast one, two and three are: {@code bench/scale
 * --help}. No test of the build: its name does not end with Test.
 */
class ScaleBenchmark {
  private static final int NODES = Integer.getInteger("bench.nodes", 100);
  private static final int MAILBOXES = Integer.getInteger("bench.mailboxes", 10_000);
  private static final int SECONDS = Integer.getInteger("bench.seconds", 60);

  /** How long a played pass takes. */
  private static final int PASS_SECONDS = Integer.getInteger("bench.pass-seconds", 20);

  private static final int HOSTS = 100;
  private static final int AT_ONCE = 4;
  private static final int DATABASES = Math.min(10, NODES);
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final int BEAT_MILLIS = 2000;
  private static final int LOOK_MILLIS = 2000;
  private static final HostLimits LIMITS = new HostLimits(10);
  private static final MailboxState ENDED = MailboxState.COPIED;

  @TempDir Path folder;

  /** One, two and three services on one PostgreSQL and one Dovecot copy the same mailboxes. */
  @Test
  void nodes() throws Exception {
    report("%n## Nodes%n%n| nodes | seconds | messages a second |%n|---|---|---|%n");
    try (PostgresServer postgres = PostgresServer.start();
        Scene scene =
            new Scene(
                Corpus.of(System.getProperty("bench.corpora", "many")),
                Duration.ofMillis(Integer.getInteger("bench.round-trip", 0)),
                0,
                Files.createDirectory(folder.resolve("scene")))) {
      for (int nodes = 1; nodes <= Integer.getInteger("bench.services", 3); nodes++) {
        nodes(nodes, postgres, scene);
      }
    }
  }

  private void nodes(int nodes, PostgresServer postgres, Scene scene) throws Exception {
    Scene.Run run = scene.new Run();
    String url = postgres.newDatabase();
    List<Service> services = new ArrayList<>();
    try {
      for (int node = 0; node < nodes; node++) {
        Path home = Files.createDirectory(run.home().resolve("node" + node));
        if (node > 0) {
          // All nodes of a database have its key.
          Path data = Files.createDirectory(home.resolve("data"));
          Files.copy(run.home().resolve("node0/data/secret.key"), data.resolve("secret.key"));
        }
        Map<String, String> settings = Benchmark.settings(scene.port());
        settings.put("database.url", url);
        settings.put("database.username", PostgresServer.USER);
        settings.put("node.name", "node" + node);
        settings.put("host.mailboxes-at-once", "1000");
        services.add(Service.start(Benchmark.HOME, home, settings));
      }
      Timed timed = services.get(0).pass(run.request());
      run.requireExact();
      report("| %d | %.1f | %.0f |%n", nodes, timed.seconds(), scene.messages() / timed.seconds());
    } finally {
      services.forEach(Service::close);
    }
  }

  /** Nodes that claim passes, renew them and end them, and copy nothing. */
  @Test
  void claims() throws Exception {
    report(
        "%n## %d nodes, %d mailboxes%n%n| | statements a second | CPU of PostgreSQL | claims a second | a claim, median and 95 %% |%n|---|---|---|---|---|%n",
        NODES, MAILBOXES);
    try (PostgresServer postgres =
        PostgresServer.start(
            "shared_preload_libraries=pg_stat_statements", "max_connections=200")) {
      measure("nothing is due", postgres.newDatabase(), "current_timestamp + interval '1' day");
      measure("passes of " + PASS_SECONDS + " s", postgres.newDatabase(), "current_timestamp");
    }
  }

  private void measure(String what, String url, String due) throws Exception {
    List<Database> databases = new ArrayList<>();
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(DATABASES * 6);
    try {
      for (int number = 0; number < DATABASES; number++) {
        databases.add(Database.open(url, PostgresServer.USER, Secret.of("")));
      }
      Database database = databases.get(0);
      fill(database, due);
      List<Node> nodes = new ArrayList<>();
      for (int number = 0; number < NODES; number++) {
        nodes.add(new Node("node" + number, databases.get(number % DATABASES), threads));
      }
      Random random = new Random(NODES);
      nodes.forEach(node -> node.start(random));
      // Until all have begun, it is another load.
      TimeUnit.SECONDS.sleep(PASS_SECONDS * 5 / 4);
      database.jdbc().sql("select pg_stat_statements_reset()").query(rows -> {});
      nodes.forEach(Node::forget);
      double cpu = cpuSeconds(database);
      long began = System.nanoTime();
      TimeUnit.SECONDS.sleep(SECONDS);
      double seconds = (System.nanoTime() - began) / 1e9;
      double used = cpuSeconds(database) - cpu;
      long statements =
          database
              .jdbc()
              .sql(
                  "select sum(calls) from pg_stat_statements where query not like '%pg_stat%'"
                      + " and lower(query) not in ('begin', 'commit', 'rollback')")
              .query(Long.class)
              .single();
      List<Double> claims = Collections.synchronizedList(new ArrayList<>());
      nodes.forEach(node -> claims.addAll(node.claims));
      Collections.sort(claims);
      report(
          "| %s | %.0f | %.1f %% of a core | %.1f | %s |%n",
          what,
          statements / seconds,
          100 * used / seconds,
          claims.size() / seconds,
          claims.isEmpty()
              ? ""
              : String.format(
                  Locale.ROOT,
                  "%.1f ms, %.1f ms",
                  claims.get(claims.size() / 2),
                  claims.get(claims.size() * 95 / 100)));
      failed(nodes);
    } finally {
      threads.shutdownNow();
      boolean unused = threads.awaitTermination(1, TimeUnit.MINUTES);
      databases.forEach(Database::close);
    }
  }

  private static void failed(List<Node> nodes) {
    int failures = nodes.stream().mapToInt(node -> node.failures.get()).sum();
    if (failures > 0) {
      throw new IllegalStateException(failures + " failures");
    }
  }

  private static void fill(Database database, String due) {
    for (String sql :
        List.of(
            "create extension pg_stat_statements",
            "insert into migration (id, name, opened_at) select 'm' || n, 'm', current_timestamp"
                + " from generate_series(0, 9) n",
            "insert into host (name, configured, answered_at)"
                + " select 'h' || n || ':993', 10, current_timestamp from generate_series(0, "
                + (HOSTS - 1)
                + ") n",
            "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                + " source_port, source_security, source_username, destination_address, state)"
                + " select 'b' || n, 's' || n, 'd' || n, 's' || n, 'h' || n % "
                + HOSTS
                + ", 993, 'TLS', 's' || n, 'd' || n, 'QUEUED' from generate_series(1, "
                + MAILBOXES
                + ") n",
            "insert into migration_mailbox (migration_id, row_number, mailbox_id)"
                + " select 'm' || substr(id, 2)::int % 10, substr(id, 2)::int, id from mailbox",
            "insert into pass (mailbox_id, migration_id, kind, state, due_at, waits_for, host, destination,"
                + " created_at) select b.id, m.migration_id, 'FIRST', 'WAITING', "
                + due
                + ", 'TURN', b.source_host || ':993', b.destination_address, current_timestamp"
                + " from mailbox b join migration_mailbox m on m.mailbox_id = b.id",
            "analyze")) {
      int unused = database.jdbc().sql(sql).update();
    }
  }

  /** Of all processes of a PostgreSQL, as Linux counts them: hundredths of a second. */
  private static double cpuSeconds(Database database) throws IOException {
    long backend = database.jdbc().sql("select pg_backend_pid()").query(Long.class).single();
    long parent = Long.parseLong(stat(backend)[1]);
    long ticks = 0;
    try (Stream<ProcessHandle> all = ProcessHandle.of(parent).orElseThrow().children()) {
      for (ProcessHandle child : (Iterable<ProcessHandle>) all::iterator) {
        String[] stat = stat(child.pid());
        ticks += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
      }
    }
    return ticks / 100.0;
  }

  /** The words behind the name in parentheses. */
  private static String[] stat(long pid) throws IOException {
    String text = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return text.substring(text.lastIndexOf(')') + 2).split(" ");
  }

  /** What the service does with the database, less the copying. */
  private static final class Node {
    private final Claims claimed;
    private final PassResults results;
    private final Nodes nodes;
    private final ScheduledExecutorService threads;
    private final Map<Claim, Long> running = new ConcurrentHashMap<>();
    final List<Double> claims = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger failures = new AtomicInteger();

    Node(String name, Database database, ScheduledExecutorService threads) {
      this.threads = threads;
      claimed = new Claims(database, name, LEASE, LIMITS);
      Events events = new Events(database, name);
      results =
          new PassResults(database, claimed, events, FinalPasses.STANDARD, new MailboxMaker(false));
      nodes = new Nodes(database, name, LEASE);
      nodes.register("run", "bench");
    }

    void start(Random random) {
      later(this::look, random.nextInt(LOOK_MILLIS));
      later(this::beat, random.nextInt(BEAT_MILLIS));
    }

    void forget() {
      claims.clear();
    }

    private void later(Runnable work, long millis) {
      Future<?> unused =
          threads.schedule(
              () -> {
                try {
                  work.run();
                } catch (RuntimeException e) {
                  if (!threads.isShutdown()) {
                    failures.incrementAndGet();
                    e.printStackTrace();
                  }
                }
              },
              millis,
              TimeUnit.MILLISECONDS);
    }

    private void look() {
      long began = System.nanoTime();
      Claim claim = running.size() < AT_ONCE ? claimed.next().orElse(null) : null;
      if (claim == null) {
        later(this::look, LOOK_MILLIS);
        return;
      }
      claims.add((System.nanoTime() - began) / 1e6);
      running.put(claim, began);
      later(() -> end(claim), PASS_SECONDS * 1000L);
      later(this::look, 0);
    }

    private void end(Claim claim) {
      running.remove(claim);
      MailboxResult unused =
          results.finish(
              claim,
              new MailboxResult(
                  claim.mailbox(),
                  ENDED,
                  1,
                  1,
                  0,
                  0,
                  CarriedOver.NOTHING,
                  1,
                  1,
                  List.of(),
                  List.of(),
                  null,
                  List.of(),
                  List.of()),
              new PassProgress(1, 1, 1, 1));
    }

    private void beat() {
      nodes.seen();
      Map<Long, PassProgress> changed = new ConcurrentHashMap<>();
      running.forEach(
          (claim, began) -> {
            long done = (System.nanoTime() - began) / 1_000_000;
            changed.put(claim.pass(), new PassProgress(done, 100_000, done * 1000, 100_000_000));
          });
      List<Claims.Held> unused = claimed.renew(changed);
      later(this::beat, BEAT_MILLIS);
    }
  }

  private static void report(String format, Object... words) throws IOException {
    String text = String.format(Locale.ROOT, format, words);
    System.out.print(text);
    Path all = Files.createDirectories(Path.of("target/bench")).resolve("scale.md");
    Files.writeString(all, (Files.exists(all) ? Files.readString(all) : "") + text);
  }
}
