package org.mailcaravan.cli;

import picocli.CommandLine.Command;

/** {@code mailcaravan template}. */
@Command(
    name = "template",
    mixinStandardHelpOptions = true,
    description = "Prints the header of a request, for customers to fill in.")
final class TemplateCommand implements Runnable {
  private final String template;
  private final Terminal terminal;

  TemplateCommand(String template, Terminal terminal) {
    this.template = template;
    this.terminal = terminal;
  }

  @Override
  public void run() {
    terminal.out().print(template);
    terminal.out().flush();
  }
}
