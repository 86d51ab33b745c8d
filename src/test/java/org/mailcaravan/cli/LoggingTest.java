package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
  @AfterEach
  void restoreLogging() {
    MDC.clear();
    Logging.service();
  }

  @Test
  void theFileTellsOfOurWorkAndOfTheTroubleOfOthersOneLineEach(@TempDir Path data)
      throws IOException {
    Logging.silent();
    LoggerFactory.getLogger("org.mailcaravan.sync").info("nobody hears this");
    Logging.toFolder(data);
    MDC.put("mailbox", "b1/1");
    LoggerFactory.getLogger("org.mailcaravan.sync").info("first\r\nsecond");
    LoggerFactory.getLogger("org.apache.camel").info("starting");
    LoggerFactory.getLogger("org.apache.camel").warn("trouble");
    Path file = data.resolve("logs").resolve("mailcaravan.log");
    Logging.silent();
    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            line -> assertThat(line).contains(" INFO  [b1/1] ").endsWith(" first second"),
            line -> assertThat(line).contains(" WARN  [b1/1] ").endsWith(" trouble"));
  }

  @Test
  void nothingInALineSteersTheTerminalOfWhoReadsIt(@TempDir Path data) throws IOException {
    Logging.toFolder(data);
    LoggerFactory.getLogger("org.mailcaravan.sync")
        .error("a\u001b[2Jb\u009bc\u202ed\u2028e", new IllegalStateException("x\u001b[31m\u2066y"));
    Logging.silent();
    assertThat(data.resolve("logs").resolve("mailcaravan.log"))
        .content()
        .contains("a\\u001B[2Jb\\u009Bc\\u202Ed\\u2028e")
        .contains("IllegalStateException: x\\u001B[31m\\u2066y")
        .contains(System.lineSeparator() + "    at org.mailcaravan")
        .doesNotContainPattern("[\\p{Cf}\u001b\u009b\u2028]");
  }

  @Test
  void knowsItsFile(@TempDir Path data) {
    Logging.toFolder(data);
    assertThat(Logging.file()).contains(data.resolve("logs").resolve("mailcaravan.log"));
    Logging.service();
    assertThat(Logging.file()).isEmpty();
  }
}
