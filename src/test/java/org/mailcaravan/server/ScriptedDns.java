package org.mailcaravan.server;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A DNS server on loopback, by UDP and TCP, that answers as a test says. */
public final class ScriptedDns implements AutoCloseable {
  private static final int MOST_BY_UDP = 512;
  private static final int MOST = 65_535;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Map<String, List<Record>> records = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Queue<String> questions = new ConcurrentLinkedQueue<>();

  private ScriptedDns(DatagramSocket udp, ServerSocket tcp) {
    this.udp = udp;
    this.tcp = tcp;
  }

  /** Starts one that knows no name. */
  public static ScriptedDns start() {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      ServerSocket tcp = new ServerSocket(0, 50, loopback);
      DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), loopback);
      ScriptedDns server = new ScriptedDns(udp, tcp);
      thread(server::serveUdp);
      thread(server::serveTcp);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "scripted-dns");
    thread.setDaemon(true);
    thread.start();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
  }

  /**
   * Answers with records, as in a zone file: {@code answer("a.example", "MX", "10 mx.example.")}.
   */
  public ScriptedDns answer(String name, String type, String... data) {
    records.put(
        key(name, Type.value(type)),
        java.util.Arrays.stream(data).map(text -> record(name, type, text)).toList());
    return this;
  }

  /** Answers with an error, such as {@link Rcode#SERVFAIL}; -1 for silence. */
  public ScriptedDns fail(String name, String type, int rcode) {
    failures.put(key(name, Type.value(type)), rcode);
    return this;
  }

  /** What was asked, such as {@code a.example MX}, in order. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  private static String key(String name, int type) {
    return name + " " + Type.string(type);
  }

  private static Record record(String name, String type, String data) {
    try {
      Name owner = Name.fromString(name, Name.root);
      return Record.fromString(owner, Type.value(type), DClass.IN, 60, data, Name.root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serveUdp() {
    byte[] octets = new byte[MOST];
    while (!udp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(octets, octets.length);
      try {
        udp.receive(packet);
        byte[] answer = answer(java.util.Arrays.copyOf(octets, packet.getLength()), MOST_BY_UDP);
        if (answer.length > 0) {
          udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // A question that is none, or the end.
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept();
          DataInputStream in = new DataInputStream(socket.getInputStream());
          DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
        byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), MOST);
        out.writeShort(answer.length);
        out.write(answer);
        out.flush();
      } catch (IOException e) {
        // A question that is none, or the end.
      }
    }
  }

  private byte[] answer(byte[] question, int most) throws IOException {
    Message asked = new Message(question);
    Record wanted = asked.getQuestion();
    String name = wanted.getName().toString(true);
    String key = key(name, wanted.getType());
    questions.add(key);
    Message answer = new Message(asked.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(wanted, Section.QUESTION);
    int rcode = failures.getOrDefault(key, Rcode.NOERROR);
    if (rcode < 0) {
      return new byte[0];
    }
    List<Record> found =
        records.getOrDefault(key, records.getOrDefault(key(name, Type.CNAME), List.of()));
    boolean known = records.keySet().stream().anyMatch(each -> each.startsWith(name + " "));
    answer.getHeader().setRcode(rcode != 0 || known ? rcode : Rcode.NXDOMAIN);
    found.forEach(record -> answer.addRecord(record, Section.ANSWER));
    return answer.toWire(most);
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
