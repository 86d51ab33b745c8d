package org.mailcaravan.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.TestFolders.Life;

/** The search of all tests finds what it is there for. */
class PasswordSearchTest {
  private static final String PASSWORD = "find \"me\" & <100%> für immer";

  @Test
  void everyFormIsFoundWhereverItStands() {
    UsedPasswords.add(PASSWORD);
    Map<String, String> forms = UsedPasswords.forms(PASSWORD);
    assertThat(forms.values())
        .contains("clear", "CSV", "JSON", "HTML", "percent", "quoted-printable", "Base64");
    forms.forEach(
        (form, name) -> {
          byte[] text = ("a database page " + form + "\0\r\n").getBytes(StandardCharsets.UTF_8);
          assertThat(UsedPasswords.in(text)).as(name).isPresent();
        });
    for (String login : new String[] {"", "a", "ab", "abc", "\0ann@example.org\0"}) {
      byte[] octets = (login + PASSWORD + "x").getBytes(StandardCharsets.UTF_8);
      byte[] sent = Base64.getEncoder().encode(octets);
      assertThat(UsedPasswords.in(sent)).as("Base64 behind " + login).isPresent();
    }
    assertThat(UsedPasswords.in("find \"him\" & <100%>".getBytes(StandardCharsets.UTF_8)))
        .isEmpty();
  }

  @Test
  void aFileOfTheProgramIsSearchedAndWhatAPersonWroteIsNot(@TempDir Path folder) throws Exception {
    UsedPasswords.add(PASSWORD);
    String request = "source_email,source_password\nann@example.org," + PASSWORD + "\n";
    Files.writeString(folder.resolve("customers.csv"), request);
    PasswordSearch search = new PasswordSearch();
    search.search(Life.TEST);

    Path done = Files.createDirectories(folder.resolve("drop/done"));
    assertFound(search, folder.resolve("mailcaravan.log"), "NO LOGIN failed: " + PASSWORD);
    assertFound(search, done.resolve("customers.csv"), request);
  }

  private static void assertFound(PasswordSearch search, Path file, String text)
      throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> search.search(Life.TEST))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(file.toString());
    Files.delete(file);
  }
}
