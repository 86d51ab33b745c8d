package org.mailcaravan.imap;

import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * COMPRESS=DEFLATE (RFC 4978): both directions change at once after the tagged OK, so nothing else
 * may be under way.
 */
final class Compression extends Command {
  private static final int BUFFER = 16_384;

  private final Conversation conversation;

  Compression(Conversation conversation) {
    super("COMPRESS DEFLATE");
    this.conversation = conversation;
  }

  @Override
  void ending(Completion completion, WireReader wire) throws IOException {
    if (completion.ok()) {
      conversation
          .streams()
          .layerInput(in -> new InflaterInputStream(in, new Inflater(true), BUFFER));
    }
  }

  /** Whether it is on now. */
  boolean turnOn() {
    conversation.awaitIdle();
    if (!conversation.run(this, "COMPRESS DEFLATE").ok()) {
      return false;
    }
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    conversation
        .streams()
        .layerOutput(out -> new DeflaterOutputStream(out, deflater, BUFFER, true));
    return true;
  }
}
