package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageDigestsTest {
  @TempDir Path folder;

  @Test
  void theDigestIsOfAllDigestsAsSortedLinesHoweverFewFitIntoMemory() throws Exception {
    for (int kept : List.of(1, 7, 100, 1_000)) {
      MessageDigests some = new MessageDigests(folder, kept);
      MessageDigests others = new MessageDigests(folder, kept);
      Random random = new Random(14);
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        byte[] digest = MessageDigests.ofMetadata(random.nextInt(50), random.nextInt(50));
        lines.add(HexFormat.of().formatHex(digest));
        (i % 3 == 0 ? others : some).add(digest);
      }
      lines.sort(null);
      String text = String.join("", lines.stream().map(line -> line + "\n").toList());
      String expected =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(text.getBytes(StandardCharsets.US_ASCII)));
      assertThat(some.digest(others)).isEqualTo(expected);
      assertThat(some.digest(others)).as("asked again").isEqualTo(expected);
    }
    assertThat(folder).as("files have no name").isEmptyDirectory();
  }
}
