package org.mailcaravan.imap;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation on one connection: the commands under way in their order, a daemon thread that
 * reads and hands out the responses, and what the server has said about itself. One thread at a
 * time may send; several may wait, and the flush before that may come in between, since the stream
 * is a synchronized one.
 */
final class Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** How long a connection that is ending may take to tell its last words. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** How long it may talk on after its BYE, or after our LOGOUT. */
  private static final Duration ALL_LAST_WORDS = LAST_WORDS.multipliedBy(5);

  private final Transport transport;
  private final WireReader wire;
  private final String peer;
  private final DisplayText display;
  private final Thread reader;
  private final Progress progress;
  private volatile Future<?> watch = CompletableFuture.completedFuture(null);
  private volatile Future<?> alarm = CompletableFuture.completedFuture(null);
  private final CompletableFuture<ConnectionLost> ended = new CompletableFuture<>();
  private final Deque<Command> underWay = new ArrayDeque<>();
  private final Pipelining pipelining = new Pipelining();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile OutputStream out;
  private volatile Pace received = new Pace();
  private volatile Pace sent = new Pace();
  private volatile boolean lostOverContent;
  private int lastTag;

  /** Since when something is under way, or when the last command ended. */
  private long waitingSince;

  private @Nullable ConnectionLost lost;
  private volatile @Nullable Throwable readingEnded;
  private volatile boolean gaveUp;
  private volatile Duration inVain = Duration.ZERO;
  private @Nullable Command logout;
  private volatile Capabilities capabilities = Capabilities.NONE;
  private volatile boolean capabilitiesTold;
  private volatile boolean utf8;
  private volatile boolean qresync;
  private volatile String greeting = "";
  private volatile long messageLimit;
  private volatile String bye = "";
  private final LastWords said = new LastWords();
  private volatile @Nullable String closedBecause;
  private volatile boolean messagesAsked;

  /**
   * @param longestWait how long a server that is not silent may keep us waiting without a result
   */
  Conversation(
      Transport transport, WireReader wire, String peer, DisplayText display, Duration longestWait)
      throws IOException {
    this.progress = new Progress(transport.readTimeout(), longestWait, System.nanoTime());
    this.transport = transport;
    this.wire = wire;
    this.peer = peer;
    this.display = display;
    this.out = new BufferedOutputStream(transport.output(), 65_536);
    wire.layer(this::timed);
    this.reader = new Thread(this::readAll, "imap " + peer);
    reader.setDaemon(true);
    transport.answerDue(this::busy);
  }

  void start() {
    reader.start();
    Duration quarter = transport.readTimeout().dividedBy(4);
    watch = Watch.every(quarter.compareTo(SECOND) < 0 ? quarter : SECOND, this::judge);
    if (ended.isDone()) {
      watch.cancel(false);
    }
  }

  private void judge() {
    if (readingEnded != null) {
      tellEnd();
      return;
    }
    if (gaveUp) {
      // The reader has not noticed: it is busy with something else, whatever that is.
      end(
          new ConnectionLost(
              peer + ": " + closedBecause + saying(), bye, said.latestFirst(), inVain, null));
      return;
    }
    boolean busy;
    long begun;
    synchronized (underWay) {
      busy = !underWay.isEmpty();
      begun = waitingSince;
    }
    long slack = transport.slack().toNanos();
    long now = System.nanoTime();
    String why = progress.judge(now, busy, begun, transport.written(), slack);
    if (why != null && !ended.isDone()) {
      inVain = progress.inVain(now);
      giveUp(why);
    }
  }

  /** The reader, whom the end of the socket wakes, tells the others. */
  private void giveUp(String why) {
    if (closedBecause == null) {
      closedBecause = "it " + why;
    }
    transport.abort();
    gaveUp = true;
  }

  /** It may talk on for a while, but not for ever. */
  private void lastWords(String otherwise) {
    alarm.cancel(false);
    Duration patience = transport.readTimeout().multipliedBy(5);
    alarm =
        Watch.in(
            patience.compareTo(ALL_LAST_WORDS) < 0 ? patience : ALL_LAST_WORDS,
            () -> giveUp(otherwise));
  }

  /** What comes now, to the end of the response, was asked for. On the reader thread. */
  void serves() {
    progress.serves();
  }

  /** What has come of the response was not asked for, after all. On the reader thread. */
  void servesNot() {
    progress.servesNot();
  }

  Capabilities capabilities() {
    return capabilities;
  }

  void capabilities(Capabilities told) {
    capabilities = told;
    capabilitiesTold = true;
  }

  /** Forgets that the server told its capabilities; gives whether it had since the last call. */
  boolean takeCapabilitiesTold() {
    boolean told = capabilitiesTold;
    capabilitiesTold = false;
    return told;
  }

  /** The text of the greeting, fit to be shown; empty before it. */
  String greeting() {
    return greeting;
  }

  void greeting(String text) {
    greeting = text;
  }

  /** Whether the connection is in UTF8=ACCEPT mode (RFC 6855). */
  boolean utf8() {
    return utf8;
  }

  void utf8(boolean on) {
    utf8 = on;
  }

  /** On how many messages one command works (RFC 9738); {@link Long#MAX_VALUE} without a limit. */
  long messageLimit() {
    long told = messageLimit;
    return told > 0 ? told : capabilities.messageLimit();
  }

  /** Whether the server has left something out of an answer, or refused it, over that limit. */
  boolean hasMetMessageLimit() {
    return messageLimit > 0;
  }

  /** Whether the server has confirmed that it tells which messages vanished (RFC 7162). */
  boolean qresync() {
    return qresync;
  }

  DisplayText display() {
    return display;
  }

  /** Whether it ended when messages were on their way. */
  boolean lostOverContent() {
    return lostOverContent;
  }

  /** How many commands have ended. */
  int answered() {
    return answered.get();
  }

  /** How many commands were sent, those under way included. */
  int commandsSent() {
    synchronized (underWay) {
      return lastTag;
    }
  }

  /** Whether and how commands are sent before others are answered. */
  Pipelining pipelining() {
    return pipelining;
  }

  FolderName folder(String wireName) {
    return FolderNames.read(wireName, utf8);
  }

  OutputStream out() {
    return out;
  }

  /** How fast octets come, as they are above all layers. */
  Pace received() {
    return received;
  }

  /** How fast octets go. */
  Pace sent() {
    return sent;
  }

  /** From the next octet on, writes through another layer. */
  void layer(UnaryOperator<OutputStream> layer) {
    sent = sent.above();
    out = new BufferedOutputStream(layer.apply(out), 32_768);
  }

  /** From the next octet on, reads through another layer. On the reader thread. */
  void layer(WireReader wire, WireReader.Layer layer) throws IOException {
    received = received.above();
    wire.layer(in -> timed(layer.over(in)));
  }

  private InputStream timed(InputStream in) {
    return received.over(in, () -> !busy(), progress::came);
  }

  // The caller's side

  /**
   * Puts a command in the line of those under way, once it is empty where the server takes one at a
   * time; returns its tag.
   */
  String enlist(Command command) {
    if (Thread.currentThread() == reader) {
      throw new IllegalStateException("the reader thread cannot send: " + command.label());
    }
    if (pipelining.isOff()) {
      awaitIdle();
    }
    synchronized (underWay) {
      if (lost != null) {
        throw again(lost);
      }
      lastTag++;
      messagesAsked |= command instanceof MessageFetch;
      command.tag("A" + lastTag);
      if (underWay.isEmpty()) {
        waitingSince = System.nanoTime();
      } else {
        command.early();
      }
      underWay.addLast(command);
    }
    transport.active();
    return command.tag();
  }

  /** Sends a command without literals, waits for its end and gives it, whatever it is. */
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

  static void check(Command command, Completion completion) {
    if (!completion.ok()) {
      throw new CommandRefused(command.label(), completion.refusal());
    }
  }

  /** Waits until nothing is under way. */
  void awaitIdle() {
    flush();
    synchronized (underWay) {
      try {
        while (!underWay.isEmpty()) {
          underWay.wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw abort("the thread that waited for it was interrupted", e);
      }
      if (lost != null) {
        throw again(lost);
      }
    }
  }

  /** Flushes, then waits. What has come already can be had after the end of the connection, too. */
  <T> T await(CompletableFuture<T> future) {
    if (!future.isDone()) {
      flush();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectionLost cause) {
        throw again(cause);
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw abort("the thread that waited for it was interrupted", e);
    }
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw writeFailed(e);
    }
  }

  /** To be thrown when a write failed. The server may have said why before it closed. */
  ConnectionLost writeFailed(IOException cause) {
    try {
      return again(ended.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The reader still waits; closing ends it.
    }
    return abort("the server takes nothing more", cause);
  }

  /** Ends the connection because of something on our side; to be thrown. */
  ConnectionLost abort(String because, @Nullable Throwable cause) {
    closedBecause = because;
    transport.abort();
    ConnectionLost loss = new ConnectionLost(peer + ": " + because, bye, said.latestFirst(), cause);
    end(loss);
    return loss;
  }

  private static ConnectionLost again(ConnectionLost first) {
    return new ConnectionLost(
        String.valueOf(first.getMessage()), first.bye(), first.saidBefore(), first.inVain(), first);
  }

  /** Sends LOGOUT and does not wait. */
  void leave() {
    if (logout == null && !ended.isDone() && Thread.currentThread() != reader && !busy()) {
      Command leaving = new Command("LOGOUT");
      lastWords("does not take our LOGOUT");
      try {
        new CommandWriter(this, leaving).text("LOGOUT").end();
        out.flush();
        logout = leaving;
      } catch (IOException | ImapException e) {
        LOG.debug("{}: left without LOGOUT", peer);
      }
    }
  }

  void close() {
    leave();
    Command leaving = logout;
    if (leaving != null) {
      try {
        leaving.done().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("{}: left without LOGOUT", peer);
      }
      closedBecause = "the connection was closed here";
      transport.close();
    } else {
      closedBecause = "the connection was closed here";
      transport.abort();
    }
    end(new ConnectionLost(peer + ": the connection was closed here", bye, null));
  }

  /** The commands of a kind that are under way, the oldest first. */
  <C extends Command> List<C> underWay(Class<C> kind) {
    List<C> found = new ArrayList<>(1);
    synchronized (underWay) {
      for (Command command : underWay) {
        if (kind.isInstance(command)) {
          found.add(kind.cast(command));
        }
      }
    }
    return found;
  }

  /** Whether all commands that were sent before and may tell of a folder have ended. */
  boolean isOldest(Command command) {
    synchronized (underWay) {
      return underWay.stream()
          .takeWhile(before -> before != command)
          .noneMatch(Command::isOfFolder);
    }
  }

  // The reader's side

  private boolean busy() {
    synchronized (underWay) {
      return !underWay.isEmpty();
    }
  }

  private void readAll() {
    try {
      while (true) {
        readResponse();
        progress.response();
      }
    } catch (IOException | RuntimeException | Error e) {
      readingEnded = e;
    }
    try {
      transport.abort();
    } finally {
      tellEnd();
    }
  }

  /** Tells those who wait why reading ended; the watch does it where there was no memory for it. */
  private void tellEnd() {
    Throwable e = readingEnded;
    if (e instanceof IOException failure) {
      boolean silent = failure instanceof SocketTimeoutException && bye.isEmpty();
      Duration waited = silent ? transport.readTimeout() : inVain;
      end(new ConnectionLost(describe(failure), bye, said.latestFirst(), waited, failure));
    } else if (e != null) {
      end(new ConnectionLost(peer + ": a fault while reading: " + e.getClass(), bye, e));
    }
  }

  private String describe(IOException e) {
    String because = closedBecause;
    if (because != null) {
      return peer + ": " + because + saying();
    }
    String what;
    if (!bye.isEmpty()) {
      what = " ended the connection";
    } else if (e instanceof LoginForgotten) {
      return peer + " has forgotten our login, saying: " + e.getMessage();
    } else if (e instanceof Excess) {
      what = " sends more than we take: " + e.getMessage();
    } else if (e instanceof ProtocolFailure) {
      what = " sent an answer that is not IMAP: " + e.getMessage();
    } else if (e instanceof EOFException) {
      what = " closed the connection";
    } else if (e instanceof SocketTimeoutException) {
      what = " did not answer in time";
    } else {
      what = ": the connection broke: " + DisplayText.plain(String.valueOf(e.getMessage()));
    }
    return peer + what + saying();
  }

  private String saying() {
    List<String> before = said.latestFirst();
    return (bye.isEmpty() ? "" : ", saying: " + bye)
        + (before.isEmpty() ? "" : "; before that it said: " + before.get(0));
  }

  /** May be called again and again: goes on where it was broken off by an Error. */
  private void end(ConnectionLost loss) {
    ConnectionLost first;
    synchronized (underWay) {
      if (lost == null) {
        lost = loss;
        if (underWay.stream().anyMatch(Command::isEarly)) {
          pipelining.lost();
        }
        lostOverContent = underWay.stream().anyMatch(Command::carriesContent);
      }
      first = lost;
    }
    // First, since whoever waits for a command may close the connection at once.
    ended.complete(first);
    for (Command command = oldest(); command != null; command = oldest()) {
      command.lost(first);
      synchronized (underWay) {
        underWay.remove(command);
      }
    }
    synchronized (underWay) {
      underWay.notifyAll();
    }
    watch.cancel(false);
    alarm.cancel(false);
    LOG.debug("{}", first.getMessage());
  }

  private @Nullable Command oldest() {
    synchronized (underWay) {
      return underWay.peekFirst();
    }
  }

  private void readResponse() throws IOException {
    wire.begin();
    if (wire.atLineEnd()) {
      wire.restOfLine();
      return;
    }
    String tag = wire.token();
    switch (tag) {
      case "*" -> {
        wire.spaces();
        untagged();
      }
      case "+" -> {
        wire.spaces();
        String text = wire.restOfLine();
        first(Command::awaitsContinuation).ifPresent(command -> command.proceed(text));
      }
      default -> tagged(tag);
    }
  }

  private void tagged(String tag) throws IOException {
    if (!tag.matches("A[0-9]{1,9}")) {
      throw new ProtocolFailure("a response was expected" + instead(tag));
    }
    wire.spaces();
    Completion.Kind kind = kind(wire.token().toUpperCase(Locale.ROOT));
    wire.spaces();
    ResponseText text = ResponseText.parse(wire.restOfLine());
    noteCode(text);
    Optional<Command> ended;
    synchronized (underWay) {
      ended = underWay.stream().filter(command -> tag.equals(command.tag())).findFirst();
      if (kind != Completion.Kind.OK
          && ended.isPresent()
          && LoginForgotten.isSaid(ended.get().label(), text.text())) {
        // It fails as lost, with all that are under way.
        said.add(words(text));
        throw new LoginForgotten(words(text));
      }
      if (kind == Completion.Kind.OK
          && ended.isPresent()
          && ended.get().opensFolder()
          && !isOldest(ended.get())) {
        throw new ProtocolFailure(
            "it answers " + ended.get().label() + " and has not answered the command before");
      }
      if (ended.isPresent()) {
        underWay.remove(ended.get());
        long now = System.nanoTime();
        if (ended.get().octets() > 0) {
          sent.passed(ended.get().octets(), now - waitingSince);
        }
        waitingSince = now;
        progress.end();
      }
      underWay.notifyAll();
    }
    if (ended.isPresent()) {
      Command command = ended.get();
      Completion completion = completion(command, kind, text);
      LOG.debug("{}: {}: {}", peer, command.label(), completion.kind());
      pipelining.ended(completion.kind(), text.text(), command.isEarly());
      answered.incrementAndGet();
      if (MessageLimit.isIn(text)) {
        messageLimit = Math.max(1, MessageLimit.messages(text));
      }
      if (completion.ok()) {
        said.clear();
      } else {
        said.add(words(completion.code()));
      }
      command.complete(completion, wire);
    }
  }

  /** What came in place of a response; nothing once it can be a part of a mail. */
  private String instead(String tag) throws IOException {
    if (messagesAsked) {
      return "";
    }
    wire.keep();
    return ", not '" + display.of(tag + wire.skipMalformed()) + "'";
  }

  /** What ends a command: an OK that says nothing, after a NO that says why, is that NO. */
  private Completion completion(Command command, Completion.Kind kind, ResponseText text) {
    Command.Warning warning = command.warning();
    if (warning == null) {
      return completion(kind, text, "");
    }
    if (kind != Completion.Kind.OK) {
      return completion(kind, text, warning.words());
    }
    return warning.refusal() && command.isUnanswered(text)
        ? completion(warning.kind(), warning.text(), "")
        : completion(kind, text, "");
  }

  private Completion completion(Completion.Kind kind, ResponseText text, String also) {
    String code = display.of(text.code() + " " + text.arguments());
    return new Completion(kind, text, code, display.of(text.text()), also);
  }

  private static Completion.Kind kind(String word) throws ProtocolFailure {
    return switch (word) {
      case "OK" -> Completion.Kind.OK;
      case "NO" -> Completion.Kind.NO;
      case "BAD" -> Completion.Kind.BAD;
      default -> throw new ProtocolFailure("OK, NO or BAD was expected");
    };
  }

  private void untagged() throws IOException {
    String word = wire.token().toUpperCase(Locale.ROOT);
    long number = ResponseText.number(word);
    if (number >= 0) {
      wire.spaces();
      word = wire.token().toUpperCase(Locale.ROOT);
    }
    wire.spaces();
    switch (word) {
      case "OK", "NO", "BAD", "PREAUTH" -> {
        ResponseText text = ResponseText.parse(wire.restOfLine());
        noteCode(text);
        if (word.equals("NO") || word.equals("BAD") || text.code().equals("ALERT")) {
          said.add(words(text));
          warned(word, text);
        }
        synchronized (underWay) {
          underWay.forEach(command -> command.note(text));
        }
      }
      case "BYE" -> {
        ResponseText text = ResponseText.parse(wire.restOfLine());
        bye = words(text);
        // No more is to come but the end.
        transport.hurry(LAST_WORDS);
        lastWords("does not close the connection after its BYE");
      }
      case "CAPABILITY" -> capabilities(Capabilities.parse(wire.restOfLine()));
      case "ENABLED" -> {
        Capabilities enabled = Capabilities.parse(wire.restOfLine());
        utf8 |= enabled.has("UTF8=ACCEPT");
        qresync |= enabled.has("QRESYNC");
      }
      default -> {
        String name = word;
        Optional<Command> taker = first(command -> command.wants(name));
        if (taker.isEmpty()) {
          wire.skipResponse();
        } else if (taker.get().passesOverMalformed()) {
          takeWhatIsRead(taker.get(), name, number);
        } else {
          taker.get().take(name, number, wire);
          wire.skipResponse();
        }
      }
    }
  }

  private void takeWhatIsRead(Command taker, String name, long number) throws IOException {
    wire.keep();
    try {
      taker.take(name, number, wire);
      wire.skipResponse();
    } catch (Excess e) {
      throw e;
    } catch (ProtocolFailure e) {
      String line = display.of("* " + name + " " + wire.skipMalformed());
      LOG.debug("{}: passed over: {}", peer, line);
      taker.malformed(name, line);
    }
  }

  /** What a server warned of while a command was under way that it then ended with OK, or null. */
  @Nullable ServerRefusal warning(Command command) {
    Command.Warning told = command.warning();
    return told == null || !told.refusal()
        ? null
        : completion(told.kind(), told.text(), "").refusal();
  }

  private void warned(String word, ResponseText text) {
    Command command = oldest();
    if (command != null) {
      boolean refusal = !word.equals("OK") && !text.code().equals("ALERT");
      Command.Warning before = command.warning();
      if (!refusal && before != null && before.refusal()) {
        return;
      }
      Completion.Kind kind = word.equals("BAD") ? Completion.Kind.BAD : Completion.Kind.NO;
      command.warned(new Command.Warning(kind, text, refusal, words(text)));
    }
  }

  /** As it stands on the wire, fit to be shown. */
  private String words(ResponseText text) {
    String arguments = text.arguments().isEmpty() ? "" : " " + text.arguments();
    String code = text.code().isEmpty() ? "" : "[" + text.code() + arguments + "] ";
    return display.of(code + text.text());
  }

  private void noteCode(ResponseText text) {
    if (text.code().equals("CAPABILITY")) {
      capabilities(Capabilities.parse(text.arguments()));
    }
  }

  private Optional<Command> first(Predicate<Command> condition) {
    synchronized (underWay) {
      for (Command command : underWay) {
        if (condition.test(command)) {
          return Optional.of(command);
        }
      }
    }
    return Optional.empty();
  }
}
