package org.mailcaravan.sync.verify;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.copy.AnnouncedSizes;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What the ledger knows of the messages of a source folder, by UID; nothing when no pass has looked
 * at the folder. For one thread.
 */
final class KnownMessages implements ContentComparison.Known {
  /** So many copies that servers may have stored otherwise are read at most, and so many octets. */
  private static final int MOST_DELICATE = 1_000;

  private static final long MOST_DELICATE_OCTETS = 64L << 20;

  private final MailboxSession session;
  private final @Nullable FolderLedger ledger;
  private @Nullable UidSet unseen;
  private @Nullable UidSet delicate;
  private @Nullable Map<String, RepairedCopy> repaired;
  private final UidSet read = new UidSet();
  private long delicateRead;
  private long delicateOctets;

  KnownMessages(MailboxSession session, @Nullable FolderLedger ledger) {
    this.session = session;
    this.ledger = ledger;
  }

  @Nullable FolderLedger ledger() {
    return ledger;
  }

  @Nullable Details details(long uid) {
    return ledger == null ? null : ledger.details(uid);
  }

  @Override
  public @Nullable Fingerprint fingerprint(long uid) {
    Details details = details(uid);
    return details == null ? null : details.fingerprint();
  }

  /** Whether another tool had brought the copy. */
  boolean wasThereBefore(long uid) {
    Place place = ledger == null ? null : ledger.place(uid);
    return place != null && place.standing() == Standing.FOUND;
  }

  /** Source UIDs of copies that nobody has seen where they were put. */
  UidSet unseen() {
    UidSet known = unseen;
    if (known == null) {
      known = ledger == null ? new UidSet() : ledger.unseen();
      unseen = known;
    }
    return known;
  }

  @Override
  public @Nullable ShortMessage cut(@Nullable Fingerprint came) {
    return ledger == null || came == null ? null : AnnouncedSizes.of(session, ledger).cut(came);
  }

  /** The text that the source gave in place of a message, or null when it gave the message. */
  @Nullable ShortMessage standIn(long uid) {
    if (ledger == null || !AnnouncedSizes.of(session, ledger).hasStandIns()) {
      return null;
    }
    ShortMessage came = cut(fingerprint(uid));
    return came != null && came.isStandIn() ? came : null;
  }

  @Override
  public @Nullable RepairedCopy repaired(long uid) {
    Map<String, RepairedCopy> known = repaired;
    if (known == null) {
      known = ledger == null ? Map.of() : ledger.repaired();
      repaired = known;
    }
    Fingerprint original = known.isEmpty() ? null : fingerprint(uid);
    return original == null ? null : known.get(original.whole());
  }

  @Override
  public void changed(Fingerprint original, RepairedCopy copy) {
    if (ledger != null) {
      ledger.recordRepair(original, copy);
      repaired = null;
    }
  }

  /**
   * Whether a copy is of those that servers may have stored otherwise, to the same size. Counts
   * what is to be read: there is a limit.
   */
  boolean mustBeRead(long uid, long octets) {
    if (!delicate().contains(uid)
        || delicateRead >= MOST_DELICATE
        || delicateOctets + octets > MOST_DELICATE_OCTETS) {
      return false;
    }
    delicateRead++;
    delicateOctets += octets;
    return true;
  }

  private UidSet delicate() {
    UidSet known = delicate;
    if (known == null) {
      known = ledger == null ? new UidSet() : ledger.delicate();
      delicate = known;
    }
    return known;
  }

  @Override
  public void read(long uid) {
    if (delicate().contains(uid)) {
      read.add(uid);
    }
  }

  /** Source UIDs of copies that were read though size and date are the same, and are right. */
  UidSet read() {
    return read;
  }
}
