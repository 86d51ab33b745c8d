package org.mailcaravan.sync.copy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.mailcaravan.sync.messages.FingerprintStream;
import org.mailcaravan.sync.session.Spool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Taking messages in as they come: kept in memory, and their fingerprints taken on the way. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ContentBenchmark {
  private static final int MESSAGES = 1000;
  private static final int LARGE = 4 << 20;
  private static final int LARGE_KIB = LARGE >> 10;
  private static final Path NO_SPOOL = Path.of("nothing-is-spooled");

  private final byte[] small = message(2048);
  private final byte[] large = message(LARGE);
  private final byte[] buffer = new byte[65_536];
  private final Buffers buffers = new Buffers();

  private static byte[] message(int size) {
    String header =
        "From: a@example.org\r\nSubject: A message\r\nMessage-ID: <1@example.org>\r\n\r\n";
    String line = "The quick brown fox jumps over the lazy dog and then back again, twice.\r\n";
    return (header + line.repeat(1 + size / line.length()))
        .substring(0, size)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Of 2 KiB each, as a batch keeps them; for each message. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public Object keepSmallMessages() throws IOException {
    BatchMemory memory = new BatchMemory(buffers, Long.MAX_VALUE);
    BatchContents contents = new BatchContents(memory, new Spool(NO_SPOOL, 0));
    Object last = contents;
    for (int n = 0; n < MESSAGES; n++) {
      last = contents.receive(small.length, new ByteArrayInputStream(small));
    }
    memory.close(true);
    return last;
  }

  /** Of 4 MiB; for each KiB. */
  @Benchmark
  @OperationsPerInvocation(LARGE_KIB)
  public Object keepLargeMessage() throws IOException {
    BatchMemory memory = new BatchMemory(buffers, Long.MAX_VALUE);
    Object kept =
        new BatchContents(memory, new Spool(NO_SPOOL, 0))
            .receive(large.length, new ByteArrayInputStream(large));
    memory.close(true);
    return kept;
  }

  /** Of 4 MiB, not kept; for each KiB. */
  @Benchmark
  @OperationsPerInvocation(LARGE_KIB)
  public Object fingerprintLargeMessage() throws IOException {
    FingerprintStream stream = new FingerprintStream(new ByteArrayInputStream(large));
    InputStream in = stream;
    while (in.read(buffer) > 0) {
      // Read on.
    }
    return stream.fingerprint();
  }
}
