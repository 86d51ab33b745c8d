package org.mailcaravan.imap;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading the answer to a FETCH of whole messages; they are looked at and not kept. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FetchBenchmark {
  private static final int MESSAGES = 1000;
  private static final int SMALL = 2048;
  private static final int LARGE_MESSAGES = 4;
  private static final int LARGE = 4 << 20;
  private static final int LARGE_KIB = LARGE_MESSAGES * (LARGE >> 10);

  private final byte[] small = answer(MESSAGES, SMALL);
  private final byte[] large = answer(LARGE_MESSAGES, LARGE);
  private final byte[] buffer = new byte[65_536];

  private static byte[] answer(int messages, int size) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    for (int uid = 1; uid <= messages; uid++) {
      answer.writeBytes(
          ("* %1$d FETCH (UID %1$d FLAGS (\\Seen $Forwarded) INTERNALDATE \"%2$02d-Jan-2020"
                  + " 03:04:05 +0100\" RFC822.SIZE %3$d BODY[] {%3$d}\r\n")
              .formatted(uid, 1 + uid % 28, size)
              .getBytes(StandardCharsets.US_ASCII));
      answer.writeBytes(
          "a line of a message; "
              .repeat(1 + size / 21)
              .substring(0, size)
              .getBytes(StandardCharsets.US_ASCII));
      answer.writeBytes(")\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    return answer.toByteArray();
  }

  /** Of 2 KiB each; for each message, with a thousandth of a new connection's two buffers. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long smallMessages() throws IOException {
    return read(small, MESSAGES);
  }

  /** Of 4 MiB each; for each KiB. */
  @Benchmark
  @OperationsPerInvocation(LARGE_KIB)
  public long largeMessages() throws IOException {
    return read(large, LARGE_MESSAGES);
  }

  private long read(byte[] answer, int messages) throws IOException {
    InputStream in = new ByteArrayInputStream(answer);
    Conversation conversation =
        RecordedConversation.of(in, Capabilities.parse("IMAP4rev1 LITERAL+"));
    Tally tally = new Tally();
    MessageFetch fetch =
        new MessageFetch(
            conversation,
            "1:" + messages,
            EnumSet.of(FetchItem.FLAGS, FetchItem.INTERNALDATE, FetchItem.SIZE, FetchItem.MESSAGE),
            this::look,
            tally::add);
    fetch.write();
    WireReader wire = new WireReader(in);
    for (int n = 0; n < messages; n++) {
      wire.token();
      wire.spaces();
      long number = ResponseText.number(wire.token());
      wire.spaces();
      String word = wire.token().toUpperCase(Locale.ROOT);
      wire.spaces();
      fetch.take(word, number, wire);
      wire.skipResponse();
    }
    if (tally.messages != messages) {
      throw new IllegalStateException(tally.messages + " of " + messages + " messages");
    }
    return tally.octets;
  }

  private Content look(long size, InputStream in) throws IOException {
    long seen = 0;
    for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
      seen += n;
    }
    return new Seen(seen);
  }

  private static final class Tally {
    private int messages;
    private long octets;

    void add(FetchedMessage message) {
      messages++;
      Content content = message.content();
      octets += content == null ? 0 : content.size();
    }
  }

  private record Seen(long size) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      throw new IOException("not kept");
    }

    @Override
    public void close() {}
  }
}
