package org.mailcaravan.model.status;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How everything, or what was asked for, stands.
 *
 * @param migrations newest first
 * @param mailboxes those that run, then those that need a person, then those that wait, then the
 *     others; at most as many as were asked for
 * @param mailboxesLeftOut how many more there are
 * @param underWay whether any of the mailboxes runs or waits, listed or left out
 * @param mails those in the support mailbox that wait for a person; null where it was not asked
 * @param supportMailbox why it cannot be looked into; null where it can, or where it was not asked
 * @param answers of the last seven days that could not be given, at most twenty; null where it was
 *     not asked
 * @param refusedRoutes why the node that was asked does not use changed route files; null where it
 *     does
 * @param failingRoutes routes of the node that was asked that cannot take what they wait for; null
 *     where it was not asked
 * @param stages how many migrations are in each stage, by the ids of {@link
 *     org.mailcaravan.model.MigrationStage} in their order; null where it was not asked
 */
public record Status(
    List<NodeStatus> nodes,
    List<HostStatus> hosts,
    List<MigrationStatus> migrations,
    List<MailboxStatus> mailboxes,
    long mailboxesLeftOut,
    boolean underWay,
    @Nullable SupportMailboxFailure supportMailbox,
    @Nullable WaitingMails mails,
    @Nullable List<LostAnswer> answers,
    @Nullable RefusedRoutes refusedRoutes,
    @Nullable List<FailingRoute> failingRoutes,
    @Nullable Map<String, Long> stages) {
  public Status {
    nodes = List.copyOf(nodes);
    hosts = List.copyOf(hosts);
    migrations = List.copyOf(migrations);
    mailboxes = List.copyOf(mailboxes);
    answers = answers == null ? null : List.copyOf(answers);
    failingRoutes = failingRoutes == null ? null : List.copyOf(failingRoutes);
    stages = stages == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(stages));
  }

  /** The same with what is known of the routes of a node. */
  public Status withRoutes(@Nullable RefusedRoutes refused, List<FailingRoute> failing) {
    return new Status(
        nodes,
        hosts,
        migrations,
        mailboxes,
        mailboxesLeftOut,
        underWay,
        supportMailbox,
        mails,
        answers,
        refused,
        failing,
        stages);
  }
}
