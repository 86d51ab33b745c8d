package org.mailcaravan.cutover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of earlier looks at the MX records of a domain.
 *
 * @param oursSince when all servers named ours first, or null
 * @param lapsedSince when they did no longer, or null
 * @param doubtedSince since when looks have shown others again, too shortly for a lapse, or null
 * @param changedAt when all servers of the zone named ours first, though resolvers may have kept
 *     what was there before; or null
 * @param oldTtlSeconds the TTL with which others were named last; {@link #NEVER_SEEN} when they
 *     never were
 * @param oldCachedUntil until when a resolver may have kept that, as far as was seen, or null
 */
public record MxMemory(
    @Nullable Instant oursSince,
    @Nullable Instant lapsedSince,
    @Nullable Instant doubtedSince,
    @Nullable Instant changedAt,
    long oldTtlSeconds,
    @Nullable Instant oldCachedUntil) {
  /** No look has shown hosts that are not ours. */
  public static final long NEVER_SEEN = -1;

  /** Before the first look. */
  public static final MxMemory NONE = new MxMemory(null, null, null, null, NEVER_SEEN, null);
}
