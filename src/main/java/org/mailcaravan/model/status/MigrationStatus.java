package org.mailcaravan.model.status;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a migration stands.
 *
 * @param name that of its request, which a stranger has chosen
 * @param state an id of {@link MigrationState}
 * @param mailboxes how many are in each state, by the ids of {@link
 *     org.mailcaravan.model.MailboxState}; states without any are left out
 * @param rejectedRows how many rows of its request were rejected
 * @param finishedAt when its last pass ended; null while one waits or runs
 * @param priority the higher goes first
 * @param reportDue whether its report is still to be written
 * @param messagesDone of the last pass of each of its mailboxes
 * @param messagesTotal of those whose number is known; null when none is
 * @param bytesDone octets, likewise
 * @param bytesTotal octets, likewise
 * @param rate octets a second of all its passes that run; null when that is not known yet
 * @param secondsLeft an estimate; null when there is none yet, or none runs
 * @param needAttention how many of its mailboxes need a person
 * @param problems how many the last passes of its mailboxes have, by code
 * @param stage an id of {@link org.mailcaravan.model.MigrationStage}
 * @param stageAt since when
 * @param closedAt when its passwords were purged; null while they are kept
 * @param removedAt when what is known of its mailboxes was removed; null while that is kept
 */
public record MigrationStatus(
    String id,
    String name,
    String state,
    Map<String, Long> mailboxes,
    long rejectedRows,
    Instant openedAt,
    @Nullable Instant finishedAt,
    int priority,
    boolean paused,
    boolean reportDue,
    long messagesDone,
    @Nullable Long messagesTotal,
    long bytesDone,
    @Nullable Long bytesTotal,
    @Nullable Long rate,
    @Nullable Long secondsLeft,
    long needAttention,
    Map<String, Long> problems,
    String stage,
    Instant stageAt,
    @Nullable Instant closedAt,
    @Nullable Instant removedAt) {}
