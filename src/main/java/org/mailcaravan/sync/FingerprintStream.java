package org.mailcaravan.sync;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.mailcaravan.model.Fingerprint;

/**
 * Takes the fingerprint of a message while it is read. Line ends count as LF, however they are
 * written, because servers change them (Dovecot stores CRLF); the header ends before the first
 * empty line, so that a header read alone has the same digest. To be made, read and asked in one
 * thread, and before it makes the next.
 */
final class FingerprintStream extends FilterInputStream {
  /** 96 bits, which are 16 characters of base64. */
  private static final int DIGEST_OCTETS = 12;

  private static final byte[] MESSAGE_ID = "message-id:".getBytes(StandardCharsets.US_ASCII);

  /** One for each thread, since it would be the most of what a small message costs. */
  private static final ThreadLocal<byte[]> BUFFERS = ThreadLocal.withInitial(() -> new byte[8192]);

  private final MessageDigest whole = sha256();
  private final MessageDigest header = sha256();
  private final byte[] buffer = BUFFERS.get();
  private int length;
  private boolean afterCr;
  private boolean inBody;
  private boolean lineEmpty = true;

  /** How much of {@link #MESSAGE_ID} the line begins with, or -1 when with something else. */
  private int matched;

  private boolean hasMessageId;

  FingerprintStream(InputStream in) {
    super(in);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int offset, int count) throws IOException {
    int read = in.read(octets, offset, count);
    int end = offset + read;
    int at = offset;
    while (at < end) {
      if (!inBody || afterCr) {
        take(octets[at++]);
      } else {
        int from = at;
        while (at < end && octets[at] != '\r') {
          at++;
        }
        keep(octets, from, at - from);
        if (at < end) {
          afterCr = true;
          at++;
        }
      }
    }
    return read;
  }

  private void keep(byte[] octets, int from, int count) {
    if (count > buffer.length - length) {
      flush();
    }
    if (count > buffer.length) {
      whole.update(octets, from, count);
    } else {
      System.arraycopy(octets, from, buffer, length, count);
      length += count;
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void take(byte octet) {
    if (afterCr && octet != '\n') {
      put((byte) '\r');
    }
    afterCr = octet == '\r';
    if (!afterCr) {
      put(octet);
    }
  }

  private void put(byte octet) {
    if (!inBody) {
      readHeader(octet);
    }
    if (length == buffer.length) {
      flush();
    }
    buffer[length++] = octet;
  }

  private void readHeader(byte octet) {
    if (octet == '\n') {
      if (lineEmpty) {
        header.update(buffer, 0, length);
        inBody = true;
      }
      lineEmpty = true;
      matched = 0;
      return;
    }
    lineEmpty = false;
    if (matched == MESSAGE_ID.length) {
      hasMessageId |= octet != ' ' && octet != '\t';
    } else if (matched >= 0) {
      boolean same = Character.toLowerCase((char) (octet & 0xff)) == MESSAGE_ID[matched];
      matched = same ? matched + 1 : -1;
    }
  }

  private void flush() {
    if (!inBody) {
      header.update(buffer, 0, length);
    }
    whole.update(buffer, 0, length);
    length = 0;
  }

  /** Of all that was read; to be asked once, at the end. */
  Fingerprint fingerprint() {
    if (afterCr) {
      put((byte) '\r');
    }
    flush();
    if (!inBody && !lineEmpty) {
      header.update((byte) '\n');
    }
    return new Fingerprint(text(header), text(whole));
  }

  /** Whether the header that was read has a Message-ID, which tells it from machine-made mail. */
  boolean hasMessageId() {
    return hasMessageId;
  }

  private static String text(MessageDigest digest) {
    return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest.digest(), DIGEST_OCTETS));
  }
}
