package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.mailcaravan.imap.AppendResult;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.OutgoingMessage;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderJournal;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;

/** One try to get a batch into its destination folder. For one use. */
final class Delivery {
  private final FolderCopy copy;
  private final SetAside setAside;
  private final String place;
  private final Map<SourceMessage, Long> arrived = new LinkedHashMap<>();
  private List<SourceMessage> inFlight = List.of();
  private long arrivedBytes;

  Delivery(FolderCopy copy, SetAside setAside) {
    this.copy = copy;
    this.setAside = setAside;
    this.place = copy.place();
  }

  /**
   * Appends what of the batch is still open.
   *
   * @throws TryAgain when the rest is to be tried again
   */
  void deliver(List<SourceMessage> batch) {
    try {
      settleLastTry(batch);
      List<SourceMessage> messages = withoutHopeless(batch);
      if (messages.isEmpty()) {
        return;
      }
      copy.ledger().journal().beginAppend(journal(messages));
      suspects().groups(sourceFolder(), messages, SourceMessage::uid).forEach(this::send);
      record();
    } catch (TryAgain e) {
      if (e.getCause() instanceof ConnectionLost) {
        copy.ledger().journal().appendBrokeOff();
      }
      copy.session()
          .failedWith(
              e, Side.DESTINATION, copy.plan(), inFlight.stream().map(SourceMessage::uid).toList());
      throw e;
    }
  }

