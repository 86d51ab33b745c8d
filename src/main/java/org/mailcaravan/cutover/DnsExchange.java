package org.mailcaravan.cutover;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Sends a question of dnsjava and waits for its answer in the thread that asks, no longer than said
 * however slowly the octets come, and leaves no connection open. Thread-safe.
 */
final class DnsExchange implements UdpIoClient, TcpIoClient {
  /** What fits into a datagram with what {@link DnsClient} allows, and more. */
  private static final int MOST_BY_UDP = 4096;

  private static final int ID_LENGTH = 2;

  @Override
  public CompletableFuture<byte[]> sendAndReceiveUdp(
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      Message query,
      byte[] question,
      int max,
      Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    try (DatagramSocket socket = new DatagramSocket()) {
      // Only from there, and a closed port is told at once.
      socket.connect(remote);
      socket.send(new DatagramPacket(question, question.length));
      byte[] octets = new byte[MOST_BY_UDP];
      while (true) {
        socket.setSoTimeout(millisUntil(end));
        DatagramPacket packet = new DatagramPacket(octets, octets.length);
        socket.receive(packet);
        // Others may be forged, or late.
        if (packet.getLength() >= ID_LENGTH
            && octets[0] == question[0]
            && octets[1] == question[1]) {
          return CompletableFuture.completedFuture(Arrays.copyOf(octets, packet.getLength()));
        }
      }
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceiveTcp(
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      Message query,
      byte[] question,
      Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(remote, millisUntil(end));
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      byte[] framed = new byte[question.length + 2];
      framed[0] = (byte) (question.length >>> 8);
      framed[1] = (byte) question.length;
      System.arraycopy(question, 0, framed, 2, question.length);
      out.write(framed);
      DataInputStream in = new DataInputStream(new Hasty(socket, end));
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return CompletableFuture.completedFuture(answer);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static int millisUntil(long end) throws SocketTimeoutException {
    long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("too late");
    }
    return Math.toIntExact(left);
  }

  /** Reads until a moment, also where an octet comes now and then. */
  private static final class Hasty extends InputStream {
    private final Socket socket;
    private final long end;

    Hasty(Socket socket, long end) {
      this.socket = socket;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
      socket.setSoTimeout(millisUntil(end));
      return socket.getInputStream().read(octets, offset, length);
    }
  }
}
