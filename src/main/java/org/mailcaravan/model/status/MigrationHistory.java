package org.mailcaravan.model.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RowProblem;

/**
 * All that is known of a migration, less its mailboxes.
 *
 * @param rejected the rejected rows; at most 100
 * @param problems of the last passes of its mailboxes; at most 100
 * @param messages that are told of it, oldest first; at most the last 100
 * @param events of the migration and its mailboxes, oldest first; at most the last 200
 * @param doneBy when all is copied by about; null when that is not known, or nothing is left
 * @param windows in how many windows; 0 when passes may always run, or that is not known
 * @param stageReason why it is in its stage; null where nobody has looked yet
 * @param domains whose MX records say where the mail of its mailboxes goes; at most 100
 * @param nextStep what happens next by itself, or what a person is to do, as sentences
 */
public record MigrationHistory(
    MigrationStatus migration,
    List<RowProblem> rejected,
    List<ProblemStatus> problems,
    List<ToldMessage> messages,
    List<EventLine> events,
    @Nullable Instant doneBy,
    int windows,
    @Nullable String stageReason,
    List<DomainStatus> domains,
    String nextStep) {
  public MigrationHistory {
    rejected = List.copyOf(rejected);
    problems = List.copyOf(problems);
    messages = List.copyOf(messages);
    events = List.copyOf(events);
    domains = List.copyOf(domains);
  }
}
