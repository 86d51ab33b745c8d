package org.mailcaravan.store;

import org.jspecify.annotations.Nullable;

/**
 * A message as it is recorded.
 *
 * @param details null when nothing is known but its place
 * @param emailId EMAILID (RFC 8474) or X-GM-MSGID, or null
 */
public record Entry(
    long sourceUid, Place place, @Nullable Details details, @Nullable String emailId) {}
