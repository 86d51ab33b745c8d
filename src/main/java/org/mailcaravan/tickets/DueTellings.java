package org.mailcaravan.tickets;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.TellingFailure;
import org.mailcaravan.store.Tellings;
import org.mailcaravan.store.Tellings.Telling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what is due of migrations: the bean {@code tellings} of the routes. Thread-safe. */
public final class DueTellings {
  private static final Logger LOG = LoggerFactory.getLogger(DueTellings.class);
  private static final int DEEPEST = 10;

  private final Tellings tellings;
  private final TellingText text;

  public DueTellings(Tellings tellings, TellingText text) {
    this.tellings = tellings;
    this.text = text;
  }

  /** Queues what has happened since, and gives the names of all that are told. */
  public List<String> receivers() {
    tellings.turn();
    return tellings.receivers();
  }

  /** The ids of what is due to a receiver. */
  public List<Long> due(String receiver) {
    return tellings.due(receiver);
  }

  /** What is to be told, for the one who is to tell it now; null for all others. */
  public @Nullable Telling take(long id) {
    return tellings.take(id).orElse(null);
  }

  /** The message, with all that stands in it now. */
  public TicketMessage write(Telling telling) {
    return text.of(telling);
  }

  /** It has been told. */
  public void sent(Telling telling) {
    tellings.sent(telling);
  }

  /**
   * A receiver that no route tells.
   *
   * @throws NotTaken always
   */
  @SuppressWarnings("DoNotCallSuggester") // routes call it
  public void noRoute(TicketMessage message) throws NotTaken {
    throw new NotTaken(
        "no branch of routes/tell-receivers.camel.yaml tells "
            + message.receiver()
            + ". We have to add one (docs/tickets.md), or take it out of tell.receivers",
        false,
        true,
        null);
  }

  /** It could not be told; it is tried again later, unless that would be of no use. */
  public void notSent(Telling telling, Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; depth < DEEPEST && cause != null; depth++, cause = cause.getCause()) {
      if (cause instanceof TellingText.NothingToTell) {
        tellings.notNeeded(telling, "all of it was done meanwhile");
        return;
      }
      if (cause instanceof NotTaken no) {
        tellings.notSent(
            telling,
            new TellingFailure(
                String.valueOf(no.getMessage()), no.isFinal(), no.isOfReceiver(), no.after()));
        return;
      }
    }
    NotGiven why =
        telling.receiver().equals(Receiver.MAIL)
            ? NotGiven.of(failure)
            : new NotGiven(
                "its route failed (" + failure.getClass().getSimpleName() + "); our log says more",
                false);
    if (why.equals(NotGiven.FAULT) || !telling.receiver().equals(Receiver.MAIL)) {
      LOG.error("a message about a migration could not be told", failure);
    }
    @Nullable Duration any = null;
    tellings.notSent(
        telling, new TellingFailure(why.words(), why.isFinal(), why.isOfServer(), any));
  }
}
