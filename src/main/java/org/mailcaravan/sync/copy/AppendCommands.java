package org.mailcaravan.sync.copy;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.mailcaravan.imap.AppendResult;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.OutgoingMessage;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.Details;
import org.mailcaravan.sync.diagnosis.AppendRefusal;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.MessageDate;

/**
 * Sends messages of one batch with APPEND, and notes what the destination answers to each. For one
 * use, by one thread.
 */
final class AppendCommands {
  /**
   * After so many commands in a row that failed for a passing reason, and nothing stored, the
   * server is the cause.
   */
  private static final int FRUITLESS = 10;

  /** So many BADs on a connection are enough. */
  private static final int MOST_ERRORS = 5;

  private final FolderCopy copy;
  private final Clock clock;
  private final Arrivals arrivals;
  private final Map<SourceMessage, Set<String>> flagsSent = new HashMap<>();
  private final Map<SourceMessage, ServerRefusal> troubled = new LinkedHashMap<>();
  private List<SourceMessage> inFlight = List.of();

  /** What was stored by the command over which the connection was lost. */
  private final Map<SourceMessage, AppendResult.Appended> toldLast = new LinkedHashMap<>();

  private boolean partly;
  private boolean anyStored;
  private List<Long> wantedTime = List.of();
  private int fruitless;
  private int refusedInARow;

  AppendCommands(FolderCopy copy, Arrivals arrivals, Clock clock) {
    this.copy = copy;
    this.arrivals = arrivals;
    this.clock = clock;
  }

  /** Sends; gives what was refused. */
  Map<SourceMessage, AppendResult.Refused> append(
      List<SourceMessage> messages, Function<SourceMessage, OutgoingMessage> as) {
    List<OutgoingMessage> outgoing = messages.stream().map(as).toList();
    Map<Integer, AppendResult> results = new TreeMap<>();
    inFlight = messages;
    partly = false;
    copy.guard().begun();
    try {
      List<AppendResult> all =
          copy.session()
              .sent(
                  Side.DESTINATION,
                  copy.place(),
                  connection ->
                      connection.sendAppend(
                          copy.destination().name(),
                          outgoing,
                          !Room.of(copy.session()).isShort(),
                          (number, result) -> answered(results, number, result)))
              .get();
      Map<SourceMessage, AppendResult.Refused> refused = answered(messages, all);
      for (int i = 0; i < messages.size(); i++) {
        flagsSent.put(messages.get(i), outgoing.get(i).flags());
      }
      return refused;
    } catch (TryAgain | NeedsAttention e) {
      if (e.getCause() instanceof ConnectionLost) {
        lost(messages, results);
      }
      throw e;
    }
  }

  private void answered(Map<Integer, AppendResult> results, int number, AppendResult result) {
    results.put(number, result);
    if (result instanceof AppendResult.Appended) {
      copy.session().tally().given(Side.DESTINATION);
    }
  }

