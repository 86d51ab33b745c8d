package org.mailcaravan.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.docs.Document;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands as a man page in roff, with the macros of man(7). */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /**
   * The page.
   *
   * @param commands docs/commands.md, whose tables of exit codes and variables it repeats
   */
  static String of(CommandLine program, Document commands) {
    ManPage page = new ManPage();
    page.write(program, commands);
    return page.page.toString();
  }

  private void write(CommandLine program, Document commands) {
    CommandSpec spec = program.getCommandSpec();
    String description = String.join(" ", spec.usageMessage().description());
    line(".\\\" Generated from the commands; do not edit.");
    line(".TH MAILCARAVAN 1 \"\" \"Mail Caravan\" \"Mail Caravan\"");
    section("NAME");
    text(
        "mailcaravan \\- " + escaped(description.replaceFirst("\\.$", "")).replaceFirst("^M", "m"));
    section("SYNOPSIS");
    line(".B mailcaravan");
    text("\\fICOMMAND\\fR [\\fIOPTION\\fR ...] [\\fIARGUMENT\\fR ...]");
    section("COMMANDS");
    program.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.usageMessage().hidden())
        .forEach(command -> commands("mailcaravan ", command));
    section("EXIT STATUS");
    table(commands.table("Exit code").rows());
    section("ENVIRONMENT");
    table(commands.table("Variable").rows());
    section("FILES");
    entry("config/application.properties", "The configuration.");
    entry("data/", "The data folder: database, reports, refused messages, logs.");
    entry("data/service.json", "Where the running service answers.");
    entry("data/api.token", "The token of the service; only its user can read it.");
    section("SEE ALSO");
    text("The folder docs of the program: README.md lists the documents.");
  }

  /** A command, or those below it. */
  private void commands(String before, CommandSpec command) {
    if (command.subcommands().isEmpty()) {
      command(before, command);
    }
    command
        .subcommands()
        .values()
        .forEach(below -> commands(before + command.name() + " ", below.getCommandSpec()));
  }

  private void command(String before, CommandSpec command) {
    String synopsis =
        command.positionalParameters().stream()
            .map(ManPage::label)
            .collect(Collectors.joining(" "));
    line(".SS \"" + escaped((before + command.name() + " " + synopsis).strip()) + "\"");
    text(
        escaped(String.join(" ", command.usageMessage().description()).replace("%n", " ").strip()));
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      entry(label(parameter), description(parameter));
    }
    for (OptionSpec option : command.options()) {
      if (!option.usageHelp() && !option.versionHelp() && !option.hidden()) {
        entry(
            String.join(", ", option.names())
                + (option.arity().max() > 0 ? " " + option.paramLabel() : ""),
            description(option));
      }
    }
  }

  private static String label(PositionalParamSpec parameter) {
    String label = parameter.paramLabel();
    String many = parameter.arity().max() > 1 ? " ..." : "";
    return parameter.required() ? label + many : "[" + label + many + "]";
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", Arrays.asList(argument.description()));
  }

  private void table(List<List<String>> rows) {
    rows.forEach(row -> entry(plain(row.get(0)), plain(row.get(1))));
  }

  private static String plain(String markdown) {
    return markdown.replace("`", "").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
  }

  private void section(String name) {
    line(".SH " + name);
  }

  private void entry(String term, String words) {
    line(".TP");
    line(".B " + escaped(term));
    text(escaped(words));
  }

  private void text(String words) {
    line(words.startsWith(".") || words.startsWith("'") ? "\\&" + words : words);
  }

  private void line(String line) {
    page.append(line).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
  }
}
