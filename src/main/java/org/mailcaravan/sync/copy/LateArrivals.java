package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.messages.MessageDate;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once more for messages that the destination says it has stored and did not show, and tells
 * those that are not there still.
 */
final class LateArrivals {
  private static final Logger LOG = LoggerFactory.getLogger(LateArrivals.class);

  private final FolderCopy copy;
  private final NotShown notShown;

  LateArrivals(FolderCopy copy) {
    this.copy = copy;
    this.notShown = copy.notShown();
  }

  /** To be called when the folder is done with. */
  void findAndTell() {
    try {
      find();
    } catch (MigrationException e) {
      LOG.info("{}: late arrivals could not be looked for: {}", copy.place(), e.problem());
    }
    Collection<Long> left = notShown.toTell();
    if (!left.isEmpty()) {
      copy.session().tally().problem(problem(copy.place(), left));
      notShown.told();
    }
  }

  /** Looks, and records what is there. */
  void find() {
    NavigableMap<Long, NotShown.Late> late = notShown.late();
    MailboxSession session = copy.session();
    if (late.isEmpty() || session.hopeless() != null) {
      return;
    }
    if (copy.notShown().mayRenew()) {
      // Some show a connection nothing that came after it was opened.
      session.renew(Side.DESTINATION, copy.place());
    }
    NavigableMap<Long, Fingerprint> wanted = new TreeMap<>();
    Set<Long> dates = new HashSet<>();
    late.forEach(
        (uid, message) -> {
          wanted.put(uid, message.details().fingerprint());
          if (MessageDate.isTold(message.date())) {
            dates.add(message.date());
          }
        });
    SelectedFolder opened = session.open(Side.DESTINATION, copy.place(), copy.destination().name());
    NavigableMap<Long, Long> found =
        new ConfirmAppends(session, copy.place())
            .find(
                copy.ledger(),
                opened,
                wanted,
                Math.max(1, copy.destination().status().uidNext()),
                new UidSet(),
                new ConfirmAppends.Likely(new UidSet(), dates));
    List<Entry> entries = new ArrayList<>();
    found.forEach(
        (uid, destinationUid) ->
            entries.add(
                new Entry(
                    uid,
                    Place.of(destinationUid, Standing.COPIED),
                    Objects.requireNonNull(late.get(uid)).details(),
                    copy.look().emailIds().get(uid))));
    record(late, entries);
    FiledElsewhere others = new FiledElsewhere(copy);
    late.forEach(
        (uid, message) -> {
          if (!found.containsKey(uid)) {
            others.add(uid, message.details().fingerprint(), message.size(), message.date());
          }
        });
    record(
        late,
        others.findNew().stream()
            .map(
                uid ->
                    new Entry(
                        uid,
                        Place.of(0, Standing.COPIED),
                        Objects.requireNonNull(late.get(uid)).details(),
                        null))
            .toList());
  }

  private void record(NavigableMap<Long, NotShown.Late> late, List<Entry> arrived) {
    if (copy.ledger().journal().append().isPresent()) {
      // The batch after them was cut off, and is still to be confirmed.
      copy.ledger().put(arrived);
    } else {
      copy.ledger().record(arrived);
    }
    List<Long> uids = arrived.stream().map(Entry::sourceUid).toList();
    notShown.arrived(uids);
    copy.stored(uids.size());
    copy.session()
        .tally()
        .copied(
            uids.size(),
            uids.stream().mapToLong(uid -> Objects.requireNonNull(late.get(uid)).size()).sum());
  }

  /** What the server said it had stored, and does not show. */
  static Problem problem(Where place, Collection<Long> uids) {
    return new Problem(
        ProblemCode.MESSAGE_NOT_STORED,
        place,
        "the new server said that it had stored these messages, and does not show them: "
            + uids.size()
            + (uids.isEmpty()
                ? ""
                : " (UID " + UidSet.of(uids).commands().get(0) + " at the old provider)"),
        Owner.US,
        "Look into the logs and the storage of the new server, and run the request again: it looks for them first, and"
            + " sends only what is not there.");
  }
}
