package org.mailcaravan.sync.messages;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Sha256;

/**
 * Takes the fingerprint of a message while it is read. Line ends count as LF, however they are
 * written, because servers change them (Dovecot stores CRLF); empty lines at the end do not count,
 * because servers add one; the header ends before the first empty line, so that a header read alone
 * has the same digest. Create, read and ask it in one thread, before that thread creates the next.
 */
public final class FingerprintStream extends FilterInputStream {
  /** 96 bits, which are 16 characters of base64. */
  private static final int DIGEST_OCTETS = 12;

  /** One for each thread: to allocate it would cost more than a small message itself. */
  private static final ThreadLocal<byte[]> BUFFERS = ThreadLocal.withInitial(() -> new byte[8192]);

  private static final ThreadLocal<HeaderFields> FIELDS =
      ThreadLocal.withInitial(HeaderFields::new);

  private final MessageDigest header = Sha256.digest();
  private final MessageDigest body = Sha256.digest();
  private final HeaderFields fields;
  private final byte[] buffer;
  private int length;
  private boolean afterCr;
  private boolean inBody;
  private boolean lineEmpty = true;
  private boolean headerText;
  private long lineFeeds;
  private long bareLineFeeds;
  private boolean text;
  private boolean nul;
  private boolean eightBitHeader;
  private boolean endsLine;

  /** Line ends of the body that count only if something follows. */
  private long lineEnds;

  public FingerprintStream(InputStream in) {
    this(in, FIELDS.get(), BUFFERS.get());
  }

  private FingerprintStream(InputStream in, HeaderFields fields, byte[] buffer) {
    super(in);
    this.fields = fields.begin();
    this.buffer = buffer;
  }

  /** For use by its {@link #sink}, while others of the same thread are in use. */
  static FingerprintStream besideOthers() {
    return new FingerprintStream(
        InputStream.nullInputStream(), new HeaderFields(), new byte[BUFFERS.get().length]);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int offset, int count) throws IOException {
    int read = in.read(octets, offset, count);
    take(octets, offset, Math.max(0, read));
    return read;
  }

  /** Takes what is written to it as if that had been read. */
  public OutputStream sink() {
    return new OutputStream() {
      @Override
      public void write(int octet) {
        take(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] octets, int offset, int count) {
        take(octets, offset, count);
      }
    };
  }

  /** Takes octets as if they had been read. */
  private void take(byte[] octets, int offset, int count) {
    int end = offset + count;
    int at = offset;
    while (at < end) {
      if (!inBody || afterCr) {
        take(octets[at++]);
      } else {
        int from = at;
        // NUL and line ends are below; so are tabs, which are rare.
        while (at < end && (octets[at] & 0xff) > '\r') {
          at++;
        }
        if (at > from) {
          keep(octets, from, at - from);
        }
        if (at < end) {
          take(octets[at++]);
        }
      }
    }
  }

  /** Part of a line of the body. */
  private void keep(byte[] octets, int from, int count) {
    text = true;
    endsLine = false;
    writeLineEnds();
    if (count > buffer.length - length) {
      flush();
    }
    if (count > buffer.length) {
      body.update(octets, from, count);
    } else {
      System.arraycopy(octets, from, buffer, length, count);
      length += count;
    }
  }

  private void writeLineEnds() {
    for (; lineEnds > 0; lineEnds--) {
      write((byte) '\n');
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void take(byte octet) {
    if (octet == '\n') {
      lineFeeds++;
      bareLineFeeds += afterCr ? 0 : 1;
    } else if (afterCr) {
      put((byte) '\r');
    }
    nul |= octet == 0;
    endsLine = octet == '\n';
    afterCr = octet == '\r';
    if (!afterCr) {
      put(octet);
    }
  }

  private void put(byte octet) {
    if (!inBody) {
      putInHeader(octet);
    } else if (octet == '\n') {
      lineEnds++;
    } else {
      text = true;
      writeLineEnds();
      write(octet);
    }
  }

  private void putInHeader(byte octet) {
    boolean ends = octet == '\n';
    if (ends && lineEmpty) {
      flush();
      inBody = true;
      return;
    }
    lineEmpty = ends;
    headerText |= !ends;
    eightBitHeader |= octet < 0;
    fields.read(octet);
    write(octet);
  }

  private void write(byte octet) {
    if (length == buffer.length) {
      flush();
    }
    buffer[length++] = octet;
  }

  private void flush() {
    (inBody ? body : header).update(buffer, 0, length);
    length = 0;
  }

  private void end() {
    if (afterCr) {
      // Courier makes a line end of it.
      afterCr = false;
      put((byte) '\n');
    }
    if (!inBody && !lineEmpty) {
      putInHeader((byte) '\n');
    }
    flush();
  }

  /** Of a whole message that was read; to be asked once, at the end. */
  public Fingerprint fingerprint() {
    end();
    return new Fingerprint(text(header.digest()), fieldsText(), text(body.digest()));
  }

  /** Of a whole message that was read; to be asked after its {@link #fingerprint}. */
  public ContentShape shape() {
    return new ContentShape(lineFeeds, bareLineFeeds, text, nul, eightBitHeader, endsLine);
  }

  /** Of a header that was read alone; to be asked once, at the end. */
  public HeaderPrint ofHeader() {
    end();
    return new HeaderPrint(
        new Fingerprint(text(header.digest()), fieldsText(), null),
        fields.hasMessageId(),
        ByteBuffer.wrap(fields.nameDigest()).getLong(),
        ByteBuffer.wrap(fields.wayDigest()).getInt());
  }

  /** Whether the header has any line. */
  boolean hasHeaderText() {
    return headerText;
  }

  /** Whether the empty line after the header came. */
  boolean hasHeaderEnd() {
    return inBody;
  }

  private @Nullable String fieldsText() {
    return fields.tell() ? text(fields.digest()) : null;
  }

  private static String text(byte[] digest) {
    return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, DIGEST_OCTETS));
  }
}
