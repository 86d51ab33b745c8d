package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.WrittenFile;
import org.mailcaravan.server.EnabledIfInstalled;
import picocli.AutoComplete;
import picocli.CommandLine;

/** The completion for shells and the man page: files of share/ that the commands generate. */
class SharedFilesTest {
  private static final Path COMPLETION =
      Path.of("share/bash-completion/completions/mailcaravan").toAbsolutePath();

  private static final Path MAN_PAGE = Path.of("share/man/man1/mailcaravan.1").toAbsolutePath();

  @TempDir private Path folder = Path.of("");

  private static CommandLine commandLine() {
    Launcher none =
        options -> {
          throw new AssertionError("the program was started");
        };
    return MailCaravanCommand.commandLine(none, "", new DemoCommand(none));
  }

  @Test
  void theCompletionKnowsTheCommandsAndOptions() throws Exception {
    WrittenFile.require(COMPLETION, AutoComplete.bash("mailcaravan", commandLine()));
  }

  @Test
  void theManPageTellsTheCommandsAndOptions() throws Exception {
    WrittenFile.require(MAN_PAGE, ManPage.of(commandLine(), Document.of("docs/commands.md")));
  }

  @ParameterizedTest
  @CsvSource({
    "mailcaravan st, status",
    "mailcaravan pa, pause password",
    "mailcaravan status --wa, --watch",
    "mailcaravan hosts --u, --url",
    "mailcaravan help sub, submit"
  })
  @EnabledIfInstalled("bash")
  void bashCompletes(String typed, String expected) throws Exception {
    String script =
        """
        source '%s'
        COMP_WORDS=(%s)
        COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
        COMP_LINE='%s'
        COMP_POINT=${#COMP_LINE}
        COMP_TYPE=9
        complete_function=$(complete -p mailcaravan | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        $complete_function
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(COMPLETION, typed, typed);
    assertThat(run("bash", "-c", script).strip().split("\\s+"))
        .containsExactlyInAnyOrder(expected.split(" "));
  }

  @Test
  @EnabledIfInstalled("groff")
  void theManPageIsFormattedWithoutAWarning() throws Exception {
    Path warnings = folder.resolve("warnings");
    String shown =
        run("sh", "-c", "groff -man -Tutf8 -ww -P-cbou '%s' 2>'%s'".formatted(MAN_PAGE, warnings));
    assertThat(warnings).content().isEmpty();
    assertThat(shown)
        .contains(
            "mailcaravan - moves mailboxes",
            "mailcaravan status [ID|ADDRESS ...]",
            "--watch",
            "EXIT STATUS",
            "JAVA_OPTS");
  }

  private String run(String... command) throws Exception {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(List.of(command))
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return Files.readString(out);
  }
}
