package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Compares the sizes of the messages of a folder with the announced ones. For one thread at a time.
 */
final class ArrivedSizes {
  private final MailboxSession session;
  private final FolderLedger ledger;
  private final Map<Long, ShortMessage> shorts = new HashMap<>();
  private final OddSizes oddSizes = new OddSizes();
  private final UidSet noted = new UidSet();

  ArrivedSizes(MailboxSession session, FolderLedger ledger) {
    this.session = session;
    this.ledger = ledger;
  }

  /** So many messages came as large as announced. */
  void came(long messages) {
    AnnouncedSizes.of(session, ledger).came(messages);
    oddSizes.hasCome();
  }

  /** A message came otherwise than announced, and has been asked for as often as it will be. */
  void came(SourceMessage message, AnnouncedSizes.Fit fit, @Nullable ShortMessage cut) {
    AnnouncedSizes.of(session, ledger).came(fit);
    oddSizes.came(message.uid(), fit);
    if (cut != null) {
      shorts.put(message.uid(), cut);
    }
  }

  /** Which messages were not as large as announced. */
  OddSizes oddSizes() {
    return oddSizes;
  }

  /**
   * Notes, before they are stored, which of some messages came short, and which servers may store
   * otherwise.
   */
  void note(Collection<SourceMessage> messages) {
    Map<Long, ShortMessage> some = new TreeMap<>();
    Collection<Long> delicate = new TreeSet<>();
    for (SourceMessage message : messages) {
      if (message.content() instanceof BatchContents.Fingerprinted content
          && content.shape().isDelicate()) {
        delicate.add(message.uid());
      }
      // There may be as many as messages; what is on disk is not kept here.
      ShortMessage cut = shorts.remove(message.uid());
      if (cut != null) {
        some.put(message.uid(), cut);
      }
    }
    AnnouncedSizes.of(session, ledger).note(ledger, some);
    delicate.removeIf(noted::contains);
    if (!delicate.isEmpty()) {
      ledger.recordDelicate(delicate);
      delicate.forEach(noted::add);
    }
  }
}
