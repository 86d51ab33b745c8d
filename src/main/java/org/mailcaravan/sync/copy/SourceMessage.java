package org.mailcaravan.sync.copy;

import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.Details;

/**
 * A message on its way, as it stands at the source.
 *
 * @param uid its UID at the source
 * @param flags flags and keywords, {@code \Recent} left out
 * @param internalDate when the source received it, with its zone; null when the source does not
 *     tell
 * @param fingerprint of its octets
 */
public record SourceMessage(
    long uid,
    Set<String> flags,
    @Nullable OffsetDateTime internalDate,
    Content content,
    Fingerprint fingerprint) {
  static SourceMessage of(FetchedMessage message, BatchContents.Fingerprinted content) {
    return new SourceMessage(
        message.uid(), message.flags(), message.internalDate(), content, content.fingerprint());
  }

  /** Its size in octets. */
  public long bytes() {
    return content.size();
  }

  /** Its UID tells it from others of its folder. */
  @Override
  public int hashCode() {
    return Long.hashCode(uid);
  }

  /** What the ledger keeps of it. */
  Details details() {
    return new Details(flags, Set.of(), fingerprint);
  }

  static List<Long> uids(Collection<SourceMessage> messages) {
    return messages.stream().map(SourceMessage::uid).toList();
  }
}
