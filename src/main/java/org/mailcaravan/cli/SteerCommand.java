package org.mailcaravan.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.client.Answers;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code mailcaravan pause}, {@code resume}, {@code cancel} and {@code retry}, and what cutover has
 * in common with them: an order to the service. All arguments are looked up before the first is
 * acted on, so that a misspelled one changes nothing.
 */
abstract class SteerCommand extends ServiceCommand {
  @Parameters(
      paramLabel = "ID|ADDRESS",
      arity = "1..*",
      description =
          "Migrations and mailboxes by id, mailboxes by address, or source servers by name.")
  private List<String> arguments = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  SteerCommand(Launcher launcher, Terminal terminal) {
    super(launcher, terminal);
  }

  @Override
  public Integer call() {
    ServiceClient client = client();
    Set<Targets.Named> targets = new LinkedHashSet<>();
    arguments.forEach(argument -> targets.addAll(targets(client, argument)));
    Map<Targets.Named, List<String>> remarks = new LinkedHashMap<>();
    targets.forEach(target -> remarks.put(target, remarks(client, target)));
    int code = ExitCode.DONE;
    for (Targets.Named target : targets) {
      String order = Objects.requireNonNull(spec).name();
      Steered steered =
          Answers.read(
              client.post(target.path() + "/" + order, ServiceClient.Patience.USUAL),
              Steered.class);
      say(TextWidth.tame(target.name()) + ": " + words(steered));
      if (!steered.anything() && steered.already() == 0) {
        code = ExitCode.ATTENTION;
      } else if (steered.anything()) {
        Objects.requireNonNull(remarks.get(target)).forEach(this::say);
      }
    }
    return code;
  }

  /** What an argument means. */
  List<Targets.Named> targets(ServiceClient client, String argument) {
    return Targets.of(client, argument);
  }

  /** What whoever gives the order should know, in lines; asked before it is given. */
  List<String> remarks(ServiceClient client, Targets.Named target) {
    return List.of();
  }

  String words(Steered steered) {
    List<String> words = new ArrayList<>();
    if (steered.anything()) {
      words.add(done());
    }
    if (steered.underWay() > 0) {
      words.add(
          (steered.underWay() == 1
                  ? "a running pass follows"
                  : Amounts.count(steered.underWay()) + " running passes follow")
              + " at the next batch");
    }
    if (steered.already() > 0) {
      words.add(
          steered.anything()
              ? Amounts.count(steered.already()) + " " + already() + " before"
              : alreadyOnly());
    }
    if (steered.notPossible() > 0 || words.isEmpty()) {
      String none = notPossible();
      words.add(
          steered.anything() || steered.already() > 0
              ? Amounts.count(steered.notPossible()) + " left as they are: " + none
              : none);
    }
    return String.join("; ", words);
  }

  /** What was done: {@code paused}. */
  abstract String done();

  /** What it is, so that nothing was to do: {@code paused}. */
  String already() {
    return done();
  }

  /** The same where there was nothing else: {@code paused already}. */
  String alreadyOnly() {
    return already() + " already";
  }

  /** Why nothing could be done. */
  abstract String notPossible();

  /** {@code mailcaravan pause}. */
  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description =
          "Stops mailboxes at the next batch, and lets them wait until somebody resumes them.")
  static final class Pause extends SteerCommand {
    Pause(Launcher launcher, Terminal terminal) {
      super(launcher, terminal);
    }

    @Override
    String done() {
      return "paused";
    }

    @Override
    String notPossible() {
      return "nothing of it runs or waits";
    }
  }

  /** {@code mailcaravan resume}. */
  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Lets paused mailboxes go on where they stopped.")
  static final class Resume extends SteerCommand {
    Resume(Launcher launcher, Terminal terminal) {
      super(launcher, terminal);
    }

    @Override
    String done() {
      return "resumed";
    }

    @Override
    String already() {
      return "not paused";
    }

    @Override
    String alreadyOnly() {
      return notPossible();
    }

    @Override
    String notPossible() {
      return "it is not paused";
    }
  }

  /** {@code mailcaravan cancel}. */
  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description =
          "Ends passes that run or wait, and lets no more begin; what has arrived stays. \"retry\" begins again.")
  static final class Cancel extends SteerCommand {
    Cancel(Launcher launcher, Terminal terminal) {
      super(launcher, terminal);
    }

    @Override
    String done() {
      return "cancelled";
    }

    @Override
    String notPossible() {
      return "nothing of it runs or waits";
    }
  }

  /** {@code mailcaravan retry}. */
  @Command(
      name = "retry",
      mixinStandardHelpOptions = true,
      description = "Lets mailboxes run now that wait, have ended or were cancelled.")
  static final class Retry extends SteerCommand {
    Retry(Launcher launcher, Terminal terminal) {
      super(launcher, terminal);
    }

    @Override
    String done() {
      return "due now";
    }

    @Override
    String already() {
      return "running or due";
    }

    @Override
    String notPossible() {
      return "nothing of it could run; if its passwords were those of a \"migrate\" that has ended, drop the request again";
    }
  }
}
