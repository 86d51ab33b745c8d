package org.mailcaravan.imap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Whether a message has an internationalized header (RFC 6532), and so goes as {@code UTF8
 * (~{...})} to a server in UTF8=ACCEPT mode (RFC 6855 section 4): one that holds octets above 127
 * and is valid UTF-8. A header in raw Latin-1 is not, and is sent as it is.
 */
final class Utf8Header {
  /** The octets of a header that are checked. */
  private static final int LIMIT = 1 << 20;

  private Utf8Header() {}

  static boolean isIn(Content content) {
    Header header = new Header();
    try {
      content.writeTo(header);
    } catch (EnoughRead e) {
      // The header is complete.
    } catch (IOException e) {
      // Sending will fail too, and report it.
      return false;
    }
    return header.hasEightBit && header.isUtf8();
  }

  private static final class EnoughRead extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Header extends OutputStream {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private boolean hasEightBit;
    private boolean lineIsEmpty = true;

    @Override
    public void write(int octet) throws IOException {
      int c = octet & 0xff;
      if ((c == '\n' && lineIsEmpty) || octets.size() >= LIMIT) {
        throw new EnoughRead();
      }
      if (c != '\r') {
        lineIsEmpty = c == '\n';
      }
      hasEightBit |= c >= 0x80;
      octets.write(c);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        write(from[i]);
      }
    }

    boolean isUtf8() {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray()));
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }
  }
}