  private Map<SourceMessage, AppendResult.Refused> answered(
      List<SourceMessage> messages, List<AppendResult> results) {
    Map<SourceMessage, AppendResult.Refused> refused = new LinkedHashMap<>();
    List<SourceMessage> stored = new ArrayList<>();
    List<AppendResult.Appended> told = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      if (results.get(i) instanceof AppendResult.Appended appended) {
        stored.add(messages.get(i));
        told.add(appended);
        copy.failures().overtaken(SourceMessage.uids(refused.keySet()));
      } else if (results.get(i) instanceof AppendResult.Refused no) {
        refused.put(messages.get(i), no);
      }
    }
    if (!stored.isEmpty()) {
      copy.failures().overtaken(SourceMessage.uids(troubled.keySet()));
    }
    arrivals.add(stored, told);
    renewAfterErrors(
        (int) refused.values().stream().filter(no -> no.refusal().bad()).distinct().count());
    anyStored |= !stored.isEmpty();
    fruitless = stored.isEmpty() ? fruitless + 1 : 0;
    refusedInARow = stored.isEmpty() ? refusedInARow : 0;
    return refused;
  }

  /** The connection was lost before all were answered; they are answered in their order. */
  private void lost(List<SourceMessage> messages, Map<Integer, AppendResult> results) {
    List<Long> refused = new ArrayList<>();
    wantedTime = List.of();
    toldLast.clear();
    inFlight = new ArrayList<>(messages);
    results.forEach(
        (number, result) -> {
          inFlight.remove(messages.get(number));
          if (result instanceof AppendResult.Appended told) {
            toldLast.put(messages.get(number), told);
          } else if (result instanceof AppendResult.Refused no) {
            refused.add(messages.get(number).uid());
            if (AppendRefusal.of(no.refusal()) == AppendRefusal.PATIENCE) {
              wantedTime = List.of(messages.get(number).uid());
              copy.failures().lastWords().put(messages.get(number).uid(), no.refusal().toString());
            }
          }
        });
    copy.session().suspects(Side.DESTINATION).singly(copy.source().name(), refused);
    // The first message without an answer is the likeliest cause, unless there were too many
    // refusals before.
    partly = !results.isEmpty();
    if (refused.size() >= MOST_ERRORS) {
      inFlight = List.of();
    }
  }

  /** Microsoft 365 closes a connection after ten errors, whatever they were about. */
  private void renewAfterErrors(int errors) {
    if (copy.failures().errors(errors) >= MOST_ERRORS) {
      copy.failures().errors(-copy.failures().errors(0));
      copy.session().renew(Side.DESTINATION, copy.place());
    }
  }

  OutgoingMessage outgoing(SourceMessage message) {
    OffsetDateTime date = message.internalDate();
    if (!MessageDate.isTold(date)) {
      date = MessageDate.ofHeader(message.content(), clock).orElse(null);
      copy.session()
          .tally()
          .note(
              "The old provider gives no date, or an impossible one, for some messages in "
                  + copy.place()
                  + "; their copies have the date of their header, or else today's.");
    }
    return new OutgoingMessage(permittedFlags(message), date, message.content());
  }

  Set<String> permittedFlags(SourceMessage message) {
    Set<String> flags = Keywords.permitted(message.flags(), copy.destination().permanentFlags());
    flags.removeAll(copy.failures().refusedKeywords());
    return flags;
  }

  /** What was written, or will be: without keywords that the server refuses. */
  Details details(SourceMessage message) {
    Set<String> sent = flagsSent.getOrDefault(message, permittedFlags(message));
    Set<String> flags = new TreeSet<>(message.flags());
    flags.removeIf(
        flag -> !sent.contains(flag) && copy.failures().refusedKeywords().contains(flag));
    return new Details(flags, Set.of(), message.fingerprint());
  }

  /** What is under way, or was when the connection was lost and may be to blame for that. */
  List<SourceMessage> inFlight() {
    return inFlight;
  }

  /** What fails from now on is not about the messages that were sent last. */
  void clearInFlight() {
    inFlight = List.of();
  }

  /** Whether the connection was lost after some of the last command had their answers. */
  boolean wasPartlyAnswered() {
    return partly;
  }

  /** The messages at which the server asked for time before it hung up. */
  List<Long> wantedTime() {
    return wantedTime.isEmpty() ? SourceMessage.uids(inFlight) : wantedTime;
  }

  /** What was stored by the command over which the connection was lost. */
  Map<SourceMessage, AppendResult.Appended> toldLast() {
    return toldLast;
  }

  /** A message is refused alone, for now: it may be taken later, or be at fault. */
  void trouble(SourceMessage message, ServerRefusal refusal) {
    troubled.put(message, refusal);
  }

  /** What was refused alone, for now. */
  Map<SourceMessage, ServerRefusal> troubled() {
    return troubled;
  }

  /** Whether nothing was stored by so many commands that more of them are no help. */
  boolean areFruitless() {
    return fruitless >= FRUITLESS;
  }

  /** The folder has refused a message; returns how many since it has taken one. */
  int refusedByFolder() {
    return ++refusedInARow;
  }

  /** Whether the server has stored anything in this pass. */
  boolean stores() {
    return storesHere() || copy.session().tally().hasCopied();
  }

  /** Whether anything was stored in this folder by this pass. */
  boolean storesHere() {
    return anyStored || copy.stored() > 0;
  }

  /** Whether the folder has taken a message, so that it is not the folder that is refused. */
  boolean takes() {
    return storesHere() || copy.ledger().present() > 0;
  }
}
