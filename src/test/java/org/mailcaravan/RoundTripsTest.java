package org.mailcaravan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.bench.Distance;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.Messages;
import org.mailcaravan.server.RawImap;

/** How often a pass waits for an answer of servers that are far away. */
@Lengthy
@EnabledIfInstalled("dovecot")
class RoundTripsTest {
  private static final String USER = "ann@example.org";
  private static final int MANY = 16;
  private static final int ATTEMPTS = 3;
  private static final Duration FAR = Duration.ofMillis(100);

  /** Both servers at a distance, and how often either was waited for. */
  private static final class Scene implements AutoCloseable {
    final TwoServers servers = new TwoServers();
    final Distance toSource = new Distance(servers.source.port(), FAR);
    final Distance toDestination = new Distance(servers.destination.port(), FAR);
    final LineProxy source = new LineProxy(toSource.port());
    final LineProxy destination = new LineProxy(toDestination.port());
    final Installation installation;
    final Path request;

    Scene(Path folder, int folders) {
      // A copy that servers may store otherwise is read once, which is one more wait for its
      // folder.
      servers.user(USER);
      new MailboxSeeder(USER.hashCode())
          .messagesPerFolder(3)
          .kinds(List.of(Messages.Kind.PLAIN, Messages.Kind.MULTIPART, Messages.Kind.NO_MESSAGE_ID))
          .folders(IntStream.range(0, folders).mapToObj(i -> "F" + i).toList())
          .fill(servers.source.port(), USER, TwoServers.oldPassword(USER));
      installation =
          new Installation(folder).set("destination.port", String.valueOf(destination.port()));
      request =
          installation.request(
              "ann.csv", TwoServers.HEADER + servers.rowThrough(source.port(), USER));
    }

    MailboxResult pass() {
      source.forget();
      destination.forget();
      MailboxResult result = installation.migrate(request).mailboxes().get(0);
      assertThat(result.problems()).isEmpty();
      return result;
    }

    /** A new message and another flag in each folder, each time. */
    void change(int folders, int time) {
      try (RawImap imap =
          RawImap.login(servers.source.port(), USER, TwoServers.oldPassword(USER))) {
        for (int i = 0; i < folders; i++) {
          imap.append(
              "F" + i,
              Set.of(),
              OffsetDateTime.parse("2026-01-02T03:04:05Z"),
              ("Subject: new\r\n\r\nnew in " + i + "\r\n").getBytes(US_ASCII));
          imap.select("F" + i);
          imap.store("1", "+FLAGS", List.of("$New" + time));
        }
      }
    }

    @Override
    public void close() throws IOException {
      source.close();
      destination.close();
      toSource.close();
      toDestination.close();
      servers.close();
    }
  }

  @Test
  void manyFoldersCostFewMoreThanOne(@TempDir Path one, @TempDir Path many) throws IOException {
    try (Scene few = new Scene(one, 1);
        Scene more = new Scene(many, MANY)) {
      few.pass();
      more.pass();
      assertThat(few.source.waits()).isBetween(1, 10);
      assertThat(few.destination.waits()).isBetween(1, 11);
      assertThat(more.source.waits()).isLessThanOrEqualTo(few.source.waits() + MANY / 2);
      assertThat(more.destination.waits()).isLessThanOrEqualTo(few.destination.waits() + MANY / 2);

      few.pass();
      more.pass();
      assertThat(more.source.waits()).isEqualTo(few.source.waits()).isBetween(1, 6);
      assertThat(more.destination.waits()).isEqualTo(few.destination.waits()).isBetween(1, 6);

      int source = Integer.MAX_VALUE;
      int destination = Integer.MAX_VALUE;
      // How many commands share a round trip depends on which folder comes first.
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        few.change(1, attempt);
        more.change(MANY, attempt);
        assertThat(few.pass().carriedOver().flagsUpdated()).isEqualTo(1);
        assertThat(more.pass().copied()).isEqualTo(MANY);
        source = Math.min(source, more.source.waits() - few.source.waits());
        destination = Math.min(destination, more.destination.waits() - few.destination.waits());
      }
      // One for each folder, whose flags may be stored only when it is known to be the same.
      assertThat(source).isLessThanOrEqualTo(MANY * 3 / 2);
      assertThat(destination).isLessThanOrEqualTo(MANY * 3 / 2);
    }
  }
}
