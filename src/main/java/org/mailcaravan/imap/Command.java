package org.mailcaravan.imap;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A command under way. The caller's thread sends it and waits for {@link #done}; the reader thread
 * gives it the untagged responses that it {@link #wants}, then its tagged response.
 */
class Command {
  private final String label;
  private final CompletableFuture<Completion> done = new CompletableFuture<>();
  private volatile CompletableFuture<Optional<String>> continuation = new CompletableFuture<>();
  private volatile boolean awaitsContinuation;
  private volatile String tag = "";
  private volatile boolean pipelined;
  private final AtomicLong octets = new AtomicLong();
  private volatile boolean ofFolder = true;
  private volatile @Nullable Warning warning;

  /**
   * An untagged NO or BAD, or an ALERT, that came while a command was the oldest under way.
   *
   * @param refusal true for a NO or BAD, which gives a reason; false for an ALERT
   * @param words {@code [CODE] text}, fit to be shown
   */
  record Warning(Completion.Kind kind, ResponseText text, boolean refusal, String words) {}

  /**
   * @param label for messages: the name of the command and the folder, never a secret
   */
  Command(String label) {
    this.label = DisplayText.plain(label);
  }

  String label() {
    return label;
  }

  /**
   * Marks a command that is sent while no folder is selected. If its end never comes, because a
   * broken line swallowed it, the answers to later commands still count.
   */
  Command ofNoFolder() {
    ofFolder = false;
    return this;
  }

  /**
   * Whether it selects a folder. Untagged data before its end is about that folder only once all
   * earlier commands have ended; until then it may be about the folder before (RFC 9051 section
   * 5.5).
   */
  boolean opensFolder() {
    return false;
  }

  /** Whether untagged data before its end may be about the selected folder. */
  boolean isOfFolder() {
    return ofFolder;
  }

  String tag() {
    return tag;
  }

  void tag(String given) {
    tag = given;
  }

  /** It is sent before an earlier command was answered. */
  void markPipelined() {
    pipelined = true;
  }

  boolean isPipelined() {
    return pipelined;
  }

  /** Whether it fetches or sends whole messages. */
  boolean carriesContent() {
    return octets() > 0;
  }

  /** Octets of mail were written for this command. */
  void wrote(long length) {
    octets.addAndGet(length);
  }

  /** How many octets of mail were written for this command. */
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
   * Whether the data that was asked for did not come. An OK after an untagged NO or BAD then counts
   * as that NO or BAD. On the reader thread, before {@link #ending}.
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

  /**
   * Takes an untagged response; what it leaves unread is skipped. On the reader thread.
   *
   * @param name as of {@link #wants}
   * @param number before the name, or -1
   * @param wire stands after the name
   */
  void take(String name, long number, WireReader wire) throws IOException {
    throw new IllegalStateException(name);
  }

  /**
   * Whether a response that cannot be parsed is skipped, and the others count. Never true where it
   * may be a part of a mail.
   */
  boolean skipsMalformed() {
    return false;
  }

  /**
   * A response of this name was skipped. On the reader thread.
   *
   * @param line fit to be shown
   */
  void malformed(String name, String line) {}

  /** Takes the text of an untagged OK, NO or BAD. On the reader thread. */
  void note(ResponseText text) {}

  /** Its tagged response has come; {@link #done} completes afterwards. On the reader thread. */
  void ending(Completion completion, WireReader wire) throws IOException {}

  /** The connection was lost before its end. */
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
   * Prepares for a continuation request, before the octets are sent that ask for it. The future
   * gives the text of the request, or is empty when the server ends the command instead.
   */
  final CompletableFuture<Optional<String>> expectContinuation() {
    CompletableFuture<Optional<String>> next = new CompletableFuture<>();
    continuation = next;
    awaitsContinuation = true;
    // The command may have ended before the new future was in place.
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
