package org.mailcaravan.component.mail;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.model.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the server of the support mailbox tell when mail arrives there (IMAP IDLE), on a connection
 * of its own. It reads no mail: whoever looks does. Nothing depends on it, as the mailbox is looked
 * into from time to time in any case. Our own IMAP client does this rather than Camel's, since it
 * bounds how long a server may keep it, and any wait of it ends when its socket is closed.
 *
 * <p>Thread-safe.
 */
public final class Arrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** A server that has no IDLE may be replaced by one that has. */
  private static final Duration WITHOUT_IDLE = Duration.ofHours(1);

  private static final Duration STOP = Duration.ofSeconds(2);

  private final Connector connector;
  private final Server server;
  private final Credentials credentials;
  private final String folder;
  private final Duration renewal;
  private final AtomicBoolean told = new AtomicBoolean();
  private @Nullable Listener listener;

  /**
   * @param connector whose read timeout is longer than {@code renewal}
   * @param folder its name
   * @param renewal how long one IDLE lasts
   */
  public Arrivals(
      Connector connector,
      Server server,
      Credentials credentials,
      String folder,
      Duration renewal) {
    this.connector = connector;
    this.server = server;
    this.credentials = credentials;
    this.folder = folder;
    this.renewal = renewal;
  }

  /** Listens from now on, if it does not do so already. */
  synchronized void listen() {
    if (listener == null) {
      listener = new Listener();
      listener.thread.start();
    }
  }

  /** Listens no more, and closes the connection, within seconds. */
  void stop() {
    Listener before;
    synchronized (this) {
      before = listener;
      listener = null;
    }
    if (before != null) {
      before.stop();
    }
  }

  /** Whether mail may have arrived since the last call. */
  boolean told() {
    return told.getAndSet(false);
  }

  /** One thread, with one connection at a time. */
  private final class Listener implements Runnable {
    private final Thread thread = new Thread(this, "support mail idle");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Socket socket;
    private Duration wait = FIRST_WAIT;
    private long listeningSince;
    private boolean failedBefore;

    Listener() {
      thread.setDaemon(true);
    }

    void stop() {
      stopped.countDown();
      thread.interrupt();
      close(socket);
      try {
        if (!ended.await(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.debug("the connection that waits for mail still ends");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean isStopped() {
      return stopped.getCount() == 0;
    }

    @Override
    public void run() {
      try {
        Duration next = Duration.ZERO;
        while (!stopped.await(next.toMillis(), TimeUnit.MILLISECONDS)) {
          next = listenOnce();
        }
      } catch (InterruptedException e) {
        LOG.debug("no more waiting for mail in the support mailbox");
      } finally {
        ended.countDown();
      }
    }

    /** Listens on one connection; gives how long to wait before the next one. */
    private Duration listenOnce() {
      try {
        return listen();
      } catch (ImapException e) {
        return failed(e);
      } catch (RuntimeException | Error e) {
        LOG.error("a fault while waiting for mail in the support mailbox", e);
        return LONGEST_WAIT;
      }
    }

    private Duration listen() {
      try (ImapConnection connection = connector.connectForLogin(server, credentials, this::use)) {
        connection.loginBriefly(credentials, null);
        if (!connection.canIdle()) {
          LOG.info("the server of the support mailbox has no IDLE; new mail is found by polling");
          return WITHOUT_IDLE;
        }
        connection.examine(connection.folderName(folder));
        listeningSince = System.nanoTime();
        while (!isStopped()) {
          long begun = System.nanoTime();
          connection.idle(renewal, this::listening, () -> told.set(true));
          if (System.nanoTime() - begun < FIRST_WAIT.toNanos()) {
            // A server that ends it at once would be asked again and again.
            return longerWait();
          }
        }
        return FIRST_WAIT;
      }
    }

    private void use(Socket opened) {
      socket = opened;
      if (isStopped()) {
        close(opened);
      }
    }

    /** The server tells from now on; of what arrived before that it has told nobody. */
    private void listening() {
      told.set(true);
      if (failedBefore) {
        LOG.info("the server of the support mailbox tells again when mail arrives");
      }
      failedBefore = false;
    }

    /** One line for the first of several failures in a row. */
    private Duration failed(ImapException failure) {
      if (!isStopped()) {
        if (listeningSince == 0) {
          // It cannot be reached, or refuses the login: a look finds out, and tells it.
          told.set(true);
        }
        String what = "no IDLE in the support mailbox; new mail is found by polling meanwhile: {}";
        if (failedBefore) {
          LOG.debug(what, failure.getMessage());
        } else {
          LOG.info(what, failure.getMessage());
        }
        failedBefore = true;
      }
      return longerWait();
    }

    /** Twice as long as the last time, unless the server has told for a while in between. */
    private Duration longerWait() {
      long now = System.nanoTime();
      if (listeningSince != 0 && now - listeningSince > LONGEST_WAIT.toNanos()) {
        wait = FIRST_WAIT;
      }
      listeningSince = 0;
      Duration next = wait;
      Duration twice = next.multipliedBy(2);
      wait = twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT;
      return next;
    }
  }

  private static void close(@Nullable Socket socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("the connection of the support mailbox is given up", e);
      }
    }
  }
}
