package org.mailcaravan;

import org.mailcaravan.cli.DemoCommand;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.cli.MailCaravanCommand;
import org.mailcaravan.cli.PrepareCommand;
import org.mailcaravan.intake.CsvTemplate;

/** The entry point: one command for each process. */
public final class MailCaravan {
  private MailCaravan() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] args) {
    Launcher launcher = new ProgramLauncher();
    System.exit(
        MailCaravanCommand.execute(
            args,
            launcher,
            CsvTemplate.text(),
            new DemoCommand(launcher),
            new PrepareCommand(launcher)));
  }
}
