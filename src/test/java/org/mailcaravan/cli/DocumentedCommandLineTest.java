package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;
import picocli.CommandLine;

class DocumentedCommandLineTest {
  private static final Document COMMANDS = Document.of("docs/commands.md");

  private static CommandLine commandLine() {
    Launcher none =
        options -> {
          throw new AssertionError("nothing is started");
        };
    return MailCaravanCommand.commandLine(none, "", new DemoCommand(none));
  }

  @Test
  void thePageOfCommandsHasEveryExitCode() throws IllegalAccessException {
    List<String> codes = new ArrayList<>();
    for (Field field : ExitCode.class.getDeclaredFields()) {
      if (field.getType() == int.class) {
        codes.add(String.valueOf(field.getInt(null)));
      }
    }
    Document.Table table = COMMANDS.table("Exit code");
    assertThat(table.column(0)).containsExactlyInAnyOrderElementsOf(codes);
    // In the words of --help.
    String footer = String.join(" ", commandLine().getCommandSpec().usageMessage().footer());
    for (List<String> row : table.rows()) {
      assertThat(footer.replace(", nothing started", "; nothing was started"))
          .contains(row.get(0) + " " + row.get(1));
    }
  }

  /** Commands by their names; of those below another, both. */
  private static void collect(String before, CommandLine of, Map<String, CommandLine> commands) {
    of.getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getSubcommands().isEmpty()) {
                commands.put(before + name, command);
              }
              collect(before + name + " ", command, commands);
            });
  }

  /** The command at the beginning of a cell. */
  private static String name(String cell, Map<String, CommandLine> commands) {
    String plain = cell.replace("`", "");
    return commands.keySet().stream()
        .filter(name -> (plain + " ").startsWith(name + " "))
        .max(Comparator.comparingInt(String::length))
        .orElse(plain);
  }

  @Test
  void thePageOfCommandsHasEveryCommandAndEveryOption() {
    Map<String, CommandLine> commands = new TreeMap<>();
    collect("", commandLine(), commands);
    assertThat(COMMANDS.table("Command").column(0).stream().map(cell -> name(cell, commands)))
        .containsExactlyInAnyOrderElementsOf(commands.keySet());

    Map<String, Set<String>> expected = new TreeMap<>();
    commands.forEach(
        (name, command) ->
            command
                .getCommandSpec()
                .options()
                .forEach(
                    option ->
                        expected
                            .computeIfAbsent(option.longestName(), key -> new TreeSet<>())
                            .add(name)));
    expected.remove("--help");
    expected.remove("--version");
    Map<String, Set<String>> documented = new TreeMap<>();
    for (List<String> row : COMMANDS.table("Option").rows()) {
      String of = row.get(1).replace("`", "");
      Set<String> names = new TreeSet<>();
      if (of.startsWith("all but ")) {
        names.addAll(commands.keySet());
        List.of(of.substring("all but ".length()).split(", ", -1)).forEach(names::remove);
      } else {
        names.addAll(List.of(of.split(", ", -1)));
      }
      documented.put(row.get(0).replace("`", "").split(" ", 2)[0], names);
    }
    assertThat(documented).isEqualTo(expected);
  }
}
