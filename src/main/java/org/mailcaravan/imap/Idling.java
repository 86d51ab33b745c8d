package org.mailcaravan.imap;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** IDLE (RFC 9051 section 6.3.13): the server tells by itself what happens in a folder. */
final class Idling extends Command {
  /** How long a server may take to answer DONE. */
  private static final Duration LAST_ANSWER = Duration.ofSeconds(30);

  private final Conversation conversation;
  private final Runnable arrived;

  Idling(Conversation conversation, Runnable arrived) {
    super("IDLE");
    this.conversation = conversation;
    this.arrived = arrived;
  }

  /** As {@link ImapConnection#idle}. */
  void stay(Duration atMost, Runnable begun) {
    CommandWriter writer = new CommandWriter(conversation, this).text("IDLE");
    if (writer.endLineAndAwait("").isPresent()) {
      begun.run();
      if (!hasEndedWithin(atMost)) {
        writer.text("DONE").end();
        conversation.flush();
        if (!hasEndedWithin(LAST_ANSWER)) {
          throw conversation.abort("the server does not end IDLE", null);
        }
      }
    }
    Conversation.check(this, conversation.await(done()));
  }

  private boolean hasEndedWithin(Duration time) {
    try {
      done().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      // Whoever waits for its end is told.
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw conversation.abort("the thread that waited for it was interrupted", e);
    }
  }

  @Override
  boolean wants(String name) {
    return name.equals("EXISTS");
  }

  @Override
  void take(String name, long number, WireReader wire) {
    arrived.run();
  }
}
