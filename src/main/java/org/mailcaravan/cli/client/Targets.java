package org.mailcaravan.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.Target;

/** Finds what an argument of a command means: a migration, a mailbox, an address or a host. */
public final class Targets {
  private Targets() {}

  /** Something that an argument means, and how people call it. */
  public record Named(Target target, String name) {
    /** Its resource of the API. */
    public String path() {
      return switch (target.kind()) {
        case MIGRATION -> ServiceClient.path("migrations", target.id());
        case MAILBOX -> ServiceClient.path("mailboxes", target.id());
        case HOST -> ServiceClient.path("hosts", target.id());
      };
    }
  }

  /**
   * What an argument means: one migration, one mailbox, all mailboxes with an address, or the hosts
   * of a name, in this order.
   *
   * @throws RequestRejected when it means nothing
   */
  public static List<Named> of(ServiceClient client, String argument) {
    List<Named> listed = listed(client, argument);
    if (!listed.isEmpty()) {
      return listed;
    }
    List<Named> hosts =
        Answers.readAll(client.get("hosts"), "hosts", HostStatus.class).stream()
            .filter(host -> isCalled(host, argument))
            .map(host -> new Named(Target.host(host.name()), host.name()))
            .toList();
    if (hosts.isEmpty()) {
      throw new RequestRejected(
          new Problem(
              Where.words(VisibleText.of(argument)),
              "no migration, mailbox or source server has this id, address or name",
              Owner.US,
              "\"mailcaravan status\" shows the migrations and mailboxes, and \"mailcaravan hosts\" the servers."));
    }
    return hosts;
  }

  /**
   * The mailboxes of an id or an address.
   *
   * @throws RequestRejected when there is none
   */
  public static List<Named> mailboxes(ServiceClient client, String argument) {
    JsonNode answer = client.get("status", new ServiceClient.Parameter("id", argument));
    List<Named> found = mailboxes(Answers.read(answer, Status.class).mailboxes(), argument);
    if (found.isEmpty()) {
      throw new RequestRejected(
          new Problem(
              Where.words(VisibleText.of(argument)),
              "no mailbox has this id or address",
              Owner.US,
              "\"mailcaravan status\" shows the mailboxes."));
    }
    return found;
  }

  /** The migration or the mailboxes that an argument means; empty when there are none. */
  public static List<Named> listed(ServiceClient client, String argument) {
    JsonNode answer = client.get("status", new ServiceClient.Parameter("id", argument));
    return listed(Answers.read(answer, Status.class), argument);
  }

  /** What an argument means of what a status lists: one migration, or mailboxes. */
  public static List<Named> listed(Status status, String argument) {
    List<Named> migrations =
        status.migrations().stream()
            .filter(migration -> migration.id().equals(argument))
            .map(Targets::named)
            .toList();
    return migrations.isEmpty() ? mailboxes(status.mailboxes(), argument) : migrations;
  }

  private static List<Named> mailboxes(List<MailboxStatus> mailboxes, String argument) {
    List<MailboxStatus> byId =
        mailboxes.stream().filter(mailbox -> mailbox.id().equals(argument)).toList();
    List<MailboxStatus> found =
        byId.isEmpty()
            ? mailboxes.stream()
                .filter(
                    mailbox ->
                        mailbox.source().equalsIgnoreCase(argument)
                            || mailbox.destination().equalsIgnoreCase(argument))
                .toList()
            : byId;
    return found.stream().map(Targets::named).toList();
  }

  private static Named named(MigrationStatus migration) {
    return new Named(Target.migration(migration.id()), migration.name());
  }

  private static Named named(MailboxStatus mailbox) {
    return new Named(Target.mailbox(mailbox.id()), mailbox.source());
  }

  private static boolean isCalled(HostStatus host, String argument) {
    return host.name().equalsIgnoreCase(argument)
        || host.name().replaceFirst(":[0-9]+$", "").equalsIgnoreCase(argument);
  }
}
