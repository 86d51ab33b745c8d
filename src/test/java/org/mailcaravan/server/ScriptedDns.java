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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A DNS server on loopback, by UDP and TCP, that answers as a test says: as a resolver, or as a
 * server of a zone.
 */
public final class ScriptedDns implements AutoCloseable {
  private static final int MOST_BY_UDP = 512;
  private static final int MOST = 65_535;
  private static final int MOST_ALIASES = 20;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Map<String, List<Record>> records = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Queue<String> questions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger byTcp = new AtomicInteger();
  private final AtomicInteger recursive = new AtomicInteger();
  private volatile long ttl = 60;
  private volatile String zone = "";
  private volatile String soa = "";
  private volatile boolean follows;
  private volatile boolean slow;
  private volatile boolean forged;
  private volatile boolean knowsEdns = true;
  private volatile UnaryOperator<byte[]> spoiled = UnaryOperator.identity();

  private ScriptedDns(DatagramSocket udp, ServerSocket tcp) {
    this.udp = udp;
    this.tcp = tcp;
  }

  /** Starts one that knows no name. */
  public static ScriptedDns start() {
    try {
      return start(InetAddress.getLoopbackAddress(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts some that know no name, at 127.0.0.1, 127.0.0.2 and so on, all at the same port. */
  public static List<ScriptedDns> startAtOnePort(int count) {
    for (int attempt = 0; attempt < 20; attempt++) {
      List<ScriptedDns> servers = new ArrayList<>();
      try {
        int port = 0;
        for (int i = 1; i <= count; i++) {
          servers.add(start(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) i}), port));
          port = servers.get(0).address().getPort();
        }
        return servers;
      } catch (IOException e) {
        // Another program has that port at one of the addresses.
        servers.forEach(ScriptedDns::close);
      }
    }
    throw new IllegalStateException("no port is free at all addresses");
  }

  private static ScriptedDns start(InetAddress address, int port) throws IOException {
    ServerSocket tcp = new ServerSocket(port, 50, address);
    try {
      DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), address);
      ScriptedDns server = new ScriptedDns(udp, tcp);
      thread(server::serveUdp);
      thread(server::serveTcp);
      return server;
    } catch (IOException e) {
      tcp.close();
      throw e;
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

  /** Knows records no more. */
  public ScriptedDns remove(String name, String type) {
    records.remove(key(name, Type.value(type)));
    return this;
  }

  /** Answers with an error, such as {@link Rcode#SERVFAIL}; -1 for silence. */
  public ScriptedDns fail(String name, String type, int rcode) {
    failures.put(key(name, Type.value(type)), rcode);
    return this;
  }

  /** The TTL of records that are given from now on, in seconds. */
  public ScriptedDns ttl(long seconds) {
    ttl = seconds;
    return this;
  }

  /**
   * Answers as a server of this zone: with authority, with NS records for what is delegated, and
   * REFUSED for what lies elsewhere. What is not there may be kept for the TTL of now.
   */
  public ScriptedDns zone(String apex, long serial) {
    zone = apex;
    soa = "ns." + apex + ". admin." + apex + ". " + serial + " 3600 600 86400 " + ttl;
    return answer(apex, "SOA", soa);
  }

  /** Follows aliases, as resolvers do. */
  public ScriptedDns follows() {
    follows = true;
    return this;
  }

  /** From now on an answer by TCP is said to be long, and its octets come one by one, for ever. */
  public ScriptedDns slow() {
    slow = true;
    return this;
  }

  /** From now on a datagram with another id comes before each answer, as a forger sends it. */
  public ScriptedDns forged() {
    forged = true;
    return this;
  }

  /** How many questions asked it to ask others. */
  public int recursive() {
    return recursive.get();
  }

  /** Answers FORMERR to questions with EDNS, as old servers do. */
  public ScriptedDns withoutEdns() {
    knowsEdns = false;
    return this;
  }

  /** Changes the octets of each answer. */
  public ScriptedDns spoil(UnaryOperator<byte[]> change) {
    spoiled = change;
    return this;
  }

  /** How many questions came by TCP. */
  public int byTcp() {
    return byTcp.get();
  }

  /** What was asked, such as {@code a.example MX}, in order. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  private static String key(String name, int type) {
    return name + " " + Type.string(type);
  }

  private Record record(String name, String type, String data) {
    try {
      Name owner = Name.fromString(name, Name.root);
      return Record.fromString(owner, Type.value(type), DClass.IN, ttl, data, Name.root);
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
        if (forged) {
          byte[] other = answer.clone();
          other[0]++;
          udp.send(new DatagramPacket(other, other.length, packet.getSocketAddress()));
        }
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
        byTcp.incrementAndGet();
        byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), MOST);
        while (slow) {
          out.writeShort(MOST);
          out.flush();
          LockSupport.parkNanos(20_000_000);
        }
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
    if (asked.getHeader().getFlag(Flags.RD)) {
      recursive.incrementAndGet();
    }
    Message answer = new Message(asked.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(wanted, Section.QUESTION);
    int rcode = failures.getOrDefault(key, Rcode.NOERROR);
    if (rcode < 0) {
      return new byte[0];
    }
    if (!knowsEdns && asked.getOPT() != null) {
      rcode = Rcode.FORMERR;
    }
    answer.getHeader().setRcode(rcode);
    if (zone.isEmpty()) {
      answer.getHeader().setFlag(Flags.RA);
      if (rcode == Rcode.NOERROR) {
        fill(answer, name, wanted.getType());
      }
    } else if (rcode == Rcode.NOERROR) {
      fillAsZone(answer, name, wanted.getType());
    }
    return spoiled.apply(answer.toWire(most));
  }

  private void fill(Message answer, String name, int type) {
    List<Record> found = records.get(key(name, type));
    if (found == null) {
      found = records.getOrDefault(key(name, Type.CNAME), List.of());
      for (Record record : found) {
        answer.addRecord(record, Section.ANSWER);
        String target = ((CNAMERecord) record).getTarget().toString(true);
        if ((follows || isInZone(target))
            && answer.getSection(Section.ANSWER).size() < MOST_ALIASES) {
          fill(answer, target, type);
          return;
        }
      }
    } else {
      found.forEach(record -> answer.addRecord(record, Section.ANSWER));
    }
    boolean known = records.keySet().stream().anyMatch(each -> each.startsWith(name + " "));
    answer.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
  }

  private boolean isInZone(String name) {
    return !zone.isEmpty() && (name.equals(zone) || name.endsWith("." + zone));
  }

  private void fillAsZone(Message answer, String name, int type) {
    if (!isInZone(name)) {
      answer.getHeader().setRcode(Rcode.REFUSED);
      return;
    }
    for (String at = name; !at.equals(zone); at = at.substring(at.indexOf('.') + 1)) {
      List<Record> delegated = records.get(key(at, Type.NS));
      if (delegated != null) {
        delegated.forEach(record -> answer.addRecord(record, Section.AUTHORITY));
        return;
      }
    }
    answer.getHeader().setFlag(Flags.AA);
    fill(answer, name, type);
    if (answer.getSection(Section.ANSWER).isEmpty()) {
      answer.addRecord(record(zone, "SOA", soa), Section.AUTHORITY);
    }
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
