package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One running program, or one that ran.
 *
 * @param kind what it was started as
 * @param url where its API listens, or null
 * @param seenAt when it last said that it runs, by the database's clock
 * @param alive whether that is less than a lease ago, and it has not ended since
 * @param running how many passes it has claimed
 */
public record NodeStatus(
    String name,
    String kind,
    String version,
    @Nullable String url,
    Instant startedAt,
    Instant seenAt,
    boolean alive,
    int running) {}
