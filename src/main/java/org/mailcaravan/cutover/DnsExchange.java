package org.mailcaravan.cutover;

import java.io.EOFException;
import java.io.IOException;
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
      byte[] framed = new byte[question.length + 2];
      framed[0] = (byte) (question.length >>> 8);
      framed[1] = (byte) question.length;
      System.arraycopy(question, 0, framed, 2, question.length);
      socket.getOutputStream().write(framed);
      byte[] length = read(socket, 2, end);
      byte[] answer = read(socket, ((length[0] & 0xff) << 8) | (length[1] & 0xff), end);
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

  /** So many octets, also where they come one by one. */
  private static byte[] read(Socket socket, int length, long end) throws IOException {
    byte[] octets = new byte[length];
    int have = 0;
    while (have < length) {
      socket.setSoTimeout(millisUntil(end));
      int more = socket.getInputStream().read(octets, have, length - have);
      if (more < 0) {
        throw new EOFException("the answer ends before its end");
      }
      have += more;
    }
    return octets;
  }
}
