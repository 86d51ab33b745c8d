package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pass: its row, less its result.
 *
 * @param kind an id of {@link org.mailcaravan.model.Pass}
 * @param state {@code waiting}, {@code running} or {@code ended}
 * @param waitsFor an id of {@link org.mailcaravan.model.WaitsFor}; null when it does not wait
 * @param attempts how often it was given back to wait
 * @param host the source server: host and port
 * @param destination the account at the new server
 * @param onlyNode the only node that may run it; null for any
 * @param owner the node that runs it, or ran it last
 * @param control what its owner is told to do at the next batch, in lower case; null when nothing
 * @param messagesTotal null until that is known
 * @param bytesTotal null until that is known
 * @param outcome an id of {@link org.mailcaravan.model.MailboxState}; null until it ends
 */
public record PassStatus(
    long id,
    String mailbox,
    String migration,
    String kind,
    String state,
    Instant dueAt,
    int priority,
    @Nullable String waitsFor,
    @Nullable String reason,
    int attempts,
    String host,
    String destination,
    @Nullable String onlyNode,
    @Nullable String owner,
    @Nullable Instant leaseUntil,
    long fence,
    @Nullable String control,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    long messagesDone,
    @Nullable Long messagesTotal,
    long bytesDone,
    @Nullable Long bytesTotal,
    @Nullable Instant progressAt,
    @Nullable String outcome) {}
