package org.mailcaravan.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A resolver on loopback that knows where the mail of one domain goes, and nothing else. */
public final class DemoDns implements AutoCloseable {
  private static final int LONGEST = 4096;
  private static final long TTL_SECONDS = 1;

  private final DatagramSocket socket;
  private final Name domain;
  private volatile Name mx;

  /**
   * Starts it.
   *
   * @param mx the host that mail for the domain goes to at first
   */
  public DemoDns(String domain, String mx) {
    try {
      this.domain = Name.fromString(domain, Name.root);
      this.mx = Name.fromString(mx, Name.root);
      this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::answer, "demo-dns");
    thread.setDaemon(true);
    thread.start();
  }

  /** The address and the port, as {@code cutover.resolvers} names them. */
  public String address() {
    return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  /** The owner of the domain changes its MX record. */
  public void pointTo(String host) throws IOException {
    mx = Name.fromString(host, Name.root);
  }

  private void answer() {
    byte[] buffer = new byte[LONGEST];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(new Message(Arrays.copyOf(buffer, packet.getLength()))).toWire();
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // It was closed, or that was no question.
      }
    }
  }

  private Message answer(Message question) {
    Record asked = question.getQuestion();
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    if (asked != null) {
      answer.addRecord(asked, Section.QUESTION);
      if (!asked.getName().equals(domain)) {
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
      } else if (asked.getType() == Type.MX) {
        answer.addRecord(new MXRecord(domain, DClass.IN, TTL_SECONDS, 10, mx), Section.ANSWER);
      }
    }
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
