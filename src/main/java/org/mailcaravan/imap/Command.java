package org.mailcaravan.imap;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A command under way. The caller's thread sends it and waits for {@link #done}; the reader thread
 * gives it the untagged responses that it wants and its end.
 */
class Command {
  private final String label;
  private final CompletableFuture<Completion> done = new CompletableFuture<>();
  private volatile CompletableFuture<Optional<String>> continuation = new CompletableFuture<>();
  private volatile boolean awaitsContinuation;
  private volatile String tag = "";
  private volatile boolean early;
  private final AtomicLong octets = new AtomicLong();
  private volatile boolean ofFolder = true;
  private volatile @Nullable Warning warning;

  /**
   * An untagged NO or BAD, or an ALERT, that came while a command was the oldest under way.
   *
   * @param refusal whether it is a NO or BAD that says why rather than an ALERT for people
   * @param words as they stood on the wire, fit to be shown
   */
  record Warning(Completion.Kind kind, ResponseText text, boolean refusal, String words) {}

  /**
   * @param label for errors: its name and the folder, never an argument that is secret
   */
  Command(String label) {
    this.label = DisplayText.plain(label);
  }

  String label() {
    return label;
  }

  /**
   * It is sent while no folder is open, and says nothing of any. Where its end never comes, as one
   * that a broken line has swallowed, what the next commands tell is believed all the same.
   */
  Command ofNoFolder() {
    ofFolder = false;
    return this;
  }

  /**
   * Whether it opens a folder: what is told of one can be told from news of the folder that was
   * open only when the commands before have ended, in their order (RFC 9051 section 5.5).
   */
  boolean opensFolder() {
    return false;
  }

  /** Whether what comes before its end may be news of the folder that is open. */
  boolean isOfFolder() {
    return ofFolder;
  }

  String tag() {
    return tag;
  }

  void tag(String given) {
    tag = given;
  }

  /** It is sent before others are answered. */
  void early() {
    early = true;
  }

  boolean isEarly() {
    return early;
  }

  /** Whether whole messages are asked for or sent. */
  boolean carriesContent() {
    return octets() > 0;
  }

  /** So much mail was written for it. */
  void wrote(long length) {
    octets.addAndGet(length);
  }

  /** How many octets of mail were written for it. */
  long octets() {
    return octets.get();
  }

  /** Whether the server has answered OK. */
  boolean isOk() {
    return done.isDone() && !done.isCompletedExceptionally() && done.join().ok();
  }

  void warned(Warning told) {
    warning = told;
  }

  @Nullable Warning warning() {
    return warning;
  }

  /**
   * Whether an OK says nothing, since what was asked for did not come: a warning before it is then
   * a refusal. On the reader thread, before {@link #ending}.
   */
  boolean isUnanswered(ResponseText end) {
    return false;
  }

  CompletableFuture<Completion> done() {
    return done;
  }

  /** Whether it takes untagged responses of this name, in upper case. On the reader thread. */
  boolean wants(String name) {
    return false;
  }

  /** Takes the rest of an untagged response, all or a part. On the reader thread. */
  void take(String name, long number, WireReader wire) throws IOException {
    throw new IllegalStateException(name);
  }

  /**
   * Whether a response that cannot be read is passed over: the others still say what they say. Not
   * where it may be a part of a mail.
   */
  boolean passesOverMalformed() {
    return false;
  }

  /**
   * A response of this name could not be read. On the reader thread.
   *
   * @param line fit to be shown
   */
  void malformed(String name, String line) {}

  /** Takes an untagged OK with a response code. On the reader thread. */
  void note(ResponseText code) {}

  /** Its tagged response has come; {@link #done} is completed afterwards. On the reader thread. */
  void ending(Completion completion, WireReader wire) throws IOException {}

  /** The connection ended first. */
  void lost(ConnectionLost cause) {
    done.completeExceptionally(cause);
    continuation.completeExceptionally(cause);
  }

  final void complete(Completion completion, WireReader wire) throws IOException {
    try {
      ending(completion, wire);
    } catch (IOException | RuntimeException | Error e) {
      lost(new ConnectionLost(label + ": the end could not be read", "", e));
      throw e;
    }
    done.complete(completion);
    continuation.complete(Optional.empty());
  }

  /**
   * Announces that a continuation is needed; to be called before the octets that ask for it are
   * sent. The future gives the server's words, or nothing when the command ended instead.
   */
  final CompletableFuture<Optional<String>> expectContinuation() {
    CompletableFuture<Optional<String>> next = new CompletableFuture<>();
    continuation = next;
    awaitsContinuation = true;
    // Both may have ended before this one was there to be told.
    if (done.isCompletedExceptionally()) {
      done.exceptionally(
              e -> {
                next.completeExceptionally(e);
                return null;
              })
          .join();
    } else if (done.isDone()) {
      next.complete(Optional.empty());
    }
    return next;
  }

  final boolean awaitsContinuation() {
    return awaitsContinuation;
  }

  final void proceed(String text) {
    awaitsContinuation = false;
    continuation.complete(Optional.of(text));
  }
}