  /** With their true sizes; what a source announces may be wrong. */
  private FolderJournal.Append journal(List<SourceMessage> messages) {
    NavigableMap<Long, Long> sizes = new TreeMap<>();
    NavigableMap<Long, Details> details = new TreeMap<>();
    for (SourceMessage message : messages) {
      sizes.put(message.uid(), message.content().size());
      details.put(message.uid(), message.details());
    }
    return new FolderJournal.Append(sizes, details, destinationUidNext(), false);
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.DESTINATION);
  }

  private FolderName sourceFolder() {
    return copy.source().name();
  }

  /** After a try that failed in between, finds out what of it arrived. */
  private void settleLastTry(List<SourceMessage> batch) {
    if (!copy.isUnsettled()) {
      return;
    }
    Set<Long> found =
        new Settlement(copy.session(), place).settle(copy.ledger(), copy.destination());
    copy.ledger().putEmailIds(copy.look().emailIds());
    long bytes =
        batch.stream()
            .filter(message -> found.contains(message.uid()))
            .mapToLong(message -> message.content().size())
            .sum();
    copy.settled();
    count(found, bytes);
  }

  private void record() {
    findUnknownUids();
    List<Entry> entries = new ArrayList<>();
    arrived.forEach(
        (message, destinationUid) ->
            entries.add(
                new Entry(
                    message.uid(),
                    Place.of(destinationUid, Standing.COPIED),
                    message.details(),
                    copy.look().emailIds().get(message.uid()))));
    copy.ledger().record(entries);
    copy.settled();
    count(entries.stream().map(Entry::sourceUid).toList(), arrivedBytes);
    arrived.clear();
    arrivedBytes = 0;
  }

  /** A destination without UIDPLUS does not tell the UIDs; later passes need them. */
  private void findUnknownUids() {
    NavigableMap<Long, Fingerprint> unknown = new TreeMap<>();
    arrived.forEach(
        (message, destinationUid) -> {
          if (destinationUid == 0) {
            unknown.put(message.uid(), message.fingerprint());
          }
        });
    if (unknown.isEmpty()) {
      return;
    }
    Map<Long, Long> found =
        new Settlement(copy.session(), place)
            .find(copy.ledger(), copy.destination(), unknown, copy.destinationUidNext());
    arrived.replaceAll(
        (message, destinationUid) ->
            destinationUid == 0 ? found.getOrDefault(message.uid(), 0L) : destinationUid);
  }

  private void count(Collection<Long> stored, long bytes) {
    copy.open().removeAll(stored);
    suspects().remove(sourceFolder(), stored);
    copy.session().tally().copied(stored.size(), bytes);
  }

  /**
   * Sets aside what is sure to fail: too large a message, or one at which the server always hangs
   * up.
   */
  private List<SourceMessage> withoutHopeless(List<SourceMessage> batch) {
    long limit = copy.session().on(Side.DESTINATION, place, ImapConnection::appendLimit);
    List<SourceMessage> rest = new ArrayList<>();
    for (SourceMessage message : batch) {
      long size = message.content().size();
      if (!copy.open().contains(message.uid())) {
        continue;
      }
      if (limit >= 0 && size > limit) {
        setAside(message, size + " octets are more than our server takes (" + limit + ")");
      } else if (suspects().isGuilty(sourceFolder(), message.uid())) {
        setAside(message, "our server fails each time it is given this message");
      } else {
        rest.add(message);
      }
    }
    return rest;
  }

  /**
   * No message of the batch will get a lower UID; known without asking where APPENDUID tells it.
   */
  private long destinationUidNext() {
    boolean told =
        copy.session()
            .on(
                Side.DESTINATION,
                place,
                connection -> connection.capabilities().contains("UIDPLUS"));
    if (!told) {
      copy.destinationUidNext(
          copy.session()
              .on(
                  Side.DESTINATION,
                  place,
                  connection -> connection.status(copy.destination().name()).uidNext()));
    }
    return copy.destinationUidNext();
  }

  private void send(List<SourceMessage> messages) {
    List<AppendResult> results = append(messages, this::permittedFlags);
    if (results.get(0) instanceof AppendResult.Refused refused && refused.together() > 1) {
      requireMessageAtFault(refused.refusal());
      int middle = messages.size() / 2;
      send(messages.subList(0, middle));
      send(messages.subList(middle, messages.size()));
      return;
    }
    for (int i = 0; i < messages.size(); i++) {
      if (results.get(i) instanceof AppendResult.Refused refused) {
        refused(messages.get(i), refused.refusal());
      }
    }
  }

  private Set<String> permittedFlags(SourceMessage message) {
    return Keywords.permitted(message.flags(), copy.destination().permanentFlags());
  }

  private List<AppendResult> append(
      List<SourceMessage> messages, Function<SourceMessage, Set<String>> flags) {
    if (messages.stream().anyMatch(message -> message.internalDate() == null)) {
      copy.session()
          .tally()
          .note(
              "The old provider told no date of some messages in "
                  + place
                  + "; they have today's.");
    }
    List<OutgoingMessage> outgoing =
        messages.stream()
            .map(
                message ->
                    new OutgoingMessage(
                        flags.apply(message), message.internalDate(), message.content()))
            .toList();
    inFlight = messages;
    copy.begun();
    List<AppendResult> results =
        copy.session()
            .sent(
                Side.DESTINATION,
                place,
                connection -> connection.sendAppend(copy.destination().name(), outgoing))
            .get();
    for (int i = 0; i < messages.size(); i++) {
      if (results.get(i) instanceof AppendResult.Appended appended) {
        arrived.put(messages.get(i), Math.max(0, appended.uid()));
        arrivedBytes += messages.get(i).content().size();
        copy.destinationUidNext(appended.uid() + 1);
      }
    }
    return results;
  }

  /** One message alone was refused. */
  private void refused(SourceMessage message, ServerRefusal refusal) {
    requireMessageAtFault(refusal);
    Set<String> flags = permittedFlags(message);
    Set<String> systemFlags = Keywords.systemFlags(flags);
    if (systemFlags.size() < flags.size()) {
      // Some servers list keywords as permanent and refuse them all the same.
      List<AppendResult> again = append(List.of(message), same -> systemFlags);
      if (again.get(0) instanceof AppendResult.Appended) {
        copy.session()
            .tally()
            .note(
                "Our server refused the keywords of some messages in "
                    + place
                    + "; they were stored without.");
        return;
      }
      if (again.get(0) instanceof AppendResult.Refused second) {
        requireMessageAtFault(second.refusal());
      }
    }
    setAside(message, "our server refused it: " + refusal);
  }

  /** Throws when the refusal is not about the message, so that others would be refused likewise. */
  private void requireMessageAtFault(ServerRefusal refusal) {
    boolean folderGone = refusal.codeName().equals("TRYCREATE");
    if (!folderGone && !Diagnosis.passes(refusal) && !Diagnosis.isOverQuota(refusal)) {
      return;
    }
    List<SourceMessage> alone = inFlight.size() == 1 ? inFlight : List.of();
    record();
    inFlight = alone;
    CommandRefused cause = new CommandRefused("APPEND", refusal);
    if (folderGone) {
      throw new NeedsAttention(
          new Problem(
              ProblemCode.FOLDER_GONE,
              place,
              "the folder has vanished at our side: " + refusal,
              Owner.US,
              "See who deletes folders there while mail is being moved, then run the request again."),
          cause);
    }
    throw Diagnosis.of(
        cause, Side.DESTINATION, place, copy.session().server(Side.DESTINATION).toString());
  }

  private void setAside(SourceMessage message, String reason) {
    String file = setAside.keep(copy.plan(), message, reason);
    copy.open().remove(message.uid());
    suspects().remove(sourceFolder(), List.of(message.uid()));
    copy.ledger().open(message.uid(), new OpenMessage(true, reason));
    copy.session()
        .tally()
        .setAside(
            new Problem(
                ProblemCode.MESSAGE_REFUSED,
                "UID " + message.uid() + " in " + place,
                reason,
                Owner.US,
                "The message is kept as "
                    + file
                    + "; import it by hand, or mend the cause and run the request again."));
  }
}
