package org.mailcaravan.imap;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * Both directions of one connection above TLS and compression, and how fast octets pass. One thread
 * reads, one at a time writes; several may flush at once, since the stream is synchronized.
 */
final class WireStreams {
  private final WireReader reader;
  private final BooleanSupplier idle;
  private final LongConsumer onRead;
  private volatile OutputStream out;
  private volatile LinkSpeed received = new LinkSpeed();
  private volatile LinkSpeed sent = new LinkSpeed();

  /**
   * @param idle whether no answer is due, so that the time of a read says nothing of the link
   * @param onRead receives how many octets each read has given
   */
  WireStreams(WireReader reader, OutputStream transport, BooleanSupplier idle, LongConsumer onRead)
      throws IOException {
    this.reader = reader;
    this.idle = idle;
    this.onRead = onRead;
    this.out = new BufferedOutputStream(transport, 65_536);
    reader.layer(in -> received.timed(in, idle, onRead));
  }

  OutputStream out() {
    return out;
  }

  /** The speed of what is read, as it is above all layers. */
  LinkSpeed received() {
    return received;
  }

  /** The speed of mail that is written. */
  LinkSpeed sent() {
    return sent;
  }

  /** From the next octet on, writes through another layer. */
  void layerOutput(UnaryOperator<OutputStream> layer) {
    sent = sent.forLayerAbove();
    out = new BufferedOutputStream(layer.apply(out), 32_768);
  }

  /** From the next octet on, reads through another layer. On the reader thread. */
  void layerInput(WireReader.Layer layer) throws IOException {
    received = received.forLayerAbove();
    reader.layer(in -> received.timed(layer.over(in), idle, onRead));
  }
}
