package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.imap.AppendResult.Appended;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;

/** A message of 100 MB passes both ways through a small heap. */
@EnabledIfInstalled("dovecot")
class LargeMessageTest {
  private static final int LINES = 1_300_000;
  private static final int LINE = 80;
  private static final long SIZE = (long) LINES * LINE;

  @Test
  @Timeout(120)
  void passesThroughASmallHeap(@TempDir Path folder) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    try (DovecotServer dovecot = DovecotServer.start()) {
      dovecot.addUser("ann", "secret");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx24m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Program.class.getName(),
                  Integer.toString(dovecot.port()))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(110, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
      assertThat(output).content().contains("the same");
    }
  }

  /** What runs in the small heap: appends the message, fetches it, and compares digests. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws NoSuchAlgorithmException, IOException {
      MessageDigest sent = MessageDigest.getInstance("SHA-256");
      MessageDigest received = MessageDigest.getInstance("SHA-256");
      new Generated().writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), sent));
      try (ImapConnection connection =
          Connections.login(Integer.parseInt(arguments[0]), "ann", "secret")) {
        FolderName inbox = connection.folderName("INBOX");
        OutgoingMessage message = new OutgoingMessage(Set.of(), null, new Generated());
        List<AppendResult> results = connection.append(inbox, List.of(message, message));
        assertThat(results).hasSize(2).allMatch(result -> result instanceof Appended);
        connection.examine(inbox);
        List<Long> uids = new ArrayList<>();
        connection
            .fetch(
                "1",
                Set.of(FetchItem.MESSAGE),
                (size, in) -> {
                  assertThat(size).isEqualTo(SIZE);
                  digest(in, received);
                  return MemoryContent.of("");
                },
                fetched -> uids.add(fetched.uid()))
            .join();
        assertThat(uids).containsExactly(1L);
      }
      assertThat(HexFormat.of().formatHex(received.digest()))
          .isEqualTo(HexFormat.of().formatHex(sent.digest()));
      System.out.println("the same");
    }

    private static void digest(InputStream in, MessageDigest digest) throws IOException {
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }

  /** The same pseudo-random lines each time, never held whole. */
  private static final class Generated implements Content {
    @Override
    public long size() {
      return SIZE;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      Random random = new Random(5);
      byte[] line = "x".repeat(LINE - 2).concat("\r\n").getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < LINES; i++) {
        line[random.nextInt(LINE - 2)] = (byte) ('!' + random.nextInt(90));
        out.write(line);
      }
    }

    @Override
    public void close() {}
  }
}
