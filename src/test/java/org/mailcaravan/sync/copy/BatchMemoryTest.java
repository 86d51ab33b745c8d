package org.mailcaravan.sync.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchMemoryTest {
  private static final byte[] FIRST = message(1, Buffers.SIZE + 12_345);
  private static final byte[] SECOND = message(2, 3 * Buffers.SIZE);

  private final Buffers buffers = new Buffers();
  private final BatchMemory memory =
      new BatchMemory(buffers, FIRST.length + SECOND.length + 1_000L);

  private static byte[] message(long seed, int size) {
    byte[] octets = new byte[size];
    new Random(seed).nextBytes(octets);
    return octets;
  }

  private static long keep(BatchMemory memory, byte[] message) throws IOException {
    long start = memory.reserve(message.length);
    memory.fill(start, message.length, new ByteArrayInputStream(message));
    return start;
  }

  private static byte[] read(BatchMemory memory, long start, long size) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    memory.writeTo(out, start, size);
    return out.toByteArray();
  }

  @Test
  void givesEachMessageBackWhereverBuffersEnd() throws Exception {
    long first = keep(memory, FIRST);
    long second = keep(memory, SECOND);
    long empty = keep(memory, new byte[0]);

    assertThat(read(memory, first, FIRST.length)).isEqualTo(FIRST);
    assertThat(read(memory, second, SECOND.length)).isEqualTo(SECOND);
    assertThat(read(memory, empty, 0)).isEmpty();
  }

  @Test
  void holdsNoMoreThanItsSize() throws Exception {
    keep(memory, FIRST);
    keep(memory, SECOND);

    assertThat(memory.reserve(1_001)).isEqualTo(-1);
    assertThat(memory.reserve(1_000)).isEqualTo(FIRST.length + SECOND.length);
    assertThat(memory.reserve(1)).isEqualTo(-1);
  }

  @Test
  void aMessageThatEndsEarlySpoilsNoOther() throws Exception {
    long start = memory.reserve(FIRST.length);
    assertThatThrownBy(
            () -> memory.fill(start, FIRST.length, new ByteArrayInputStream(new byte[10])))
        .isInstanceOf(EOFException.class);

    assertThat(read(memory, keep(memory, SECOND), SECOND.length)).isEqualTo(SECOND);
  }

  @Test
  void whatABatchLeavesThatNobodyFillsIsUsedAgain() throws Exception {
    long start = keep(memory, FIRST);
    memory.close(true);
    memory.close(true);

    assertThat(buffers.take()).startsWith(FIRST[0], FIRST[1], FIRST[2]);
    assertThat(buffers.take()).startsWith(FIRST[Buffers.SIZE], FIRST[Buffers.SIZE + 1]);
    assertThat(buffers.take()).as("closing twice gives back once").containsOnly(0);
    assertThatThrownBy(() -> read(memory, start, FIRST.length))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("freed");
  }

  @Test
  void whatAReaderOfALostConnectionMayStillFillIsNotUsedAgain() throws Exception {
    keep(memory, FIRST);
    memory.close(false);

    assertThat(buffers.take()).containsOnly(0);
  }

  @Test
  void whoStillReadsGetsItsOwnMessage() throws Exception {
    long start = keep(memory, FIRST);
    ByteArrayOutputStream read = new ByteArrayOutputStream();

    memory.writeTo(
        new OutputStream() {
          @Override
          public void write(int octet) {
            read.write(octet);
          }

          @Override
          public void write(byte[] octets, int offset, int length) throws IOException {
            memory.close(true);
            BatchMemory next = new BatchMemory(buffers, SECOND.length);
            keep(next, SECOND);
            read.write(octets, offset, length);
          }
        },
        start,
        FIRST.length);

    assertThat(read.toByteArray()).isEqualTo(FIRST);
  }
}
