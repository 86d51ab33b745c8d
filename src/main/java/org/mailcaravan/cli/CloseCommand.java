package org.mailcaravan.cli;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.DomainStatus;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.DomainWords;
import org.mailcaravan.report.StatusWords;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code mailcaravan close MIGRATION}: says what has not arrived, and closes with {@code --yes}.
 * All arguments are looked up first, so that a misspelled one changes nothing.
 */
@Command(
    name = "close",
    mixinStandardHelpOptions = true,
    description = "Closes migrations for good, whatever has arrived, and purges their passwords.")
final class CloseCommand extends ServiceCommand {
  /** Of each migration. */
  private static final int MOST_NAMED = 20;

  @Parameters(paramLabel = "MIGRATION", arity = "1..*", description = "Migrations by id.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--yes",
      description = "Closes them. Without it, only what has not arrived is shown.")
  private boolean yes;

  private final Clock clock;

  CloseCommand(Launcher launcher, Terminal terminal, Clock clock) {
    super(launcher, terminal);
    this.clock = clock;
  }

  @Override
  public Integer call() {
    ServiceClient client = client();
    Set<Targets.Named> targets = new LinkedHashSet<>();
    for (String argument : arguments) {
      for (Targets.Named target : Targets.of(client, argument)) {
        requireMigration(argument, target);
        targets.add(target);
      }
    }
    boolean asks = false;
    for (Targets.Named target : targets) {
      MigrationHistory known = Answers.read(client.get(target.path()), MigrationHistory.class);
      String name = TextWidth.tame(target.name());
      if (known.migration().stage().equals(MigrationStage.CLOSED.id())) {
        say(name + ": closed already");
        continue;
      }
      showNotArrived(client, name, known);
      showNotCutOver(known.domains());
      if (yes) {
        Steered steered =
            Answers.read(
                client.post(target.path() + "/close", ServiceClient.Patience.USUAL), Steered.class);
        say(
            name
                + (steered.underWay() > 0
                    ? ": closed; its passwords are purged when "
                        + Amounts.count(
                            steered.underWay(), "running pass has", "running passes have")
                        + " stopped at the next batch"
                    : ": closed; its passwords are purged within seconds"));
      } else {
        asks = true;
      }
    }
    if (asks) {
      say("Nothing is closed yet. Give the command once more with --yes: it cannot be undone.");
    }
    return asks ? ExitCode.ATTENTION : ExitCode.DONE;
  }

  private static void requireMigration(String argument, Targets.Named target) {
    if (target.target().kind() != Target.Kind.MIGRATION) {
      throw new RequestRejected(
          new Problem(
              Where.words(VisibleText.of(argument)),
              "it is no migration, and only migrations are closed",
              Owner.US,
              "Give the id of a migration; \"mailcaravan status\" shows it. \"cancel\" ends the passes of a mailbox."));
    }
  }

  /** Late mail is lost with the final passes that a closing leaves out. */
  private void showNotCutOver(List<DomainStatus> domains) {
    Instant now = clock.instant();
    List<String> open =
        domains.stream()
            .map(domain -> DomainWords.unfinished(domain, now))
            .filter(words -> !words.isEmpty())
            .toList();
    if (open.isEmpty()) {
      return;
    }
    open.stream().limit(MOST_NAMED).forEach(words -> say("  " + TextWidth.tame(words)));
    if (open.size() > MOST_NAMED) {
      say("  and " + Amounts.count(open.size() - MOST_NAMED) + " more domains");
    }
    say("  After it is closed, nobody fetches what still arrives at the old provider.");
  }

  private void showNotArrived(ServiceClient client, String name, MigrationHistory known) {
    List<MailboxStatus> missing = new ArrayList<>();
    long all = 0;
    for (Map.Entry<String, Long> each : known.migration().mailboxes().entrySet()) {
      if (!each.getKey().equals("copied")) {
        all += each.getValue();
        missing.addAll(
            Answers.readAll(
                client.get(
                    "mailboxes",
                    new ServiceClient.Parameter("migration", known.migration().id()),
                    new ServiceClient.Parameter("state", each.getKey()),
                    new ServiceClient.Parameter("limit", String.valueOf(MOST_NAMED))),
                "mailboxes",
                MailboxStatus.class));
      }
    }
    if (all == 0) {
      say(name + ": all that was found has arrived");
      return;
    }
    say(name + ": not all has arrived of " + Amounts.count(all, "mailbox", "mailboxes"));
    missing.stream()
        .limit(MOST_NAMED)
        .forEach(
            each -> say("  " + StatusWords.name(each) + ": " + StatusWords.state(each.state())));
    if (all > MOST_NAMED) {
      say("  and " + Amounts.count(all - MOST_NAMED) + " more");
    }
  }
}
