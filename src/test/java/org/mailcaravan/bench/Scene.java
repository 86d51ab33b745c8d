package org.mailcaravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.RawImap;

/** One Dovecot that holds both sides, and a corpus at the source; each run has new destinations. */
final class Scene implements AutoCloseable {
  static final String PASSWORD = "secret";

  private final Corpus corpus;
  private final DovecotServer server;
  private final @Nullable Distance distance;
  private final Path folder;
  private int runs;

  /**
   * Fills the source.
   *
   * @param rate of the line in octets a second; 0 for one as fast as can be
   * @param folder an empty folder
   */
  Scene(Corpus corpus, Duration roundTrip, double rate, Path folder) {
    this.corpus = corpus;
    this.folder = folder;
    server =
        DovecotServer.builder()
            .storage(DovecotServer.Storage.MDBOX)
            .specialUse(false)
            .compress(Boolean.getBoolean("bench.compress"))
            .extra("mail_fsync = optimized")
            .start();
    distance =
        roundTrip.isZero() && rate == 0 ? null : new Distance(server.port(), roundTrip, rate);
    for (int number = 0; number < corpus.mailboxes; number++) {
      server.addUser(source(number), PASSWORD);
      try (RawImap imap = RawImap.login(server.port(), source(number), PASSWORD)) {
        corpus.fill(number, imap);
      }
    }
  }

  /** The port at which the server is reached, at its distance. */
  int port() {
    return distance == null ? server.port() : distance.port();
  }

  int mailboxes() {
    return corpus.mailboxes;
  }

  int messages() {
    return corpus.allMessages();
  }

  static String source(int number) {
    return "old" + number + "@example.org";
  }

  /** The destinations of one run. */
  final class Run {
    private final int id = ++runs;
    private final Path home;

    Run() throws IOException {
      home = Files.createDirectories(folder.resolve("run-" + id));
      for (int number = 0; number < corpus.mailboxes; number++) {
        server.addUser(destination(number), PASSWORD);
      }
    }

    /** A folder of its own. */
    Path home() {
      return home;
    }

    int port() {
      return Scene.this.port();
    }

    String destination(int number) {
      return "new%d-%d@example.org".formatted(number, id);
    }

    /** The request that the program is given. */
    Path request() throws IOException {
      StringBuilder csv =
          new StringBuilder(
              "source_email,source_password,source_imap_server,source_port,source_security,"
                  + "destination_email,destination_password\n");
      for (int number = 0; number < corpus.mailboxes; number++) {
        csv.append(
            "%s,%s,127.0.0.1,%d,none,%s,%s\n"
                .formatted(source(number), PASSWORD, port(), destination(number), PASSWORD));
      }
      return Files.writeString(home.resolve("request.csv"), csv);
    }

    /** Compares every octet, flag and date of both sides. */
    void requireExact() {
      for (int number = 0; number < corpus.mailboxes; number++) {
        List<String> differences =
            MailboxSnapshot.read(server.port(), destination(number), PASSWORD)
                .inAnyOrder()
                .differencesFrom(
                    MailboxSnapshot.read(server.port(), source(number), PASSWORD).inAnyOrder());
        if (!differences.isEmpty()) {
          throw new IllegalStateException(String.join("\n", differences));
        }
      }
    }

    /** How many messages are at the destination; for programs that do not keep everything. */
    void requireComplete() {
      for (int number = 0; number < corpus.mailboxes; number++) {
        int there = MailboxSnapshot.read(server.port(), destination(number), PASSWORD).count();
        int here = MailboxSnapshot.read(server.port(), source(number), PASSWORD).count();
        if (there != here) {
          throw new IllegalStateException(there + " messages of " + here);
        }
      }
    }
  }

  /** New mail and changed flags at the source, a hundred of each. */
  void change() {
    Random random = new Random(runs);
    try (RawImap imap = RawImap.login(server.port(), source(0), PASSWORD)) {
      int parts = Math.min(10, corpus.folders());
      for (int part = 0; part < parts; part++) {
        corpus.add(imap, corpus.folder(part), random, 100 / parts);
        imap.select(corpus.folder(part));
        List<String> uids = new ArrayList<>();
        for (int i = 0; i < 100 / parts; i++) {
          uids.add(String.valueOf(1 + i * 3));
        }
        imap.store(
            String.join(",", uids), (runs % 2 == 0 ? "+" : "-") + "FLAGS", List.of("\\Flagged"));
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (distance != null) {
      distance.close();
    }
    server.close();
  }
}
