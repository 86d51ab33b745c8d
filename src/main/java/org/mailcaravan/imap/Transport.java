package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The two streams of a socket. A read times out only when an answer is due and no octet has passed
 * in either direction for the read timeout. One thread may read while another writes. {@link
 * Progress} judges servers that are not silent.
 */
final class Transport {
  /** Octets go through the system's send buffer, which a slow link takes long to empty. */
  private static final long LEAST_BUFFERED = 65_536;

  private static final long MOST_BUFFERED = 4 << 20;
  private static final long SLOW_OCTETS_A_SECOND = 10_240;

  private final Socket socket;
  private final Socket plainSocket;
  private volatile int timeoutMillis;
  private volatile long lastActivity = System.nanoTime();
  private volatile BooleanSupplier answerDue = () -> true;
  private volatile BooleanSupplier mayWrite = () -> true;
  private final Duration readTimeout;
  private final AtomicLong written = new AtomicLong();
  private volatile long writtenBeforeRead;
  private volatile boolean writing;

  /**
   * @param socket what is read and written, perhaps TLS
   * @param plainSocket the TCP socket under it, or the same
   */
  Transport(Socket socket, Socket plainSocket, Duration readTimeout) throws IOException {
    this.socket = socket;
    this.plainSocket = plainSocket;
    this.readTimeout = readTimeout;
    this.timeoutMillis = millis(readTimeout);
    socket.setSoTimeout(timeoutMillis);
  }

  /** A timeout as sockets take it, for which 0 is endless. */
  static int millis(Duration timeout) {
    return (int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
  }

  /** Sets how to know whether an answer is due; before that one always is. */
  void answerDue(BooleanSupplier supplier) {
    answerDue = supplier;
  }

  /** Sets how to know whether anything may be written: else a write ends the connection. */
  void mayWrite(BooleanSupplier supplier) {
    mayWrite = supplier;
  }

  /** Starts the timeout again, since a command is about to be sent. */
  void restartTimeout() {
    lastActivity = System.nanoTime();
  }

  /** Lets each further read wait no longer than this, answer due or not. On the reader thread. */
  void shortenTimeout(Duration timeout) throws IOException {
    timeoutMillis = Math.min(timeoutMillis, millis(timeout));
    socket.setSoTimeout(timeoutMillis);
    answerDue = () -> true;
  }

  Duration readTimeout() {
    return readTimeout;
  }

  /** How many octets were written on this connection. */
  long written() {
    return written.get();
  }

  /**
   * How much longer than usual to wait, since octets may still be in the send buffer. Zero while a
   * write blocks: then the link takes nothing.
   */
  Duration slack() {
    if (writing) {
      return Duration.ZERO;
    }
    long buffered = Math.min(written.get() - writtenBeforeRead, MOST_BUFFERED) - LEAST_BUFFERED;
    return Duration.ofMillis(Math.max(0, buffered) * 1000 / SLOW_OCTETS_A_SECOND);
  }

  /** The rest of the timeout in milliseconds; all of it while no answer is due. */
  private long timeLeft() {
    return answerDue.getAsBoolean()
        ? timeoutMillis + slack().toMillis() - (System.nanoTime() - lastActivity) / 1_000_000
        : timeoutMillis;
  }

  InputStream input() throws IOException {
    InputStream in = socket.getInputStream();
    return new InputStream() {
      private boolean shortened;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] octets, int offset, int length) throws IOException {
        while (true) {
          try {
            int n = in.read(octets, offset, length);
            restartTimeout();
            writtenBeforeRead = written.get();
            if (shortened) {
              shortened = false;
              socket.setSoTimeout(timeoutMillis);
            }
            return n;
          } catch (SocketTimeoutException e) {
            long left = timeLeft();
            if (left <= 0) {
              throw e;
            }
            shortened = true;
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
          }
        }
      }

      @Override
      public int available() throws IOException {
        return in.available();
      }
    };
  }

  OutputStream output() throws IOException {
    OutputStream out = socket.getOutputStream();
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      /** Writes in pieces, each of which starts the timeout again. */
      @Override
      public void write(byte[] octets, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
          if (!mayWrite.getAsBoolean()) {
            abort();
            throw new IOException("nothing may be sent any more");
          }
          int n = Math.min(length - done, 65_536);
          writing = true;
          out.write(octets, offset + done, n);
          writing = false;
          restartTimeout();
          written.addAndGet(n);
          done += n;
        }
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }
    };
  }

  /** Closes the TCP socket at once: closing TLS would wait for a write that hangs. */
  void abort() {
    closeQuietly(plainSocket);
  }

  /** Closes TLS, then TCP. No thread may be writing. */
  void close() {
    closeQuietly(socket);
    closeQuietly(plainSocket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is given up either way.
    }
  }
}
