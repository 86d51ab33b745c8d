package org.mailcaravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.RawImap;

class DemoTest {
  private static final String OLD_PASSWORD = "old, \"quoted\" & 100%";
  private static final String NEW_PASSWORD = "new+home;1";

  @Test
  void theComparisonSeesMailThatIsMissingChangedOrDoubled() {
    try (Demo demo = new Demo()) {
      assertThat(demo.messages()).isBetween(200, 600);
      DemoComparison before = demo.compare();
      assertThat(before.same()).isFalse();
      assertThat(before.arrived()).isZero();
      assertThat(before.differences()).hasSize(demo.messages());

      demo.goodMailboxes().forEach(mailbox -> copy(demo, mailbox));
      assertThat(demo.compare())
          .isEqualTo(new DemoComparison(demo.messages(), demo.messages(), List.of()));
      assertThat(demo.compare().same()).isTrue();

      String mailbox = demo.goodMailboxes().get(0);
      try (RawImap to = RawImap.login(demo.destination().port(), mailbox, NEW_PASSWORD)) {
        to.select("Sent");
        RawImap.Fetched first = to.fetchAll().get(0);
        append(to, "Sent", first, first.flags());
        assertThat(demo.compare().differences()).singleElement().asString().contains("Sent: not");
        to.command("STORE 1 +FLAGS (\\Deleted)");
        to.command("EXPUNGE");
        assertThat(demo.compare().same()).isTrue();
        Set<String> flags = new TreeSet<>(first.flags());
        if (!flags.remove("\\Seen")) {
          flags.add("\\Seen");
        }
        append(to, "Drafts", first, flags);
        to.select("Archive");
        to.command("STORE 1 +FLAGS (\\Deleted)");
        to.command("EXPUNGE");
        DemoComparison after = demo.compare();
        assertThat(after.arrived()).isEqualTo(after.expected());
        assertThat(after.same()).isFalse();
      }
    }
  }

  @Test
  void theRequestIsDroppedWholeWithItsTwoBadRows(@TempDir Path folder) throws Exception {
    try (Demo demo = new Demo()) {
      Path drop = Files.createDirectory(folder.resolve("drop"));
      Path request = demo.drop(drop);
      assertThat(request).isEqualTo(drop.resolve("demo.csv"));
      List<String> lines = Files.readAllLines(request);
      assertThat(lines).hasSize(7);
      assertThat(lines.get(4)).startsWith(Demo.WRONG_PASSWORD + ",not the password,127.0.0.1,");
      assertThat(lines.get(Demo.MALFORMED_LINE - 1)).contains("one hundred");
      assertThat(demo.hasPassword(Files.readString(request))).isTrue();
      assertThat(demo.hasPassword("ali@caravan.example,********")).isFalse();
    }
  }

  @Test
  void whoAsksByMailGetsAMailboxToCompareToo() {
    try (Demo demo = new Demo()) {
      int before = demo.messages();
      assertThat(demo.asksByMail("gina@caravan.example"))
          .contains("E-mail address: gina@caravan.example")
          .contains("Port: " + demo.source().port());
      assertThat(demo.goodMailboxes()).endsWith("gina@caravan.example");
      assertThat(demo.messages()).isGreaterThan(before);
      assertThat(demo.compare().expected()).isEqualTo(demo.messages());
    }
  }

  @Test
  void everyRunGeneratesTheSameMail() {
    List<List<GeneratedMail.Letter>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      runs.add(new GeneratedMail(5).folder("ali@caravan.example"));
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1));
    assertThat(new GeneratedMail(6).folder("ali@caravan.example")).isNotEqualTo(runs.get(0));
  }

  private static void copy(Demo demo, String mailbox) {
    try (RawImap from = RawImap.login(demo.source().port(), mailbox, OLD_PASSWORD);
        RawImap to = RawImap.login(demo.destination().port(), mailbox, NEW_PASSWORD)) {
      for (RawImap.Listed folder : from.list()) {
        if (!folder.isSelectable()) {
          continue;
        }
        if (!folder.name().equals("INBOX")) {
          to.create(folder.name());
        }
        from.examine(folder.name());
        from.fetchAll().forEach(message -> append(to, folder.name(), message, message.flags()));
      }
    }
  }

  private static void append(
      RawImap to, String folder, RawImap.Fetched message, Set<String> flags) {
    byte[] octets = message.octets().getBytes(StandardCharsets.ISO_8859_1);
    to.append(folder, flags, message.internalDate(), octets);
  }
}
