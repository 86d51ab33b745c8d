package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands for a service in the preparation is understood by the commands that ask it. */
class SampleServiceTest {
  @ParameterizedTest
  @CsvSource({"status, Runs now: 1 mailbox", "hosts, Source server"})
  void commandsUnderstandIt(String command, String words, @TempDir Path folder) throws IOException {
    StringWriter out = new StringWriter();
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(out), false, 80, false);
    try (SampleService service = new SampleService(folder)) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.addAll(service.options());
      assertThat(
              MailCaravanCommand.commandLine(
                      terminal,
                      options -> {
                        throw new AssertionError("the program was started");
                      },
                      "")
                  .execute(arguments.toArray(String[]::new)))
          .as(out.toString())
          .isZero();
      assertThat(out.toString()).startsWith(words);
    }
  }
}
