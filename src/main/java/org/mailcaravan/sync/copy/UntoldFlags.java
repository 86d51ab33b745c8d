package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/**
 * Messages of a batch whose answers had no FLAGS, though they were asked for: without them a copy
 * would be unread. They are asked for once more, alone.
 */
final class UntoldFlags {
  /** Filled on the reader thread. */
  private final Set<Long> untold = ConcurrentHashMap.newKeySet();

  private final Set<Long> asked = ConcurrentHashMap.newKeySet();
  private final Map<Long, Set<String>> told = new HashMap<>();

  /** One came without. */
  void add(long uid) {
    untold.add(uid);
  }

  /** Which of some messages are to be asked for; each once. */
  List<Long> take(Collection<Long> arrived) {
    return arrived.stream().filter(untold::contains).filter(asked::add).toList();
  }

  /** Asks in the folder that is open; a refusal tells nothing. */
  boolean ask(ImapConnection connection, List<Long> wanted) {
    try {
      for (String set : UidSet.of(wanted).commands()) {
        connection.read(
            set,
            EnumSet.of(FetchItem.FLAGS),
            ContentStore.NONE,
            message -> {
              if (message.flagsTold()) {
                told.put(message.uid(), message.flags());
              }
            });
      }
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
    }
    untold.removeAll(told.keySet());
    return true;
  }

  /** With the flags that were told since. */
  SourceMessage complete(SourceMessage message) {
    Set<String> flags = told.get(message.uid());
    return flags == null
        ? message
        : new SourceMessage(
            message.uid(), flags, message.internalDate(), message.content(), message.fingerprint());
  }

  /** Whether flags of some were asked for and not told. */
  boolean areMissing() {
    return asked.stream().anyMatch(untold::contains);
  }

  /** What to tell of a source that does not tell them. */
  static Problem problem(Where place) {
    return new Problem(
        ProblemCode.FLAGS_NOT_KEPT,
        place,
        "the old provider does not tell the flags of some messages, so that their copies have none",
        Owner.OLD_HOST,
        "Ask the old provider why its IMAP shows no flags; then run the request again, which carries them over.");
  }
}
