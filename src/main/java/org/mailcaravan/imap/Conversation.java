package org.mailcaravan.imap;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands and responses of one connection. A daemon thread reads the responses. One thread at
 * a time may send; several may wait, each for its own command. The {@link Watchdog} gives up a
 * server that makes no progress.
 */
final class Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** How long we wait for what a server still says when the connection ends. */
  private static final Duration LAST_READ = Duration.ofSeconds(3);

  /** How long a server may go on sending after its BYE, or after our LOGOUT. */
  private static final Duration MOST_AFTER_BYE = LAST_READ.multipliedBy(5);

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Transport transport;
  private final WireStreams streams;
  private final String peer;
  private final DisplayText display;
  private final Progress progress;
  private final CommandQueue commands = new CommandQueue();
  private final ServerState server = new ServerState();
  private final LossDescription losses;
  private final ResponseReader responses;
  private final Thread reader;
  private final CompletableFuture<ConnectionLost> ended = new CompletableFuture<>();
  private volatile Future<?> watch = CompletableFuture.completedFuture(null);
  private volatile Future<?> alarm = CompletableFuture.completedFuture(null);
  private volatile @Nullable String closedBecause;
  private volatile @Nullable Throwable readingEnded;
  private volatile boolean gaveUp;
  private volatile Duration waitedWithoutResult = Duration.ZERO;
  private @Nullable Command logout;

  /**
   * @param peer names the server in messages
   * @param longestWait how long a server that is not silent may keep us waiting without a result
   */
  Conversation(
      Transport transport, WireReader wire, String peer, DisplayText display, Duration longestWait)
      throws IOException {
    this.transport = transport;
    this.peer = peer;
    this.display = display;
    this.progress = new Progress(transport.readTimeout(), longestWait, System.nanoTime());
    this.streams = new WireStreams(wire, transport.output(), commands::isEmpty, progress::received);
    RecentRefusals refusals = new RecentRefusals();
    this.losses = new LossDescription(peer, server, refusals);
    this.responses =
        new ResponseReader(
            wire, commands, server, refusals, progress, streams::sent, peer, display);
    this.reader = new Thread(this::readAll, "imap " + peer);
    reader.setDaemon(true);
    transport.answerDue(() -> !commands.isEmpty());
  }

  void start() {
    reader.start();
    Duration quarter = transport.readTimeout().dividedBy(4);
    watch = Watchdog.every(quarter.compareTo(SECOND) < 0 ? quarter : SECOND, this::check);
    if (ended.isDone()) {
      watch.cancel(false);
    }
  }

  CommandQueue commands() {
    return commands;
  }

  ServerState server() {
    return server;
  }

  Capabilities capabilities() {
    return server.capabilities();
  }

  WireStreams streams() {
    return streams;
  }

  DisplayText display() {
    return display;
  }

  /** The rest of the response that is being read was asked for. On the reader thread. */
  void markWanted() {
    progress.markWanted();
  }

  /** The response that is being read was not asked for, after all. On the reader thread. */
  void markUnwanted() {
    progress.markUnwanted();
  }

  FolderName folder(String wireName) {
    return FolderNames.read(wireName, server.utf8());
  }

  OutputStream out() {
    return streams.out();
  }

  // Sending and waiting, on the caller's thread

  /**
   * Adds a command to those under way and gives its tag. Where the server takes one command at a
   * time, waits first until nothing is under way.
   */
  String enlist(Command command) {
    if (Thread.currentThread() == reader) {
      throw new IllegalStateException("the reader thread cannot send: " + command.label());
    }
    if (commands.pipelining().isSuspended()) {
      awaitIdle();
    }
    if (command instanceof MessageFetch) {
      responses.messagesAsked();
    }
    commands.add(command);
    transport.restartTimeout();
    return command.tag();
  }

  /** Sends a command without literals and waits for its end, OK or not. */
  Completion run(Command command, String text) {
    new CommandWriter(this, command).text(text).end();
    return await(command.done());
  }

  /**
   * As {@link #run}.
   *
   * @throws CommandRefused unless it ended with OK
   */
  void require(Command command, String text) {
    check(command, run(command, text));
  }

  /** What {@link ResponseReader#warning} says. */
  @Nullable ServerRefusal warning(Command command) {
    return responses.warning(command);
  }

  static void check(Command command, Completion completion) {
    if (!completion.ok()) {
      throw new CommandRefused(command.label(), completion.refusal());
    }
  }

  /** Flushes, then waits until nothing is under way. */
  void awaitIdle() {
    flush();
    try {
      commands.awaitEmpty();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Flushes, then waits. A result that has arrived already is given even when the connection is
   * lost.
   */
  <T> T await(CompletableFuture<T> future) {
    if (!future.isDone()) {
      flush();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectionLost cause) {
        throw cause.again();
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private ConnectionLost interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return abort("the thread that waited for it was interrupted", e);
  }

  void flush() {
    try {
      out().flush();
    } catch (IOException e) {
      throw writeFailed(e);
    }
  }

  /** To be thrown when a write failed. The server may have said why before it closed. */
  ConnectionLost writeFailed(IOException cause) {
    try {
      return ended.get(LAST_READ.toMillis(), TimeUnit.MILLISECONDS).again();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The reader still waits; closing ends it.
    }
    return abort("the server accepts no more data", cause);
  }

  // Reading, on the reader thread

  private void readAll() {
    try {
      while (true) {
        if (responses.read()) {
          // Only the end of the connection may follow a BYE.
          transport.shortenTimeout(LAST_READ);
          limitEnd("does not close the connection after its BYE");
        }
        progress.responseEnded();
      }
    } catch (IOException | RuntimeException | Error e) {
      readingEnded = e;
    }
    try {
      transport.abort();
    } finally {
      failReading();
    }
  }

  /**
   * Fails all commands with the reason why reading ended. The watchdog calls it again where the
   * reader had no memory for it.
   */
  private void failReading() {
    Throwable e = readingEnded;
    if (e instanceof IOException failure) {
      boolean silent = failure instanceof SocketTimeoutException && server.bye().isEmpty();
      Duration waited = silent ? transport.readTimeout() : waitedWithoutResult;
      String because = closedBecause;
      end(
          because == null
              ? losses.readFailed(failure, waited)
              : losses.readFailed(failure, waited, because));
    } else if (e != null) {
      end(losses.readerFault(e));
    }
  }

  // Watching, on the watchdog's thread

  private void check() {
    if (readingEnded != null) {
      failReading();
      return;
    }
    if (gaveUp) {
      // The reader should have ended with its socket, and is busy with something else.
      end(losses.givenUp(String.valueOf(closedBecause), waitedWithoutResult));
      return;
    }
    boolean busy = !commands.isEmpty();
    long begun = commands.waitingSince();
    long slack = transport.slack().toNanos();
    long now = System.nanoTime();
    String why = progress.check(now, busy, begun, transport.written(), slack);
    if (why != null && !ended.isDone()) {
      waitedWithoutResult = progress.waitedWithoutResult(now);
      giveUp(why);
    }
  }

  /** Closes the socket, which wakes the reader; it then fails all commands. */
  private void giveUp(String why) {
    if (closedBecause == null) {
      closedBecause = "it " + why;
    }
    transport.abort();
    gaveUp = true;
  }

  /** Gives the server a last while to end the connection. */
  private void limitEnd(String otherwise) {
    alarm.cancel(false);
    Duration patience = transport.readTimeout().multipliedBy(5);
    alarm =
        Watchdog.in(
            patience.compareTo(MOST_AFTER_BYE) < 0 ? patience : MOST_AFTER_BYE,
            () -> giveUp(otherwise));
  }

  // Ending, on any thread

  /** Closes the connection because of something on our side; gives what the caller must throw. */
  ConnectionLost abort(String because, @Nullable Throwable cause) {
    closedBecause = because;
    transport.abort();
    ConnectionLost loss = losses.onOurSide(because, cause);
    end(loss);
    return loss;
  }

  /** See {@link ImapConnection#sendsWhile}. */
  void sendsWhile(BooleanSupplier allowed) {
    transport.mayWrite(allowed);
  }

  /** Sends LOGOUT and does not wait. */
  void sendLogout() {
    if (logout == null
        && !ended.isDone()
        && Thread.currentThread() != reader
        && commands.isEmpty()) {
      Command leaving = new Command("LOGOUT");
      limitEnd("does not answer our LOGOUT");
      try {
        new CommandWriter(this, leaving).text("LOGOUT").end();
        out().flush();
        logout = leaving;
      } catch (IOException | ImapException e) {
        LOG.debug("{}: closed without LOGOUT", peer);
      }
    }
  }

  void close() {
    sendLogout();
    Command leaving = logout;
    if (leaving != null) {
      try {
        leaving.done().get(LAST_READ.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("{}: closed without LOGOUT", peer);
      }
      closedBecause = "the connection was closed here";
      transport.close();
    } else {
      closedBecause = "the connection was closed here";
      transport.abort();
    }
    end(losses.closed());
  }

  /** May be called again: goes on where an Error broke it off. */
  private void end(ConnectionLost loss) {
    ConnectionLost first = commands.lose(loss);
    // First, since whoever waits for a command may close the connection at once.
    ended.complete(first);
    commands.failAll(first);
    watch.cancel(false);
    alarm.cancel(false);
    LOG.debug("{}", first.getMessage());
  }
}
