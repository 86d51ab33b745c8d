package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.copy.AnnouncedSizes.Fit;

/**
 * Compares the messages of a batch with the announced sizes. Where they differ, asks the server a
 * second time: for the message, its headers or its text.
 */
final class MessageSizeCheck {
  private final FolderCopy copy;
  private final ReceivedMessages received;
  private final UngivenMessages ungiven;
  private final SourceFolder source;
  private final SecondLook secondLook;
  private final StandIns standIns;

  /** Which of those that did not fit are counted, and whether those that did are. */
  private final Set<Long> judged = new HashSet<>();

  private boolean counted;

  MessageSizeCheck(
      FolderCopy copy, ReceivedMessages received, UngivenMessages ungiven, SourceFolder source) {
    this.copy = copy;
    this.received = received;
    this.ungiven = ungiven;
    this.source = source;
    this.secondLook = new SecondLook(sizes(), received.contents(), this::fit);
    this.standIns = new StandIns(sizes(), this::announcedFit);
  }

  /** Asks for the headers alone of what may be a text in place of a message. */
  void findStandIns() {
    List<SourceMessage> some = standIns.suspects(received.all(), copy.work().again().keySet());
    while (!some.isEmpty()) {
      List<SourceMessage> asked = some;
      try {
        source.in(connection -> standIns.ask(connection, asked));
      } catch (TryAgain e) {
        sizes().lostHeaders();
        copy.session().tally().gotFurther(1);
        throw e;
      }
      some = standIns.suspects(received.all(), copy.work().again().keySet());
    }
  }

  /**
   * Asks again for messages that came with another size than was announced before, and fit only
   * that: the server may have given another message under this one's UID. One that has only found
   * out the right size gives the same again.
   */
  void findShifted() {
    for (SourceMessage message : received.all()) {
      long told = received.told(message.uid());
      long listed = received.listed(message.uid());
      if (told == listed
          || fitOf(told, message) != Fit.EXACT
          || !fitOf(listed, message).isDoubtful()
          || !secondLook.mayAskOf(message)) {
        continue;
      }
      received.announcedIs(message.uid(), listed);
      SourceMessage best = secondLook(message);
      received.put(best);
      if (secondLook.isUngiven(message.uid())) {
        received.remove(best);
        ungiven.giveUp(message.uid(), FetchFault.OF_ANOTHER);
      } else if (best.equals(message)) {
        received.announcedIs(message.uid(), Math.max(told, listed));
      }
    }
  }

  /** Of what was asked for again because less had come before, only what is more now is brought. */
  void dropWhatIsThere() {
    for (Map.Entry<Long, ShortMessage> there : copy.work().again().entrySet()) {
      long uid = there.getKey();
      SourceMessage message = received.get(uid);
      if (message == null) {
        continue;
      }
      boolean same = there.getValue().given().equals(message.fingerprint().whole());
      boolean fits = fit(message) == Fit.EXACT;
      boolean wasStandIn = there.getValue().isStandIn();
      boolean isMessage = standIns.isMessage(uid);
      if (same && fits && (!wasStandIn || isMessage)) {
        copy.ledger().shorts().remove(Map.of(uid, there.getValue()));
      }
      boolean more =
          fits || message.content().size() > there.getValue().octets() || (wasStandIn && isMessage);
      if (same || !more) {
        received.remove(message);
        ungiven.close(List.of(uid));
      }
    }
  }

