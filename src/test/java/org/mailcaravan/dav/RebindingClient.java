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
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private RebindingClient() {}

  /** Answers each question for an address with the next of these, or with all of them. */
  private static final class Names {
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean mixed;

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
      if (question[end - 3] == ADDRESS) {
        boolean first = asked.getAndIncrement() == 0;
        addresses = mixed ? List.of(OPEN, OURS) : List.of(first ? OPEN : OURS);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(question, 0, 2);
      out.write(new byte[] {(byte) 0x84, 0, 0, 1, 0, (byte) addresses.size(), 0, 0, 0, 0});
      out.write(question, 12, end - 12);
      for (String address : addresses) {
        out.write(new byte[] {(byte) 0xc0, 12, 0, ADDRESS, 0, 1, 0, 0, 0, 0, 0, 4});
        out.write(InetAddress.getAllByName(address)[0].getAddress());
      }
      return out.toByteArray();
    }
  }

  private interface Attempt {
    void run(int port);
  }

  public static void main(String[] arguments) throws IOException {
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
            "ann",
            Secret.of("secret"));
    tell("imap", names, anywhere, connected, port -> imap(connector, port));
    tell("http", names, anywhere, connected, port -> http(client, "http", port));
    tell("https", names, anywhere, connected, port -> http(client, "https", port));
    System.exit(0);
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
