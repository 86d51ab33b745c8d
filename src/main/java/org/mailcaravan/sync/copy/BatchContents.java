package org.mailcaravan.sync.copy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.sync.messages.ContentShape;
import org.mailcaravan.sync.messages.FingerprintStream;
import org.mailcaravan.sync.session.Spool;
import org.mailcaravan.sync.session.SpooledContent;

/**
 * Keeps the contents of one batch: in memory as long as the batch's share of the budget lasts, in
 * spool files beyond. So a message larger than its share never is in memory whole, whatever size
 * the server announced for it before.
 */
final class BatchContents implements ContentStore {
  private final BatchMemory memory;
  private final Spool spool;

  BatchContents(BatchMemory memory, Spool spool) {
    this.memory = memory;
    this.spool = spool;
  }

  /** A content that was digested as it came. */
  interface Fingerprinted extends Content {
    Fingerprint fingerprint();

    ContentShape shape();
  }

  @Override
  public Fingerprinted receive(long size, InputStream literal) throws IOException {
    FingerprintStream in = new FingerprintStream(literal);
    long start = memory.reserve(size);
    if (start >= 0) {
      memory.fill(start, size, in);
      return new InMemory(memory, start, size, in.fingerprint(), in.shape());
    }
    SpooledContent kept = spool.keep(size, in);
    return new Spooled(kept, in.fingerprint(), in.shape());
  }

  private record InMemory(
      BatchMemory memory, long start, long size, Fingerprint fingerprint, ContentShape shape)
      implements Fingerprinted {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      memory.writeTo(out, start, size);
    }

    /** The memory is freed with the batch. */
    @Override
    public void close() {}
  }

  private record Spooled(SpooledContent kept, Fingerprint fingerprint, ContentShape shape)
      implements Fingerprinted {
    @Override
    public long size() {
      return kept.size();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      kept.writeTo(out);
    }

    @Override
    public void close() {
      kept.close();
    }
  }
}
