package org.mailcaravan.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailcaravan.demo.Demo;
import org.mailcaravan.demo.DemoComparison;
import org.mailcaravan.demo.DemoDesk;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.report.ResultTable;

/** Prints what the demo does, and checks its result. */
final class DemoStory {
  /**
   * What came of the demo.
   *
   * @param results one for each migration
   * @param answer the answer to the mail, if one came
   */
  record Ending(List<MigrationResult> results, Optional<String> answer) {
    Ending {
      results = List.copyOf(results);
    }

    private List<MailboxResult> mailboxes() {
      return results.stream().flatMap(result -> result.mailboxes().stream()).toList();
    }
  }

  private final PrintWriter out;
  private final Demo demo;
  private final DemoDesk desk;
  private final Path drop;

  DemoStory(PrintWriter out, Demo demo, DemoDesk desk, Path drop) {
    this.out = out;
    this.demo = demo;
    this.desk = desk;
    this.drop = drop;
  }

  void beginning() {
    say("Two mail servers are running inside this program:");
    say(
        "  the old provider, %s, with %d messages in %d folders of %d mailboxes",
        demo.source(), demo.messages(), demo.folders(), demo.goodMailboxes().size());
    say("  the new server, %s, with the same mailboxes, empty", demo.destination());
    say("A request is dropped into %s:", drop);
    say(
        "  %s with %d good rows, one with a wrong password (%s) and one whose port is not a number",
        Demo.REQUEST, demo.goodMailboxes().size() - 1, Demo.WRONG_PASSWORD);
    say(
        "%s writes a mail to Support: with the address %s, its password and its server",
        DemoDesk.CUSTOMER, DemoDesk.MAILBOX);
    say("");
  }

  void unfinished(Duration waited) {
    say("The migrations did not end within %d s. The demo FAILED.", waited.toSeconds());
  }

  /** Prints what happened; returns whether all of it is as it should be. */
  boolean ending(Ending ending) throws IOException {
    for (MigrationResult result : ending.results()) {
      say("");
      out.print(ResultTable.of(result));
    }
    say("");
    List<String> faults = new ArrayList<>();
    badRows(ending, faults);
    goodRows(ending, faults);
    answer(ending, faults);
    files(ending, faults);
    faults.forEach(fault -> say("WRONG: %s", fault));
    return faults.isEmpty();
  }

  private void badRows(Ending ending, List<String> faults) {
    say("The two bad rows:");
    List<RowProblem> rejected =
        ending.results().stream()
            .flatMap(result -> result.migration().rejected().stream())
            .toList();
    for (RowProblem problem : rejected) {
      say(
          "  Line %d was not accepted: %s %s. %s",
          problem.line(), problem.column(), problem.problem(), problem.remedy());
    }
    if (rejected.stream().noneMatch(problem -> problem.line() == Demo.MALFORMED_LINE)) {
      faults.add("line " + Demo.MALFORMED_LINE + " of the request was not rejected");
    }
    for (MailboxResult mailbox : ending.mailboxes()) {
      if (mailbox.mailbox().sourceAddress().equals(Demo.WRONG_PASSWORD)) {
        for (Problem problem : mailbox.problems()) {
          say("  %s was not copied: %s", Demo.WRONG_PASSWORD, problem);
        }
        if (mailbox.state() != MailboxState.BLOCKED || mailbox.problems().isEmpty()) {
          faults.add("the row with the wrong password ended as " + mailbox.state());
        }
      }
    }
    say("  Neither stopped the other rows.");
    say("");
  }

  private void goodRows(Ending ending, List<String> faults) {
    for (String address : demo.goodMailboxes()) {
      boolean copied =
          ending.mailboxes().stream()
              .anyMatch(
                  mailbox ->
                      mailbox.mailbox().sourceAddress().equals(address)
                          && mailbox.state() == MailboxState.COPIED);
      if (!copied) {
        faults.add(address + " was not copied");
      }
    }
    DemoComparison comparison = demo.compare();
    if (comparison.same()) {
      say(
          "Both servers compared from the inside: all %d messages arrived, each once, with the same"
              + " octets, flags and date, in the same folder.",
          comparison.arrived());
    } else {
      faults.add(
          comparison.arrived()
              + " messages are at the new server where "
              + comparison.expected()
              + " are at the old; "
              + comparison.differences().size()
              + " differences");
      comparison.differences().stream().limit(10).forEach(faults::add);
    }
    say("");
  }

  private void answer(Ending ending, List<String> faults) {
    ending
        .answer()
        .ifPresentOrElse(
            text -> answered(text, faults),
            () -> faults.add("the mail of " + DemoDesk.CUSTOMER + " was not answered"));
    if (desk.waiting() > 0) {
      faults.add("the mail with its passwords is still in the support mailbox");
    }
  }

  private void answered(String text, List<String> faults) {
    say("The answer to %s:", DemoDesk.CUSTOMER);
    text.strip().lines().forEach(line -> say("  | %s", line));
    say("");
    if (!text.contains(DemoDesk.MAILBOX)) {
      faults.add("the answer does not name " + DemoDesk.MAILBOX);
    }
    if (demo.hasPassword(text)) {
      faults.add("there is a password in the answer");
    }
  }

  private void files(Ending ending, List<String> faults) throws IOException {
    say("Where to look:");
    for (MigrationResult result : ending.results()) {
      say("  a report                           %s", result.reportFolder());
      if (!Files.isDirectory(result.reportFolder())) {
        faults.add("there is no report");
      }
    }
    List<Path> rejected = named(drop.resolve("rejected"), "demo");
    rejected.forEach(file -> say("  the rejected row, to fix           %s", file));
    if (rejected.isEmpty()) {
      faults.add("there is no list of rejected rows in " + drop.resolve("rejected"));
    }
    List<Path> done = named(drop.resolve("done"), "demo");
    done.forEach(
        file ->
            say(
                "  %-34s %s",
                file.toString().endsWith(".answer.txt")
                    ? "the answer to the request"
                    : "the request, passwords masked",
                file));
    if (done.isEmpty()) {
      faults.add("the request is not in " + drop.resolve("done"));
    }
    if (Files.exists(drop.resolve(Demo.REQUEST))) {
      faults.add("the request is still in the drop folder");
    }
    for (Path file : Stream.concat(rejected.stream(), done.stream()).toList()) {
      if (demo.hasPassword(Files.readString(file))) {
        faults.add("there is a password in " + file);
      }
    }
  }

  private static List<Path> named(Path folder, String start) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().contains(start))
          .sorted()
          .toList();
    }
  }

  private void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
