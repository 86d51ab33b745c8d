package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Writing messages that are in memory as one MULTIAPPEND, to nobody. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AppendBenchmark {
  private static final int MESSAGES = 1000;
  private static final int SMALL = 2048;
  private static final int LARGE_MESSAGES = 16;

  /** Larger ones wait for the server's answer. */
  private static final int LARGE = (int) CommandWriter.WAIT_ABOVE;

  private static final int LARGE_KIB = LARGE_MESSAGES * (LARGE >> 10);
  private static final Capabilities CAPABILITIES =
      Capabilities.parse("IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS");
  private static final FolderName FOLDER = FolderName.ofWire("Archive");

  private final List<OutgoingMessage> small = messages(MESSAGES, SMALL);
  private final List<OutgoingMessage> large = messages(LARGE_MESSAGES, LARGE);

  private static List<OutgoingMessage> messages(int howMany, int size) {
    OffsetDateTime date = OffsetDateTime.parse("2020-01-02T03:04:05+01:00");
    Content content = new MemoryContent(new byte[size]);
    return IntStream.range(0, howMany)
        .mapToObj(
            n -> new OutgoingMessage(Set.of("\\Seen", "$Forwarded"), date.plusHours(n), content))
        .toList();
  }

  /** Of 2 KiB each; for each message, with a thousandth of a new connection's two buffers. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public Object smallMessages() throws IOException {
    return write(small);
  }

  /** Of 1 MiB each; for each KiB. */
  @Benchmark
  @OperationsPerInvocation(LARGE_KIB)
  public Object largeMessages() throws IOException {
    return write(large);
  }

  private static Object write(List<OutgoingMessage> messages) throws IOException {
    Conversation conversation =
        RecordedConversation.of(InputStream.nullInputStream(), CAPABILITIES);
    return new MessageAppend(conversation, FOLDER, messages, true, (number, result) -> {}).send();
  }
}
