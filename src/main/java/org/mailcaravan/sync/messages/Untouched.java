package org.mailcaravan.sync.messages;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Tells which copies the user has left alone: they are where we put them, and have the flags that
 * we wrote. Only these may be moved or removed.
 */
public final class Untouched {
  /**
   * Dovecot sets these when a message is stored or first read (mail_attachment_detection_options).
   */
  public static final Set<String> SET_BY_SERVERS = Set.of("$HasAttachment", "$HasNoAttachment");

  private Untouched() {}

  /**
   * The untouched copies of some source messages.
   *
   * @param destination the ledger's destination folder, open; empty when it is gone, and all copies
   *     with it
   * @return destination UIDs by source UID
   */
  public static NavigableMap<Long, Long> copies(
      MailboxSession session,
      Where place,
      FolderLedger ledger,
      Optional<SelectedFolder> destination,
      Collection<Long> sourceUids) {
    NavigableMap<Long, Long> copies = ledger.copies(sourceUids);
    if (destination.isEmpty() || copies.isEmpty()) {
      return new TreeMap<>();
    }
    SelectedFolder folder = destination.get();
    Map<Long, Set<String>> flags =
        session.in(
            Side.DESTINATION,
            place,
            folder,
            connection -> BothFolders.flags(connection, copies.values()));
    copies
        .entrySet()
        .removeIf(
            copy -> {
              Set<String> now = flags.get(copy.getValue());
              return now == null
                  || !isAsWritten(ledger.details(copy.getKey()), now, folder.permanentFlags());
            });
    return copies;
  }

  /**
   * Whether a message has no flag but those that we wrote. A server that repairs its files loses
   * flags; one with others was flagged by the user.
   */
  public static boolean hasNoFlagOfTheUsers(Set<String> flags, @Nullable Details written) {
    return written != null
        && flags.stream()
            .allMatch(
                flag ->
                    Keywords.has(written.flags(), flag)
                        || Keywords.has(SET_BY_SERVERS, flag)
                        || flag.equalsIgnoreCase("\\Deleted")
                        || flag.equalsIgnoreCase("\\Recent"));
  }

  private static boolean isAsWritten(
      @Nullable Details written, Set<String> now, Set<String> permanentFlags) {
    return written != null
        && written.users().isEmpty()
        && SET_BY_SERVERS.containsAll(
            Keywords.differing(Keywords.permitted(written.flags(), permanentFlags), now));
  }
}
