package org.mailcaravan.sync;

import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Content;

/**
 * A message on its way, as it stands at the source.
 *
 * @param uid its UID at the source
 * @param flags flags and keywords, {@code \Recent} left out
 * @param internalDate when the source received it, with its zone; null when the source does not
 *     tell
 */
public record SourceMessage(
    long uid, Set<String> flags, @Nullable OffsetDateTime internalDate, Content content) {}
