package org.mailcaravan.model.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a mailbox.
 *
 * @param migrations the ids of those that name it, newest first
 * @param passes newest first; at most 100
 * @param problems of the last pass that ended; at most 100
 * @param events oldest first; at most the last 200
 * @param preflight what was found before anything of it was copied; null when nobody has looked
 * @param policy the name of its policy; null when it has none
 * @param resyncAt when its next catch-up pass is due as its policy says; null when that does not
 *     say it, and while a pass waits or runs
 * @param nextStep what happens next by itself, or what a person is to do, as sentences
 */
public record MailboxHistory(
    MailboxStatus mailbox,
    List<String> migrations,
    List<PassStatus> passes,
    List<ProblemStatus> problems,
    List<EventLine> events,
    @Nullable PreflightStatus preflight,
    @Nullable String policy,
    @Nullable Instant resyncAt,
    String nextStep) {
  public MailboxHistory {
    migrations = List.copyOf(migrations);
    passes = List.copyOf(passes);
    problems = List.copyOf(problems);
    events = List.copyOf(events);
  }
}
