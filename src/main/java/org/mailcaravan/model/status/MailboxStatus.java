package org.mailcaravan.model.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a mailbox stands. Its numbers are those of the pass that waits or runs, or of the last one
 * that ended.
 *
 * @param migration the id of the last migration that named it
 * @param source its address at the old provider
 * @param destination its address at the new server
 * @param state an id of {@link org.mailcaravan.model.MailboxState}
 * @param pass an id of {@link org.mailcaravan.model.Pass}; null when it had none
 * @param passNumber the number of that pass
 * @param waitsFor an id of {@link org.mailcaravan.model.WaitsFor}; null when no pass waits
 * @param reason why it waits, in words
 * @param dueAt when its pass is due; null when none waits
 * @param control what a running pass is told to do at its next batch, in lower case; null when
 *     nothing
 * @param node the node that runs its pass; null when none does
 * @param host the source server: host and port
 * @param messagesTotal null until that is known
 * @param bytesDone octets of copied messages
 * @param bytesTotal octets at the source as announced; null until that is known
 * @param startedAt when the pass was claimed; null while it waits
 * @param endedAt when the last pass ended; null while one waits or runs
 * @param rate octets a second since the pass was claimed; null when none runs or that is not known
 *     yet
 * @param secondsLeft an estimate; null when none runs or there is none yet
 * @param problems of the last pass that ended; at most ten
 * @param problemCount how many there are
 * @param needsAttention whether one of them is an error, no pass runs that may end it, and its
 *     migration is not closed
 * @param paused whether a person has paused it, or its migration, or its host
 */
public record MailboxStatus(
    String id,
    String migration,
    String source,
    String destination,
    String state,
    @Nullable String pass,
    @Nullable Long passNumber,
    @Nullable String waitsFor,
    @Nullable String reason,
    @Nullable Instant dueAt,
    @Nullable String control,
    @Nullable String node,
    String host,
    long messagesDone,
    @Nullable Long messagesTotal,
    long bytesDone,
    @Nullable Long bytesTotal,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Long rate,
    @Nullable Long secondsLeft,
    List<ProblemStatus> problems,
    int problemCount,
    boolean needsAttention,
    boolean paused,
    int priority) {
  public MailboxStatus {
    problems = List.copyOf(problems);
  }
}
