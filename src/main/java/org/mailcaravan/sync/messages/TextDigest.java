package org.mailcaravan.sync.messages;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.mailcaravan.imap.Content;
import org.mailcaravan.model.Sha256;

/** The digest of what follows the header of a message. */
public final class TextDigest extends OutputStream {
  private final MessageDigest digest = Sha256.digest();
  private boolean inText;
  private boolean lineIsEmpty = true;

  private TextDigest() {}

  /** In hexadecimal; empty when the header does not end with its empty line. */
  public static Optional<String> of(Content message) throws IOException {
    try (TextDigest text = new TextDigest()) {
      message.writeTo(text);
      return text.inText
          ? Optional.of(HexFormat.of().formatHex(text.digest.digest()))
          : Optional.empty();
    }
  }

  @Override
  public void write(int octet) {
    if (inText) {
      digest.update((byte) octet);
    } else if (octet == '\n') {
      inText = lineIsEmpty;
      lineIsEmpty = true;
    } else if (octet != '\r') {
      lineIsEmpty = false;
    }
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    int next = offset;
    while (!inText && next < offset + length) {
      write(octets[next++]);
    }
    digest.update(octets, next, offset + length - next);
  }
}
