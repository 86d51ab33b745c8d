package org.mailcaravan.cli;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.DomainWords;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;

/**
 * {@code mailcaravan cutover}: a person says that mail comes to us. Where the DNS says otherwise,
 * so does the command, and takes the person's word.
 */
@Command(
    name = "cutover",
    mixinStandardHelpOptions = true,
    description =
        "Says that all mail of a domain, a migration or a mailbox comes to the new server, where the DNS cannot"
            + " tell: final passes begin.")
final class CutoverCommand extends SteerCommand {
  private static final int MOST_DOMAINS = 20;

  private final Clock clock;

  /** A migration of each domain that an argument names. */
  private final Map<Target, MailboxStatus> ofDomains = new HashMap<>();

  CutoverCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, terminal);
    this.clock = clock;
  }

  /** What is neither a migration nor a mailbox is a domain. */
  @Override
  List<Targets.Named> targets(ServiceClient client, String argument) {
    List<Targets.Named> listed = Targets.listed(client, argument);
    if (!listed.isEmpty()) {
      return listed;
    }
    List<MailboxStatus> first =
        Answers.readAll(
            client.get(
                "mailboxes",
                new ServiceClient.Parameter("domain", argument),
                new ServiceClient.Parameter("limit", "1")),
            "mailboxes",
            MailboxStatus.class);
    if (first.isEmpty()) {
      throw new RequestRejected(
          new Problem(
              Where.words(VisibleText.of(argument)),
              "no migration, mailbox or domain of mailboxes has this id, address or name",
              Owner.US,
              "\"mailcaravan status\" shows the migrations and mailboxes. The domain of a public provider is"
                  + " none of its own: name the address."));
    }
    Target target = Target.mailbox(argument);
    ofDomains.put(target, first.get(0));
    return List.of(new Targets.Named(target, argument));
  }

  @Override
  List<String> remarks(ServiceClient client, Targets.Named target) {
    Instant now = clock.instant();
    if (target.target().kind() == Target.Kind.MIGRATION) {
      return elsewhere(history(client, target.target().id()), "", now);
    }
    MailboxStatus ofDomain = ofDomains.get(target.target());
    if (ofDomain != null) {
      return elsewhere(history(client, ofDomain.migration()), target.target().id(), now);
    }
    MailboxStatus mailbox = Answers.read(client.get(target.path()), MailboxHistory.class).mailbox();
    String domain = mailbox.source().substring(mailbox.source().lastIndexOf('@') + 1);
    return elsewhere(history(client, mailbox.migration()), domain, now);
  }

  private static MigrationHistory history(ServiceClient client, String migration) {
    return Answers.read(
        client.get(ServiceClient.path("migrations", migration)), MigrationHistory.class);
  }

  /**
   * @param domain empty for all of the migration
   */
  private static List<String> elsewhere(MigrationHistory history, String domain, Instant now) {
    String wanted = normal(domain);
    return history.domains().stream()
        .filter(each -> wanted.isEmpty() || wanted.equals(each.domain()))
        .map(each -> DomainWords.elsewhere(each, now))
        .filter(words -> !words.isEmpty())
        .limit(MOST_DOMAINS)
        .map(words -> "  " + TextWidth.tame(words) + ". We take your word for it.")
        .toList();
  }

  private static String normal(String domain) {
    try {
      return domain.isEmpty() ? "" : HostNames.normal(domain);
    } catch (IllegalArgumentException e) {
      // Nobody looks at the MX records of an address literal.
      return domain.toLowerCase(Locale.ROOT);
    }
  }

  @Override
  String words(Steered steered) {
    if (steered.changed() == 0) {
      return super.words(steered);
    }
    return "final passes begin in %s; \"mailcaravan show\" tells when they run"
        .formatted(Amounts.count(steered.changed(), "mailbox", "mailboxes"));
  }

  @Override
  String done() {
    return "has had its cutover";
  }

  @Override
  String alreadyOnly() {
    return "its cutover was known already";
  }

  @Override
  String notPossible() {
    return "no open migration has a mailbox of it";
  }
}
