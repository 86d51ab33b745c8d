package org.mailcaravan.imap;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** COMPRESS=DEFLATE (RFC 4978): both directions change at once after the tagged OK. */
final class Compression extends Command {
  private static final int BUFFER = 16_384;

  Compression() {
    super("COMPRESS DEFLATE");
  }

  @Override
  void ending(Completion completion, WireReader wire) throws IOException {
    if (completion.ok()) {
      wire.layer(in -> new InflaterInputStream(in, new Inflater(true), BUFFER));
    }
  }

  /** Whether it is on now. */
  boolean turnOn(Session session) {
    if (!session.run(this, "COMPRESS DEFLATE").ok()) {
      return false;
    }
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    session.out(
        new BufferedOutputStream(
            new DeflaterOutputStream(session.out(), deflater, BUFFER, true), 32_768));
    return true;
  }
}