  /**
   * Counts how announced sizes were: first of what fits, by which the rest is judged. For that the
   * server is asked once more, message by message.
   *
   * @param ask false where the server is asked no more
   */
  void judgeSizes(boolean ask) {
    List<SourceMessage> doubtful = new ArrayList<>();
    long fitting = 0;
    long inMidLine = 0;
    for (SourceMessage message : received.all()) {
      Fit fit = fit(message);
      if (fit == Fit.EXACT) {
        fitting++;
        inMidLine += endsLine(message) ? 0 : 1;
      }
      if (fit.isDoubtful() && !judged.contains(message.uid())) {
        doubtful.add(message);
      }
    }
    if (!counted) {
      counted = true;
      copy.sizes().came(fitting);
      sizes().ended(fitting, inMidLine);
    }
    for (SourceMessage message : doubtful) {
      SourceMessage best = message;
      if (ask && secondLook.mayAsk(message)) {
        best = secondLook(message);
        received.put(best);
      }
      Fit fit = fit(best);
      if (ask && looksCut(best, fit) && secondLook.mayAskText(best.uid())) {
        askText(best);
      }
      judged.add(best.uid());
      copy.sizes().came(best, announcedFit(best), cut(best, fit));
    }
  }

  /** A text in place of a message is short of it, whatever is announced. */
  private Fit fit(SourceMessage message) {
    return standIns.isOne(message) || secondLook.isWrong(message.uid())
        ? Fit.SHORT
        : announcedFit(message);
  }

  private Fit announcedFit(SourceMessage message) {
    return fitOf(received.announced(message.uid()), message);
  }

  private static Fit fitOf(long octets, SourceMessage message) {
    return message.content() instanceof BatchContents.Fingerprinted content
        ? Fit.of(octets, content.size(), content.shape())
        : Fit.UNKNOWN;
  }

  /** Whether a message seems to lack its end, if sizes mean nothing. */
  private boolean looksCut(SourceMessage message, Fit fit) {
    return message.content() instanceof BatchContents.Fingerprinted content
        && ((!content.shape().hasBody() && (fit == Fit.SHORT || StandIns.isNameless(message)))
            || (fit == Fit.SHORT && !content.shape().endsLine() && sizes().endWithLines()));
  }

  private void askText(SourceMessage message) {
    try {
      source.in(connection -> secondLook.askText(connection, message));
    } catch (TryAgain e) {
      sizes().lostLook();
      copy.session().tally().gotFurther(1);
      throw e;
    }
  }

  private SourceMessage secondLook(SourceMessage message) {
    try {
      return copy.session()
          .in(
              Side.SOURCE,
              copy.place(),
              copy.source(),
              connection -> secondLook.best(connection, message));
    } catch (TryAgain e) {
      sizes().lostLook();
      copy.session().tally().gotFurther(1);
      throw e;
    } catch (NeedsAttention e) {
      if (e.problem().code() != ProblemCode.DISK_FULL) {
        throw e;
      }
      // There is memory for what came, but not for a second copy.
      return message;
    }
  }

  /** What is noted of a message that is not what was announced; null when it may be. */
  private @Nullable ShortMessage cut(SourceMessage message, Fit fit) {
    String given = message.fingerprint().whole();
    if (given == null
        || !(fit == Fit.SHORT || fit == Fit.LONG)
        || !(message.content() instanceof BatchContents.Fingerprinted content)) {
      return null;
    }
    Fit asAnnounced = announcedFit(message);
    if (asAnnounced != Fit.SHORT && asAnnounced != Fit.LONG) {
      return new ShortMessage(given, content.size(), content.size(), true);
    }
    long octets = received.announced(message.uid());
    boolean repeated = sizes().isRepeated(given, octets) && !standIns.isHonest(given);
    boolean sure =
        repeated
            || standIns.isOne(message)
            || secondLook.isWrong(message.uid())
            || (looksCut(message, fit) && !secondLook.isOfSameText(message.uid()));
    return sure || fit == Fit.SHORT ? new ShortMessage(given, octets, content.size(), sure) : null;
  }

  private static boolean endsLine(SourceMessage message) {
    return message.content() instanceof BatchContents.Fingerprinted content
        && content.shape().endsLine();
  }

  private AnnouncedSizes sizes() {
    return AnnouncedSizes.of(copy.session(), copy.ledger());
  }
}
