package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** What {@link RebindingTest} runs: a DNS server, a server at each address, and our clients. */
final class RebindingClient {
  static final String OPEN = "8.8.8.8";
  private static final String OURS = "127.0.0.1";
  private static final int ADDRESS = 1;
  private static final int ADDRESS_6 = 28;

  /** IPv6 addresses that hold a private IPv4 address, or are for no stranger's server. */
  static final List<String> INNER =
      List.of(
          "2002:7f00:1:0:0:0:0:1", // 6to4
          "2002:c0a8:101:0:0:0:0:1",
          "64:ff9b:0:0:0:0:7f00:1", // NAT64
          "64:ff9b:0:0:0:0:a9fe:a9fe",
          "64:ff9b:1:0:0:0:7f00:1",
          "2001:0:4136:e378:8000:63bf:80ff:fffe", // Teredo
          "2606:4700:0:0:0:5efe:7f00:1", // ISATAP
          "2606:4700:0:0:200:5efe:a00:1",
          "0:0:0:0:ffff:0:7f00:1", // IPv4-translated
          "0:0:0:0:0:0:7f00:1", // IPv4-compatible
          "fd00:ec2:0:0:0:0:0:254", // of a cloud
          "fec0:0:0:0:0:0:0:1",
          "100:0:0:0:0:0:0:1",
          "5f00:0:0:0:0:0:0:1");

  static final String OPEN_6 = "2606:4700:0:0:0:0:0:1111";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private RebindingClient() {}

  /** Answers each question for an address with the next of these, or with all of them. */
  private static final class Names {
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean mixed;

    /** The only address, or empty. */
    volatile String only = "";

    void serve(DatagramSocket socket) {
      try {
        while (true) {
          DatagramPacket packet = new DatagramPacket(new byte[512], 512);
          socket.receive(packet);
          byte[] answer = answer(packet.getData());
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** RFC 1035, section 4.1; the question is the only one and has no additional records. */
    private byte[] answer(byte[] question) throws IOException {
      int end = 12;
      while (question[end] != 0) {
        end += question[end] + 1;
      }
      end += 5;
      List<String> addresses = List.of();
      int type = question[end - 3];
      if (type == ADDRESS_6 && !only.isEmpty()) {
        addresses = List.of(only);
      } else if (type == ADDRESS && only.isEmpty()) {
        boolean first = asked.getAndIncrement() == 0;
        addresses = mixed ? List.of(OPEN, OURS) : List.of(first ? OPEN : OURS);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(question, 0, 2);
      out.write(new byte[] {(byte) 0x84, 0, 0, 1, 0, (byte) addresses.size(), 0, 0, 0, 0});
      out.write(question, 12, end - 12);
      for (String address : addresses) {
        byte[] octets = InetAddress.getAllByName(address)[0].getAddress();
        out.write(new byte[] {(byte) 0xc0, 12, 0, (byte) type, 0, 1, 0, 0, 0, 0, 0});
        out.write(octets.length);
        out.write(octets);
      }
      return out.toByteArray();
    }
  }

  private interface Attempt {
    void run(int port);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Names names = new Names();
    DatagramSocket dns = new DatagramSocket(53, InetAddress.getLoopbackAddress());
    start(() -> names.serve(dns));
    ServerSocket anywhere = new ServerSocket(0);
    BlockingQueue<String> connected = new LinkedBlockingQueue<>();
    start(() -> hangUp(anywhere, connected));

    Set<String> clear = Set.of("rebinding.example");
    Connector connector =
        new Connector(new ConnectionRules(false, Set.of(), false, clear, PATIENCE, PATIENCE, null));
    DavClient client =
        new DavClient(
            DavTransport.toSources(connector, PATIENCE, Set.of(), Clock.systemUTC()),
            new DavLogin.Password("ann", Secret.of("secret")));
    if (arguments.length > 0) {
      inner(names, anywhere, connected, connector, client);
    } else {
      tell("imap", names, anywhere, connected, port -> imap(connector, port));
      tell("http", names, anywhere, connected, port -> http(client, "http", port));
      tell("https", names, anywhere, connected, port -> http(client, "https", port));
    }
    System.exit(0);
  }

  /** Tells of each address what is connected to when it is named, or stands for a name. */
  private static void inner(
      Names names,
      ServerSocket anywhere,
      BlockingQueue<String> connected,
      Connector connector,
      DavClient client)
      throws IOException, InterruptedException {
    int port = anywhere.getLocalPort();
    List<String> all = new ArrayList<>(INNER);
    all.add(OPEN_6);
    for (String address : all) {
      names.only = address;
      // Without rules it is connected to: a server is there.
      new Socket(address, port).close();
      connected.take();
      try {
        connector.connect(new Server(address, port, Security.TLS)).close();
      } catch (ConnectFailed e) {
        // Whatever is there hangs up.
      }
      imap(connector, port);
      http(client, "http", port);
      http(client, "https", port);
      System.out.printf("%s: %d connections%n", address, connected.size());
    }
  }

  private static void start(Runnable server) {
    Thread thread = new Thread(server);
    thread.setDaemon(true);
    thread.start();
  }

  private static void hangUp(ServerSocket anywhere, BlockingQueue<String> connected) {
    try {
      while (true) {
        try (Socket client = anywhere.accept()) {
          connected.add(client.getLocalAddress().getHostAddress());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void imap(Connector connector, int port) {
    try {
      connector.connect(new Server("rebinding.example", port, Security.NONE)).close();
    } catch (ConnectFailed e) {
      // Whatever is there hangs up.
    }
  }

  private static void http(DavClient client, String scheme, int port) {
    try {
      client.send("GET", URI.create(scheme + "://rebinding.example:" + port + "/"), 1);
    } catch (MigrationException e) {
      // Whatever is there hangs up.
    }
  }

  /** Tells where to connections came. */
  private static void tell(
      String protocol,
      Names names,
      ServerSocket anywhere,
      BlockingQueue<String> connected,
      Attempt attempt) {
    for (boolean mixed : new boolean[] {false, true}) {
      names.mixed = mixed;
      names.asked.set(0);
      connected.clear();
      attempt.run(anywhere.getLocalPort());
      System.out.printf(
          "%s, %s: connected to %s%n",
          protocol,
          mixed ? "mixed" : "changing",
          connected.isEmpty() ? "nothing" : String.join(" ", Set.copyOf(connected)));
    }
  }
}
